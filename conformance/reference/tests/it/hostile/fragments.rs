//! Messages in more frames than anybody needs.

use botspec_schema::model::WsRole;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};

use crate::harness::{PATIENCE, Socket, TestServer, config_in};
use crate::reverse::{Client, adapter, config};

const MOST: usize = 1_000;

fn fragment(kind: Data, payload: &[u8], last: bool) -> Message {
    Message::Frame(Frame::message(payload.to_vec(), OpCode::Data(kind), last))
}

/// Sends a message that never ends, with signs of life in between, and reads until it is sent why the connection ends.
async fn never_ends(socket: Socket, payload: &[u8]) -> (CloseCode, String) {
    let (mut sink, mut stream) = socket.0.split();
    let sending = async {
        let mut open = sink.send(fragment(Data::Text, payload, false)).await.is_ok();
        for place in 0_usize.. {
            // The other side ends it first; who learns of that reads on.
            if !open {
                break;
            }
            open = if place % 50 == 49 {
                sink.send(Message::Ping(b"still here".to_vec().into())).await.is_ok()
            } else {
                sink.send(fragment(Data::Continue, payload, false)).await.is_ok()
            };
        }
        std::future::pending::<()>().await;
    };
    let reading = async {
        loop {
            match stream.next().await {
                Some(Ok(Message::Close(Some(close)))) => return (close.code, close.reason.to_string()),
                Some(Ok(_)) => {}
                other => panic!("expected a close with its reason, found {other:?}"),
            }
        }
    };
    let rendered = async {
        tokio::select! {
            () = sending => unreachable!("sending never ends by itself"),
            rendered = reading => rendered,
        }
    };
    tokio::time::timeout(PATIENCE, rendered).await.expect("an end within the time")
}

fn why() -> (CloseCode, String) {
    (CloseCode::Policy, format!("a message in more than {MOST} frames"))
}

#[tokio::test]
async fn a_message_that_never_ends_is_ended_with_its_reason() {
    for (dialect, path) in [("onebot11", "/"), ("napcat", "/"), ("milky", "/event")] {
        let mut few = config_in(dialect);
        few.limits.fragments = MOST;
        let server = TestServer::with(few).await;
        let mut witness = server.ws(path).await;
        server.step("say", &json!({ "text": "Before" }));
        while !witness.frame().await.to_string().contains("Before") {}
        for payload in [&b""[..], b" "] {
            assert_eq!(never_ends(server.ws(path).await, payload).await, why(), "{dialect}");
        }
        server.step("say", &json!({ "text": "After" }));
        assert!(witness.frame().await.to_string().contains("After"), "{dialect}");
        drop(witness);
        server.done().await;
    }
}

#[tokio::test]
async fn a_server_that_never_ends_its_message_is_left_and_connected_to_again() {
    let (endless, other) = (Client::new().await, Client::new().await);
    let role = WsRole::Universal;
    let mut few = config(vec![adapter(endless.url(""), role), adapter(other.url(""), role)]);
    few.limits.fragments = MOST;
    let server = TestServer::with(few).await;
    let (mut witness, _) = other.accept().await;
    assert_eq!(witness.frame().await["sub_type"], "connect");
    assert_eq!(never_ends(endless.accept().await.0, b"").await, why());
    let (mut again, _) = endless.accept().await;
    assert_eq!(again.frame().await["sub_type"], "connect");
    assert_eq!(again.call("get_status", &json!({})).await["status"], "ok");
    assert_eq!(witness.call("get_status", &json!({})).await["status"], "ok");
    drop((again, witness));
    server.done().await;
}

#[tokio::test]
async fn a_long_message_may_come_in_as_many_frames_as_there_may_be() {
    let server = TestServer::new().await;
    let most = crate::harness::config().limits.fragments;
    let Socket(mut raw) = server.ws("/api").await;
    let echo = "long".repeat(most * 16);
    let text = json!({ "action": "get_status", "echo": echo }).to_string();
    let size = text.len().div_ceil(most);
    let elements: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
    assert!(elements.len() > most * 9 / 10, "{} of {most}", elements.len());
    for (place, element) in elements.iter().enumerate() {
        let kind = if place == 0 { Data::Text } else { Data::Continue };
        raw.feed(fragment(kind, element, place + 1 == elements.len())).await.expect("the frame is sent");
    }
    raw.flush().await.expect("all of it is sent");
    assert_eq!(Socket(raw).frame().await["echo"], echo);
    server.done().await;
}
