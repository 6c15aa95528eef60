//! The client over real `WebSocket`s, against an implementation that each test plays itself.

use std::time::Duration;

use botspec_bindings::onebot11::{Bot, CallError, Error, Event, Listener};
use botspec_bindings::{Memory, Options, TransportErrorKind};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async, connect_async};

/// Nothing waits this long but a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a test that has to come to its end.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await.expect("it comes to an end") });
}

fn options() -> Options {
    Options::new().token("sesame").timeout(PATIENCE).backoff(Duration::from_millis(1), Duration::from_millis(1))
}

/// An implementation.
struct Implementation(TcpListener);

type Socket = WebSocketStream<TcpStream>;

impl Implementation {
    async fn new() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("ws://{}", listener.local_addr().expect("an address"));
        (Self(listener), url)
    }

    /// The next client, whose token has to be right.
    #[allow(clippy::result_large_err, reason = "the library's type of a refused handshake")]
    async fn accept(&self) -> Option<Socket> {
        let (stream, _) = self.0.accept().await.expect("a client");
        let check = |request: &Request, response: Response| {
            if request.headers().get("Authorization").is_some_and(|value| value == "Bearer sesame") {
                return Ok(response);
            }
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = 401.try_into().expect("a status");
            Err(refused)
        };
        accept_hdr_async(stream, check).await.ok()
    }
}

/// A bot, and the other side of its connection.
async fn connected(options: Options) -> (Bot, Implementation, Socket) {
    let (implementation, url) = Implementation::new().await;
    let (bot, socket) = tokio::join!(Bot::connect_with(&url, &options), implementation.accept());
    (bot.expect("connected"), implementation, socket.expect("the token is right"))
}

async fn call(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.expect("a frame").expect("it is whole") {
            return serde_json::from_str(&text).expect("JSON");
        }
    }
}

async fn send(socket: &mut Socket, frame: &Value) {
    socket.send(Message::text(frame.to_string())).await.expect("sent");
}

fn answer(call: &Value, data: &Value) -> Value {
    json!({ "status": "ok", "retcode": 0, "data": data, "echo": call["echo"] })
}

fn message_frame(text: &str) -> Value {
    json!({
        "time": 1_767_225_600, "self_id": 10001, "post_type": "message", "message_type": "private", "sub_type": "friend",
        "message_id": 52003, "user_id": 20002, "raw_message": text, "font": 0,
        "message": [{ "type": "text", "data": { "text": text } }], "sender": { "user_id": 20002, "nickname": "Lin" },
    })
}

async fn next_text(bot: &Bot) -> String {
    let event = bot.next_event().await.expect("it goes on").expect("an event");
    event.plain_text().unwrap_or_else(|| panic!("no message: {event:?}"))
}

fn kind(error: &Error) -> TransportErrorKind {
    match error {
        CallError::Transport(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_find_their_calls_between_events() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options()).await;
        let peer = async {
            let (first, second) = (call(&mut socket).await, call(&mut socket).await);
            assert_eq!((&first["action"], &second["action"]), (&json!("get_login_info"), &json!("get_status")));
            send(&mut socket, &message_frame("between")).await;
            // The answer to the later call comes first, and its echo as a text.
            let mut status = answer(&second, &json!({ "online": true, "good": true }));
            status["echo"] = second["echo"].to_string().into();
            send(&mut socket, &status).await;
            send(&mut socket, &answer(&first, &json!({ "user_id": 10001, "nickname": "Botspec" }))).await;
        };
        let (info, status, ()) = tokio::join!(bot.get_login_info(), bot.get_status(), peer);
        assert_eq!(info.expect("an answer").nickname.as_deref(), Some("Botspec"));
        assert_eq!(status.expect("an answer").good, Some(true));
        assert_eq!(next_text(&bot).await, "between");
    });
}

#[test]
fn a_word_in_an_event_that_answers_have_makes_no_answer_of_it() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options()).await;
        let text = r#""status": "ok", "retcode": 0, "echo": 1"#;
        send(&mut socket, &message_frame(text)).await;
        assert_eq!(next_text(&bot).await, text);
    });
}

#[test]
fn a_refused_call_says_why() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options()).await;
        let peer = async {
            let call = call(&mut socket).await;
            let refusal = json!({ "status": "failed", "retcode": 100, "data": null, "echo": call["echo"] });
            send(&mut socket, &refusal).await;
        };
        let (result, ()) = tokio::join!(bot.get_msg(7), peer);
        let CallError::Failed(failed) = result.expect_err("it is refused") else { panic!("another error") };
        assert_eq!((failed.action.as_str(), failed.retcode), ("get_msg", Some(100)));
    });
}

#[test]
fn a_call_without_an_answer_times_out_and_one_that_is_dropped_is_forgotten() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options().timeout(Duration::from_millis(50))).await;
        let error = bot.get_status().await.expect_err("nobody answers");
        assert_eq!(kind(&error), TransportErrorKind::TimedOut);
        let late = call(&mut socket).await;
        send(&mut socket, &answer(&late, &json!({}))).await;
        send(&mut socket, &message_frame("after the late answer")).await;
        assert_eq!(next_text(&bot).await, "after the late answer");

        let (bot, _implementation, mut socket) = connected(options()).await;
        tokio::select! {
            biased;
            _ = bot.get_login_info() => panic!("nobody answers"),
            given_up = call(&mut socket) => send(&mut socket, &answer(&given_up, &json!({}))).await,
        }
        // That answer does not disturb what comes after.
        let peer = async {
            let call = call(&mut socket).await;
            send(&mut socket, &answer(&call, &json!({ "user_id": 10001, "nickname": "Botspec" }))).await;
        };
        let (info, ()) = tokio::join!(bot.get_login_info(), peer);
        assert_eq!(info.expect("an answer").user_id, Some(10001.into()));
    });
}

#[test]
fn a_connection_that_breaks_is_made_again() {
    run(async {
        let (bot, implementation, mut socket) = connected(options()).await;
        let pending = async {
            let _ = call(&mut socket).await;
            drop(socket);
        };
        let (result, ()) = tokio::join!(bot.get_status(), pending);
        assert_eq!(kind(&result.expect_err("it broke")), TransportErrorKind::Connection);
        // A client that cannot connect tries again.
        drop(implementation.0.accept().await);
        let mut socket = implementation.accept().await.expect("it comes back with its token");
        send(&mut socket, &message_frame("still here")).await;
        assert_eq!(next_text(&bot).await, "still here");
        let peer = async {
            let call = call(&mut socket).await;
            send(&mut socket, &answer(&call, &json!({ "online": true, "good": true }))).await;
        };
        let (status, ()) = tokio::join!(bot.get_status(), peer);
        status.expect("calls go over the new connection");
    });
}

#[test]
fn a_refused_client_gets_an_error_and_does_not_try_again() {
    run(async {
        let (implementation, url) = Implementation::new().await;
        let wrong = options().token("wrong");
        let (bot, socket) = tokio::join!(Bot::connect_with(&url, &wrong), implementation.accept());
        assert!(socket.is_none());
        assert_eq!(kind(&bot.expect_err("refused")), TransportErrorKind::Refused);
        // Others take the connection and refuse it in a frame.
        let (bot, _implementation, mut socket) = connected(options()).await;
        send(&mut socket, &json!({ "status": "failed", "retcode": 1403, "data": null })).await;
        let error = bot.next_event().await.expect("an error").expect_err("refused");
        assert_eq!(kind(&error), TransportErrorKind::Refused);
        assert!(error.to_string().contains("1403"), "{error}");
        assert!(bot.next_event().await.is_none(), "nothing more comes");
    });
}

#[test]
fn events_that_nobody_reads_are_dropped_oldest_first_and_counted() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options().capacity(2)).await;
        for text in ["one", "two", "three"] {
            send(&mut socket, &message_frame(text)).await;
        }
        let peer = async {
            let call = call(&mut socket).await;
            send(&mut socket, &answer(&call, &json!({ "online": true, "good": true }))).await;
        };
        // The answer comes although nobody reads the events.
        let (status, ()) = tokio::join!(bot.get_status(), peer);
        status.expect("an answer");
        assert_eq!(bot.dropped_events(), 1);
        assert_eq!((next_text(&bot).await, next_text(&bot).await), ("two".to_owned(), "three".to_owned()));
    });
}

#[test]
fn closing_ends_it_in_order() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options()).await;
        send(&mut socket, &message_frame("last")).await;
        assert_eq!(next_text(&bot).await, "last");
        let peer = async {
            while let Some(Ok(frame)) = socket.next().await {
                if frame.is_close() {
                    return true;
                }
            }
            false
        };
        let ((), closed) = tokio::join!(bot.close(), peer);
        assert!(closed, "the other side sees a closing frame");
        assert!(bot.next_event().await.is_none());
        assert_eq!(kind(&bot.get_status().await.expect_err("closed")), TransportErrorKind::Closed);
    });
}

#[test]
fn what_is_no_event_is_an_error_and_the_next_one_comes() {
    run(async {
        let (bot, _implementation, mut socket) = connected(options()).await;
        socket.send(Message::text("[1, 2")).await.expect("sent");
        send(&mut socket, &json!({ "post_type": "new kind" })).await;
        let error = bot.next_event().await.expect("it goes on").expect_err("no event");
        assert!(matches!(error, CallError::Decode(error) if error.body() == "[1, 2"));
        assert!(matches!(bot.next_event().await, Some(Ok(Event::Unknown(_)))));
    });
}

#[test]
fn implementations_connect_to_a_listener() {
    run(async {
        let listener = Listener::bind("127.0.0.1:0", &options()).await.expect("it listens");
        let url = format!("ws://{}", listener.local_addr());
        let connect = async |token: &str, account: &str| {
            let mut request = url.as_str().into_client_request().expect("a request");
            for (name, value) in [("Authorization", token), ("X-Self-ID", account), ("X-Client-Role", "Universal")] {
                request.headers_mut().insert(name, value.parse().expect("a header"));
            }
            connect_async(request).await
        };
        assert!(connect("Bearer wrong", "10001").await.is_err(), "the token is looked at");
        let (mut socket, _) = connect("Bearer sesame", "10001").await.expect("connected");
        let bot = listener.accept().await.expect("an account");
        socket.send(Message::text(message_frame("hello").to_string())).await.expect("sent");
        assert_eq!(next_text(&bot).await, "hello");
        let peer = async {
            let frame = socket.next().await.expect("a frame").expect("it is whole");
            let call: Value = serde_json::from_str(frame.to_text().expect("text")).expect("JSON");
            let frame = answer(&call, &json!({ "online": true, "good": true }));
            socket.send(Message::text(frame.to_string())).await.expect("sent");
        };
        let (status, ()) = tokio::join!(bot.get_status(), peer);
        status.expect("an answer");
        // The same account is the same bot; another one is another.
        drop(socket);
        let (mut again, _) = connect("Bearer sesame", "10001").await.expect("connected");
        again.send(Message::text(message_frame("back").to_string())).await.expect("sent");
        assert_eq!(next_text(&bot).await, "back");
        let _other = connect("Bearer sesame", "10002").await.expect("connected");
        listener.accept().await.expect("another account");
    });
}

#[test]
fn a_test_plays_the_implementation_in_memory() {
    run(async {
        let memory = Memory::new();
        memory.answer("send_private_msg", r#"{"status":"ok","retcode":0,"data":{"message_id":7}}"#);
        memory.send(message_frame("hi").to_string());
        memory.end();
        let bot = Bot::new(memory.connection());
        while let Some(event) = bot.next_event().await {
            let event = event.expect("an event");
            let message = event.message().expect("a message");
            let sent = bot.reply(&message, message.plain_text()).await.expect("an answer");
            assert_eq!(sent, Some(7.into()));
        }
        let params = r#"{"user_id":20002,"message":[{"type":"text","data":{"text":"hi"}}]}"#;
        assert_eq!(memory.calls(), [("send_private_msg".to_owned(), params.to_owned())]);
        assert_eq!(kind(&bot.get_status().await.expect_err("no answer")), TransportErrorKind::TimedOut);
    });
}
