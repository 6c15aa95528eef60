//! The column of the standard beside that of the dialect: what an implementation is told where the rules of OneBot 11 are
//! put to a dialect that documents its own behaviour in their place. Every line that fails or warns is such a place; one
//! that is not documented would be a false alarm.

use botspec_conformance::{Embedded, EmbeddedConfig};
use botspec_reports::record::Verdict;

use crate::harness::ran_on;

/// The rules of the standard, apart from its actions.
const RULES: &[&str] = &[
    "onebot11/transport/**",
    "onebot11/envelope/**",
    "onebot11/echo/**",
    "onebot11/auth/**",
    "onebot11/params/**",
    "onebot11/message/**",
    "onebot11/delivery/**",
];

/// Serves a dialect, and puts the rules of the standard to it.
async fn deviations(dialect: &str) -> String {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    "onebot11".clone_into(&mut target.dialect);
    if let Some(actor) = &mut target.actor {
        "onebot11".clone_into(&mut actor.dialect);
    }
    let ran = ran_on(&target, RULES).await;
    let errors = ran.lines(|verdict| verdict == Verdict::Error);
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(ran.checks.iter().any(|check| check.verdict == Verdict::Pass), "most of the standard holds");
    let mut lines = ran.lines(|verdict| verdict != Verdict::Pass);
    lines.sort();
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn napcat_by_the_standard() {
    insta::assert_snapshot!(deviations("napcat").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn llonebot_by_the_standard() {
    insta::assert_snapshot!(deviations("llonebot").await);
}
