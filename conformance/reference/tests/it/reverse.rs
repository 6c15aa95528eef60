//! The WebSocket that the account opens: its handshake, its roles, and how it comes again.

use std::time::Duration;

use botspec_reference::{Adapter, Endpoint, Heartbeat, ServerConfig, SharedWorld};
use botspec_schema::model::WsRole;
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, accept_hdr_async};

use crate::harness::{ACTOR, BOT, DIALECT, PATIENCE, Socket, TestServer};

/// Where a client waits for the account.
pub(crate) struct Client(TcpListener);

impl Client {
    pub(crate) async fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.0.local_addr().expect("an address"))
    }

    pub(crate) async fn stream(&self) -> TcpStream {
        tokio::time::timeout(PATIENCE, self.0.accept()).await.expect("it connects").expect("a connection").0
    }

    /// The next connection, with its handshake.
    pub(crate) async fn accept(&self) -> (Socket, Request) {
        let mut seen = None;
        #[allow(clippy::result_large_err, reason = "the shape that the library asks for")]
        let look = |request: &Request, response: Response| {
            seen = Some(request.clone());
            Ok(response)
        };
        let socket = accept_hdr_async(MaybeTlsStream::Plain(self.stream().await), look).await.expect("a handshake");
        (Socket(socket), seen.expect("a request"))
    }
}

/// An adapter that comes again soon, and has no heartbeats that would come between other events.
pub(crate) fn adapter(url: String, role: WsRole) -> Adapter {
    let reconnect = Some(Duration::from_millis(5));
    let mut adapter = Adapter::new(Endpoint::ReverseWs { url, role, reconnect });
    adapter.heartbeat = Heartbeat::Never;
    adapter
}

pub(crate) fn config(adapters: Vec<Adapter>) -> ServerConfig {
    let mut config = ServerConfig::new(DIALECT);
    config.adapters = adapters;
    config.verify = true;
    config
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name).map(|value| value.to_str().expect("a text"))
}

#[tokio::test]
async fn a_handshake_states_who_comes_and_as_what() {
    let client = Client::new().await;
    for (role, word) in [(WsRole::Universal, "Universal"), (WsRole::Api, "API"), (WsRole::Event, "Event")] {
        let server = TestServer::with(config(vec![adapter(client.url("/bot?at=1"), role).with_token("made-up")])).await;
        let (_socket, request) = client.accept().await;
        assert_eq!(request.uri().path_and_query().expect("a path"), "/bot?at=1");
        assert_eq!(header(&request, "X-Self-ID"), Some(BOT.to_string().as_str()));
        assert_eq!(header(&request, "X-Client-Role"), Some(word));
        assert_eq!(header(&request, "Authorization"), Some("Bearer made-up"));
        server.done().await;
    }
    let server = TestServer::with(config(vec![adapter(client.url(""), WsRole::Universal)])).await;
    let (_socket, request) = client.accept().await;
    assert_eq!((request.uri().path(), header(&request, "Authorization")), ("/", None));
    server.done().await;
}

#[tokio::test]
async fn each_role_carries_what_it_is_for() {
    let client = Client::new().await;
    for (role, calls, events) in
        [(WsRole::Universal, true, true), (WsRole::Api, true, false), (WsRole::Event, false, true)]
    {
        let server = TestServer::with(config(vec![adapter(client.url(""), role)])).await;
        let (mut socket, _) = client.accept().await;
        if events {
            let first = socket.frame().await;
            assert_eq!((&first["meta_event_type"], &first["sub_type"]), (&json!("lifecycle"), &json!("connect")));
        }
        socket.send(json!({ "action": "get_login_info", "echo": [1] }).to_string()).await;
        if calls {
            let answer = socket.frame().await;
            assert_eq!((&answer["echo"], &answer["data"]["user_id"]), (&json!([1]), &json!(BOT)), "{role:?}");
        }
        server.step("say", &json!({ "text": "Hello" }));
        if events {
            assert_eq!(socket.frame().await["raw_message"], "Hello", "{role:?}");
        } else {
            // An event would stand between the two answers.
            socket.send(json!({ "action": "get_status", "echo": 2 }).to_string()).await;
            assert_eq!(socket.frame().await["echo"], 2, "{role:?}");
        }
        drop(socket);
        server.done().await;
    }
}

#[tokio::test]
async fn what_happens_right_after_the_handshake_is_not_missed() {
    let client = Client::new().await;
    for _ in 0..20 {
        let server = TestServer::with(config(vec![adapter(client.url(""), WsRole::Event)])).await;
        let (mut socket, _) = client.accept().await;
        server.step("say", &json!({ "text": "At once" }));
        assert_eq!(socket.frame().await["post_type"], "meta_event");
        assert_eq!(socket.frame().await["raw_message"], "At once");
        drop(socket);
        server.done().await;
    }
}

#[tokio::test]
async fn it_comes_again_after_every_kind_of_end() {
    let client = Client::new().await;
    let server = TestServer::with(config(vec![adapter(client.url(""), WsRole::Universal)])).await;
    // Closed as it should be, with a code, by the end of the connection, and by nonsense.
    let (mut socket, _) = client.accept().await;
    socket.0.close(None).await.expect("a close");
    let (mut socket, _) = client.accept().await;
    let code = CloseFrame { code: CloseCode::Error, reason: Utf8Bytes::default() };
    socket.0.close(Some(code)).await.expect("a close");
    let (socket, _) = client.accept().await;
    drop(socket);
    let (mut socket, _) = client.accept().await;
    let MaybeTlsStream::Plain(stream) = socket.0.get_mut() else { panic!("a plain stream") };
    stream.write_all(&[0xFF; 64]).await.expect("nonsense is sent");
    let (mut socket, _) = client.accept().await;
    assert_eq!(socket.frame().await["sub_type"], "connect");
    assert_eq!(socket.call("get_login_info", &json!({})).await["data"]["user_id"], BOT);
    server.done().await;
}

#[tokio::test]
async fn it_comes_again_whatever_becomes_of_its_handshake() {
    let client = Client::new().await;
    let server = TestServer::with(config(vec![adapter(client.url(""), WsRole::Universal)])).await;
    let many = format!("HTTP/1.1 101 Switching Protocols\r\n{}\r\n", "X-Nothing: 1\r\n".repeat(1_000));
    for answer in [
        "",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "\u{1F600}",
        &many,
    ] {
        let mut stream = client.stream().await;
        let mut request = vec![0; 4_096];
        let read = stream.read(&mut request).await.expect("a request");
        assert!(request[..read].starts_with(b"GET / HTTP/1.1\r\n"));
        // It may have hung up before everything was sent.
        let _ = stream.write_all(answer.as_bytes()).await;
    }
    let (mut socket, _) = client.accept().await;
    assert_eq!(socket.frame().await["sub_type"], "connect");
    server.done().await;
}

#[tokio::test]
async fn it_tries_until_somebody_is_there() {
    let Client(listener) = Client::new().await;
    let addr = listener.local_addr().expect("an address");
    drop(listener);
    let server = TestServer::with(config(vec![adapter(format!("ws://{addr}"), WsRole::Event)])).await;
    server.step("say", &json!({ "text": "Nobody hears this" }));
    let client = Client(TcpListener::bind(addr).await.expect("the same port"));
    let (mut socket, _) = client.accept().await;
    assert_eq!(socket.frame().await["sub_type"], "connect");
    server.step("say", &json!({ "text": "Here" }));
    assert_eq!(socket.frame().await["raw_message"], "Here");
    server.done().await;
}

#[tokio::test]
async fn a_handshake_that_is_never_answered_is_given_up() {
    let client = Client::new().await;
    let mut hasty = config(vec![adapter(client.url(""), WsRole::Universal)]);
    hasty.limits.patience = Duration::from_millis(50);
    let server = TestServer::with(hasty).await;
    let silent = client.stream().await;
    let (mut socket, _) = client.accept().await;
    assert_eq!(socket.frame().await["sub_type"], "connect");
    drop(silent);
    server.done().await;
}

#[tokio::test]
async fn frames_that_are_too_long_or_no_text_end_the_connection_only() {
    let client = Client::new().await;
    let mut small = config(vec![adapter(client.url(""), WsRole::Universal)]);
    small.limits.message = 10_000;
    let server = TestServer::with(small).await;
    let (mut socket, _) = client.accept().await;
    socket.send(json!({ "action": "get_status", "echo": "x".repeat(20_000) }).to_string()).await;
    let (mut socket, _) = client.accept().await;
    let MaybeTlsStream::Plain(stream) = socket.0.get_mut() else { panic!("a plain stream") };
    stream.write_all(&[0x81, 0x02, 0xC3, 0x28]).await.expect("half a character is sent");
    let (mut socket, _) = client.accept().await;
    assert_eq!(socket.call("get_status", &json!({})).await["status"], "ok");
    socket.0.send(Message::binary(&b"{}"[..])).await.expect("the frame is sent");
    assert_eq!(socket.frame().await["status"], "failed");
    server.done().await;
}

#[tokio::test]
async fn any_number_of_adapters_of_two_accounts_serve_side_by_side() {
    let world = SharedWorld::seeded(1);
    let clients = [Client::new().await, Client::new().await, Client::new().await];
    let adapters = clients.iter().map(|client| adapter(client.url(""), WsRole::Universal)).collect();
    let server = TestServer::of(config(adapters), &world).await;
    let home = Client::new().await;
    let mut second = config(vec![adapter(home.url(""), WsRole::Universal)]);
    second.account = Some(ACTOR);
    let actor = TestServer::of(second, &world).await;
    let (mut own, request) = home.accept().await;
    assert_eq!(header(&request, "X-Self-ID"), Some(ACTOR.to_string().as_str()));
    let mut sockets = Vec::new();
    for client in &clients {
        let (mut socket, _) = client.accept().await;
        assert_eq!(socket.frame().await["self_id"], BOT);
        sockets.push(socket);
    }
    let sent = own.call("send_private_msg", &json!({ "user_id": BOT, "message": "Hi" })).await;
    assert_eq!(sent["retcode"], 0, "{sent}");
    let mut ids = Vec::new();
    for socket in &mut sockets {
        let event: Value = socket.frame().await;
        assert_eq!(event["raw_message"], "Hi");
        ids.push(event["message_id"].clone());
    }
    assert!(ids[0].is_i64() && ids.iter().all(|id| *id == ids[0]), "one account, one id: {ids:?}");
    assert_ne!(ids[0], sent["data"]["message_id"], "the sender knows it by another");
    actor.done().await;
    server.done().await;
}

#[tokio::test]
async fn heartbeats_come_with_their_interval() {
    let client = Client::new().await;
    let mut beating = adapter(client.url(""), WsRole::Event);
    beating.heartbeat = Heartbeat::Every(Duration::from_millis(20));
    let server = TestServer::with(config(vec![beating])).await;
    let (mut socket, _) = client.accept().await;
    assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
    for _ in 0..3 {
        let beat = socket.frame().await;
        assert_eq!((&beat["meta_event_type"], &beat["interval"]), (&json!("heartbeat"), &json!(20)));
    }
    server.done().await;
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused_at_the_start() {
    let world = SharedWorld::seeded(1);
    for (url, role, text) in [
        ("http://127.0.0.1:1/", WsRole::Universal, "it has to begin with ws://"),
        ("wss://127.0.0.1:1/", WsRole::Universal, "it has to begin with ws://"),
        ("nonsense", WsRole::Universal, "it has to begin with ws://"),
        ("ws:///path", WsRole::Universal, ""),
        ("ws://a b/", WsRole::Universal, ""),
    ] {
        let started = botspec_reference::Server::start(config(vec![adapter(url.to_owned(), role)]), &world).await;
        let Err(error) = started else { panic!("{url} was taken") };
        assert!(error.to_string().contains(text) && error.to_string().starts_with(url), "{error}");
    }
}
