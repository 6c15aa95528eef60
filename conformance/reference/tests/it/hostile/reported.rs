//! Who cannot be reached is reported, with the reason, and once however often it is tried.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use botspec_reference::{Adapter, Endpoint, Heartbeat, Refused, ServerConfig};
use botspec_schema::model::{Transport, WsRole};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::small;
use crate::harness::TestServer;
use crate::hook::Hook;
use crate::reverse::{Client, adapter, config};

const TRIES: usize = 5;

fn telling(adapters: Vec<Adapter>) -> (ServerConfig, UnboundedReceiver<Refused>) {
    let mut config = small(config(adapters)).each(|adapter| adapter.heartbeat = Heartbeat::Never);
    let (to, rendered) = unbounded_channel();
    config.refused = Some(to);
    (config, rendered)
}

fn webhook(url: String) -> Adapter {
    Adapter::new(Endpoint::Webhook { url, timeout: Duration::from_millis(100) })
}

/// What was reported until the server ended.
fn all(mut rendered: UnboundedReceiver<Refused>) -> Vec<Refused> {
    std::iter::from_fn(|| rendered.try_recv().ok()).collect()
}

#[tokio::test]
async fn a_webhook_that_sends_elsewhere_or_states_no_is_reported_once() {
    let elsewhere: fn() -> Response = || Redirect::temporary("/elsewhere").into_response();
    let no: fn() -> Response = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
    for (answer, reason) in
        [(elsewhere, "it answers HTTP 307 Temporary Redirect"), (no, "it answers HTTP 500 Internal Server Error")]
    {
        let mut hook = Hook::with(Arc::new(move |_| answer())).await;
        let (config, rendered) = telling(vec![webhook(hook.url("/"))]);
        let server = TestServer::with(config).await;
        for _ in 0..TRIES {
            server.step("say", &json!({ "text": "Hello" }));
            assert_eq!(hook.post().await.uri.path(), "/");
        }
        server.done().await;
        let wanted = Refused { wire: Transport::Webhook, url: hook.url("/"), reason: reason.to_owned() };
        assert_eq!(all(rendered), [wanted]);
    }
}

#[tokio::test]
async fn a_webhook_that_never_answers_is_reported_once() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let (config, mut rendered) = telling(vec![webhook(url.clone())]);
    let server = TestServer::with(config).await;
    for _ in 0..TRIES {
        server.step("say", &json!({ "text": "Hello" }));
    }
    let first =
        tokio::time::timeout(crate::harness::PATIENCE, rendered.recv()).await.expect("it is told").expect("a reason");
    assert_eq!((first.wire, &first.url), (Transport::Webhook, &url));
    assert!(first.reason.contains("timed out"), "{first:?}");
    server.done().await;
    assert_eq!(all(rendered), []);
    drop(silent);
}

/// Turns an attempt to connect away.
async fn refuse(client: &Client) {
    let mut stream = client.stream().await;
    let mut request = vec![0; 4_096];
    let read = stream.read(&mut request).await.expect("a request");
    assert!(request[..read].starts_with(b"GET / HTTP/1.1\r\n"));
    stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await.expect("an answer");
}

#[tokio::test]
async fn a_server_that_refuses_for_a_while_is_reported_once_each_time() {
    let client = Client::new().await;
    let (config, rendered) = telling(vec![adapter(client.url(""), WsRole::Event)]);
    let server = TestServer::with(config).await;
    for _ in 0..2 {
        for _ in 0..TRIES {
            refuse(&client).await;
        }
        let (mut socket, _) = client.accept().await;
        assert_eq!(socket.frame().await["sub_type"], "connect");
        server.step("say", &json!({ "text": "Here" }));
        assert_eq!(socket.frame().await["raw_message"], "Here");
    }
    server.done().await;
    let rendered = all(rendered);
    assert_eq!(rendered.len(), 2, "{rendered:?}");
    assert!(rendered.iter().all(|it| it.wire == Transport::ReverseWs && it.reason.contains("403")), "{rendered:?}");
}
