//! Many clients at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Socket, TestServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_gets_every_event_once_and_in_order() {
    const CLIENTS: usize = 50;
    const EVENTS: usize = 200;
    let server = TestServer::new().await;
    let mut clients = JoinSet::new();
    for place in 0..CLIENTS {
        let mut socket = server.ws(if place % 2 == 0 { "/" } else { "/event" }).await;
        clients.spawn(async move {
            assert_eq!(socket.frame().await["post_type"], "meta_event");
            let mut received = Vec::new();
            for _ in 0..EVENTS {
                received.push(socket.frame().await["raw_message"].as_str().expect("a text").to_owned());
            }
            received
        });
    }
    for place in 0..EVENTS {
        server.step("say", &json!({ "text": place.to_string() }));
    }
    let wanted: Vec<String> = (0..EVENTS).map(|place| place.to_string()).collect();
    while let Some(received) = clients.join_next().await {
        assert_eq!(received.expect("a client that ended well"), wanted);
    }
    server.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_reach_who_asked_and_messages_are_all_there() {
    const CLIENTS: usize = 20;
    const CALLS: usize = 50;
    let server = TestServer::new().await;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let mut socket = server.ws("/api").await;
        clients.spawn(async move {
            for call in 0..CALLS {
                let params = json!({ "user_id": 20_002, "message": format!("{client}/{call}") });
                let frame = json!({ "action": "send_private_msg", "params": params, "echo": [client, call] });
                socket.send(frame.to_string()).await;
            }
            let mut ids = BTreeSet::new();
            for _ in 0..CALLS {
                let answer = socket.frame().await;
                assert_eq!(answer["echo"][0], client);
                assert_eq!(answer["status"], "ok");
                ids.insert(answer["data"]["message_id"].as_i64().expect("a number"));
            }
            ids
        });
    }
    let mut ids = BTreeSet::new();
    while let Some(client) = clients.join_next().await {
        ids.extend(client.expect("a client that ended well"));
    }
    assert_eq!(ids.len(), CLIENTS * CALLS, "no id twice");
    let mut socket = server.ws("/api").await;
    for id in ids {
        assert_eq!(socket.call("get_msg", &json!({ "message_id": id })).await["data"]["message_id"], id);
    }
    server.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_given_up_and_disturbs_nobody() {
    const EVENTS: usize = 250;
    let mut config = crate::harness::config();
    config.limits.backlog = 16;
    let server = TestServer::with(config).await;
    let silent = server.ws("/event").await;
    let Socket(raw) = silent;
    let mut reader = server.ws("/event").await;
    reader.frame().await;
    let text = "long ".repeat(20_000);
    let mut received = 0;
    // Far more than the buffers of a connection hold, and read by the other client as it comes.
    for _ in 0..EVENTS {
        server.step("say", &json!({ "text": text }));
        let event: Value = reader.frame().await;
        assert_eq!(event["post_type"], "message");
        received += 1;
    }
    assert_eq!(received, EVENTS);
    // What waited for it is bounded: the rest of the events is not there any more.
    let mut silent = Socket(raw);
    let mut got = 0;
    while let Some(Ok(message)) = silent.message().await {
        got += usize::from(message.is_text());
    }
    assert!(got < EVENTS, "all {got} frames were kept for it");
    server.done().await;
}
