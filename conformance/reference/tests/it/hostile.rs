//! Clients and servers that break every rule: their connection ends, and whoever else is there misses nothing.

use std::net::SocketAddr;
use std::time::Duration;

use botspec_reference::{Adapter, Endpoint, Heartbeat, ServerConfig};
use botspec_schema::model::WsRole;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::harness::{PATIENCE, TestServer, config_in};
use crate::hook::Hook;
use crate::reverse::{Client, adapter, config};

mod fragments;
mod half_open;
mod never_read;
mod reported;

const HANDSHAKE: &str = "GET /event HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/// Sends some bytes, and then others again and again, while it reads. That ends.
async fn ends(name: &str, mut stream: TcpStream, first: &[u8], again: &[u8]) {
    let (mut reading, mut writing) = stream.split();
    let writing = async {
        // The other side may have gone before it had everything.
        let mut open = writing.write_all(first).await.is_ok();
        while open && !again.is_empty() {
            open = writing.write_all(again).await.is_ok();
            tokio::task::yield_now().await;
        }
        std::future::pending::<()>().await;
    };
    let reading = async {
        let mut buffer = vec![0; 4_096];
        while reading.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    };
    let either = async {
        tokio::select! {
            () = writing => {}
            () = reading => {}
        }
    };
    tokio::time::timeout(PATIENCE, either).await.unwrap_or_else(|_| panic!("{name}: an end within the time"));
}

/// A configuration whose limits are soon reached.
fn small(mut config: ServerConfig) -> ServerConfig {
    config.limits.body = 10_000;
    config.limits.message = 10_000;
    config.limits.fragments = 1_000;
    config.limits.answer = 10_000;
    config.limits.patience = Duration::from_millis(100);
    config
}

/// A text frame as a client sends it, with a mask that changes nothing.
fn text(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("fits").to_be_bytes();
    [&[first, 0xFE][..], &length, &[0; 4], payload].concat()
}

#[tokio::test]
async fn clients_that_break_the_rules_are_let_go() {
    for (dialect, call) in [("onebot11", "/get_status"), ("napcat", "/get_status"), ("milky", "/api/get_login_info")] {
        let server = TestServer::with(small(config_in(dialect))).await;
        let mut witness = server.ws("/event").await;
        for (name, addr, first, again) in rude(&server, call) {
            ends(name, TcpStream::connect(addr).await.expect("a connection"), &first, &again).await;
            server.step("say", &json!({ "text": name }));
            while !witness.frame().await.to_string().contains(name) {}
        }
        drop(witness);
        server.done().await;
    }
}

/// What is sent once, and what again and again.
type Rude = (&'static str, SocketAddr, Vec<u8>, Vec<u8>);

/// Everything that breaks a rule of HTTP or of a WebSocket.
fn rude(server: &TestServer, call: &str) -> [Rude; 19] {
    let (http, ws) =
        (server.server.http_addr().expect("HTTP is served"), server.server.ws_addr().expect("WebSocket is"));
    let post = |headers: &str| {
        format!("POST {call} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n").into_bytes()
    };
    let socket = |frames: &[u8]| [HANDSHAKE.as_bytes(), frames].concat();
    let many = "X-Nothing: 1\r\n".repeat(1_000);
    let huge = [&[0x81, 0xFF][..], &(1_u64 << 40).to_be_bytes(), &[0; 4]].concat();
    [
        ("nothing", http, Vec::new(), Vec::new()),
        ("nothing for a handshake", ws, Vec::new(), Vec::new()),
        ("half a head", http, b"GET /get_status HT".to_vec(), Vec::new()),
        ("half a head of a handshake", ws, HANDSHAKE.as_bytes()[..40].to_vec(), Vec::new()),
        ("endless headers", http, b"GET / HTTP/1.1\r\n".to_vec(), b"X-More: more\r\n".repeat(100)),
        ("endless headers of a handshake", ws, b"GET / HTTP/1.1\r\n".to_vec(), b"X-More: more\r\n".repeat(100)),
        ("a thousand header lines", http, post(&many), Vec::new()),
        (
            "a thousand header lines of a handshake",
            ws,
            HANDSHAKE.replacen("\r\n", &format!("\r\n{many}"), 1).into(),
            Vec::new(),
        ),
        ("a length that is never reached", http, post("Content-Length: 100\r\n"), Vec::new()),
        ("a length beyond everything", http, post("Content-Length: 4611686018427387904\r\n"), vec![b' '; 4_096]),
        ("a length below nothing", http, post("Content-Length: -5\r\n"), Vec::new()),
        ("two lengths", http, post("Content-Length: 2\r\nContent-Length: 3\r\n"), b"{}".to_vec()),
        ("pieces without an end", http, post("Transfer-Encoding: chunked\r\n"), b"1\r\n \r\n".to_vec()),
        ("pieces that are none", http, post("Transfer-Encoding: chunked\r\n"), b"zz\r\n".to_vec()),
        ("no text in a frame", ws, socket(&text(0x81, b"\xff\xfe")), Vec::new()),
        ("a frame beyond everything", ws, socket(&huge), vec![b'x'; 4_096]),
        ("a message without an end", ws, socket(&text(0x01, b"{")), text(0x00, &[b' '; 200])),
        ("a message of nothing without an end", ws, socket(&text(0x01, b"{")), text(0x00, b"").repeat(100)),
        ("frames without a mask", ws, socket(&[0x81, 2, b'{', b'}']), Vec::new()),
    ]
}

/// Answers whatever comes with some bytes, and then with others again and again.
async fn answering(first: Vec<u8>, again: Vec<u8>) -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let answering = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let (first, again) = (first.clone(), again.clone());
            connections.spawn(async move { ends("an answer", stream, &first, &again).await });
            while let Some(ended) = connections.try_join_next() {
                ended.expect("an end within the time");
            }
        }
    });
    (url, answering)
}

#[tokio::test]
async fn answers_of_a_webhook_that_break_the_rules_harm_nobody() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let length = |length: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    let many = format!("HTTP/1.1 204 No Content\r\n{}\r\n", "X-Nothing: 1\r\n".repeat(1_000)).into_bytes();
    let cases: [(&str, Vec<u8>, Vec<u8>); 10] = [
        ("nothing", Vec::new(), Vec::new()),
        ("a thousand header lines", many, Vec::new()),
        ("half a head", b"HTTP/1.1 200 O".to_vec(), Vec::new()),
        ("endless headers", b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-More: more\r\n".repeat(100)),
        ("a length that is never reached", length("100"), Vec::new()),
        ("a length beyond everything", length("4611686018427387904"), vec![b' '; 4_096]),
        ("a length below nothing", length("-5"), Vec::new()),
        ("pieces without an end", chunked.clone(), b"1\r\n \r\n".to_vec()),
        ("pieces that are none", chunked, b"zz\r\n".to_vec()),
        ("no HTTP at all", b"220 ready\r\n".to_vec(), Vec::new()),
    ];
    for (name, first, again) in cases {
        let (url, answering) = answering(first, again).await;
        let mut hook = Hook::new().await;
        let hasty = Adapter::new(Endpoint::Webhook { url, timeout: Duration::from_millis(100) });
        let adapters = vec![hasty, Adapter::webhook(hook.url("/"))];
        let quiet = config(adapters).each(|adapter| adapter.heartbeat = Heartbeat::Never);
        let server = TestServer::with(small(quiet)).await;
        hook.post().await;
        for place in 0..5 {
            server.step("say", &json!({ "text": place.to_string() }));
            assert_eq!(hook.post().await.json()["raw_message"], place.to_string(), "{name}");
        }
        server.done().await;
        assert!(!answering.is_finished(), "{name}: every connection ended in time");
        answering.abort();
    }
}

#[tokio::test]
async fn a_client_that_was_connected_to_and_never_reads_is_given_up_and_connected_to_again() {
    let (silent, reader) = (Client::new().await, Client::new().await);
    let role = WsRole::Event;
    let mut adapters = config(vec![adapter(silent.url(""), role), adapter(reader.url(""), role)]);
    adapters.limits.backlog = 16;
    let server = TestServer::with(adapters).await;
    let (never_read, _) = silent.accept().await;
    let (mut socket, _) = reader.accept().await;
    socket.frame().await;
    let text = "long ".repeat(20_000);
    // Far more than the buffers of a connection hold, and read by the other client as it comes.
    for _ in 0..150 {
        server.step("say", &json!({ "text": text }));
        assert_eq!(socket.frame().await["post_type"], "message");
    }
    // What happened until its handshake was answered may have been too much again; then the connection is
    // closed with that reason, or reset where the closing frame no longer fitted.
    let mut last = silent.accept().await.0;
    loop {
        match last.message().await.expect("a message or an end") {
            Ok(Message::Close(Some(close))) => assert_eq!(close.code, CloseCode::Again),
            Ok(message) => break assert!(message.is_text(), "{message:?}"),
            Err(error) => {
                assert!(matches!(error, Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)), "{error:?}");
            }
        }
        last = silent.accept().await.0;
    }
    drop((never_read, last, socket));
    server.done().await;
}
