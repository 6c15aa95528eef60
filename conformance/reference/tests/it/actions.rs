//! Every action of the contracts, really called.

use botspec_schema::Kind;
use botspec_schema::model::Action;
use serde_json::Value;

use crate::bed::{Bed, dialect};

/// Every example of every action with its place in the list.
fn examples() -> impl Iterator<Item = (&'static Action, &'static Value, String)> {
    dialect().actions.values().flat_map(|action| {
        action
            .examples
            .iter()
            .map(move |example| (&action.value, &example.params, format!("{}: {}", action.name, example.title)))
    })
}

fn check(action: &Action, answer: &Value, title: &str) {
    let outcomes = &dialect().file.envelope.outcomes;
    let wanted = if action.always_async { outcomes.deferred.as_ref().expect("async") } else { &outcomes.ok };
    assert_eq!(answer["status"], wanted.status.as_str(), "{title}: {answer}");
    let violations = dialect().check(Kind::Response, Some(&action.name), answer).expect("a known action");
    assert!(violations.is_empty(), "{title}: {violations:#?}\n{answer:#}");
}

#[tokio::test]
async fn every_example_succeeds_over_http() {
    let mut called = 0;
    for (action, params, title) in examples() {
        let bed = Bed::new().await;
        let reply = bed.post(&action.name, params).await;
        assert_eq!(reply.status, 200, "{title}");
        check(action, &reply.json(), &title);
        bed.done().await;
        called += 1;
    }
    assert!(called >= dialect().actions.len(), "every action has an example");
}

#[tokio::test]
async fn every_example_succeeds_over_ws() {
    for (action, params, title) in examples() {
        let bed = Bed::new().await;
        let answer = bed.ws("/api").await.call(&action.name, params).await;
        check(action, &answer, &title);
        bed.done().await;
    }
}

#[tokio::test]
async fn nothing_is_told_before_it_is_done_when_it_is_called_for_later() {
    let suffixes = dialect().file.suffixes.as_ref().expect("suffixes");
    for suffix in [&suffixes.deferred, &suffixes.rate_limited] {
        let bed = Bed::new().await;
        let actor = Bed::of(
            {
                let mut config = crate::bed::config();
                config.account = Some(crate::bed::ACTOR);
                config
            },
            &bed.world,
        )
        .await;
        let mut events = actor.ws("/event").await;
        assert_eq!(events.frame().await["post_type"], "meta_event");
        for place in 0..5 {
            let params = serde_json::json!({ "user_id": crate::bed::ACTOR, "message": format!("number {place}") });
            let reply = bed.post(&format!("send_private_msg{suffix}"), &params).await.json();
            assert_eq!(reply["status"], "async", "{reply}");
            assert_eq!(reply["retcode"], 1, "{reply}");
            assert!(reply["data"].is_null(), "{reply}");
        }
        let mut heard = Vec::new();
        for _ in 0..5 {
            heard.push(events.frame().await["raw_message"].as_str().expect("a text").to_owned());
        }
        if *suffix == suffixes.rate_limited {
            assert!(heard.is_sorted(), "the queue keeps the order: {heard:?}");
        }
        heard.sort();
        assert_eq!(heard, ["number 0", "number 1", "number 2", "number 3", "number 4"]);
        actor.world.reset();
        actor.done().await;
        bed.done().await;
    }
}
