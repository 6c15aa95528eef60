//! More connections than a listener holds.

use std::net::SocketAddr;
use std::time::Duration;

use botspec_reference::{Limits, Refused, ServerConfig};
use botspec_schema::model::Transport;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::harness::{PATIENCE, TestServer, config_in};

const PLACES: usize = 2;
const HANDSHAKE: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/// Each listener of OneBot and of Milky, with what a good client asks for there and what it is answered.
const LISTENERS: [(&str, Transport, &str, &str, &str); 4] = [
    ("onebot11", Transport::Http, "GET /get_status", "", "HTTP/1.1 200"),
    ("onebot11", Transport::Ws, "GET /event", HANDSHAKE, "HTTP/1.1 101"),
    (
        "milky",
        Transport::Http,
        "POST /api/get_login_info",
        "Content-Type: application/json\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200",
    ),
    ("milky", Transport::Http, "GET /event", HANDSHAKE, "HTTP/1.1 101"),
];

struct Few {
    server: TestServer,
    addr: SocketAddr,
    refused: UnboundedReceiver<Refused>,
}

/// A server with few places.
async fn few(dialect: &str, wire: Transport, patience: Duration) -> Few {
    let mut config: ServerConfig = config_in(dialect);
    config.limits = Limits { connections: PLACES, patience, ..config.limits };
    let (to, refused) = unbounded_channel();
    config.refused = Some(to);
    let server = TestServer::with(config).await;
    let addr = if wire == Transport::Ws { server.server.ws_addr() } else { server.server.http_addr() };
    Few { server, addr: addr.expect("it is served"), refused }
}

/// Connects, and sends the beginning of a request or nothing.
async fn half_open(addr: SocketAddr, beginning: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    stream.write_all(beginning.as_bytes()).await.expect("the beginning is sent");
    stream
}

/// What a client that asks for something is answered; the connection stays as long as its stream.
async fn ask(addr: SocketAddr, line: &str, headers: &str) -> (String, TcpStream) {
    let body = if headers.contains("Content-Length: 2") { "{}" } else { "" };
    let mut stream = half_open(addr, &format!("{line} HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}")).await;
    let mut rendered = String::new();
    let answer = async {
        let mut buffer = [0; 1024];
        while !(rendered.contains("\r\n\r\n")
            && (!rendered.contains(" 503 ") || rendered.ends_with("too many connections")))
        {
            let read = stream.read(&mut buffer).await.expect("an answer");
            assert_ne!(read, 0, "the end of an answer, behind {rendered:?}");
            rendered.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    };
    tokio::time::timeout(PATIENCE, answer).await.expect("an answer within the time");
    (rendered, stream)
}

/// Asks until somebody is served; it is answered nothing else than that there are too many.
async fn until_served(addr: SocketAddr, line: &str, headers: &str, served: &str) -> TcpStream {
    let asking = async {
        loop {
            let (rendered, stream) = ask(addr, line, headers).await;
            if rendered.starts_with(served) {
                return stream;
            }
            assert!(rendered.starts_with("HTTP/1.1 503 "), "{rendered}");
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("it is served within the time")
}

/// It was sent once that there are too many, and where.
fn is_sent_once(few: &mut Few, wire: Transport) {
    let posted = few.refused.try_recv().expect("it is said");
    assert_eq!(posted.wire, wire);
    assert!(posted.url.ends_with(&few.addr.to_string()), "{posted:?}");
    assert_eq!(posted.reason, format!("{PLACES} connections are open, and no more are served at once"));
    assert!(few.refused.try_recv().is_err(), "it is said once");
}

#[tokio::test]
async fn who_comes_after_half_open_connections_is_served_when_their_time_is_over() {
    for (dialect, wire, line, headers, served) in LISTENERS {
        let mut few = few(dialect, wire, Duration::from_millis(100)).await;
        let mut silent = Vec::new();
        for _ in 0..4 * PLACES {
            silent.push(half_open(few.addr, "").await);
            silent.push(half_open(few.addr, &line[..line.len() - 2]).await);
        }
        let good = until_served(few.addr, line, headers, served).await;
        for stream in &mut silent {
            let mut rest = Vec::new();
            // It was answered why or not; it may have been cut off.
            let _ =
                tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("an end within the time");
        }
        is_sent_once(&mut few, wire);
        drop((good, silent));
        few.server.done().await;
    }
}

#[tokio::test]
async fn who_finds_no_place_and_no_seat_is_reported_so_at_once() {
    for (dialect, wire, line, headers, served) in LISTENERS {
        // Nobody's time is over before the test is.
        let mut few = few(dialect, wire, PATIENCE * 2).await;
        let mut silent = Vec::new();
        for _ in 0..2 * PLACES {
            silent.push(half_open(few.addr, &line[..line.len() - 2]).await);
        }
        for _ in 0..100 {
            let (rendered, _) = ask(few.addr, line, headers).await;
            assert!(
                rendered.starts_with("HTTP/1.1 503 ") && rendered.ends_with("\r\n\r\ntoo many connections"),
                "{rendered}"
            );
        }
        is_sent_once(&mut few, wire);
        drop(silent);
        let good = until_served(few.addr, line, headers, served).await;
        drop(good);
        few.server.done().await;
    }
}

#[tokio::test]
async fn connections_that_last_keep_their_places_and_the_next_is_reported_so_in_time() {
    for (dialect, wire, line, headers) in [
        ("onebot11", Transport::Ws, "GET /event", HANDSHAKE),
        ("napcat", Transport::Http, "GET /_events", ""),
        ("milky", Transport::Http, "GET /event", HANDSHAKE),
        ("milky", Transport::Http, "GET /event", ""),
    ] {
        let served = if headers.is_empty() { "HTTP/1.1 200" } else { "HTTP/1.1 101" };
        let mut few = few(dialect, wire, Duration::from_millis(100)).await;
        let mut lasting = Vec::new();
        for _ in 0..PLACES {
            let (rendered, stream) = ask(few.addr, line, headers).await;
            assert!(rendered.starts_with(served), "{rendered}");
            lasting.push(stream);
        }
        let (rendered, _) = ask(few.addr, line, headers).await;
        assert!(rendered.starts_with("HTTP/1.1 503 "), "{rendered}");
        is_sent_once(&mut few, wire);
        lasting.pop();
        drop(until_served(few.addr, line, headers, served).await);
        drop(lasting);
        few.server.done().await;
    }
}
