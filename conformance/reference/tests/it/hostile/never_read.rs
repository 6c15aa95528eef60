//! Clients that say something and never read what they are sent.

use std::time::Duration;

use botspec_reference::{Adapter, Endpoint};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::small;
use crate::harness::{PATIENCE, Socket, TestServer, config_in};
use crate::hook::Hook;
use crate::reverse::config;

/// Together far more than the buffers of a connection hold.
const MANY: usize = 300;

fn long() -> String {
    "long ".repeat(20_000)
}

/// Whether a frame of any dialect is about this.
fn tells(frame: &Value, text: &str) -> bool {
    frame.to_string().contains(text)
}

#[tokio::test]
async fn who_does_not_read_events_is_given_up_over_each_transport_of_milky() {
    let mut few = config_in("milky");
    few.limits.backlog = 16;
    let server = TestServer::with(few).await;
    let addr = server.server.http_addr().expect("HTTP is served");
    for headers in [
        "",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
    ] {
        let mut silent = TcpStream::connect(addr).await.expect("a connection");
        silent
            .write_all(format!("GET /event HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes())
            .await
            .expect("a request");
        let mut head = [0; 12];
        silent.read_exact(&mut head).await.expect("an answer");
        let mut witness = server.ws("/event").await;
        let text = long();
        for place in 0..MANY {
            server.step("say", &json!({ "text": format!("{place} {text}") }));
            assert!(tells(&witness.frame().await, &format!("{place} long")), "{place}");
        }
        let mut rest = Vec::new();
        // It may end in the middle of something.
        let _ = tokio::time::timeout(PATIENCE, silent.read_to_end(&mut rest)).await.expect("an end within the time");
        assert!(rest.len() < MANY * text.len(), "all of {} bytes were kept for it", rest.len());
    }
    server.done().await;
}

#[tokio::test]
async fn who_calls_and_does_not_read_answers_waits_alone() {
    for dialect in ["onebot11", "napcat", "llonebot"] {
        let server = TestServer::with(config_in(dialect)).await;
        let Socket(silent) = server.ws("/").await;
        let mut witness = server.ws("/").await;
        let call = json!({ "action": "get_status", "echo": long() }).to_string();
        let sending = tokio::spawn(async move {
            let mut silent = Socket(silent);
            for _ in 0..MANY {
                silent.send(call.clone()).await;
            }
            silent
        });
        for place in 0..20 {
            let text = format!("{place} is told");
            server.step("say", &json!({ "text": text }));
            while !tells(&witness.frame().await, &text) {}
            assert_eq!(witness.call("get_status", &json!({})).await["status"], "ok", "{dialect}");
        }
        assert!(!sending.is_finished(), "{dialect}: what nobody reads is not answered without an end");
        // The server ends all the same.
        server.done().await;
        sending.abort();
    }
}

#[tokio::test]
async fn who_asks_over_http_and_does_not_read_answers_waits_alone() {
    for (dialect, send, target, message, read, id) in [
        ("onebot11", "send_private_msg", "user_id", json!(long()), "/get_msg", "message_id"),
        (
            "milky",
            "send_private_message",
            "user_id",
            json!([{ "type": "text", "data": { "text": long() } }]),
            "/api/get_message",
            "message_seq",
        ),
    ] {
        let server = TestServer::with(config_in(dialect)).await;
        let sent = server.data(send, json!({ target: crate::harness::ACTOR, "message": message })).await;
        let mut params = json!({ id: sent[id] });
        if dialect == "milky" {
            params["message_scene"] = json!("friend");
            params["peer_id"] = json!(crate::harness::ACTOR);
        }
        let body = params.to_string();
        let request = format!(
            "POST {read} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut silent =
            TcpStream::connect(server.server.http_addr().expect("HTTP is served")).await.expect("a connection");
        // Answers of a hundred megabytes, for requests that the buffers of a connection hold.
        silent.write_all(request.repeat(1_000).as_bytes()).await.expect("the requests are sent");
        let mut first = [0; 12];
        silent.read_exact(&mut first).await.expect("an answer");
        assert_eq!(&first, b"HTTP/1.1 200", "{dialect}");
        for _ in 0..20 {
            server.data("get_login_info", json!({})).await;
        }
        // The server ends all the same.
        server.done().await;
        drop(silent);
    }
}

#[tokio::test]
async fn a_webhook_that_does_not_read_holds_up_nobody() {
    // Its buffer holds next to nothing.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let deaf = socket.listen(64).expect("it listens");
    let url = format!("http://{}/", deaf.local_addr().expect("an address"));
    let mut hook = Hook::new().await;
    let adapters = vec![
        Adapter::new(Endpoint::Webhook { url, timeout: Duration::from_millis(100) }),
        Adapter::webhook(hook.url("/")),
    ];
    let mut hasty = small(config(adapters));
    hasty.limits.pace = Duration::from_millis(1);
    let server = TestServer::with(hasty).await;
    hook.post().await;
    // Both forms of it are less than the other client takes.
    let text = "long ".repeat(150_000);
    for place in 0..5 {
        server.step("say", &json!({ "text": format!("{place} {text}") }));
        assert!(tells(&hook.post().await.json(), &format!("{place} long")), "{place}");
    }
    server.done().await;
    drop(deaf);
}
