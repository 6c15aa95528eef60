//! A small bot and its tests, as somebody would write them.

use botspec_testing::{Error, StandIn};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const GROUP: i64 = 70_001;
const ADMIN: i64 = 20_002;
const MEMBER: i64 = 30_003;

/// A bot that mutes whom an admin names behind `/ban`.
async fn ban_bot(url: String) {
    let (mut socket, _) = connect_async(url).await.expect("a connection");
    while let Some(Ok(frame)) = socket.next().await {
        let Message::Text(text) = frame else { continue };
        let event: Value = serde_json::from_str(&text).expect("JSON");
        let named = event["message"].as_array().into_iter().flatten().find(|segment| segment["type"] == "at");
        if let Some(named) = named.filter(|_| event["sender"]["role"] == "admin") {
            let params = json!({ "group_id": event["group_id"], "user_id": named["data"]["qq"], "duration": 60 });
            let call = json!({ "action": "set_group_ban", "params": params });
            socket.send(Message::text(call.to_string())).await.expect("sent");
        }
    }
}

/// A stand-in with the bot connected to it.
async fn ready() -> StandIn {
    let stand_in = StandIn::start("napcat").await.expect("it starts");
    tokio::spawn(ban_bot(stand_in.ws_url().expect("a WebSocket")));
    stand_in.wait_connected().await.expect("the bot connects");
    stand_in
}

fn ban(user: i64) -> Value {
    json!([
        { "type": "text", "data": { "text": "/ban " } },
        { "type": "at", "data": { "qq": user.to_string() } },
    ])
}

#[tokio::test]
async fn an_admin_mutes_a_member() {
    let stand_in = ready().await;
    let said = stand_in.step("say", json!({ "from": ADMIN, "group": GROUP, "message": ban(MEMBER) })).await;
    assert_eq!(said.expect("said")["received"], 1);
    let call = stand_in.wait_for_call("set_group_ban").await.expect("a call");
    assert_eq!((&call.answer["status"], &call.params["duration"]), (&json!("ok"), &json!(60)));
    let muted = stand_in.world().read(|world| {
        let member = world.group(GROUP).and_then(|group| group.member(MEMBER)).expect("a member");
        member.silenced_until > world.now()
    });
    assert!(muted);
    stand_in.shutdown().await;
}

#[tokio::test]
async fn mistakes_say_what_was_there() {
    let stand_in = ready().await;
    let error = stand_in.step("say", json!({ "from": 7, "text": "hello" })).await.expect_err("nobody");
    assert!(matches!(&error, Error::Refused { reason, .. } if reason.contains("there is no user 7")), "{error}");
    let error = stand_in.plan("send_grup_msg", json!({ "silent": true })).await.expect_err("no action");
    assert!(error.to_string().contains("send_group_msg"), "{error}");
    stand_in.shutdown().await;
}
