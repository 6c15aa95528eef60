//! Events: each one happens, reaches everybody it concerns, and is what its contract states.

use botspec_reference::ServerConfig;
use botspec_schema::model::{Event, Presence, Trigger, TriggerBy};
use botspec_schema::{Dialect, Kind};
use serde_json::{Value, json};

use crate::harness::{ACTOR, BOT, TestServer, config, config_in, dialect, dialects};

/// What makes an event happen in a fresh world: steps of the world as the contract names them.
fn steps() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    dialect().events.values().flat_map(|event| {
        event.triggers.iter().filter(|trigger| trigger.by == TriggerBy::World).map(move |trigger| {
            let call = trigger.call.as_deref().expect("a step");
            (event.name.as_str(), call, trigger.params.clone().unwrap_or_default())
        })
    })
}

fn valid(event: &Value, name: &str) {
    let violations = dialect().check(Kind::Event, Some(name), event).expect("a known event");
    assert!(violations.is_empty(), "{name}: {violations:#?}\n{event:#}");
}

/// What a trigger names, with a message of the actor that is sent just now.
fn resolved(server: &TestServer, event: &Event, trigger: &Trigger) -> Value {
    let mut params = trigger.params.clone().unwrap_or_else(|| json!({}));
    let reader = if trigger.by == TriggerBy::Actor { ACTOR } else { BOT };
    let required = event.data["required"].as_array().expect("required fields");
    let group = required.iter().any(|key| key == "group_id").then_some(70_001);
    for value in params.as_object_mut().expect("parameters").values_mut() {
        if *value == json!("$actor_message") {
            *value = server.step("say", &json!({ "text": "Oops", "group": group }))["ids"][reader.to_string()].clone();
        }
    }
    server.world.fixtures_known_to(BOT, reader).resolve(&params).expect("fixtures")
}

const LAST: &str = "meta_event.heartbeat";

/// Pulls every trigger of every event in a world of its own; what is wrong with what came of it.
async fn provoke(dialect: &'static Dialect) -> Vec<String> {
    let config = config_in(dialect.name()).each(|adapter| adapter.report_self = true);
    let server = TestServer::with(config.clone()).await;
    let actor = TestServer::of(ServerConfig { account: Some(ACTOR), ..config }, &server.world).await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    let mut wrong = Vec::new();
    for event in dialect.events.values().filter(|event| event.presence == Presence::Current) {
        for trigger in &event.triggers {
            let Some(call) = &trigger.call else { continue };
            server.world.reset();
            let params = resolved(&server, event, trigger);
            match trigger.by {
                TriggerBy::World => drop(server.step(call, &params)),
                TriggerBy::Itself => drop(server.data(call, params).await),
                TriggerBy::Actor => drop(actor.data(call, params).await),
                TriggerBy::Connect | TriggerBy::Clock => continue,
            }
            // A sign of life comes after everything that happened before it.
            if event.name != LAST {
                server.step("heartbeat", &json!({}));
            }
            let mut received: Vec<String> = Vec::new();
            while received.last().is_none_or(|name| name != LAST) {
                let frame = events.frame().await;
                received.push(dialect.recognise_event(&frame).expect("an event").name.clone());
            }
            if !received.contains(&event.name) {
                wrong.push(format!("{} {} by {call}: {received:?}", dialect.name(), event.name));
            }
        }
    }
    wrong.extend(server.server.defects().iter().chain(&actor.server.defects()).map(|defect| format!("{defect:#?}")));
    server.server.shutdown().await;
    actor.server.shutdown().await;
    wrong
}

#[tokio::test]
async fn every_trigger_of_the_contracts_makes_its_event() {
    for dialect in dialects().filter(|dialect| dialect.events.contains_key(LAST)) {
        let wrong = provoke(dialect).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn every_step_of_the_contracts_makes_its_event_any_number_of_times() {
    let server = TestServer::new().await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    let mut seen = 0;
    for _ in 0..3 {
        for (name, step, params) in steps() {
            if params.get("message") == Some(&json!("$actor_message")) {
                let group = name.contains("group").then_some(70_001);
                let posted = server.step("say", &json!({ "text": "Oops", "group": group }));
                assert_eq!(events.frame().await["post_type"], "message");
                let mut params = params.clone();
                params["message"] = posted["message"].clone();
                server.step(step, &params);
            } else {
                server.step(step, &params);
            }
            // Somebody who is there already leaves before they come again.
            let event = loop {
                let event = events.frame().await;
                let recognised = dialect().recognise_event(&event).map(|event| event.name.as_str());
                if recognised == Some(name) {
                    break event;
                }
                assert_eq!(recognised, Some("notice.group_decrease"), "{name} by {step}: {event}");
            };
            valid(&event, name);
            assert_eq!(event["self_id"], BOT);
            seen += 1;
        }
    }
    assert!(seen >= 3 * 17, "{seen}");
    server.done().await;
}

#[tokio::test]
async fn everybody_receives_what_concerns_them_and_nothing_else() {
    let server = TestServer::new().await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = TestServer::of(other, &server.world).await;
    let (mut here, mut there) = (server.ws("/event").await, other.ws("/event").await);
    here.frame().await;
    there.frame().await;
    // In a group of both, in one that only the actor is in, and between the bot and somebody else.
    server.step("poke", &json!({ "group": 70_001, "user": 30_003, "target": BOT }));
    server.step("poke", &json!({ "group": 70_003, "user": 30_003, "target": ACTOR }));
    server.step("say", &json!({ "from": 30_003, "text": "Only for you" }));
    server.step("member_kick", &json!({ "group": 70_004, "user": BOT, "operator": ACTOR }));
    let mut received = Vec::new();
    for _ in 0..3 {
        received.push(here.frame().await);
    }
    assert_eq!(received[0]["target_id"], BOT);
    assert_eq!(received[1]["raw_message"], "Only for you");
    assert_eq!((&received[2]["sub_type"], &received[2]["operator_id"]), (&json!("kick_me"), &json!(ACTOR)));
    let mut received = Vec::new();
    for _ in 0..3 {
        received.push(there.frame().await);
    }
    assert_eq!(received[0]["target_id"], BOT);
    assert_eq!((&received[1]["target_id"], &received[1]["group_id"]), (&json!(ACTOR), &json!(70_003)));
    assert_eq!((&received[2]["sub_type"], &received[2]["user_id"]), (&json!("kick"), &json!(BOT)));
    server.done().await;
    other.done().await;
}

#[tokio::test]
async fn actions_make_events_too() {
    let server = TestServer::new().await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = TestServer::of(other, &server.world).await;
    let mut there = other.ws("/event").await;
    there.frame().await;
    let group = 70_001;
    let sent = server.data("send_group_msg", json!({ "group_id": group, "message": "Soon gone" })).await;
    for (action, params, name) in [
        ("delete_msg", json!({ "message_id": sent["message_id"] }), "notice.group_recall"),
        ("set_group_ban", json!({ "group_id": group, "user_id": 30_003, "duration": 5 }), "notice.group_ban"),
        ("set_group_whole_ban", json!({ "group_id": group }), "notice.group_ban"),
        ("set_group_admin", json!({ "group_id": group, "user_id": 30_003 }), "notice.group_admin"),
        ("set_group_kick", json!({ "group_id": group, "user_id": 30_003 }), "notice.group_decrease"),
        ("set_group_add_request", json!({ "flag": "group-req-1", "sub_type": "add" }), "notice.group_increase"),
    ] {
        server.data(action, params).await;
        let event = loop {
            let event = there.frame().await;
            if event["post_type"] == "notice" {
                break event;
            }
        };
        valid(&event, name);
        assert_eq!(event["operator_id"], if name == "notice.group_admin" { Value::Null } else { json!(BOT) }, "{name}");
    }
    server.done().await;
    other.done().await;
}

#[tokio::test]
async fn events_of_one_step_have_their_own_times() {
    let server = TestServer::new().await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    server.step("member_join", &json!({ "group": 70_001, "user": 30_003 }));
    let (left, joined) = (events.frame().await, events.frame().await);
    assert_eq!((&left["notice_type"], &joined["notice_type"]), (&json!("group_decrease"), &json!("group_increase")));
    assert!(left["time"].as_i64() < joined["time"].as_i64(), "{left} {joined}");
    server.done().await;
}

#[tokio::test]
async fn what_is_sent_is_never_taken_for_a_fixture() {
    let server = TestServer::new().await;
    let mut events = server.ws("/event").await;
    events.frame().await;
    for text in ["$friend", "$5 for the soup"] {
        server.step("say", &json!({ "from": "$actor", "text": text }));
        let event = events.frame().await;
        assert_eq!((&event["raw_message"], &event["user_id"]), (&json!(text), &json!(ACTOR)));
    }
    server.done().await;
}
