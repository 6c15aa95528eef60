//! Milky: its events, its segments, and what is the same from both sides.

use botspec_reference::SharedWorld;
use botspec_schema::Kind;
use botspec_schema::model::{Trigger, TriggerBy};
use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, TestServer, config_in};

const MILKY: &str = "milky";
const GROUP: i64 = 70_001;

/// The bot and the actor of one world.
struct Both {
    bot: TestServer,
    actor: TestServer,
}

impl Both {
    async fn new() -> Self {
        let world = SharedWorld::seeded(1);
        let mut other = config_in(MILKY);
        other.account = Some(ACTOR);
        Self { bot: TestServer::of(config_in(MILKY), &world).await, actor: TestServer::of(other, &world).await }
    }

    async fn done(self) {
        self.bot.done().await;
        self.actor.done().await;
    }
}

async fn server() -> TestServer {
    TestServer::with(config_in(MILKY)).await
}

fn text(words: &str) -> Value {
    json!([{ "type": "text", "data": { "text": words } }])
}

fn valid(server: &TestServer, event: &Value, name: &str) {
    let violations = server.dialect.check(Kind::Event, Some(name), event).expect("a known event");
    assert!(violations.is_empty(), "{name}: {violations:#?}\n{event:#}");
}

/// Makes what a trigger states happen. A message of the actor is sent freshly, in the group where the trigger names one.
async fn pull(both: &Both, trigger: &Trigger) -> Option<Value> {
    let call = trigger.call.as_deref().expect("a call");
    let mut params = trigger.params.clone().unwrap_or_default();
    let mut posted = None;
    for key in ["message_seq", "number"] {
        if params.get(key) == Some(&json!("$actor_message")) {
            let sent = json!({ "group_id": GROUP, "message": text("Oops") });
            posted = Some(both.actor.data("send_group_message", sent).await["message_seq"].clone());
            params[key] = posted.clone()?;
        }
    }
    let fixtures = both.bot.world.fixtures_in(MILKY, BOT).expect("a dialect that is spoken");
    let params = fixtures.resolve(&params).expect("a fixture of each name");
    match trigger.by {
        TriggerBy::World => drop(both.bot.step(call, &params)),
        TriggerBy::Itself => drop(both.bot.data(call, params).await),
        TriggerBy::Actor => drop(both.actor.data(call, params).await),
        other => panic!("{other:?} makes nothing happen in Milky"),
    }
    posted
}

#[tokio::test]
async fn every_trigger_of_the_contracts_makes_its_event() {
    let mut seen = 0;
    for event in server().await.dialect.events.values() {
        assert!(!event.triggers.is_empty(), "nothing makes `{}` happen", event.name);
        for trigger in &event.triggers {
            let both = Both::new().await;
            let mut events = both.bot.ws("/event").await;
            pull(&both, trigger).await;
            let received = loop {
                let received = events.frame().await;
                let name = both.bot.dialect.recognise_event(&received).map(|event| event.name.as_str());
                if name == Some(event.name.as_str()) {
                    break received;
                }
                // What a message or a member has to come from.
                let on_the_way = ["message_receive", "group_member_decrease"];
                assert!(
                    name.is_some_and(|name| on_the_way.contains(&name)),
                    "{} by {trigger:?}: {received}",
                    event.name
                );
            };
            valid(&both.bot, &received, &event.name);
            assert_eq!(received["self_id"], BOT);
            seen += 1;
            both.done().await;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test]
async fn every_segment_is_read_back_as_its_contract_states() {
    let both = Both::new().await;
    let mut events = both.actor.ws("/event").await;
    let mut tried = 0;
    for segment in both.bot.dialect.segments.values().filter(|segment| segment.send.is_some()) {
        for example in segment.examples.iter().filter(|example| example.send.is_some()) {
            let title = format!("{}: {}", segment.name, example.title);
            let mut data = example.send.clone().expect("data to send");
            // An answer is to something that was sent here.
            if data.get("message_seq").is_some() {
                data["message_seq"] = json!(620);
            }
            let message = json!([{ "type": segment.name, "data": data }]);
            let sent = both.bot.data("send_group_message", json!({ "group_id": GROUP, "message": message })).await;
            let named = json!({ "message_scene": "group", "peer_id": GROUP, "message_seq": sent["message_seq"] });
            let read = both.bot.data("get_message", named.clone()).await["message"].clone();
            let rendered = &read["segments"][0];
            assert_eq!(rendered["type"], segment.name.as_str(), "{title}");
            let violations =
                both.bot.dialect.check(Kind::SegmentReceive, Some(&segment.name), rendered).expect("known");
            assert!(violations.is_empty(), "{title}: {violations:#?}");
            for (key, value) in data.as_object().expect("an object") {
                if let Some(rendered) = rendered["data"].get(key) {
                    assert_eq!(rendered, value, "{title}: {key}");
                }
            }
            let received = events.frame().await;
            assert_eq!(received["data"]["segments"], read["segments"], "{title}: the other side hears the same");
            assert_eq!(both.actor.data("get_message", named).await["message"]["segments"], read["segments"], "{title}");
            tried += 1;
        }
    }
    assert!(tried >= 10, "only {tried} examples");
    both.done().await;
}

#[tokio::test]
async fn a_message_has_one_number_for_both_who_talk() {
    let both = Both::new().await;
    let mut last = 0;
    for (from, to, server) in [(BOT, ACTOR, &both.bot), (ACTOR, BOT, &both.actor), (BOT, ACTOR, &both.bot)] {
        let sent = server.data("send_private_message", json!({ "user_id": to, "message": text("Hello") })).await;
        let number = sent["message_seq"].as_i64().expect("a number");
        assert!(number > last, "numbers rise");
        last = number;
        for (server, peer) in [(&both.bot, ACTOR), (&both.actor, BOT)] {
            let named = json!({ "message_scene": "friend", "peer_id": peer, "message_seq": number });
            let read = server.data("get_message", named).await["message"].clone();
            assert_eq!((&read["sender_id"], &read["peer_id"]), (&json!(from), &json!(peer)));
        }
    }
    both.actor.refused("recall_private_message", json!({ "user_id": BOT, "message_seq": last })).await;
    both.bot.data("recall_private_message", json!({ "user_id": ACTOR, "message_seq": last })).await;
    let named = json!({ "message_scene": "friend", "peer_id": BOT, "message_seq": last });
    both.actor.refused("get_message", named).await;
    both.done().await;
}

#[tokio::test]
async fn history_goes_back_page_by_page_in_the_order_of_numbers() {
    let server = server().await;
    for count in 0..45 {
        server.step("say", &json!({ "group": GROUP, "text": count.to_string() }));
    }
    let mut start = Value::Null;
    let mut numbers: Vec<i64> = Vec::new();
    for size in [20, 20, 9] {
        let params = json!({ "message_scene": "group", "peer_id": GROUP, "start_message_seq": start, "limit": null });
        let page = server.data("get_history_messages", params).await;
        let rendered: Vec<i64> = page["messages"]
            .as_array()
            .expect("messages")
            .iter()
            .map(|message| message["message_seq"].as_i64().expect("a number"))
            .collect();
        assert_eq!(rendered.len(), size);
        assert!(rendered.is_sorted(), "{rendered:?}");
        numbers.splice(0..0, rendered);
        start = page.get("next_message_seq").cloned().unwrap_or_default();
    }
    assert!(start.is_null(), "{start}");
    assert_eq!(numbers, (620..620 + 49).collect::<Vec<_>>());
    let none = json!({ "message_scene": "group", "peer_id": GROUP, "limit": 0 });
    assert_eq!(server.data("get_history_messages", none).await["messages"], json!([]));
    server.done().await;
}

#[tokio::test]
async fn requests_keep_what_became_of_them() {
    let server = server().await;
    server.data("reject_friend_request", json!({ "initiator_uid": "u_made_up_40004", "reason": "Not today" })).await;
    server.refused("accept_friend_request", json!({ "initiator_uid": "u_made_up_40004" })).await;
    let requests = server.data("get_friend_requests", json!({})).await["requests"].clone();
    let states: Vec<&Value> = requests.as_array().expect("requests").iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["pending", "rejected"]);
    let doubtful = json!({ "initiator_uid": "u_made_up_40004", "is_filtered": true });
    server.data("accept_friend_request", doubtful).await;
    server.data("get_friend_info", json!({ "user_id": 40_004 })).await;
    server.step("group_introduction", &json!({ "group": GROUP, "user": 40_005, "by": 30_003 }));
    let newest = server.data("get_group_notifications", json!({ "limit": 1 })).await;
    let asked = newest["notifications"][0].clone();
    assert_eq!((&asked["type"], &asked["state"]), (&json!("invited_join_request"), &json!("pending")));
    let mut answer = json!({ "notification_seq": asked["notification_seq"], "notification_type": "join_request", "group_id": GROUP });
    server.refused("accept_group_request", answer.clone()).await;
    answer["notification_type"] = json!("invited_join_request");
    server.data("accept_group_request", answer).await;
    server.data("kick_group_member", json!({ "group_id": GROUP, "user_id": 40_005 })).await;
    let rendered = server.data("get_group_notifications", json!({})).await["notifications"].clone();
    let rendered = rendered.as_array().expect("notifications");
    assert_eq!((&rendered[0]["type"], &rendered[0]["target_user_id"]), (&json!("kick"), &json!(40_005)));
    assert_eq!((&rendered[1]["state"], &rendered[1]["operator_id"]), (&json!("accepted"), &json!(BOT)));
    let numbers: Vec<i64> = rendered.iter().map(|it| it["notification_seq"].as_i64().expect("a number")).collect();
    assert!(numbers.is_sorted_by(|one, next| one > next), "{numbers:?}");
    let next = &newest["next_notification_seq"];
    let from = server.data("get_group_notifications", json!({ "start_notification_seq": next, "limit": 1 })).await;
    assert_eq!(&from["notifications"][0]["notification_seq"], next);
    server.done().await;
}

#[tokio::test]
async fn nobody_is_served_who_is_not_logged_in() {
    let server = server().await;
    server.step("log_off", &json!({ "text": "Logged in elsewhere" }));
    let reply = server.post("get_login_info", &json!({})).await.json();
    let not_logged_in = &server.dialect.file.failures[&botspec_schema::model::FailureKind::NotLoggedIn];
    let retcode = not_logged_in.http.as_ref().and_then(|http| http.retcode).expect("a retcode");
    assert_eq!((&reply["status"], &reply["retcode"]), (&json!("failed"), &json!(retcode)));
    server.step("log_on", &json!({}));
    server.data("get_login_info", json!({})).await;
    server.done().await;
}

#[tokio::test]
async fn pins_files_and_nudges_are_kept_and_reported() {
    let both = Both::new().await;
    let mut events = both.bot.ws("/event").await;
    both.bot.data("set_peer_pin", json!({ "message_scene": "group", "peer_id": GROUP })).await;
    both.bot.data("set_peer_pin", json!({ "message_scene": "friend", "peer_id": ACTOR, "is_pinned": null })).await;
    both.bot.data("set_peer_pin", json!({ "message_scene": "group", "peer_id": GROUP, "is_pinned": false })).await;
    let pins = both.bot.data("get_peer_pins", json!({})).await;
    assert_eq!((&pins["friends"][0]["user_id"], &pins["groups"]), (&json!(ACTOR), &json!([])));
    for _ in 0..3 {
        assert_eq!(events.frame().await["event_type"], "peer_pin_change");
    }
    let file = json!({ "user_id": BOT, "file_uri": "base64://bWVudTogc291cAo=", "file_name": "menu.txt" });
    let sent = both.actor.data("upload_private_file", file).await["file_id"].clone();
    let (message, upload) = (events.frame().await, events.frame().await);
    assert_eq!(message["data"]["segments"][0]["data"]["file_id"], sent);
    assert_eq!((&upload["event_type"], &upload["data"]["is_self"]), (&json!("friend_file_upload"), &json!(false)));
    let mut fetch = json!({ "user_id": ACTOR, "file_id": sent, "file_hash": upload["data"]["file_hash"] });
    both.bot.data("get_private_file_download_url", fetch.clone()).await;
    fetch["file_hash"] = json!("another");
    both.bot.refused("get_private_file_download_url", fetch).await;
    let file = json!({ "group_id": GROUP, "file_uri": "base64://bWVudTogc291cAo=", "file_name": "menu.txt", "parent_folder_id": "/folder-0001" });
    let sent = both.actor.data("upload_group_file", file).await["file_id"].clone();
    let rendered = [events.frame().await, events.frame().await];
    assert_eq!((&rendered[0]["event_type"], &rendered[0]["data"]["file_id"]), (&json!("group_file_upload"), &sent));
    assert_eq!(rendered[1]["data"]["segments"][0]["data"]["file_id"], sent);
    both.bot.refused("rename_group_file", json!({ "group_id": GROUP, "file_id": sent, "new_file_name": "x" })).await;
    both.bot.data("get_group_file_download_url", json!({ "group_id": GROUP, "file_id": sent })).await;
    let files =
        both.bot.data("get_group_files", json!({ "group_id": GROUP, "parent_folder_id": "/folder-0001" })).await;
    assert_eq!((&files["files"][0]["file_id"], &files["files"][0]["downloaded_times"]), (&sent, &json!(1)));
    both.actor.data("send_friend_nudge", json!({ "user_id": BOT, "is_self": true })).await;
    let nudge = events.frame().await;
    let sides = [&nudge["data"]["user_id"], &nudge["data"]["is_self_send"], &nudge["data"]["is_self_receive"]];
    assert_eq!(sides, [&json!(ACTOR), &json!(false), &json!(false)]);
    both.done().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_leaves_the_reference_well() {
    let server = server().await;
    let mut deep = text("deep");
    for _ in 0..30 {
        deep = json!([{ "type": "forward", "data": { "messages": [{ "user_id": 30_003, "sender_name": "Chen", "segments": deep }] } }]);
    }
    let lonely = json!([{ "type": "record", "data": { "uri": "https://example.com/a.wav" } }, text("and words")[0]]);
    let answer = |number: i64| json!([{ "type": "reply", "data": { "message_seq": number } }, text("?")[0]]);
    for message in [json!([]), text(""), lonely, answer(9_999), answer(52), deep] {
        server.refused("send_group_message", json!({ "group_id": GROUP, "message": message })).await;
    }
    for (action, params) in [
        ("send_private_message", json!({ "user_id": 40_004, "message": text("We never met") })),
        ("send_private_message", json!({ "user_id": 4_000_000_000_i64, "message": text("?") })),
        ("send_private_message", json!({ "user_id": 1, "message": text("?") })),
        ("send_private_message", json!({ "user_id": ACTOR, "message": "words" })),
        ("send_private_message", json!({ "user_id": ACTOR, "message": [{ "type": "xml", "data": {} }] })),
        ("get_message", json!({ "message_scene": "temp", "peer_id": ACTOR, "message_seq": 51 })),
        ("get_message", json!({ "message_scene": "friend", "peer_id": 40_004, "message_seq": 51 })),
        ("get_message", json!({ "message_scene": "group", "peer_id": 70_003, "message_seq": 1 })),
        ("set_peer_pin", json!({ "message_scene": "temp", "peer_id": ACTOR })),
        ("get_history_messages", json!({ "message_scene": "friend", "peer_id": ACTOR, "limit": 31 })),
        ("get_resource_temp_url", json!({ "resource_id": "/file-0001" })),
        ("quit_group", json!({ "group_id": GROUP })),
        ("accept_group_invitation", json!({ "group_id": GROUP, "invitation_seq": 9_003 })),
        ("accept_group_invitation", json!({ "group_id": 70_003, "invitation_seq": 9_007_199_254_740_991_i64 })),
    ] {
        server.refused(action, params).await;
    }
    let answers = json!([{ "type": "reply", "data": { "message_seq": 621 } }, text("!")[0]]);
    let sent = server.data("send_group_message", json!({ "group_id": GROUP, "message": answers })).await;
    let named = json!({ "message_scene": "group", "peer_id": GROUP, "message_seq": sent["message_seq"] });
    let read = server.data("get_message", named).await["message"]["segments"].clone();
    let quoted: Vec<&Value> =
        read[0]["data"]["segments"].as_array().expect("segments").iter().map(|it| &it["type"]).collect();
    assert_eq!(quoted, ["mention", "text"], "an answer quotes no further answer");
    server.done().await;
}
