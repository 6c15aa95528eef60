//! Every action of the contracts, really called.

use botspec_schema::model::{Action, Presence};
use botspec_schema::{Dialect, Kind};
use serde_json::Value;

use crate::harness::{TestServer, config_in, dialect, dialects};

/// Every action that builds have.
fn actions(dialect: &'static Dialect) -> impl Iterator<Item = &'static Action> {
    dialect.actions.values().map(|action| &action.value).filter(|action| action.presence == Presence::Current)
}

/// Every example of every action with what it shows.
fn examples(dialect: &'static Dialect) -> impl Iterator<Item = (&'static Action, &'static Value, String)> {
    actions(dialect).flat_map(move |action| {
        let title = |title: &str| format!("{} {}: {title}", dialect.name(), action.name);
        action.examples.iter().map(move |example| (action, &example.params, title(&example.title)))
    })
}

async fn server(dialect: &Dialect) -> TestServer {
    TestServer::with(config_in(dialect.name())).await
}

/// What is wrong with an answer that has to be a success; nothing where it is one.
fn wrong(dialect: &Dialect, action: &Action, answer: &Value) -> Option<String> {
    let outcomes = &dialect.file.envelope.outcomes;
    let wanted = if action.always_async { outcomes.deferred.as_ref().expect("async") } else { &outcomes.ok };
    if answer["status"] != wanted.status.as_str() {
        return Some(answer.to_string());
    }
    let violations = dialect.check(Kind::Response, Some(&action.name), answer).expect("a known action");
    (!violations.is_empty()).then(|| format!("{violations:#?}\n{answer:#}"))
}

fn none_wrong(found: &[String]) {
    assert!(found.is_empty(), "{} wrong:\n{}", found.len(), found.join("\n"));
}

/// The answers in a body: one, or one for each part.
fn answers(body: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(body).into_iter().map(|answer| answer.expect("JSON")).collect()
}

#[tokio::test]
async fn every_action_has_an_example() {
    for dialect in dialects() {
        let without = actions(dialect).filter(|action| action.examples.is_empty());
        let without: Vec<&str> = without.map(|action| action.name.as_str()).collect();
        assert!(without.is_empty(), "{}: {without:?}", dialect.name());
    }
}

#[tokio::test]
async fn every_example_succeeds_over_http() {
    let mut found = Vec::new();
    for dialect in dialects() {
        for (action, params, title) in examples(dialect) {
            let server = server(dialect).await;
            let reply = server.post(&action.name, params).await;
            let parts = answers(&reply.body);
            assert_eq!(reply.status, 200, "{title}");
            assert!(action.streams || parts.len() == 1, "{title}: {}", reply.body);
            let wrong = parts.iter().filter_map(|answer| wrong(dialect, action, answer));
            found.extend(wrong.map(|wrong| format!("{title}: {wrong}")));
            found.extend(server.server.defects().iter().map(|defect| format!("{title}: {defect:#?}")));
            server.server.shutdown().await;
        }
    }
    none_wrong(&found);
}

#[tokio::test]
async fn every_example_succeeds_over_ws() {
    let mut found = Vec::new();
    for dialect in dialects().filter(|dialect| dialect.file.request_frame.is_some()) {
        for (action, params, title) in examples(dialect) {
            let server = server(dialect).await;
            let answer = server.ws("/api").await.call(&action.name, params).await;
            found.extend(wrong(dialect, action, &answer).map(|wrong| format!("{title}: {wrong}")));
            found.extend(server.server.defects().iter().map(|defect| format!("{title}: {defect:#?}")));
            server.server.shutdown().await;
        }
    }
    none_wrong(&found);
}

#[tokio::test]
async fn nothing_is_reported_before_it_is_done_when_it_is_called_for_later() {
    let suffixes = dialect().file.suffixes.as_ref().expect("suffixes");
    for suffix in [&suffixes.deferred, &suffixes.rate_limited] {
        let server = TestServer::new().await;
        let actor = TestServer::of(
            {
                let mut config = crate::harness::config();
                config.account = Some(crate::harness::ACTOR);
                config
            },
            &server.world,
        )
        .await;
        let mut events = actor.ws("/event").await;
        assert_eq!(events.frame().await["post_type"], "meta_event");
        for place in 0..5 {
            let params = serde_json::json!({ "user_id": crate::harness::ACTOR, "message": format!("number {place}") });
            let reply = server.post(&format!("send_private_msg{suffix}"), &params).await.json();
            assert_eq!(reply["status"], "async", "{reply}");
            assert_eq!(reply["retcode"], 1, "{reply}");
            assert!(reply["data"].is_null(), "{reply}");
        }
        let mut received = Vec::new();
        for _ in 0..5 {
            received.push(events.frame().await["raw_message"].as_str().expect("a text").to_owned());
        }
        if *suffix == suffixes.rate_limited {
            assert!(received.is_sorted(), "the queue keeps the order: {received:?}");
        }
        received.sort();
        assert_eq!(received, ["number 0", "number 1", "number 2", "number 3", "number 4"]);
        actor.world.reset();
        actor.done().await;
        server.done().await;
    }
}
