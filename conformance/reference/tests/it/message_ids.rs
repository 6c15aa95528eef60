//! Which number each account knows a message by, wherever it meets it.

use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, TestServer, config_in};
use botspec_reference::ServerConfig;

/// Two accounts of one world in a dialect, with the events of both.
async fn pair(dialect: &str) -> (TestServer, TestServer) {
    let server = TestServer::with(config_in(dialect)).await;
    let config = ServerConfig { account: Some(ACTOR), ..config_in(dialect) };
    let other = TestServer::of(config, &server.world).await;
    (server, other)
}

#[tokio::test]
async fn both_sides_read_quote_and_recall_by_their_own_numbers() {
    for dialect in ["onebot11", "napcat"] {
        let (here, there) = pair(dialect).await;
        let mut events = there.ws("/").await;
        events.frame().await;
        let sent =
            here.data("send_group_msg", json!({ "group_id": 70_001, "message": "hello" })).await["message_id"].clone();
        let received = events.frame().await["message_id"].clone();
        assert_ne!(sent, received, "{dialect}");
        for (side, id) in [(&here, &sent), (&there, &received)] {
            let read = side.data("get_msg", json!({ "message_id": id })).await;
            assert_eq!(&read["message_id"], id, "{dialect}");
        }
        there.refused("get_msg", json!({ "message_id": sent })).await;
        let reply = json!({ "group_id": 70_001, "message": [
            { "type": "reply", "data": { "id": received.to_string() } }, { "type": "text", "data": { "text": "hi" } },
        ] });
        let answer = there.data("send_group_msg", reply).await["message_id"].clone();
        let quoted = here.world.read(|world| {
            let number = answer.as_i64().and_then(|id| i32::try_from(id).ok()).expect("a number");
            world.number_for(BOT, world.message_id(ACTOR, number))
        });
        let read = here.data("get_msg", json!({ "message_id": quoted })).await;
        assert_eq!(read["message"][0]["data"]["id"], Value::from(sent.to_string()), "{dialect}");
        here.refused("delete_msg", json!({ "message_id": received })).await;
        here.data("delete_msg", json!({ "message_id": sent })).await;
        let recalled = loop {
            let event = events.frame().await;
            if event["notice_type"] == "group_recall" {
                break event;
            }
        };
        assert_eq!(recalled["message_id"], received, "{dialect}");
        here.done().await;
        there.done().await;
    }
}

/// LLOneBot makes the id out of what everybody sees of a message alike.
#[tokio::test]
async fn both_sides_of_llonebot_have_the_same_number_also_after_a_reset() {
    let (here, there) = pair("llonebot").await;
    let mut events = there.ws("/").await;
    events.frame().await;
    for _ in 0..2 {
        for (action, to) in
            [("send_group_msg", json!({ "group_id": 70_001 })), ("send_private_msg", json!({ "user_id": ACTOR }))]
        {
            let mut params = to;
            params["message"] = "hello".into();
            let sent = here.data(action, params).await["message_id"].clone();
            assert_eq!(events.frame().await["message_id"], sent, "{action}");
            there.data("get_msg", json!({ "message_id": sent })).await;
        }
        here.world.reset();
    }
    here.done().await;
    there.done().await;
}
