//! Quick operations: what a framework does about an event in one go.

use serde_json::{Value, json};

use crate::harness::{BOT, TestServer};

const GROUP: i64 = 70_001;
const MEMBER: i64 = 30_003;

/// Waits for the event of a step and does something about it.
async fn quick(server: &TestServer, step: &str, params: Value, operation: Value) -> Value {
    let mut events = server.ws("/event").await;
    events.frame().await;
    server.step(step, &params);
    let event = events.frame().await;
    server.data(".handle_quick_operation", json!({ "context": event, "operation": operation })).await;
    event
}

#[tokio::test]
async fn a_private_message_is_answered() {
    let server = TestServer::new().await;
    quick(&server, "say", json!({ "text": "Hello" }), json!({ "reply": "[CQ:face,id=14]", "auto_escape": true })).await;
    let own = server.world.fixtures(BOT).get("own_message").cloned();
    let rendered = server.data("get_msg", json!({ "message_id": own })).await;
    assert_eq!(rendered["message"], json!([{ "type": "text", "data": { "text": "[CQ:face,id=14]" } }]));
    server.done().await;
}

#[tokio::test]
async fn a_group_message_is_answered_deleted_and_its_author_silenced_and_thrown_out() {
    let server = TestServer::new().await;
    let say = json!({ "from": MEMBER, "group": GROUP, "text": "Hello" });
    let event = quick(&server, "say", say.clone(), json!({ "reply": "Quiet", "delete": true, "ban": true })).await;
    let own = server.world.fixtures(BOT).get("own_group_message").cloned();
    let rendered = server.data("get_msg", json!({ "message_id": own })).await;
    assert_eq!(rendered["message"][0], json!({ "type": "at", "data": { "qq": MEMBER.to_string() } }));
    assert_eq!(rendered["message"][1]["data"]["text"], " Quiet");
    server.refused("get_msg", json!({ "message_id": event["message_id"] })).await;
    let silenced = server.world.read(|world| {
        let member = world.group(GROUP).and_then(|group| group.member(MEMBER)).expect("a member");
        member.silenced_until - world.now()
    });
    assert!((1_700..=1_800).contains(&silenced), "{silenced}");
    quick(&server, "say", say, json!({ "reply": "Bye", "at_sender": false, "kick": true })).await;
    server.refused("get_group_member_info", json!({ "group_id": GROUP, "user_id": MEMBER })).await;
    server.done().await;
}

#[tokio::test]
async fn a_mask_is_silenced_but_not_thrown_out() {
    let server = TestServer::new().await;
    let say = json!({ "group": GROUP, "text": "Guess who" });
    let event = quick(&server, "anonymous_say", say, json!({ "ban": true, "ban_duration": 60 })).await;
    assert_eq!(event["sub_type"], "anonymous");
    server.refused(".handle_quick_operation", json!({ "context": event, "operation": { "kick": true } })).await;
    server.done().await;
}

#[tokio::test]
async fn requests_are_approved_or_declined() {
    let server = TestServer::new().await;
    quick(&server, "friend_request", json!({ "user": 40_004 }), json!({ "approve": true, "remark": "Wang" })).await;
    let friends = server.data("get_friend_list", json!({})).await;
    assert!(friends.as_array().expect("a list").iter().any(|it| it["user_id"] == 40_004 && it["remark"] == "Wang"));
    let join = json!({ "group": GROUP, "user": 40_004 });
    let event = quick(&server, "group_request", join.clone(), json!({ "approve": false, "reason": "Full" })).await;
    server.refused("set_group_add_request", json!({ "flag": event["flag"], "sub_type": "add" })).await;
    quick(&server, "group_request", join, json!({ "approve": true })).await;
    server.data("get_group_member_info", json!({ "group_id": GROUP, "user_id": 40_004 })).await;
    quick(&server, "group_invitation", json!({ "group": 70_003 }), json!({ "approve": true })).await;
    server.data("get_group_member_info", json!({ "group_id": 70_003, "user_id": BOT })).await;
    server.done().await;
}

#[tokio::test]
async fn an_operation_of_the_wrong_type_is_refused() {
    let server = TestServer::new().await;
    let context = json!({ "post_type": "request", "request_type": "friend", "flag": "friend-req-1" });
    for operation in [json!({ "approve": [] }), json!({ "remark": {} })] {
        server.refused(".handle_quick_operation", json!({ "context": context, "operation": operation })).await;
    }
    server.refused(".handle_quick_operation", json!({ "context": { "post_type": "message" }, "operation": {} })).await;
    server.done().await;
}
