//! Too much of anything.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::harness::{ACTOR, PATIENCE, Reply, TestServer, config};

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_and_the_next_is_not() {
    let mut small = config();
    small.limits.body = 10_000;
    let server = TestServer::with(small).await;
    let text = |length: usize| json!({ "user_id": ACTOR, "message": "x".repeat(length) });
    assert_eq!(server.post("send_private_msg", &text(20_000)).await.status, 400);
    assert_eq!(server.post("send_private_msg", &text(9_000)).await.json()["status"], "ok");
    server.done().await;
}

#[tokio::test]
async fn a_body_that_is_nested_too_deep_is_refused() {
    let server = TestServer::new().await;
    for depth in [200, 10_000, 1_000_000] {
        let body = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let request = reqwest::Client::new().post(server.url("/get_status")).header("Content-Type", "application/json");
        assert_eq!(Reply::of(request.body(body)).await.status, 400, "{depth}");
    }
    server.done().await;
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_its_connection_only() {
    let mut small = config();
    small.limits.message = 10_000;
    let server = TestServer::with(small).await;
    let mut other = server.ws("/api").await;
    let mut socket = server.ws("/api").await;
    socket.send(json!({ "action": "get_status", "echo": "x".repeat(20_000) }).to_string()).await;
    let mut rendered = None;
    while let Some(Ok(message)) = socket.message().await {
        if let Message::Close(Some(frame)) = message {
            rendered = Some(frame.code);
        }
    }
    assert_eq!(rendered, Some(CloseCode::Size));
    assert_eq!(other.call("get_status", &json!({})).await["status"], "ok");
    server.done().await;
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_request_is_let_go() {
    let mut hasty = config();
    hasty.limits.patience = Duration::from_millis(50);
    let server = TestServer::with(hasty).await;
    let addr = server.server.http_addr().expect("HTTP is served");
    for beginning in [
        "GET /get_status HTTP/1.1\r\nHost: x\r\n",
        "POST /get_status HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    ] {
        let mut stream = TcpStream::connect(addr).await.expect("a connection");
        stream.write_all(beginning.as_bytes()).await.expect("the beginning is sent");
        let mut rest = String::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut rest)).await;
        read.expect("an end within the time").expect("a text");
    }
    assert_eq!(server.data("get_status", json!({})).await["online"], true);
    server.done().await;
}

#[tokio::test]
async fn nonsense_in_place_of_a_request_harms_nobody() {
    let server = TestServer::new().await;
    let headers = "X-Nothing: 1\r\n".repeat(1_000);
    for addr in [server.server.http_addr(), server.server.ws_addr()].into_iter().flatten() {
        for nonsense in [
            b"\x16\x03\x01\x02\x00\x01\x00".to_vec(),
            b"\r\n\r\n\r\n".to_vec(),
            vec![0xFF; 100_000],
            format!("GET / HTTP/1.1\r\n{headers}\r\n").into_bytes(),
            b"GET /api HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".to_vec(),
        ] {
            let mut stream = TcpStream::connect(addr).await.expect("a connection");
            // The server may have hung up before everything was sent.
            let _ = stream.write_all(&nonsense).await;
            let _ = stream.shutdown().await;
            let mut rest = Vec::new();
            let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
            let _ = read.expect("an end within the time");
        }
    }
    assert_eq!(server.data("get_status", json!({})).await["online"], true);
    assert_eq!(server.ws("/api").await.call("get_status", &json!({})).await["status"], "ok");
    server.done().await;
}

#[tokio::test]
async fn forwards_inside_forwards_have_an_end() {
    let server = TestServer::new().await;
    let mut message = json!("deep");
    for _ in 0..20 {
        message = json!([{ "type": "node", "data": { "user_id": "20002", "nickname": "Lin", "content": message } }]);
    }
    server.refused("send_private_msg", json!({ "user_id": ACTOR, "message": message })).await;
    server.done().await;
}
