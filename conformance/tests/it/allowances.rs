//! Per dialect and per what its user allows: nothing leaves that is not allowed, and nobody is named who is not meant.

use std::collections::BTreeSet;
use std::time::Duration;

use botspec_conformance::gate::UNKNOWN_PREFIX;
use botspec_conformance::{Contract, Declared, Embedded, EmbeddedConfig, Id, Limits, RunConfig, Target};
use botspec_schema::Catalog;
use botspec_schema::model::{CallCost, Effect, Fixture};
use serde_json::Value;

use crate::harness::ran;
use crate::recorder::{Arrived, Recorder};

/// One plain call of everything, what is sent most, and what is no proper call.
const PATTERNS: [&str; 6] =
    ["*/action/*/minimal", "*/action/*send*/**", "*/segment/*/sent", "*/transport/http/**", "*/params/**", "*/auth/**"];

/// How many messages a run sends where its user says nothing of it.
const MESSAGES: usize = 30;

const ALLOWANCES: [&[Effect]; 4] = [
    &[Effect::Read],
    &[Effect::Read, Effect::Send],
    &[Effect::Read, Effect::Send, Effect::Write],
    &[Effect::Read, Effect::Send, Effect::Write, Effect::Destructive],
];

/// The reference as if it were a real account over what it serves itself.
fn as_real(embedded: &Embedded, allow: &[Effect], fixtures: Declared) -> Target {
    let mut real = embedded.target().clone();
    (real.control, real.reverse_ws, real.webhook, real.webhook_again, real.sse) = (None, None, None, None, None);
    (real.actor, real.disposable, real.fixtures) = (None, false, fixtures);
    real.allow = allow.iter().copied().collect();
    let soon = Duration::from_millis(100);
    real.limits = Limits { event_timeout: soon, heartbeat_wait: Some(soon), cases: 2, ..Limits::fast() };
    real
}

fn declared() -> Declared {
    Declared::default().with(Fixture::Friend, 20_002).with(Fixture::Group, 70_001).with(Fixture::Member, 20_002)
}

/// A call that arrived.
struct Call {
    action: String,
    effect: Effect,
    params: Value,
}

/// The calls of a dialect that arrived; whatever else names an action that does something is one too.
fn calls(contract: &Contract, arrived: Vec<Arrived>) -> Vec<Call> {
    let call = |it: Arrived| {
        let (named, params) = match &it {
            Arrived::Http(path, body) => {
                let path = path.split('?').next().unwrap_or_default();
                let named = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
                (Some(named), serde_json::from_str(body).unwrap_or_default())
            }
            Arrived::Frame(text) => {
                let frame: Value = serde_json::from_str(text).unwrap_or_default();
                (it.action(), frame["params"].clone())
            }
            Arrived::Reply(_) => (None, Value::Null),
        };
        let named = named.filter(|name| !name.starts_with(UNKNOWN_PREFIX))?;
        let resolved = contract.resolve(&named)?;
        Some(Call { action: resolved.action.name.clone(), effect: resolved.action.effect, params })
    };
    arrived.into_iter().filter_map(call).collect()
}

async fn run_of(dialect: &str, allow: &[Effect], fixtures: Declared) -> (Contract, Vec<Call>) {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
    let recorder = Recorder::before(&as_real(&embedded, allow, fixtures)).await;
    let mut config = RunConfig::new(recorder.target().clone());
    config.selection.select = PATTERNS.map(str::to_owned).to_vec();
    let ran = ran(config).await;
    let errors = ran.lines(|verdict| verdict == botspec_reports::record::Verdict::Error);
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    // Who is kicked or deleted cannot be given back a card.
    if !allow.contains(&Effect::Destructive) {
        assert_eq!(ran.result.left, [], "{dialect} with {allow:?}");
    }
    let contract = Contract::new(Catalog::builtin(), dialect).expect("the dialect");
    let calls = calls(&contract, recorder.arrived());
    (contract, calls)
}

/// Whom calls name, by kind.
fn named(contract: &Contract, calls: &[Call], kind: &str, wanted: impl Fn(&Call) -> bool) -> BTreeSet<String> {
    let ids = calls.iter().filter(|call| wanted(call)).flat_map(|call| contract.ids_in(&call.action, &call.params));
    let is_one = |id: &Id| id.kind == kind && id.value.parse::<u64>().is_ok_and(|id| id != 0 && id != NOBODY);
    ids.filter(is_one).map(|id| id.value).collect()
}

/// What botspec asks about to see that nobody is there.
const NOBODY: u64 = 2_147_480_123;

/// A call that leaves something behind somewhere although it changes nothing.
fn leaves_a_trace(contract: &Contract, call: &Call) -> bool {
    let limit = contract.resolve(&call.action).and_then(|it| it.action.call_limit);
    limit.is_some_and(|it| !matches!(it.reason, CallCost::ServerLoad | CallCost::NativeCode))
}

async fn nothing_leaves_that_is_not_allowed(dialect: &str) {
    for allow in ALLOWANCES {
        let (contract, calls) = run_of(dialect, allow, declared()).await;
        assert!(calls.len() > 20, "{dialect} with {allow:?}: {} calls", calls.len());
        for effect in allow.iter().filter(|it| **it != Effect::Destructive) {
            assert!(calls.iter().any(|call| call.effect == *effect), "{dialect} with {allow:?}: no {effect:?}");
        }
        // What is put back at the end needs no permission, and is about what this run made; before that, nothing else leaves.
        let first = calls.iter().position(|call| !allow.contains(&call.effect)).unwrap_or(calls.len());
        let sent_later = calls[first..].iter().filter(|call| call.effect == Effect::Send).map(|call| &call.action);
        assert_eq!(sent_later.collect::<Vec<_>>(), Vec::<&String>::new(), "{dialect} with {allow:?}");
        for call in &calls[first..] {
            assert!(
                allow.contains(&call.effect) || allow.contains(&Effect::Send),
                "{dialect} with {allow:?}: {} {}",
                call.action,
                call.params
            );
        }
        let groups = named(&contract, &calls, "group", |_| true);
        assert!(groups.iter().all(|group| group == "70001"), "{dialect} with {allow:?}: {groups:?}");
        let changed = named(&contract, &calls, "user", |call| call.effect != Effect::Read);
        assert!(changed.iter().all(|user| user == "20002"), "{dialect} with {allow:?}: {changed:?}");
        let sends = calls.iter().filter(|call| call.effect == Effect::Send).count();
        assert!(sends <= MESSAGES, "{dialect} with {allow:?}: {sends} messages");
        for call in contract.actions().filter(|it| it.effect == Effect::Read) {
            let times = calls.iter().filter(|it| it.action == call.name).count();
            let most = call.call_limit.as_ref().map_or(usize::MAX, |limit| limit.calls as usize);
            assert!(times <= most, "{dialect} with {allow:?}: {} {times} times", call.name);
        }
    }
}

/// Without a declared group or friend, only harmless reads are about the first that the lists give.
async fn only_harmless_reads_are_about_who_is_not_declared(dialect: &str) {
    let (contract, calls) = run_of(dialect, &[Effect::Read, Effect::Send, Effect::Write], Declared::default()).await;
    let groups = named(&contract, &calls, "group", |call| call.effect == Effect::Read);
    assert!(groups.len() <= 1, "{dialect}: {groups:?}");
    for kind in ["group", "user", "peer"] {
        let traced = named(&contract, &calls, kind, |call| leaves_a_trace(&contract, call));
        assert!(traced.is_empty(), "{dialect}: {kind} {traced:?}");
        let changed = named(&contract, &calls, kind, |call| call.effect != Effect::Read);
        assert!(changed.is_empty(), "{dialect}: {kind} {changed:?}");
    }
}

macro_rules! for_each_dialect {
    ($($dialect:ident),*) => {$(
        mod $dialect {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn nothing_leaves_that_is_not_allowed() {
                super::nothing_leaves_that_is_not_allowed(stringify!($dialect)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn only_harmless_reads_are_about_who_is_not_declared() {
                super::only_harmless_reads_are_about_who_is_not_declared(stringify!($dialect)).await;
            }
        }
    )*};
}

for_each_dialect!(onebot11, gocqhttp, napcat, llonebot, milky);
