//! A check is believed only when it passes on the reference implementation.

use botspec_conformance::{Embedded, EmbeddedConfig, MessageFormat, RunConfig};
use botspec_reports::record::Verdict;

use crate::bed::{ran, ran_on};

/// Checks that cannot be judged where a token is set.
const WITHOUT_TOKEN: &[&str] = &["onebot11/auth/reverse-ws/absent", "onebot11/transport/webhook/unsigned"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_everything() {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the reference starts");
    let ran = ran(RunConfig::new(embedded.target().clone())).await;
    let mut others = ran.lines(|verdict| verdict != Verdict::Pass);
    others.retain(|line| !WITHOUT_TOKEN.iter().any(|known| line.contains(known)));
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert_eq!(ran.result.exit_code().code(), 0);
    let defects = embedded.bot().defects();
    assert!(defects.is_empty(), "{defects:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_passes_with_messages_as_strings_and_in_another_world() {
    let mut config = EmbeddedConfig::new("onebot11");
    config.seed = 20_261_120;
    config.message_format = MessageFormat::String;
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut config = RunConfig::new(embedded.target().clone());
    config.seed = 3;
    let ran = ran(config).await;
    let mut others = ran.lines(|verdict| verdict != Verdict::Pass);
    others.retain(|line| !WITHOUT_TOKEN.iter().any(|known| line.contains(known)));
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_the_rest_is_judged() {
    let mut config = EmbeddedConfig::new("onebot11");
    config.token = false;
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let ran = ran_on(embedded.target(), WITHOUT_TOKEN).await;
    assert_eq!(ran.lines(|verdict| verdict != Verdict::Pass), [""; 0]);
    assert_eq!(ran.checks.len(), WITHOUT_TOKEN.len());
}
