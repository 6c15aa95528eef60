//! A check is believed only when it is proved: for every fault of the reference, the checks that should catch it do, and
//! the others stay green.

mod bugs;
mod calls;
mod chinese;
mod expect;
mod gocqhttp;
mod llonebot;
mod messages;
mod milky;
mod napcat;
mod wires;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use botspec_conformance::{Embedded, EmbeddedConfig, catalogue, matches};
use botspec_reference::faults::{self, Fault};
use botspec_reports::record::Verdict;
use botspec_schema::{Catalog, Dialect};
use futures_util::StreamExt;

use crate::harness::ran_on;
use expect::{DIALECTS, Expected, NEVER_SEEN, Own, WITHOUT_TOKEN, common, expected, origin};

/// What came of one fault.
struct Outcome {
    fault: String,
    /// The patterns that no check of which found it.
    missed: Vec<String>,
    /// Checks that found something and should not have.
    astray: Vec<String>,
    /// Whether the field that it is about was never told, so that nothing could be found.
    unreported: bool,
}

async fn outcome(dialect: &str, fault: Fault, expected: Expected) -> Outcome {
    let (id, follows) = (fault.id.clone(), origin(&fault).1.is_some());
    let mut config = EmbeddedConfig::new(dialect);
    config.faults = vec![fault];
    config.token = !WITHOUT_TOKEN.contains(&id.as_str());
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    // What does not come at all must not take long to miss.
    target.limits.event_timeout = Duration::from_millis(700);
    // Where the cores are busy, what is asked first has to be answered all the same: later checks rest on it.
    target.limits.timeout = Duration::from_secs(3);
    target.limits.cases = 4;
    let run = expected.caught.iter().chain(&expected.any_of).chain(&expected.beside);
    let patterns: Vec<&str> = run.map(String::as_str).collect();
    let ran = ran_on(&target, &patterns).await;
    let bad = ran.bad();
    let found = |pattern: &&String| bad.iter().any(|check| matches(pattern, check));
    let mut missed: Vec<String> = expected.caught.iter().filter(|pattern| !found(pattern)).cloned().collect();
    if !expected.any_of.is_empty() && !expected.any_of.iter().any(|pattern| found(&pattern)) {
        missed.push(expected.any_of.join(" or "));
    }
    let allowed = |check: &str| {
        let mut patterns = expected.caught.iter().chain(&expected.any_of).chain(&expected.also);
        patterns.any(|pattern| matches(pattern, check))
    };
    let mut astray: Vec<String> = ran
        .checks
        .iter()
        .filter(|check| bad.contains(&check.id.as_str()) && check.verdict.is_bad() && !allowed(&check.id))
        .map(|check| format!("{}: {}", check.label(), check.finding.as_ref().map_or("", |it| it.summary.en.as_str())))
        .collect();
    astray.extend(ran.lines(|verdict| verdict == Verdict::Error));
    let summaries = ran.checks.iter().filter_map(|check| Some((check.label(), &check.finding.as_ref()?.summary.zh)));
    let english = summaries.filter(|(_, zh)| chinese::is_partly_english(zh));
    astray.extend(english.map(|(label, zh)| format!("{label}: not all of it is in Chinese: {zh}")));
    let unreported = follows && !missed.is_empty() && !embedded.bot().has_edited();
    Outcome { fault: id, missed, astray, unreported }
}

/// Whether a dialect declares the contract of a fault itself, and not its parent.
fn is_own(dialect: &Dialect, family: &str, contract: &str) -> bool {
    let (action, event) = (dialect.actions.get(contract), dialect.events.get(contract));
    let declared = if family.starts_with("event-") {
        event.map(|event| event.declared_in.as_str())
    } else {
        action.map(|action| action.declared_in.as_str())
    };
    declared == Some(dialect.name())
}

/// A number that follows from a text, for choices that are spread and always the same.
fn spread(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The faults of a dialect that are looked at: all that are written by hand, and of those that follow from a contract one
/// per family and contract that the dialect declares itself. In the standard all of them.
fn looked_at(dialect: &Dialect, whole: bool) -> Vec<Fault> {
    let all = faults::all(dialect);
    if whole {
        return all;
    }
    let mut chosen: BTreeMap<(&str, &str), &Fault> = BTreeMap::new();
    for fault in &all {
        if let (family, Some(contract)) = origin(fault)
            && is_own(dialect, family, contract)
        {
            let best = chosen.entry((family, contract)).or_insert(fault);
            if spread(&fault.id) < spread(&best.id) {
                *best = fault;
            }
        }
    }
    let chosen: BTreeSet<&str> = chosen.values().map(|fault| fault.id.as_str()).collect();
    all.iter().filter(|it| origin(it).1.is_none() || chosen.contains(it.id.as_str())).cloned().collect()
}

/// The ids of all checks of a dialect, over every transport.
async fn checks(dialect: &str) -> Vec<String> {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
    let checks = catalogue(Catalog::builtin(), embedded.target()).expect("the dialect has checks");
    checks.into_iter().map(|check| check.id).collect()
}

/// How many faulty servers run at once.
const AT_ONCE: usize = 6;

/// Looks at the faults of a dialect and tells what is wrong, a line each.
async fn matrix(dialect: &str, own: &Own, whole: bool) -> Vec<String> {
    let began = Instant::now();
    let contracts = Catalog::builtin().dialect(dialect).expect("the dialect");
    let (checks, all) = (checks(dialect).await, faults::all(contracts).len());
    // One of them alone is looked at with its name in the environment.
    let only = std::env::var("BOTSPEC_FAULT").ok();
    let mut faults = looked_at(contracts, whole);
    faults.retain(|fault| only.as_ref().is_none_or(|only| matches(only, &fault.id)));
    let mut cases: Vec<(Fault, Expected)> = Vec::new();
    let mut wrong = Vec::new();
    for fault in faults.into_iter().filter(|fault| !own.cannot_show(&fault.id)) {
        let expected = expected(dialect, own, &checks, &fault);
        // Neither found nor explained: a check is missing, or a reason.
        if expected.is_nothing() {
            wrong.push(format!("{dialect} {}: no check of it is about that, and no table says why", fault.id));
        } else {
            cases.push((fault, expected));
        }
    }
    let total = cases.len();
    let running = cases.into_iter().map(|(fault, expected)| outcome(dialect, fault, expected));
    let mut outcomes: Vec<Outcome> = futures_util::stream::iter(running).buffered(AT_ONCE).collect().await;
    // The stand-in of the standard tells every field; what others never tell is counted, and not as caught.
    let unreported: Vec<&str> =
        outcomes.iter().filter(|it| it.unreported && !whole).map(|it| it.fault.as_str()).collect();
    println!("{dialect}: {} are about what is never told: {}", unreported.len(), unreported.join(", "));
    outcomes.retain(|outcome| whole || !outcome.unreported);
    let mut families: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in &outcomes {
        let family = outcome.fault.split('/').next().unwrap_or_default();
        let (killed, all) = families.entry(family).or_default();
        *killed += usize::from(outcome.missed.is_empty());
        *all += 1;
    }
    for (family, (killed, all)) in &families {
        println!("{dialect}: {family}: {killed} of {all}");
    }
    let killed = outcomes.iter().filter(|outcome| outcome.missed.is_empty()).count();
    let seconds = began.elapsed().as_secs_f64();
    println!("{dialect}: {total} of {all} faults looked at, {killed} caught, in {seconds:.1} s");
    let found = outcomes
        .iter()
        .filter(|outcome| !outcome.missed.is_empty() || !outcome.astray.is_empty())
        .map(|it| format!("{dialect} {}: missed by {:?}, found astray by {:?}", it.fault, it.missed, it.astray));
    wrong.extend(found);
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_caught() {
    // One dialect alone is looked at with its name in the environment.
    let only = std::env::var("BOTSPEC_DIALECT").ok();
    let mut wrong = Vec::new();
    for (at, (dialect, own)) in DIALECTS.iter().enumerate() {
        if only.as_ref().is_none_or(|only| only == dialect) {
            wrong.extend(matrix(dialect, own, at == 0).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is said of a fault that is no more is taken off the tables; and every fault that any dialect has is looked at in
/// one of them.
#[test]
fn the_tables_speak_of_faults_that_there_are() {
    let of = |dialect: &str| -> BTreeSet<String> {
        let contracts = Catalog::builtin().dialect(dialect).expect("the dialect");
        faults::all(contracts).into_iter().map(|fault| fault.id).collect()
    };
    let mut anywhere = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for (dialect, own) in DIALECTS {
        let there = of(dialect);
        let said = own.rows.iter().map(|row| row.0).chain(own.unseen.iter().map(|unseen| unseen.0));
        let gone: Vec<&str> = said.filter(|id| !there.contains(*id)).collect();
        assert!(gone.is_empty(), "{dialect} has no such fault any more: {gone:?}");
        shown.extend(
            there
                .iter()
                .filter(|id| own.unseen.iter().chain(NEVER_SEEN).all(|unseen| unseen.0 != id.as_str()))
                .cloned(),
        );
        anywhere.extend(there);
    }
    let gone: Vec<&str> =
        common().map(|row| row.0).chain(WITHOUT_TOKEN.iter().copied()).filter(|id| !anywhere.contains(*id)).collect();
    assert!(gone.is_empty(), "there is no such fault any more: {gone:?}");
    let known = |id: &&String| NEVER_SEEN.iter().any(|unseen| unseen.0 == id.as_str());
    let never: Vec<&String> = anywhere.difference(&shown).filter(|id| !known(id)).collect();
    assert!(never.is_empty(), "no dialect shows {never:?}");
}
