//! Programs that nobody here wrote connect to `botspec serve`, hear everything that a dialect has, call actions, and
//! understand what they are told. `tests/clients` connects them; `scripts/test-tools` installs them.

mod client;
mod gaps;
mod speech;
mod understanding;
mod world;

use botspec_schema::{Catalog, Dialect};
use serde_json::{Value, json};

use understanding::{Case, Link};

/// A dozen calls that every client of OneBot 11 makes.
fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("get_login_info", json!({})),
        ("get_status", json!({})),
        ("get_version_info", json!({})),
        ("get_friend_list", json!({})),
        ("get_group_list", json!({})),
        ("get_group_info", json!({ "group_id": 70_001 })),
        ("get_group_member_list", json!({ "group_id": 70_001 })),
        ("get_group_member_info", json!({ "group_id": 70_001, "user_id": 30_003 })),
        ("get_stranger_info", json!({ "user_id": 40_004 })),
        ("send_private_msg", json!({ "user_id": 20_002, "message": "Good morning" })),
        ("send_group_msg", json!({ "group_id": 70_001, "message": [{ "type": "face", "data": { "id": "14" } }] })),
        ("get_msg", json!({ "message_id": 51_001 })),
        ("set_group_card", json!({ "group_id": 70_001, "user_id": 30_003, "card": "Chen 🍵" })),
        ("set_group_ban", json!({ "group_id": 70_001, "user_id": 30_003, "duration": 60 })),
    ]
}

/// Calls that are refused.
fn refused() -> Vec<(&'static str, Value)> {
    vec![("get_msg", json!({ "message_id": 1 }))]
}

/// nonebot2, whose adapter speaks the standard.
fn nonebot(dialect: &'static str, link: Link) -> Case {
    let script = "nonebot_onebot.py";
    Case { client: "nonebot-adapter-onebot", script, dialect, version: None, link, calls, refused }
}

#[test]
fn nonebot_over_websocket() {
    nonebot("onebot11", Link::Ws).holds();
}

#[test]
fn nonebot_over_reverse_websocket() {
    nonebot("onebot11", Link::ReverseWs("/onebot/v11/ws")).holds();
}

#[test]
fn nonebot_over_webhook() {
    nonebot("onebot11", Link::Webhook("/onebot/v11/http")).holds();
}

#[test]
fn nonebot_with_napcat() {
    nonebot("napcat", Link::ReverseWs("/onebot/v11/ws")).holds();
}

#[test]
fn nonebot_with_llonebot() {
    nonebot("llonebot", Link::ReverseWs("/onebot/v11/ws")).holds();
}

/// aiocqhttp, which waits for implementations.
fn aiocqhttp(dialect: &'static str) -> Case {
    let script = "aiocqhttp_onebot.py";
    Case { client: "aiocqhttp", script, dialect, version: None, link: Link::ReverseWs("/ws"), calls, refused }
}

#[test]
fn aiocqhttp_over_reverse_websocket() {
    aiocqhttp("onebot11").holds();
}

#[test]
fn aiocqhttp_with_napcat() {
    aiocqhttp("napcat").holds();
}

#[test]
fn aiocqhttp_with_llonebot() {
    aiocqhttp("llonebot").holds();
}

/// node-napcat-ts, which is written for one dialect.
fn napcat_ts() -> Case {
    Case {
        client: "node-napcat-ts",
        script: "napcat_ts.cjs",
        dialect: "napcat",
        version: None,
        link: Link::Ws,
        calls,
        refused,
    }
}

#[test]
fn napcat_ts_over_websocket() {
    napcat_ts().holds();
}

/// koishi, whose adapter speaks the standard with extensions.
fn koishi(dialect: &'static str, link: Link) -> Case {
    let script = "koishi_onebot.cjs";
    Case { client: "koishi-plugin-adapter-onebot", script, dialect, version: None, link, calls, refused }
}

#[test]
fn koishi_over_reverse_websocket() {
    koishi("onebot11", Link::ReverseWs("/onebot")).holds();
}

#[test]
fn koishi_with_napcat_over_websocket() {
    koishi("napcat", Link::Ws).holds();
}

#[test]
fn koishi_with_llonebot_over_websocket() {
    koishi("llonebot", Link::Ws).holds();
}

/// The version of Milky that its published clients know.
const MILKY_VERSION: Option<&str> = Some("1.2");

/// Calls that every client of Milky makes.
fn milky_calls() -> Vec<(&'static str, Value)> {
    let words = |text: &str| json!([{ "type": "text", "data": { "text": text } }]);
    vec![
        ("get_login_info", json!({})),
        ("get_impl_info", json!({})),
        ("get_user_profile", json!({ "user_id": 20_002 })),
        ("get_friend_list", json!({})),
        ("get_friend_info", json!({ "user_id": 20_002 })),
        ("get_group_list", json!({})),
        ("get_group_info", json!({ "group_id": 70_001 })),
        ("get_group_member_list", json!({ "group_id": 70_001 })),
        ("get_group_member_info", json!({ "group_id": 70_001, "user_id": 30_003 })),
        ("send_private_message", json!({ "user_id": 20_002, "message": words("Good morning 🍵") })),
        ("send_group_message", json!({ "group_id": 70_001, "message": words("Good morning") })),
        ("get_message", json!({ "message_scene": "friend", "peer_id": 20_002, "message_seq": 51 })),
        ("get_history_messages", json!({ "message_scene": "friend", "peer_id": 20_002, "limit": 1 })),
        ("get_history_messages", json!({ "message_scene": "group", "peer_id": 70_001 })),
        ("get_group_files", json!({ "group_id": 70_001 })),
        ("get_friend_requests", json!({})),
        ("get_group_notifications", json!({})),
        ("get_group_announcements", json!({ "group_id": 70_001 })),
        ("get_group_essence_messages", json!({ "group_id": 70_001, "page_index": 0, "page_size": 20 })),
        ("set_group_member_card", json!({ "group_id": 70_001, "user_id": 30_003, "card": "Chen 🍵" })),
        ("set_group_member_mute", json!({ "group_id": 70_001, "user_id": 30_003, "duration": 60 })),
    ]
}

/// Calls that are refused in Milky.
fn milky_refused() -> Vec<(&'static str, Value)> {
    vec![("get_message", json!({ "message_scene": "friend", "peer_id": 20_002, "message_seq": 1 }))]
}

/// nonebot2 with the adapter for Milky.
fn nonebot_milky(link: Link) -> Case {
    let (client, script) = ("nonebot-adapter-milky", "nonebot_milky.py");
    Case { client, script, dialect: "milky", version: MILKY_VERSION, link, calls: milky_calls, refused: milky_refused }
}

#[test]
fn nonebot_with_milky_over_websocket() {
    nonebot_milky(Link::Ws).holds();
}

#[test]
fn nonebot_with_milky_over_webhook() {
    nonebot_milky(Link::Webhook("/milky/")).holds();
}

/// Every example of every API that the version has.
fn every_milky_call() -> Vec<(&'static str, Value)> {
    let newest = Catalog::builtin().dialect("milky").expect("the dialect");
    let older: &'static Dialect =
        Box::leak(Box::new(MILKY_VERSION.and_then(|it| newest.as_of(it)).expect("an older one")));
    let examples = older
        .actions
        .values()
        .flat_map(|action| action.examples.iter().map(|it| (action.name.as_str(), it.params.clone())));
    examples.collect()
}

/// The types of Milky's authors, which hold answers, events and parameters against their schemas.
fn milky_types() -> Case {
    let (client, script) = ("@saltify/milky-types", "milky_types.cjs");
    Case {
        client,
        script,
        dialect: "milky",
        version: MILKY_VERSION,
        link: Link::Ws,
        calls: every_milky_call,
        refused: milky_refused,
    }
}

#[test]
fn milky_types_over_websocket() {
    milky_types().holds();
}

/// milky-python-sdk, whose bots have events streamed.
fn milky_sdk() -> Case {
    let (client, script) = ("milky-python-sdk", "milky_sdk.py");
    Case {
        client,
        script,
        dialect: "milky",
        version: MILKY_VERSION,
        link: Link::Sse,
        calls: milky_calls,
        refused: milky_refused,
    }
}

#[test]
fn milky_sdk_over_sse() {
    milky_sdk().holds();
}

/// A client that takes anything would prove nothing.
#[test]
fn clients_notice_what_is_wrong() {
    nonebot("onebot11", Link::Ws).notices("event-missing/notice.group_ban/user_id", "notice.group_ban");
    aiocqhttp("onebot11").notices("event-type/notice.group_recall/user_id", "notice.group_recall");
    napcat_ts().notices("event-missing/notice.group_admin/sub_type", "notice.group_admin");
    koishi("onebot11", Link::Ws).notices("event-missing/message.group/sender", "message.group");
    nonebot_milky(Link::Ws).notices("event-missing/group_mute/data/duration", "group_mute");
    milky_types().notices("event-type/group_nudge/data/display_action", "group_nudge");
    milky_sdk().notices("event-missing/message_receive/data/sender_id", "message_receive");
}
