//! The client over HTTP, against an implementation that each test plays itself: calls, and events as a stream.

use std::time::Duration;

use botspec_bindings::milky::{Bot, CallError, Error};
use botspec_bindings::{Options, TransportErrorKind};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::connection::run;

/// One exchange: what was asked, as its head and its body, after `response` was sent.
async fn exchange(listener: &TcpListener, response: &str) -> (String, String) {
    let (stream, _) = listener.accept().await.expect("a client");
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        stream.read_line(&mut head).await.expect("a line");
    }
    let length = head.to_lowercase();
    let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    stream.write_all(response.as_bytes()).await.expect("sent");
    (head, String::from_utf8(body).expect("text"))
}

fn response(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/under", listener.local_addr().expect("an address"));
    (listener, url)
}

fn options() -> Options {
    Options::new()
        .token("sesame")
        .timeout(Duration::from_secs(20))
        .backoff(Duration::from_millis(1), Duration::from_millis(1))
}

fn kind(error: &Error) -> TransportErrorKind {
    match error {
        CallError::Transport(error) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_posted_with_its_token() {
    run(async {
        let (listener, url) = listener().await;
        let bot = Bot::http(&url, &options()).expect("an address");
        let done = response("200 OK", r#"{"status":"ok","retcode":0,"data":{"message_seq":7,"time":1}}"#);
        let (sent, (head, body)) = tokio::join!(bot.send_group_message(70001, "hi"), exchange(&listener, &done));
        assert_eq!(sent.expect("an answer").message_seq, Some(7.into()));
        let head = head.to_lowercase();
        assert!(head.starts_with("post /under/api/send_group_message http/1.1\r\n"), "{head}");
        assert!(head.contains("authorization: bearer sesame\r\n"), "{head}");
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        assert_eq!(body, r#"{"group_id":70001,"message":[{"type":"text","data":{"text":"hi"}}]}"#);
    });
}

#[test]
fn each_failure_has_its_kind() {
    run(async {
        let (listener, url) = listener().await;
        let bot = Bot::http(&url, &options()).expect("an address");
        let refused = response("401 Unauthorized", "");
        let (result, _) = tokio::join!(bot.get_login_info(), exchange(&listener, &refused));
        assert_eq!(kind(&result.expect_err("refused")), TransportErrorKind::Refused);

        let failed = response("200 OK", r#"{"status":"failed","retcode":-404,"message":"no such group"}"#);
        let (result, _) = tokio::join!(bot.get_login_info(), exchange(&listener, &failed));
        let CallError::Failed(failed) = result.expect_err("it failed") else { panic!("another error") };
        assert_eq!((failed.retcode, failed.message.as_deref()), (Some(-404), Some("no such group")));

        let page = response("200 OK", "<html>");
        let (result, _) = tokio::join!(bot.get_login_info(), exchange(&listener, &page));
        assert!(matches!(result.expect_err("no answer"), CallError::Decode(error) if error.body() == "<html>"));

        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{";
        let (result, _) = tokio::join!(bot.get_login_info(), exchange(&listener, cut));
        assert_eq!(kind(&result.expect_err("cut off")), TransportErrorKind::Connection);

        drop(listener);
        assert_eq!(kind(&bot.get_login_info().await.expect_err("nobody")), TransportErrorKind::Connection);
        assert_eq!(kind(&Bot::http("127.0.0.1:1", &options()).expect_err("no address")), TransportErrorKind::Address);
    });
}

#[test]
fn events_come_as_a_stream_that_is_opened_again() {
    run(async {
        let (listener, url) = listener().await;
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let event = |name: &str| format!(r#"{{"time":1,"self_id":10001,"event_type":"{name}","data":{{}}}}"#);
        // A comment, a name, an event in two lines; then the stream breaks off inside the next.
        let (one, two) = (event("one"), event("two"));
        let (before, after) = one.split_at(one.find(',').expect("a comma") + 1);
        let first = format!("{head}: hello\nevent: milky_event\r\ndata: {before}\r\ndata: {after}\r\n\r\ndata: {{");
        let options = options();
        let (bot, (asked, _)) = tokio::join!(Bot::sse(&url, &options), exchange(&listener, &first));
        assert!(asked.starts_with("GET /under/event HTTP/1.1\r\n"), "{asked}");
        let bot = bot.expect("connected");
        exchange(&listener, &format!("{head}data: {two}\n\n")).await;
        for name in ["one", "two"] {
            let event = bot.next_event().await.expect("it goes on").expect("an event");
            assert!(format!("{event:?}").contains(name), "{event:?}");
        }
        bot.close().await;
        assert!(bot.next_event().await.is_none());
    });
}
