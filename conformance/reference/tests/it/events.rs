//! Events: each one happens, reaches everybody it concerns, and is what its contract says.

use botspec_schema::Kind;
use botspec_schema::model::TriggerBy;
use serde_json::{Value, json};

use crate::bed::{ACTOR, BOT, Bed, config, dialect};

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

#[tokio::test]
async fn every_step_of_the_contracts_makes_its_event_any_number_of_times() {
    let bed = Bed::new().await;
    let mut events = bed.ws("/event").await;
    events.frame().await;
    let mut seen = 0;
    for _ in 0..3 {
        for (name, step, params) in steps() {
            if params.get("message") == Some(&json!("$actor_message")) {
                let group = name.contains("group").then_some(70_001);
                let said = bed.step("say", &json!({ "text": "Oops", "group": group }));
                assert_eq!(events.frame().await["post_type"], "message");
                let mut params = params.clone();
                params["message"] = said["message"].clone();
                bed.step(step, &params);
            } else {
                bed.step(step, &params);
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
    bed.done().await;
}

#[tokio::test]
async fn everybody_hears_what_concerns_them_and_nothing_else() {
    let bed = Bed::new().await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = Bed::of(other, &bed.world).await;
    let (mut here, mut there) = (bed.ws("/event").await, other.ws("/event").await);
    here.frame().await;
    there.frame().await;
    // In a group of both, in one that only the actor is in, and between the bot and somebody else.
    bed.step("poke", &json!({ "group": 70_001, "user": 30_003, "target": BOT }));
    bed.step("poke", &json!({ "group": 70_003, "user": 30_003, "target": ACTOR }));
    bed.step("say", &json!({ "from": 30_003, "text": "Only for you" }));
    bed.step("member_kick", &json!({ "group": 70_004, "user": BOT, "operator": ACTOR }));
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(here.frame().await);
    }
    assert_eq!(heard[0]["target_id"], BOT);
    assert_eq!(heard[1]["raw_message"], "Only for you");
    assert_eq!((&heard[2]["sub_type"], &heard[2]["operator_id"]), (&json!("kick_me"), &json!(ACTOR)));
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(there.frame().await);
    }
    assert_eq!(heard[0]["target_id"], BOT);
    assert_eq!((&heard[1]["target_id"], &heard[1]["group_id"]), (&json!(ACTOR), &json!(70_003)));
    assert_eq!((&heard[2]["sub_type"], &heard[2]["user_id"]), (&json!("kick"), &json!(BOT)));
    bed.done().await;
    other.done().await;
}

#[tokio::test]
async fn actions_make_events_too() {
    let bed = Bed::new().await;
    let mut other = config();
    other.account = Some(ACTOR);
    let other = Bed::of(other, &bed.world).await;
    let mut there = other.ws("/event").await;
    there.frame().await;
    let group = 70_001;
    let sent = bed.data("send_group_msg", json!({ "group_id": group, "message": "Soon gone" })).await;
    for (action, params, name) in [
        ("delete_msg", json!({ "message_id": sent["message_id"] }), "notice.group_recall"),
        ("set_group_ban", json!({ "group_id": group, "user_id": 30_003, "duration": 5 }), "notice.group_ban"),
        ("set_group_whole_ban", json!({ "group_id": group }), "notice.group_ban"),
        ("set_group_admin", json!({ "group_id": group, "user_id": 30_003 }), "notice.group_admin"),
        ("set_group_kick", json!({ "group_id": group, "user_id": 30_003 }), "notice.group_decrease"),
        ("set_group_add_request", json!({ "flag": "group-req-1", "sub_type": "add" }), "notice.group_increase"),
    ] {
        bed.data(action, params).await;
        let event = loop {
            let event = there.frame().await;
            if event["post_type"] == "notice" {
                break event;
            }
        };
        valid(&event, name);
        assert_eq!(event["operator_id"], if name == "notice.group_admin" { Value::Null } else { json!(BOT) }, "{name}");
    }
    bed.done().await;
    other.done().await;
}

#[tokio::test]
async fn events_of_one_step_have_their_own_times() {
    let bed = Bed::new().await;
    let mut events = bed.ws("/event").await;
    events.frame().await;
    bed.step("member_join", &json!({ "group": 70_001, "user": 30_003 }));
    let (left, joined) = (events.frame().await, events.frame().await);
    assert_eq!((&left["notice_type"], &joined["notice_type"]), (&json!("group_decrease"), &json!("group_increase")));
    assert!(left["time"].as_i64() < joined["time"].as_i64(), "{left} {joined}");
    bed.done().await;
}

#[tokio::test]
async fn what_is_said_is_never_taken_for_a_fixture() {
    let bed = Bed::new().await;
    let mut events = bed.ws("/event").await;
    events.frame().await;
    for text in ["$friend", "$5 for the soup"] {
        bed.step("say", &json!({ "from": "$actor", "text": text }));
        let event = events.frame().await;
        assert_eq!((&event["raw_message"], &event["user_id"]), (&json!(text), &json!(ACTOR)));
    }
    bed.done().await;
}
