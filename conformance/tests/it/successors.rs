//! What is required of the extensions of go-cqhttp is what its successors have in common: put to either of them, it must
//! not find anything.

use botspec_conformance::{Embedded, EmbeddedConfig, matches};
use botspec_reports::record::Verdict;

use crate::harness::ran_on;

/// The rules of the extensions, apart from what follows from their contracts.
const RULES: &[&str] = &[
    "gocqhttp/transport/**",
    "gocqhttp/envelope/**",
    "gocqhttp/echo/**",
    "gocqhttp/auth/**",
    "gocqhttp/params/**",
    "gocqhttp/message/**",
    "gocqhttp/delivery/**",
];

/// What cannot be judged where a secret is set.
const WITHOUT_SECRET: &str = "gocqhttp/transport/webhook/unsigned";

async fn found_at(dialect: &str) -> Vec<String> {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    "gocqhttp".clone_into(&mut target.dialect);
    if let Some(actor) = &mut target.actor {
        "gocqhttp".clone_into(&mut actor.dialect);
    }
    let ran = ran_on(&target, RULES).await;
    for rule in RULES {
        let judged = ran.checks.iter().any(|check| check.verdict == Verdict::Pass && matches(rule, &check.id));
        assert!(judged, "nothing of {rule} was judged");
    }
    let mut others = ran.lines(|verdict| verdict != Verdict::Pass);
    others.retain(|line| !line.contains(WITHOUT_SECRET));
    others
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn napcat_kept_what_is_required() {
    assert_eq!(found_at("napcat").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn llonebot_kept_what_is_required() {
    assert_eq!(found_at("llonebot").await, [""; 0]);
}
