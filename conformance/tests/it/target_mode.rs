//! A target as a user writes it in a file gets what the embedded one gets.

use std::fmt::Write as _;

use botspec_conformance::{Embedded, EmbeddedConfig, RunConfig, Target, read_target};
use botspec_reports::record::Transport;

use crate::harness::{Ran, ran};

/// A target as the file that a user would write.
fn file_of(target: &Target) -> String {
    let mut file =
        format!("name = \"{}\"\ndialect = \"{}\"\ndisposable = {}\n", target.name, target.dialect, target.disposable);
    let effects: Vec<String> = target.allow.iter().map(|effect| serde_json::json!(effect).to_string()).collect();
    let _ = writeln!(file, "allow = [{}]", effects.join(", "));
    if let Some(every) = target.heartbeat {
        let _ = writeln!(file, "heartbeat_ms = {}", every.as_millis());
    }
    file.push_str(&adapters(target, ""));
    if let Some(control) = &target.control {
        let _ = writeln!(file, "[control]\nurl = \"{}\"", control.url);
    }
    file.push_str("[fixtures]\n");
    for (fixture, id) in target.fixtures.iter() {
        let _ = writeln!(file, "{} = {id}", serde_json::json!(fixture).as_str().unwrap_or_default());
    }
    file.push_str(&target.actor.as_ref().map(|actor| adapters(actor, "actor.")).unwrap_or_default());
    let limits = &target.limits;
    let _ = writeln!(
        file,
        "[limits]\ntimeout_ms = {}\nevent_timeout_ms = {}\nconnect_timeout_ms = {}\nheartbeat_wait_ms = {}\n\
         duplicate_window_ms = {}\nconcurrency = {}\npause_ms = 0\ncases = {}",
        limits.timeout.as_millis(),
        limits.event_timeout.as_millis(),
        limits.connect_timeout.as_millis(),
        limits.heartbeat_wait.unwrap_or_default().as_millis(),
        limits.duplicate_window.as_millis(),
        limits.concurrency,
        limits.cases,
    );
    file
}

fn adapters(target: &Target, prefix: &str) -> String {
    let mut file = String::new();
    for transport in [Transport::Http, Transport::Ws, Transport::Sse] {
        if let Some(adapter) = target.adapter(transport) {
            let _ = writeln!(file, "[{prefix}{transport}]\nurl = \"{}\"", adapter.url);
        }
    }
    file
}

/// The embedded implementation without tokens, over what it serves itself: tokens would come from the environment.
async fn served(dialect: &str) -> (Embedded, Target) {
    let config = EmbeddedConfig { token: false, ..EmbeddedConfig::new(dialect) };
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    (target.reverse_ws, target.webhook, target.webhook_again) = (None, None, None);
    (embedded, target)
}

async fn on(target: Target) -> Ran {
    let mut config = RunConfig::new(target);
    config.seed = 1;
    ran(config).await
}

fn verdicts(ran: &Ran) -> Vec<String> {
    ran.checks.iter().map(|check| format!("{} {}", check.verdict, check.label())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_file_gets_the_verdicts_of_the_embedded_target() {
    let (embedded, target) = served("milky").await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bot.toml");
    std::fs::write(&path, file_of(&target)).expect("the file is written");
    let mut from_file = read_target(&path).expect("the file is a target file");
    from_file.message_format = target.message_format;
    let (own, other) = (on(target).await, on(from_file).await);
    assert_eq!(own.notes, other.notes);
    assert_eq!(verdicts(&own), verdicts(&other));
    assert!(own.result.judged_percent() > 95.0, "{}", own.result.judged_percent());
    embedded.shutdown().await;
}
