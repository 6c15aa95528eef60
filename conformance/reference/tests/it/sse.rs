//! Streams of events, read by a reader that forgives nothing.

use std::time::Duration;

use botspec_reference::{Heartbeat, ServerConfig};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{PATIENCE, Reply, TestServer};

/// A dialect with such streams.
const DIALECT: &str = "napcat";
const PATH: &str = "/_events";

fn config() -> ServerConfig {
    let mut config = ServerConfig::new(DIALECT).on_loopback().each(|adapter| adapter.heartbeat = Heartbeat::Never);
    config.verify = true;
    config
}

/// Reads a stream line by line, and knows nothing but what it must contain.
pub(crate) struct Reader {
    response: Response,
    unread: Vec<u8>,
    event: Option<&'static str>,
}

impl Reader {
    pub(crate) async fn open(url: &str, event: Option<&'static str>) -> Self {
        let response = reqwest::get(url).await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, unread: Vec::new(), event }
    }

    /// The next line; `None` at the end.
    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let rest = self.unread.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.unread, rest);
                line.pop();
                assert!(!line.contains(&b'\r'), "a carriage return");
                return Some(String::from_utf8(line).expect("UTF-8"));
            }
            let element = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("more within the time");
            let Some(element) = element.ok().flatten() else {
                assert!(self.unread.is_empty(), "a line without an end");
                return None;
            };
            self.unread.extend_from_slice(&element);
        }
    }

    /// The next event; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let mut line = self.line().await?;
        if let Some(event) = self.event {
            assert_eq!(line, format!("event: {event}"));
            line = self.line().await.expect("a line of data");
        }
        let data = line.strip_prefix("data: ").unwrap_or_else(|| panic!("a line of data, not {line:?}"));
        let event = serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}"));
        assert_eq!(self.line().await.as_deref(), Some(""), "a blank line behind the event");
        Some(event)
    }

    pub(crate) async fn event(&mut self) -> Value {
        self.next().await.expect("an event")
    }
}

#[tokio::test]
async fn events_come_one_by_one_and_begin_with_the_first() {
    let server = TestServer::with(config()).await;
    let mut reader = Reader::open(&server.url(PATH), None).await;
    for text in ["Hello", "line\nbreak\r\n\u{2028}\u{1F600}", "data: x", " "] {
        server.step("say", &json!({ "text": text }));
        assert_eq!(reader.event().await["message"][0]["data"]["text"], text);
    }
    let TestServer { server, .. } = server;
    server.shutdown().await;
    assert_eq!(reader.next().await, None);
}

#[tokio::test]
async fn a_token_is_asked_for() {
    let server = TestServer::with(config().each(|adapter| adapter.token = Some("made-up".to_owned()))).await;
    let client = reqwest::Client::new();
    let refused = [client.get(server.url(PATH)), client.get(server.url(PATH)).bearer_auth("other")];
    for request in refused {
        assert_eq!(Reply::of(request).await.status, 403);
    }
    Reader::open(&server.url("/_events?access_token=made-up"), None).await;
    server.done().await;
}

#[tokio::test]
async fn nothing_is_streamed_where_it_is_not_turned_on() {
    let quiet = config().each(|adapter| {
        if let botspec_reference::Endpoint::Http { sse, .. } = &mut adapter.endpoint {
            *sse = false;
        }
    });
    let server = TestServer::with(quiet).await;
    let reply = Reply::of(reqwest::Client::new().get(server.url(PATH))).await;
    assert_ne!(reply.content_type, "text/event-stream");
    assert_eq!(reply.json()["status"], "failed");
    server.done().await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_given_up_and_disturbs_nobody() {
    const EVENTS: usize = 250;
    let mut small = config();
    small.limits.backlog = 16;
    let server = TestServer::with(small).await;
    let addr = server.server.http_addr().expect("HTTP is served");
    let mut silent = TcpStream::connect(addr).await.expect("a connection");
    silent.write_all(format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.expect("a request");
    let mut head = [0; 12];
    silent.read_exact(&mut head).await.expect("an answer");
    let mut reader = Reader::open(&server.url(PATH), None).await;
    let text = "long ".repeat(20_000);
    for _ in 0..EVENTS {
        server.step("say", &json!({ "text": text }));
        assert_eq!(reader.event().await["post_type"], "message");
    }
    let mut rest = Vec::new();
    // It may end in the middle of something.
    let _ = tokio::time::timeout(PATIENCE, silent.read_to_end(&mut rest)).await.expect("an end within the time");
    assert!(rest.len() < EVENTS * text.len(), "all of {} bytes were kept for it", rest.len());
    server.done().await;
}

#[tokio::test]
async fn a_client_that_goes_is_forgotten() {
    let mut few = config();
    few.limits.connections = 2;
    few.limits.patience = Duration::from_secs(1);
    let server = TestServer::with(few).await;
    for _ in 0..20 {
        let reader = Reader::open(&server.url(PATH), None).await;
        drop(reader);
    }
    let mut reader = Reader::open(&server.url(PATH), None).await;
    server.step("say", &json!({ "text": "Still here" }));
    assert_eq!(reader.event().await["raw_message"], "Still here");
    server.done().await;
}
