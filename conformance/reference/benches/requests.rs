//! Requests per second of the reference over each transport, beside a server that gives back what it gets: axum over
//! HTTP, tokio-tungstenite over a WebSocket. The client is the same.
//!
//! `cargo bench -p botspec-reference --bench requests`

use axum::Router;
use axum::body::Bytes;
use botspec_reference::{Heartbeat, Server, ServerConfig, SharedWorld};
use divan::Bencher;
use divan::counter::ItemsCount;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, connect_async};

fn main() {
    divan::main();
}

const DIALECT: &str = "napcat";
const REQUESTS: usize = 5000;
/// How many requests are under way at once.
const AT_ONCE: usize = 8;
const PARAMS: &str = r#"{"group_id":70001,"user_id":30003}"#;
const CALL: &str = r#"{"action":"get_group_member_info","params":{"group_id":70001,"user_id":30003},"echo":1}"#;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn served(runtime: &Runtime) -> Server {
    let config = ServerConfig::new(DIALECT).on_loopback().each(|adapter| adapter.heartbeat = Heartbeat::Never);
    runtime.block_on(Server::start(config, &SharedWorld::seeded(1))).expect("the server starts")
}

fn listener(runtime: &Runtime) -> (TcpListener, std::net::SocketAddr) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let addr = listener.local_addr().expect("an address");
    (listener, addr)
}

async fn posted(url: &str) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let answers = futures_util::stream::iter(0..REQUESTS).map(|_| async {
        let request = client.post(url).header("Content-Type", "application/json").body(PARAMS);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert!(!answer.bytes().await.expect("a body").is_empty());
    });
    answers.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
}

async fn called(url: &str) {
    let (socket, _) = connect_async(url).await.expect("a handshake");
    let (mut calls, mut answers) = socket.split();
    let (mut sent, mut seen) = (0, 0);
    while seen < REQUESTS {
        while sent < REQUESTS && sent < seen + AT_ONCE {
            calls.feed(Message::text(CALL)).await.expect("it is read");
            sent += 1;
        }
        calls.flush().await.expect("it is read");
        let frame = answers.next().await.expect("an answer").expect("a whole frame");
        // What is reported of the connection is no answer.
        seen += usize::from(frame.to_text().is_ok_and(|text| text.contains("\"echo\"")));
    }
}

#[divan::bench(sample_count = 10)]
fn bare_http(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let (listener, addr) = listener(&runtime);
    let router = Router::new().fallback(|body: Bytes| async { body });
    runtime.spawn(async move { axum::serve(listener, router).await });
    let url = format!("http://{addr}/get_group_member_info");
    bencher.counter(ItemsCount::new(REQUESTS)).bench_local(|| runtime.block_on(posted(&url)));
}

#[divan::bench(sample_count = 10)]
fn reference_http(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let server = served(&runtime);
    let url = format!("http://{}/get_group_member_info", server.http_addr().expect("HTTP is served"));
    bencher.counter(ItemsCount::new(REQUESTS)).bench_local(|| runtime.block_on(posted(&url)));
}

#[divan::bench(sample_count = 10)]
fn bare_ws(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let (listener, addr) = listener(&runtime);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut out, mut frames) = accept_async(stream).await.expect("a handshake").split();
                while let Some(Ok(frame)) = frames.next().await {
                    if out.send(frame).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let url = format!("ws://{addr}/");
    bencher.counter(ItemsCount::new(REQUESTS)).bench_local(|| runtime.block_on(called(&url)));
}

#[divan::bench(sample_count = 10)]
fn reference_ws(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let server = served(&runtime);
    let url = format!("ws://{}/", server.ws_addr().expect("WebSocket is served"));
    bencher.counter(ItemsCount::new(REQUESTS)).bench_local(|| runtime.block_on(called(&url)));
}
