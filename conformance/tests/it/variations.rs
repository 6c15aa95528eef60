//! What a right implementation may do otherwise than the stand-in raises no alarm: no failure, no warning, and as much is
//! judged as ever.

use std::time::Duration;

use botspec_conformance::{Embedded, EmbeddedConfig, RunConfig};
use botspec_reference::variations::{self, Variation};
use botspec_reference::world::WorldKind;
use botspec_reports::record::Verdict;
use futures_util::StreamExt;

use crate::harness::ran;

/// Every dialect.
const ALL: &[&str] = &["onebot11", "gocqhttp", "napcat", "llonebot", "milky"];

/// How much of the checks has to be judged where nothing else is said, in percent. The stand-in without a variation has more
/// than 99.
const LEAST: f64 = 98.0;

/// How much is judged where there is no friend, no group and no message to ask about.
const LEAST_ALONE: f64 = 15.0;

/// How many runs there are at once.
const AT_ONCE: usize = 3;

/// Variations that are looked at together.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    variations: &'static [Variation],
    world: WorldKind,
    dialects: &'static [&'static str],
    /// The checks; all of them where none is named.
    select: &'static [&'static str],
    /// The least share that is judged.
    least: f64,
}

impl Case {
    const fn of(name: &'static str, variations: &'static [Variation], dialects: &'static [&'static str]) -> Self {
        Self { name, variations, world: WorldKind::Default, dialects, select: &[], least: LEAST }
    }
}

/// What concerns JSON and the values in it, the one half and the other.
const JSON: [&[Variation]; 2] = [
    &[
        Variation::KeyOrder,
        Variation::WhiteSpace,
        Variation::Escapes,
        Variation::ExtraKeys,
        Variation::ListOrder,
        Variation::OptionalAbsent,
        Variation::Wording,
        Variation::RetcodeLarge,
        Variation::PositiveIds,
        Variation::ClockAhead,
    ],
    &[
        Variation::KeyOrder,
        Variation::Escapes,
        Variation::ListOrder,
        Variation::OptionalNull,
        Variation::OptionalEmpty,
        Variation::OtherTypes,
        Variation::WordingSame,
        Variation::RetcodeNegative,
        Variation::NegativeIds,
        Variation::ClockBehind,
        Variation::SharedIds,
    ],
];

/// What concerns transports.
const TRANSPORT: &[Variation] = &[
    Variation::Fragments,
    Variation::Chunks,
    Variation::Headers,
    Variation::ConnectionClose,
    Variation::ErrorPages,
    Variation::SseSpelling,
    Variation::AnswersUnordered,
];

/// Checks that wait for events.
const EVENTS: &[&str] = &["*/event/*", "*/delivery/*", "*/transport/*", "*/quick/*", "*/segment/*"];

/// Checks that read lists.
const LISTS: &[&str] = &["*/action/get_group_*/*", "*/action/get_friend_list/*", "*/params/*", "*/lists/*"];

/// Those that mostly wait come first, beside those that work.
const CASES: &[Case] = &[
    Case { select: EVENTS, ..Case::of("late events", &[Variation::LateEvents], &["milky"]) },
    Case { select: &["*/transport/*"], ..Case::of("slow answers", &[Variation::SlowAnswers], &["onebot11"]) },
    Case::of("JSON", JSON[0], &["onebot11", "napcat", "milky"]),
    Case::of("JSON, other half", JSON[1], &["gocqhttp", "llonebot"]),
    Case::of("transports", TRANSPORT, &["onebot11", "milky"]),
    Case { select: EVENTS, ..Case::of("order of events", &[Variation::EventsReordered], &["onebot11", "milky"]) },
    Case { select: EVENTS, ..Case::of("events behind answers", &[Variation::EventsBehindAnswers], &["gocqhttp"]) },
    Case { world: WorldKind::Big, select: LISTS, ..Case::of("2,000 members", &[], &["onebot11"]) },
    Case { world: WorldKind::Empty, least: LEAST_ALONE, ..Case::of("nobody", &[], ALL) },
];

/// What is wrong with a run on a right implementation.
async fn alarms(case: &Case, dialect: &str, variations: &[Variation]) -> Vec<String> {
    let mut config = EmbeddedConfig::new(dialect);
    config.variations = variations.to_vec();
    config.world = case.world;
    let embedded = Embedded::start(config).await.expect("the stand-in starts");
    let mut target = embedded.target().clone();
    target.limits.cases = 2;
    // A large list takes its time where the cores are busy.
    target.limits.timeout = Duration::from_secs(30);
    let mut config = RunConfig::new(target);
    config.seed = 7;
    config.selection.select = case.select.iter().map(|pattern| (*pattern).to_owned()).collect();
    let ran = ran(config).await;
    let mut wrong = ran.lines(Verdict::is_bad);
    wrong.extend(embedded.bot().defects().iter().map(|defect| format!("the variation is none: {defect:?}")));
    let percent = ran.result.judged_percent();
    println!("{} @ {dialect}: {} checks, {percent} % judged", case.name, ran.checks.len());
    if percent < case.least {
        wrong.push(format!("{percent} % judged, less than {} %", case.least));
        wrong.extend(ran.lines(|verdict| verdict == Verdict::Untestable));
    }
    embedded.shutdown().await;
    wrong.into_iter().map(|line| format!("{} @ {dialect}: {line}", case.name)).collect()
}

/// `BOTSPEC_VARIATION=key-order,chunks` looks at these alone, together, `BOTSPEC_VARIATION=world-big` at a world;
/// `BOTSPEC_DIALECT=milky` looks at one dialect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_implementation_raises_no_alarm() {
    let only = std::env::var("BOTSPEC_DIALECT").ok();
    let chosen = std::env::var("BOTSPEC_VARIATION").ok();
    let mut whole = [Case::of("chosen", &[], ALL)];
    let mut named = Vec::new();
    for id in chosen.iter().flat_map(|ids| ids.split(',')).filter(|id| !id.is_empty()) {
        match id.strip_prefix("world-") {
            Some(kind) => {
                whole[0].world = WorldKind::named(kind).expect("a world");
                whole[0].least = if whole[0].world == WorldKind::Empty { LEAST_ALONE } else { LEAST };
            }
            None => named.push(variations::find(id).expect("a variation")),
        }
    }
    let cases = if chosen.is_some() { &whole[..] } else { CASES };
    let all = cases.iter().flat_map(|case| case.dialects.iter().map(move |dialect| (case, *dialect)));
    let wanted = all.filter(|(_, dialect)| only.as_ref().is_none_or(|only| only == dialect));
    let runs = wanted.map(|(case, dialect)| {
        let (case, dialect) = (*case, dialect.to_owned());
        let variations = if chosen.is_some() { named.clone() } else { case.variations.to_vec() };
        tokio::spawn(async move { alarms(&case, &dialect, &variations).await })
    });
    let found: Vec<_> = futures_util::stream::iter(runs).buffered(AT_ONCE).collect().await;
    let wrong: Vec<String> = found.into_iter().flat_map(|found| found.expect("a run ends")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
