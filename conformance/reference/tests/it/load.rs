//! Ten thousand events to a hundred clients over each transport: none is lost, none comes twice, and the order is kept.
//! Clients read raw bytes and look for the number of an event alone, so that it is the server that is loaded.
//!
//! A million posts take minutes, since each is a request with an answer of its own.

use std::sync::{Arc, Mutex};

use botspec_reference::{Adapter, Endpoint, Heartbeat, ServerConfig, SharedWorld};
use botspec_schema::model::WsRole;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::harness::{PATIENCE, TestServer};

const CLIENTS: usize = 100;
const EVENTS: usize = 10_000;
/// So many events are under way at most: fewer than may wait for a client.
const WINDOW: usize = 500;
/// A dialect with all transports.
const DIALECT: &str = "napcat";

/// What a client has received.
struct Subscriber {
    received: usize,
    windows: Arc<Semaphore>,
}

/// An ear that several connections of one client share.
type Shared = Arc<Mutex<Subscriber>>;

impl Subscriber {
    /// Takes the next event. What is not sent by a friend does not count.
    fn on_change(&mut self, event: &[u8]) {
        let event = std::str::from_utf8(event).expect("UTF-8");
        let Some((_, sent)) = event.split_once("\"raw_message\":\"") else { return };
        let number = sent.split_once('"').expect("the end of the text").0;
        assert_eq!(number, self.received.to_string(), "the next event");
        self.received += 1;
        if self.received.is_multiple_of(WINDOW) {
            self.windows.add_permits(1);
        }
    }
}

/// Bytes of a connection, as far as they have been read.
struct Bytes {
    stream: TcpStream,
    held: Vec<u8>,
    taken: usize,
}

impl Bytes {
    fn of(stream: TcpStream) -> Self {
        Self { stream, held: Vec::new(), taken: 0 }
    }

    /// Reads more; nothing more comes where it is false.
    async fn more(&mut self) -> bool {
        self.held.drain(..std::mem::take(&mut self.taken));
        self.held.reserve(64 << 10);
        // A connection that breaks off has ended too: what is missing then is counted.
        self.stream.read_buf(&mut self.held).await.is_ok_and(|read| read > 0)
    }

    /// The next bytes; nothing at the end.
    async fn take(&mut self, length: usize) -> Option<&mut [u8]> {
        while self.held.len() - self.taken < length {
            if !self.more().await {
                return None;
            }
        }
        let from = self.taken;
        self.taken += length;
        Some(&mut self.held[from..self.taken])
    }

    /// The bytes before the next such mark; nothing at the end.
    async fn until(&mut self, mark: &str) -> Option<String> {
        loop {
            let text = String::from_utf8_lossy(&self.held[self.taken..]);
            if let Some((before, _)) = text.split_once(mark) {
                let before = before.to_owned();
                self.taken += before.len() + mark.len();
                return Some(before);
            }
            if !self.more().await {
                return None;
            }
        }
    }
}

/// Reads the frames of a WebSocket whose handshake is done.
async fn frames(mut bytes: Bytes, ear: Shared) {
    while let Some(head) = bytes.take(2).await {
        let (first, second) = (head[0], head[1]);
        let length = match second & 0x7F {
            126 => {
                let Some(wide) = bytes.take(2).await else { return };
                usize::from(u16::from_be_bytes([wide[0], wide[1]]))
            }
            127 => panic!("an event of more than 65535 bytes"),
            short => short.into(),
        };
        let mask = match second & 0x80 {
            0 => None,
            _ => bytes.take(4).await.map(|mask| [mask[0], mask[1], mask[2], mask[3]]),
        };
        let Some(payload) = bytes.take(length).await else { return };
        if let Some(mask) = mask {
            payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        }
        match first {
            0x81 => ear.lock().expect("no panic").on_change(payload),
            0x88 => return,
            other => panic!("a frame that begins with {other:#x}"),
        }
    }
}

/// Reads the lines of a stream. What its elements are wrapped in is no line of data.
async fn lines(mut bytes: Bytes, ear: Shared) {
    loop {
        while let Some(end) = bytes.held[bytes.taken..].iter().position(|byte| *byte == b'\n') {
            let line = &bytes.held[bytes.taken..bytes.taken + end];
            if let Some(event) = line.strip_prefix(b"data: ") {
                ear.lock().expect("no panic").on_change(event);
            }
            bytes.taken += end + 1;
        }
        if !bytes.more().await {
            return;
        }
    }
}

/// Takes posts, and answers each with nothing.
async fn posts(listener: TcpListener, ear: Shared) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted.expect("a connection"),
            Some(ended) = connections.join_next() => {
                ended.expect("posts that were in order");
                continue;
            }
        };
        let (mut bytes, ear) = (Bytes::of(stream), Arc::clone(&ear));
        connections.spawn(async move {
            while let Some(head) = bytes.until("\r\n\r\n").await {
                let length = head.to_ascii_lowercase();
                let length = length.split_once("content-length: ").expect("a length").1;
                let length = length.split("\r\n").next().and_then(|it| it.parse().ok()).expect("a number");
                let Some(body) = bytes.take(length).await else { return };
                ear.lock().expect("no panic").on_change(body);
                bytes.stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("an answer");
            }
        });
    }
}

/// Asks for something, and reads until the answer has begun.
async fn asked(addr: std::net::SocketAddr, head: &str) -> Bytes {
    let mut bytes = Bytes::of(TcpStream::connect(addr).await.expect("a connection"));
    bytes.stream.write_all(head.as_bytes()).await.expect("a request");
    bytes.until("\r\n\r\n").await.expect("the head of an answer");
    bytes
}

/// Clients that wait for the account.
async fn waiting() -> Vec<TcpListener> {
    let mut listeners = Vec::new();
    for _ in 0..CLIENTS {
        listeners.push(TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
    }
    listeners
}

/// The clients of a bed, and what each of them receives.
struct Crowd {
    ears: Vec<Shared>,
    windows: Arc<Semaphore>,
    tasks: JoinSet<()>,
}

impl Crowd {
    fn new() -> Self {
        let windows = Arc::new(Semaphore::new(0));
        let ear = || Arc::new(Mutex::new(Subscriber { received: 0, windows: Arc::clone(&windows) }));
        Self { ears: (0..CLIENTS).map(|_| ear()).collect(), windows, tasks: JoinSet::new() }
    }

    /// Makes everything happen, and looks at what was notified of it until the server ended.
    async fn receives_events(mut self, server: TestServer, events: usize) {
        for window in 0..events / WINDOW {
            for place in 0..WINDOW {
                server.step("say", &json!({ "text": (window * WINDOW + place).to_string() }));
                tokio::task::yield_now().await;
            }
            let all = self.windows.acquire_many(u32::try_from(CLIENTS).expect("a few"));
            tokio::select! {
                received = tokio::time::timeout(PATIENCE * 10, all) => received.expect("all of it").expect("open").forget(),
                Some(ended) = self.tasks.join_next() => panic!("a client ended early: {ended:?}"),
            }
        }
        server.server.shutdown().await;
        for ear in &self.ears {
            assert_eq!(ear.lock().expect("no panic").received, events);
        }
    }
}

fn config(adapters: Vec<Adapter>) -> ServerConfig {
    let mut config = ServerConfig::new(DIALECT);
    config.adapters = adapters;
    // What events look like is tested elsewhere.
    config.verify = false;
    // A post waits for the answer to the one before, however long the machine takes.
    config.limits.pace = PATIENCE * 10;
    config.each(|adapter| adapter.heartbeat = Heartbeat::Never)
}

async fn server(adapters: Vec<Adapter>) -> TestServer {
    TestServer::of(config(adapters), &SharedWorld::seeded(1)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_websocket() {
    let server = server(vec![Adapter::ws(([127, 0, 0, 1], 0).into())]).await;
    let mut crowd = Crowd::new();
    let addr = server.server.ws_addr().expect("WebSocket is served");
    for ear in &crowd.ears {
        let bytes = asked(
            addr,
            "GET /event HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        )
        .await;
        crowd.tasks.spawn(frames(bytes, Arc::clone(ear)));
    }
    crowd.receives_events(server, EVENTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_reverse_websocket() {
    let listeners = waiting().await;
    let adapter = |listener: &TcpListener| {
        let url = format!("ws://{}/", listener.local_addr().expect("an address"));
        Adapter::new(Endpoint::ReverseWs { url, role: WsRole::Universal, reconnect: None })
    };
    let server = server(listeners.iter().map(adapter).collect()).await;
    let mut crowd = Crowd::new();
    for (listener, ear) in listeners.iter().zip(&crowd.ears) {
        let (stream, _) = listener.accept().await.expect("it connects");
        let socket = tokio_tungstenite::accept_async(stream).await.expect("a handshake");
        crowd.tasks.spawn(frames(Bytes::of(socket.into_inner()), Arc::clone(ear)));
    }
    crowd.receives_events(server, EVENTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_server_sent_events() {
    let server = server(vec![Adapter::http(([127, 0, 0, 1], 0).into())]).await;
    let mut crowd = Crowd::new();
    let addr = server.server.http_addr().expect("HTTP is served");
    for ear in &crowd.ears {
        let bytes = asked(addr, "GET /_events HTTP/1.1\r\nHost: x\r\n\r\n").await;
        crowd.tasks.spawn(lines(bytes, Arc::clone(ear)));
    }
    crowd.receives_events(server, EVENTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_webhook() {
    let listeners = waiting().await;
    let adapter =
        |listener: &TcpListener| Adapter::webhook(format!("http://{}/", listener.local_addr().expect("an address")));
    let server = server(listeners.iter().map(adapter).collect()).await;
    let mut crowd = Crowd::new();
    for (listener, ear) in listeners.into_iter().zip(&crowd.ears) {
        crowd.tasks.spawn(posts(listener, Arc::clone(ear)));
    }
    crowd.receives_events(server, EVENTS).await;
}
