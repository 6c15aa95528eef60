//! How much of its checks a run judges on a target that is set up as a user sets one up: over sockets, with what flags say.

use std::collections::BTreeMap;

use botspec_conformance::{Embedded, EmbeddedConfig, RunConfig, Target};
use botspec_reports::record::Verdict;
use botspec_schema::model::Effect;

use crate::harness::{Ran, ran};

/// The figures as they were measured last. `BOTSPEC_FIGURES=write` writes what is measured now.
const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judged-share.json");

/// Percent by way of running and dialect.
type Figures = BTreeMap<String, BTreeMap<String, u32>>;

/// A way of running, with the least share that each dialect has to reach.
struct Mode {
    name: &'static str,
    set: fn(&mut Target),
    least: [(&'static str, f64); 5],
}

const MODES: [Mode; 3] = [
    Mode {
        name: "all effects, second account, control",
        set: |_| {},
        least: [("onebot11", 99.0), ("gocqhttp", 99.0), ("napcat", 99.0), ("llonebot", 99.0), ("milky", 99.0)],
    },
    Mode {
        name: "all effects, second account",
        set: |target| {
            target.control = None;
            target.disposable = false;
            target.limits.calls.insert(Effect::Send, 100_000);
        },
        least: [("onebot11", 85.0), ("gocqhttp", 85.0), ("napcat", 90.0), ("llonebot", 90.0), ("milky", 85.0)],
    },
    Mode {
        name: "read only",
        set: |target| {
            (target.control, target.actor) = (None, None);
            target.disposable = false;
            target.allow = [Effect::Read].into();
        },
        least: [("onebot11", 93.0), ("gocqhttp", 93.0), ("napcat", 93.0), ("llonebot", 93.0), ("milky", 93.0)],
    },
];

async fn run(dialect: &str, seed: u64, set: fn(&mut Target)) -> Ran {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the stand-in starts");
    let mut target = embedded.target().clone();
    target.limits.cases = 2;
    set(&mut target);
    let mut config = RunConfig::new(target);
    config.seed = seed;
    let ran = ran(config).await;
    embedded.shutdown().await;
    ran
}

/// What is wrong with a run: what it found on a stand-in without a fault, and what it was blocked by.
fn false_alarms(ran: &Ran) -> Vec<String> {
    let mut wrong = ran.lines(Verdict::is_bad);
    wrong.extend((ran.result.blocked > 0).then(|| format!("{} checks are blocked by others", ran.result.blocked)));
    wrong
}

/// The reasons for which checks were not judged, the most frequent first.
fn reasons(ran: &Ran) -> Vec<String> {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for check in ran.checks.iter().filter(|check| check.verdict == Verdict::Untestable) {
        let why = check.finding.as_ref().map_or("", |finding| finding.summary.en.as_str());
        *reasons.entry(why.to_owned()).or_default() += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    reasons.into_iter().map(|(why, number)| format!("    {number:>4} {why}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn most_checks_are_judged_on_a_target_as_a_user_sets_it_up() {
    let only = std::env::var("BOTSPEC_DIALECT").ok();
    let seed = std::env::var("BOTSPEC_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    let mut measured = Figures::new();
    let mut wrong = Vec::new();
    for mode in &MODES {
        for (dialect, least) in mode.least.iter().filter(|(dialect, _)| only.as_ref().is_none_or(|it| it == dialect)) {
            let ran = run(dialect, seed, mode.set).await;
            let percent = ran.result.judged_percent();
            println!("{}: {dialect}: {percent} % judged", mode.name);
            println!("{}", reasons(&ran).join("\n"));
            if percent < *least {
                wrong.push(format!("{}: {dialect}: {percent} % judged, less than {least} %", mode.name));
            }
            wrong.extend(false_alarms(&ran).into_iter().map(|line| format!("{}: {dialect}: {line}", mode.name)));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 100")]
            measured.entry(mode.name.to_owned()).or_default().insert((*dialect).to_owned(), percent as u32);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if std::env::var("BOTSPEC_FIGURES").is_ok_and(|it| it == "write") {
        let text = serde_json::to_string_pretty(&measured).expect("JSON") + "\n";
        std::fs::write(FIGURES, text).expect("the figures are written");
        return;
    }
    let kept: Figures = serde_json::from_str(&std::fs::read_to_string(FIGURES).expect("the figures")).expect("figures");
    for (mode, of) in &measured {
        for (dialect, percent) in of {
            let shown = kept.get(mode).and_then(|of| of.get(dialect)).copied().unwrap_or_default();
            assert!(
                *percent >= shown,
                "{mode}: {dialect}: {percent} % judged, and judged-share.json says {shown} %; BOTSPEC_FIGURES=write writes it anew"
            );
        }
    }
}
