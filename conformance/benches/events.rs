//! Events per second that the engine takes over each transport, each of them validated, beside what a bare reader of the
//! same stream takes. The stream is one event of the contracts, sent again and again as fast as it is read.
//!
//! `cargo bench -p botspec-conformance --bench events`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use botspec_conformance::gate::{Connection, Credentials, Gate};
use botspec_conformance::{Adapter, Contract, Listen, Secrets, Target};
use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;
use botspec_schema::{Catalog, Kind};
use divan::Bencher;
use divan::counter::ItemsCount;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, accept_async, connect_async};

fn main() {
    divan::main();
}

/// A dialect with all transports.
const DIALECT: &str = "napcat";
/// How many events one round takes: fewer than the engine keeps.
const EVENTS: usize = 10_000;
const TRANSPORTS: [Transport; 4] = [Transport::Ws, Transport::ReverseWs, Transport::Webhook, Transport::Sse];

fn event() -> String {
    let dialect = Catalog::builtin().dialect(DIALECT).expect("the dialect");
    dialect.events["message.group"].examples[0].to_string()
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Sends the event over a WebSocket until it was sent often enough, and waits until the other side has had enough.
async fn feed<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    let event = event();
    for _ in 0..EVENTS {
        socket.feed(Message::text(event.clone())).await.expect("it is read");
    }
    socket.flush().await.expect("it is read");
    while let Some(Ok(_)) = socket.next().await {}
}

/// Reads the head of a request or an answer.
async fn head(stream: &mut BufReader<TcpStream>) -> usize {
    let (mut length, mut connection) = (0, String::new());
    while stream.read_line(&mut connection).await.is_ok_and(|read| read > 2) {
        if let Some((_, value)) = connection.to_ascii_lowercase().split_once("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        connection.clear();
    }
    length
}

/// The other side of a transport: one that waits for a connection, or that opens it. It begins as soon as it is told to,
/// since the engine counts what comes from the moment on at which it looks.
async fn source(transport: Transport, listener: Option<TcpListener>, to: Option<SocketAddr>, go: Arc<Notify>) {
    match transport {
        Transport::Ws => {
            let (stream, _) = listener.expect("a socket").accept().await.expect("a connection");
            let socket = accept_async(stream).await.expect("a handshake");
            go.notified().await;
            feed(socket).await;
        }
        Transport::ReverseWs => {
            let mut request = format!("ws://{}/", to.expect("an address")).into_client_request().expect("a request");
            for (name, value) in [("X-Self-ID", "10001"), ("X-Client-Role", "Universal")] {
                request.headers_mut().insert(name, value.parse().expect("a value"));
            }
            let (socket, _) = connect_async(request).await.expect("a handshake");
            go.notified().await;
            feed(socket).await;
        }
        Transport::Webhook => {
            let mut stream = BufReader::new(TcpStream::connect(to.expect("an address")).await.expect("a connection"));
            go.notified().await;
            let event = event();
            let length = event.len();
            let post = format!(
                "POST / HTTP/1.1\r\nHost: x\r\nX-Self-ID: 10001\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\n\r\n{event}"
            );
            for _ in 0..EVENTS {
                stream.write_all(post.as_bytes()).await.expect("it is read");
                head(&mut stream).await;
            }
        }
        Transport::Sse => {
            let (stream, _) = listener.expect("a socket").accept().await.expect("a connection");
            let mut stream = BufReader::new(stream);
            head(&mut stream).await;
            let reported = format!("data: {}\n\n", event());
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").await.expect("it is read");
            go.notified().await;
            for _ in 0..EVENTS {
                if stream.write_all(reported.as_bytes()).await.is_err() {
                    return;
                }
            }
            let _ = stream.read_u8().await;
        }
        Transport::Http => unreachable!("no events come over it"),
    }
}

fn connects(transport: Transport) -> bool {
    matches!(transport, Transport::Ws | Transport::Sse)
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

/// What reads the stream and does nothing with it.
#[divan::bench(args = TRANSPORTS, sample_count = 10)]
fn bare(bencher: Bencher<'_, '_>, transport: Transport) {
    let runtime = runtime();
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        runtime.block_on(async {
            let listener = listener().await;
            let addr = listener.local_addr().expect("an address");
            let go = Arc::new(Notify::new());
            go.notify_one();
            if connects(transport) {
                tokio::spawn(source(transport, Some(listener), None, go));
                match transport {
                    Transport::Ws => count(connect_async(format!("ws://{addr}/")).await.expect("a handshake").0).await,
                    _ => lines(TcpStream::connect(addr).await.expect("a connection")).await,
                }
            } else {
                tokio::spawn(source(transport, None, Some(addr), go));
                let (stream, _) = listener.accept().await.expect("a connection");
                match transport {
                    Transport::ReverseWs => count(accept_async(stream).await.expect("a handshake")).await,
                    _ => posts(stream).await,
                }
            }
        });
    });
}

async fn count<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    for _ in 0..EVENTS {
        socket.next().await.expect("a frame").expect("a whole frame");
    }
}

async fn lines(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is read");
    let (mut received, mut connection) = (0, String::new());
    while received < EVENTS {
        connection.clear();
        assert_ne!(stream.read_line(&mut connection).await.expect("a line"), 0);
        received += usize::from(connection.starts_with("data:"));
    }
}

async fn posts(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    let mut body = Vec::new();
    for _ in 0..EVENTS {
        let length = head(&mut stream).await;
        body.resize(length, 0);
        stream.read_exact(&mut body).await.expect("a body");
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("it is read");
    }
}

/// The engine, which reads, parses and validates each event.
#[divan::bench(args = TRANSPORTS, sample_count = 10)]
fn engine(bencher: Bencher<'_, '_>, transport: Transport) {
    let runtime = runtime();
    let contract = Arc::new(Contract::new(Catalog::builtin(), DIALECT).expect("the dialect"));
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        runtime.block_on(async {
            let mut target = Target::new("stream", DIALECT);
            let go = Arc::new(Notify::new());
            if connects(transport) {
                let listener = listener().await;
                let addr = listener.local_addr().expect("an address");
                match transport {
                    Transport::Ws => target.ws = Some(Adapter::new(format!("ws://{addr}"), None)),
                    _ => target.sse = Some(Adapter::new(format!("http://{addr}"), None)),
                }
                tokio::spawn(source(transport, Some(listener), None, Arc::clone(&go)));
                take(&contract, connection(target, &contract, transport).await, &go).await;
            } else {
                let listen = Listen::on_loopback(None).expect("a free port");
                let addr = listen.addr;
                match transport {
                    Transport::ReverseWs => target.reverse_ws = Some(listen),
                    _ => target.webhook = Some(listen),
                }
                let gate = Gate::new(target, Arc::clone(&contract), Arc::new(Secrets::default()));
                tokio::spawn(source(transport, None, Some(addr), Arc::clone(&go)));
                take(&contract, open(&gate, transport).await, &go).await;
            }
        });
    });
}

async fn connection(target: Target, contract: &Arc<Contract>, transport: Transport) -> Connection {
    open(&Gate::new(target, Arc::clone(contract), Arc::new(Secrets::default())), transport).await
}

async fn open(gate: &Gate, transport: Transport) -> Connection {
    let opened = gate.open(transport, WsRole::Event, &Credentials::Valid).await.expect("it is allowed");
    opened.unwrap_or_else(|exchange| panic!("no connection: {exchange:?}"))
}

async fn take(contract: &Contract, connection: Connection, go: &Notify) {
    let (from, mut received) = (connection.cursor(), 0);
    go.notify_one();
    let all = connection.wait(from, Duration::from_secs(120), |frame| {
        let event = frame.received.json().expect("JSON");
        assert!(contract.differences(Kind::Event, Some("message.group"), event).is_empty(), "{event}");
        received += 1;
        received == EVENTS
    });
    all.await.map_or_else(|ended| panic!("only some came: {ended:?}"), drop);
}
