//! A check is believed only when it passes on the reference implementation.

use botspec_conformance::{Embedded, EmbeddedConfig, MessageFormat, RunConfig};
use botspec_reports::record::Verdict;

use crate::bed::ran;

/// Checks that cannot be judged on the reference, each with the reason.
const NOT_JUDGED: &[&str] = &[];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_everything() {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the reference starts");
    let ran = ran(RunConfig::new(embedded.target().clone())).await;
    let mut others = ran.lines(|verdict| verdict != Verdict::Pass);
    others.retain(|line| !NOT_JUDGED.iter().any(|known| line.contains(known)));
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
    let others = ran.lines(|verdict| verdict != Verdict::Pass);
    assert!(others.is_empty(), "{}", others.join("\n"));
}
