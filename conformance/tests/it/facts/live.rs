//! Facts about what a target is sent, and those of `dialect.json`: held against a stand-in by the checks that are about them.

use std::collections::BTreeSet;
use std::time::Duration;

use botspec_conformance::{Cancel, Embedded, EmbeddedConfig, EngineEvent, RunConfig, Target, matches, run};
use botspec_reports::record::Verdict;
use botspec_schema::{Catalog, Dialect, Kind, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;

use super::flip::{Flip, Part, flipped};
use super::only;

/// The checks that a fact of `dialect.json` is about, by the beginning of its place; the first row that fits holds.
const ABOUT: &[(&str, &[&str])] = &[
    ("/envelope", &["envelope/*", "action/get_*_info/*", "transport/http/*", "params/*"]),
    ("/request_frame", &["echo/*", "transport/ws/*", "action/get_login_info/*"]),
    ("/suffixes", &["envelope/*"]),
    ("/string_params", &["params/*", "action/send_*/invalid"]),
    ("/coercions", &["params/*", "action/*/invalid"]),
    ("/message_forms", &["message/*", "segment/text/*", "event/message*/*"]),
    ("/auth", &["auth/*", "transport/webhook/*"]),
    ("/transports/http", &["transport/http/*", "auth/http/*", "params/*", "envelope/*", "action/get_login_info/*"]),
    ("/transports/ws", &["transport/ws/*", "auth/ws/*", "delivery/*", "action/get_login_info/*"]),
    ("/transports/reverse_ws", &["transport/reverse-ws/*", "auth/reverse-ws/*", "delivery/*"]),
    ("/transports/webhook", &["transport/webhook/*", "delivery/*", "event/*/quick*"]),
    ("/transports/sse", &["transport/sse/*", "auth/sse/*", "delivery/*"]),
    ("/transports", &["transport/*", "delivery/*", "event/meta*/*"]),
    ("/failures", &["transport/*", "auth/*", "envelope/*", "params/*", "action/get_*/invalid", "action/get_*/absent"]),
    ("/cq_code", &["message/*", "segment/*"]),
    ("/plain_text", &["message/*", "segment/text/*", "action/send_*/*"]),
    ("/roles", &["action/send_*/*", "message/*", "segment/text/*", "delivery/*"]),
    ("", &["action/get_version_info/*", "action/get_impl_info/*", "envelope/*"]),
];

/// How many flips of different contracts one run looks at.
const TOGETHER: usize = 60;

/// The facts that no check notices, and those about parameters and values that no example sends.
pub(super) async fn unnoticed(dialect: &'static Dialect, mut flips: Vec<Flip>) -> (Vec<Flip>, Vec<Flip>) {
    flips.retain(|flip| !example_shows(dialect, flip));
    if flips.is_empty() {
        return (flips, Vec::new());
    }
    let embedded = Embedded::start(EmbeddedConfig::new(dialect.name())).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    // What does not come at all must not take long to miss.
    target.limits.event_timeout = Duration::from_millis(700);
    target.limits.timeout = Duration::from_millis(1500);
    target.limits.cases = 16;
    let mut left = Vec::new();
    for round in rounds(dialect, flips) {
        let catalog = flipped(dialect, &round.iter().collect::<Vec<_>>());
        let patterns: Vec<String> = round.iter().flat_map(|flip| about(dialect.name(), flip)).collect();
        let (bad, is_green) = bad(&catalog, target.clone(), &patterns).await;
        // Where nothing can be judged any more, the run says so.
        if round.len() == 1 && !is_green {
            continue;
        }
        left.extend(round.into_iter().filter(|flip| {
            let about = about(dialect.name(), flip);
            !bad.iter().any(|check| about.iter().any(|pattern| matches(pattern, check)))
        }));
    }
    embedded.shutdown().await;
    left.into_iter().partition(|flip| {
        let is_of_value = matches!(flip.family, "param-type" | "param-enum" | "param-bound");
        !is_of_value || flip.contradicted().is_some_and(|flip| example_shows(dialect, &flip))
    })
}

/// The checks that are about a fact.
fn about(dialect: &str, flip: &Flip) -> Vec<String> {
    if let Some((kind, name)) = flip.contract() {
        let defaults = (flip.family == "param-default").then(|| format!("{dialect}/params/defaults"));
        return std::iter::once(format!("{dialect}/{kind}/{name}/*")).chain(defaults).collect();
    }
    let row = ABOUT.iter().find(|(begin, _)| flip.pointer.starts_with(begin));
    row.into_iter().flat_map(|(_, checks)| *checks).map(|check| format!("{dialect}/{check}")).collect()
}

/// Whether an example that is sent in each run, and taken, does not fit the contract with the fact changed: the lint says so.
fn example_shows(dialect: &Dialect, flip: &Flip) -> bool {
    let edited = flipped(dialect, &[flip]);
    let edited = edited.dialect(dialect.name()).expect("the dialect");
    let misfits = |kind: Kind, name: &str, document: &Value| {
        edited.check(kind, Some(name), document).is_ok_and(|violations| !violations.is_empty())
    };
    match &flip.part {
        Part::Params(name) => {
            dialect.actions[name].examples.iter().any(|it| misfits(Kind::ActionParams, name, &it.params))
        }
        Part::Send(name) => {
            let sent = dialect.segments[name].examples.iter().filter_map(|it| it.send.as_ref());
            sent.into_iter()
                .any(|data| misfits(Kind::SegmentSend, name, &json!({ SEGMENT_TYPE: name, SEGMENT_DATA: data })))
        }
        Part::File if flip.pointer.starts_with("/message_forms") => {
            let examples = dialect.actions.values().flat_map(|it| it.examples.iter().map(move |example| (it, example)));
            examples.into_iter().any(|(action, it)| misfits(Kind::ActionParams, &action.name, &it.params))
        }
        _ => false,
    }
}

/// Sets of facts that one run looks at: of each contract one. A default is about a check that looks at those of all actions,
/// and on what `dialect.json` says and on the actions that every run calls everything rests, so that each of these stands alone.
fn rounds(dialect: &Dialect, flips: Vec<Flip>) -> Vec<Vec<Flip>> {
    let roles: BTreeSet<&str> = dialect.file.roles.named().map(|(_, action)| action).collect();
    let mut sets: Vec<(BTreeSet<String>, Vec<Flip>)> = Vec::new();
    let mut alone = Vec::new();
    for flip in flips {
        let is_role = flip.contract().is_some_and(|(_, name)| roles.contains(name));
        if is_role || flip.part == Part::File || flip.family == "param-default" {
            alone.push(vec![flip]);
            continue;
        }
        let key = format!("{:?}", flip.contract());
        match sets.iter_mut().find(|(keys, set)| !keys.contains(&key) && set.len() < TOGETHER) {
            Some((keys, set)) => {
                keys.insert(key);
                set.push(flip);
            }
            None => sets.push((BTreeSet::from([key]), vec![flip])),
        }
    }
    sets.into_iter().map(|(_, set)| set).chain(alone).collect()
}

/// The checks that found something wrong, and whether the run is green.
async fn bad(catalog: &Catalog, target: Target, patterns: &[String]) -> (BTreeSet<String>, bool) {
    let mut config = RunConfig::new(target);
    config.selection.select = patterns.to_vec();
    let (events, mut arrived) = unbounded_channel();
    let result = Box::pin(run(catalog, config, events, Cancel::new())).await.expect("the run can begin");
    let mut bad = BTreeSet::new();
    while let Some(event) = arrived.recv().await {
        if let (EngineEvent::CheckFinished(check), true) = (&event, only().is_some()) {
            let why = check.finding.as_ref().map_or("", |finding| finding.summary.en.as_str());
            println!("  {} {}: {why}", check.verdict, check.label());
        }
        if let EngineEvent::CheckFinished(check) = event
            && (check.verdict.is_bad() || check.verdict == Verdict::Pass && check.finding.is_some())
        {
            bad.insert(check.id);
        }
    }
    (bad, result.exit_code().code() == 0)
}
