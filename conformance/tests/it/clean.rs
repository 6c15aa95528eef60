//! A check is believed only when it passes on the reference implementation.

use botspec_conformance::{Embedded, EmbeddedConfig, MessageFormat, RunConfig};
use botspec_reports::record::Verdict;
use botspec_schema::Catalog;
use botspec_schema::model::MessageForm;

use crate::harness::{ran, ran_on};

/// The dialects whose stand-in passes everything, with the checks that cannot be judged where a token is set.
const CLEAN: &[(&str, &[&str])] = &[
    ("onebot11", &["onebot11/auth/reverse-ws/absent", "onebot11/transport/webhook/unsigned"]),
    ("gocqhttp", &["gocqhttp/transport/webhook/unsigned"]),
    ("napcat", &["napcat/transport/webhook/unsigned"]),
    ("milky", &["milky/transport/webhook/no-token"]),
    ("llonebot", &["llonebot/transport/webhook/unsigned"]),
];

/// The check of a segment that has no string form, where messages are told as strings.
const NO_STRING: &str = "llonebot/segment/keyboard/receive";

/// Runs everything and gives what did not pass.
async fn others(config: EmbeddedConfig, seed: u64, without_token: &[&str]) -> Vec<String> {
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut config = RunConfig::new(embedded.target().clone());
    config.seed = seed;
    let ran = ran(config).await;
    let mut others = ran.lines(|verdict| verdict != Verdict::Pass);
    let untestable = |line: &str| without_token.iter().any(|known| line.contains(known));
    others.retain(|line| !(line.starts_with("untestable ") && untestable(line)));
    if others.is_empty() {
        assert_eq!(ran.result.exit_code().code(), 0);
    }
    others.extend(embedded.bot().defects().iter().map(|defect| format!("{defect:?}")));
    others
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_everything() {
    let mut all = Vec::new();
    for (dialect, without_token) in CLEAN {
        all.extend(others(EmbeddedConfig::new(*dialect), 0, without_token).await);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_passes_with_messages_as_strings_and_in_another_world() {
    let mut all = Vec::new();
    for (dialect, without_token) in CLEAN {
        let forms = &Catalog::builtin().dialect(dialect).expect("the dialect").file.message_forms.receive;
        let mut config = EmbeddedConfig::new(*dialect);
        config.seed = 20_261_120;
        if forms.contains(&MessageForm::String) {
            config.message_format = MessageFormat::String;
        }
        let untestable: Vec<&str> = without_token.iter().copied().chain([NO_STRING]).collect();
        all.extend(others(config, 3, &untestable).await);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_the_rest_is_judged() {
    for (dialect, without_token) in CLEAN.iter().filter(|(_, without_token)| !without_token.is_empty()) {
        let mut config = EmbeddedConfig::new(*dialect);
        config.token = false;
        let embedded = Embedded::start(config).await.expect("the reference starts");
        let ran = ran_on(embedded.target(), without_token).await;
        assert_eq!(ran.lines(|verdict| verdict != Verdict::Pass), [""; 0]);
        assert_eq!(ran.checks.len(), without_token.len());
    }
}
