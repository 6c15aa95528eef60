//! Quick operations: what a framework does about an event in one go.

use serde_json::{Value, json};

use crate::bed::{BOT, Bed};

const GROUP: i64 = 70_001;
const MEMBER: i64 = 30_003;

/// Waits for the event of a step and does something about it.
async fn quick(bed: &Bed, step: &str, params: Value, operation: Value) -> Value {
    let mut events = bed.ws("/event").await;
    events.frame().await;
    bed.step(step, &params);
    let event = events.frame().await;
    bed.data(".handle_quick_operation", json!({ "context": event, "operation": operation })).await;
    event
}

#[tokio::test]
async fn a_private_message_is_answered() {
    let bed = Bed::new().await;
    quick(&bed, "say", json!({ "text": "Hello" }), json!({ "reply": "[CQ:face,id=14]", "auto_escape": true })).await;
    let own = bed.world.fixtures(BOT).get("own_message").cloned();
    let told = bed.data("get_msg", json!({ "message_id": own })).await;
    assert_eq!(told["message"], json!([{ "type": "text", "data": { "text": "[CQ:face,id=14]" } }]));
    bed.done().await;
}

#[tokio::test]
async fn a_group_message_is_answered_deleted_and_its_author_silenced_and_thrown_out() {
    let bed = Bed::new().await;
    let say = json!({ "from": MEMBER, "group": GROUP, "text": "Hello" });
    let event = quick(&bed, "say", say.clone(), json!({ "reply": "Quiet", "delete": true, "ban": true })).await;
    let own = bed.world.fixtures(BOT).get("own_group_message").cloned();
    let told = bed.data("get_msg", json!({ "message_id": own })).await;
    assert_eq!(told["message"][0], json!({ "type": "at", "data": { "qq": MEMBER.to_string() } }));
    assert_eq!(told["message"][1]["data"]["text"], " Quiet");
    bed.refused("get_msg", json!({ "message_id": event["message_id"] })).await;
    let silenced = bed.world.read(|world| {
        let member = world.group(GROUP).and_then(|group| group.member(MEMBER)).expect("a member");
        member.silenced_until - world.now()
    });
    assert!((1_700..=1_800).contains(&silenced), "{silenced}");
    quick(&bed, "say", say, json!({ "reply": "Bye", "at_sender": false, "kick": true })).await;
    bed.refused("get_group_member_info", json!({ "group_id": GROUP, "user_id": MEMBER })).await;
    bed.done().await;
}

#[tokio::test]
async fn a_mask_is_silenced_but_not_thrown_out() {
    let bed = Bed::new().await;
    let say = json!({ "group": GROUP, "text": "Guess who" });
    let event = quick(&bed, "anonymous_say", say, json!({ "ban": true, "ban_duration": 60 })).await;
    assert_eq!(event["sub_type"], "anonymous");
    bed.refused(".handle_quick_operation", json!({ "context": event, "operation": { "kick": true } })).await;
    bed.done().await;
}

#[tokio::test]
async fn requests_are_approved_or_declined() {
    let bed = Bed::new().await;
    quick(&bed, "friend_request", json!({ "user": 40_004 }), json!({ "approve": true, "remark": "Wang" })).await;
    let friends = bed.data("get_friend_list", json!({})).await;
    assert!(friends.as_array().expect("a list").iter().any(|it| it["user_id"] == 40_004 && it["remark"] == "Wang"));
    let join = json!({ "group": GROUP, "user": 40_004 });
    let event = quick(&bed, "group_request", join.clone(), json!({ "approve": false, "reason": "Full" })).await;
    bed.refused("set_group_add_request", json!({ "flag": event["flag"], "sub_type": "add" })).await;
    quick(&bed, "group_request", join, json!({ "approve": true })).await;
    bed.data("get_group_member_info", json!({ "group_id": GROUP, "user_id": 40_004 })).await;
    quick(&bed, "group_invitation", json!({ "group": 70_003 }), json!({ "approve": true })).await;
    bed.data("get_group_member_info", json!({ "group_id": 70_003, "user_id": BOT })).await;
    bed.done().await;
}

#[tokio::test]
async fn an_operation_of_the_wrong_type_is_refused() {
    let bed = Bed::new().await;
    let context = json!({ "post_type": "request", "request_type": "friend", "flag": "friend-req-1" });
    for operation in [json!({ "approve": [] }), json!({ "remark": {} })] {
        bed.refused(".handle_quick_operation", json!({ "context": context, "operation": operation })).await;
    }
    bed.refused(".handle_quick_operation", json!({ "context": { "post_type": "message" }, "operation": {} })).await;
    bed.done().await;
}
