//! WebSocket: what is served where, echoes, tokens and what goes wrong.

use std::time::Duration;

use botspec_reference::Heartbeat;
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::harness::{ACTOR, BOT, Socket, TestServer, config};

#[tokio::test]
async fn calls_and_events_go_where_the_dialect_states() {
    let server = TestServer::new().await;
    for (path, calls, events) in [
        ("/", true, true),
        ("/api", true, false),
        ("/api/", true, false),
        ("/event", false, true),
        ("/event/", false, true),
    ] {
        let mut socket = server.ws(path).await;
        if events {
            let first = socket.frame().await;
            assert_eq!((&first["meta_event_type"], &first["sub_type"]), (&json!("lifecycle"), &json!("connect")));
            assert_eq!(first["self_id"], BOT, "{path}");
        }
        socket.send(json!({ "action": "get_status", "echo": 1 }).to_string()).await;
        if calls {
            assert_eq!(socket.frame().await["echo"], 1, "{path}");
        }
        server.step("say", &json!({ "text": path }));
        if events {
            let event = socket.frame().await;
            assert_eq!(event["raw_message"], path);
        } else {
            // An event would stand between the two answers.
            socket.send(json!({ "action": "get_status", "echo": 2 }).to_string()).await;
            assert_eq!(socket.frame().await["echo"], 2, "{path}");
        }
    }
    server.done().await;
}

#[tokio::test]
async fn an_echo_comes_back_whatever_it_is() {
    let server = TestServer::new().await;
    let mut socket = server.ws("/api").await;
    for echo in [
        json!("text"),
        json!("汉字 \u{1F600}"),
        json!(""),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_993_i64),
        json!(true),
        json!(false),
        json!(null),
        json!({}),
        json!({ "b": 1, "a": [null] }),
        json!([]),
        json!([1, "2", {}]),
    ] {
        for action in ["get_status", "no_such_action", "get_msg"] {
            socket.send(json!({ "action": action, "params": {}, "echo": echo }).to_string()).await;
            let answer = socket.frame().await;
            assert_eq!(answer.get("echo"), Some(&echo), "{action}");
        }
    }
    socket.send(json!({ "action": "get_status" }).to_string()).await;
    assert!(socket.frame().await.get("echo").is_none());
    server.done().await;
}

#[tokio::test]
async fn what_goes_wrong_is_reported_and_the_connection_stays() {
    let server = TestServer::new().await;
    let mut socket = server.ws("/api").await;
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for (frame, retcode) in [
        ("{".to_owned(), Some(1400)),
        (String::new(), Some(1400)),
        ("[]".to_owned(), Some(1400)),
        ("null".to_owned(), Some(1400)),
        (deep, Some(1400)),
        (json!({ "params": {} }).to_string(), Some(1400)),
        (json!({ "action": 1 }).to_string(), Some(1400)),
        (json!({ "action": "no_such_action" }).to_string(), Some(1404)),
        (json!({ "action": "get_status", "params": null }).to_string(), Some(0)),
        (json!({ "action": "get_status", "params": [] }).to_string(), None),
        (json!({ "action": "get_status", "params": "" }).to_string(), None),
        (json!({ "action": "get_msg" }).to_string(), None),
        (json!({ "action": "get_msg", "params": { "message_id": {} } }).to_string(), None),
    ] {
        socket.send(frame.clone()).await;
        let answer = socket.frame().await;
        match retcode {
            Some(retcode) => assert_eq!(answer["retcode"], retcode, "{frame}"),
            None => assert!(answer["status"] == "failed" && answer["data"].is_null(), "{frame}: {answer}"),
        }
    }
    socket.0.send(Message::binary(&b"{}"[..])).await.expect("the frame is sent");
    assert_eq!(socket.frame().await["retcode"], 1400);
    assert_eq!(socket.call("get_status", &json!({})).await["status"], "ok");
    server.done().await;
}

/// How a handshake ends.
async fn handshake(server: &TestServer, path: &str, header: Option<&str>) -> u16 {
    let url = format!("ws://{}{path}", server.server.ws_addr().expect("WebSocket is served"));
    let mut request = url.into_client_request().expect("a request");
    if let Some(header) = header {
        request.headers_mut().insert("Authorization", header.parse().expect("a header"));
    }
    match connect_async(request).await {
        Ok((_, response)) => response.status().as_u16(),
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_token_is_asked_for_in_the_handshake() {
    let with_token = config().each(|adapter| adapter.token = Some("made-up".to_owned()));
    let server = TestServer::with(with_token).await;
    for (path, header, status) in [
        ("/", None, 401),
        ("/api", Some("Basic made-up"), 401),
        ("/", Some("Bearer other"), 403),
        ("/event?access_token=other", None, 403),
        ("/event?access_token=made-up", None, 101),
        ("/", Some("Bearer made-up"), 101),
        ("/else", Some("Bearer made-up"), 404),
        ("/else", None, 401),
    ] {
        assert_eq!(handshake(&server, path, header).await, status, "{path} {header:?}");
    }
    server.done().await;
}

#[tokio::test]
async fn a_request_that_is_no_handshake_is_refused() {
    let server = TestServer::new().await;
    let url = format!("http://{}/api", server.server.ws_addr().expect("WebSocket is served"));
    let response = reqwest::get(url).await.expect("an answer");
    assert_eq!(response.status().as_u16(), 400);
    server.done().await;
}

#[tokio::test]
async fn heartbeats_come_with_their_interval() {
    let every = Heartbeat::Every(Duration::from_millis(20));
    let beating = config().each(|adapter| adapter.heartbeat = every);
    let server = TestServer::with(beating).await;
    for path in ["/", "/event"] {
        let mut socket = server.ws(path).await;
        assert_eq!(socket.frame().await["meta_event_type"], "lifecycle");
        for _ in 0..3 {
            let beat = socket.frame().await;
            assert_eq!((&beat["meta_event_type"], &beat["interval"]), (&json!("heartbeat"), &json!(20)));
            assert_eq!(beat["status"], json!({ "online": true, "good": true }));
        }
    }
    server.done().await;
}

#[tokio::test]
async fn two_accounts_of_a_world_talk_to_each_other() {
    let server = TestServer::new().await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = TestServer::of(other, &server.world).await;
    let (mut here, mut there) = (server.ws("/").await, other.ws("/").await);
    assert_eq!(here.frame().await["self_id"], BOT);
    assert_eq!(there.frame().await["self_id"], ACTOR);
    here.call("send_private_msg", &json!({ "user_id": ACTOR, "message": "Ping" })).await;
    let event = there.frame().await;
    assert_eq!(event["raw_message"], "Ping");
    assert_eq!((&event["user_id"], &event["sub_type"]), (&json!(BOT), &json!("friend")));
    there.call("send_group_msg", &json!({ "group_id": 70_001, "message": "Pong" })).await;
    let event = here.frame().await;
    assert_eq!(event["raw_message"], "Pong");
    assert_eq!((&event["group_id"], &event["sender"]["role"]), (&json!(70_001), &json!("admin")));
    server.done().await;
    other.done().await;
}

#[tokio::test]
async fn the_end_of_the_server_is_the_end_of_its_connections() {
    let server = TestServer::new().await;
    let mut sockets = vec![server.ws("/").await, server.ws("/api").await, server.ws("/event").await];
    server.done().await;
    for socket in &mut sockets {
        loop {
            match socket.message().await {
                Some(Ok(Message::Close(Some(frame)))) => assert_eq!(frame.code, CloseCode::Away),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_late_gets_every_event_before_the_server_ends() {
    let server = TestServer::new().await;
    let mut socket = server.ws("/event").await;
    socket.frame().await;
    // More than the buffers of the system hold, so that the server ends in the middle of a frame.
    let text = "x".repeat(64 * 1024);
    let sent = 300;
    for _ in 0..sent {
        server.step("say", &json!({ "text": text }));
    }
    let end = tokio::spawn(server.done());
    let mut received = 0;
    loop {
        match socket.message().await {
            Some(Ok(Message::Text(_))) => received += 1,
            Some(Ok(Message::Close(frame))) => {
                assert_eq!(frame.map(|frame| frame.code), Some(CloseCode::Away));
                break;
            }
            Some(Ok(_)) => {}
            other => panic!("after {received} of {sent} events: {other:?}"),
        }
    }
    assert_eq!(received, sent);
    end.await.expect("the server ends");
}

#[tokio::test]
async fn a_call_may_come_in_many_frames() {
    let server = TestServer::new().await;
    let Socket(mut raw) = server.ws("/api").await;
    let text = json!({ "action": "get_status", "echo": "慢慢来" }).to_string();
    let bytes = text.as_bytes();
    for (place, byte) in bytes.iter().enumerate() {
        let code = OpCode::Data(if place == 0 { Data::Text } else { Data::Continue });
        let frame = Frame::message(vec![*byte], code, place + 1 == bytes.len());
        raw.send(Message::Frame(frame)).await.expect("the frame is sent");
    }
    let answer: Value = Socket(raw).frame().await;
    assert_eq!(answer["echo"], "慢慢来");
    server.done().await;
}

#[tokio::test]
async fn a_foreign_web_page_may_not_connect_unless_it_is_allowed() {
    let config = config().each(|adapter| adapter.allowed_origins = vec!["https://ui.example".to_owned()]);
    let server = TestServer::with(config).await;
    let url = format!("ws://{}/event", server.server.ws_addr().expect("WebSocket is served"));
    for (origin, may) in [
        (None, true),
        (Some("http://127.0.0.1:5173"), true),
        (Some("https://ui.example"), true),
        (Some("https://evil.example"), false),
        (Some("null"), false),
    ] {
        let mut request = url.as_str().into_client_request().expect("a request");
        if let Some(origin) = origin {
            request.headers_mut().insert("Origin", origin.parse().expect("a value"));
        }
        let connected = tokio_tungstenite::connect_async(request).await;
        assert_eq!(connected.is_ok(), may, "{origin:?}");
    }
    server.done().await;
}
