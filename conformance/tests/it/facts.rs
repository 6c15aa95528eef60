//! The other half of the kill matrix. There a fault of the stand-in has to be found; here the stand-in stays as it is, and a
//! fact of the contracts is another: some check has to fail. What no check notices stands in `facts/unnoticed.json` with its
//! reason.
//!
//! A sample of the facts is looked at, spread over the families; with `BOTSPEC_FACTS=all` in the environment it is all of
//! them, with `BOTSPEC_FACT` those that this pattern means. What no check notices is written to the file that
//! `BOTSPEC_FACTS_OUT` names.

mod corpus;
mod file_facts;
mod flip;
mod live;
mod received;
mod schema_facts;
mod unnoticed;

use std::collections::BTreeMap;
use std::time::Instant;

use botspec_conformance::matches;
use botspec_schema::{Catalog, Dialect};

use flip::Flip;
use unnoticed::Unnoticed;

/// The dialects that are looked at.
const DIALECTS: [&str; 5] = ["onebot11", "gocqhttp", "napcat", "llonebot", "milky"];

/// How many facts of each family of a dialect a sample has.
const SAMPLED: usize = 3;

/// A number that follows from a text, for choices that are spread and always the same.
fn spread(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A pattern of the facts that alone are looked at, with the verdicts of the checks that are about them.
fn only() -> Option<String> {
    std::env::var("BOTSPEC_FACT").ok()
}

fn whole() -> bool {
    std::env::var("BOTSPEC_FACTS").is_ok_and(|value| value == "all")
}

/// Every fact of a dialect that is its own: what it takes over is looked at where it is declared.
fn all(dialect: &Dialect) -> Vec<Flip> {
    let mut flips = schema_facts::received(dialect);
    flips.extend(schema_facts::sent(dialect));
    flips.extend(file_facts::all(dialect));
    flips
}

/// Of facts, as many of each family as a sample has.
fn sampled(mut flips: Vec<Flip>) -> Vec<Flip> {
    if let Some(only) = only() {
        flips.retain(|flip| matches(&only, &flip.id));
        return flips;
    }
    if whole() {
        return flips;
    }
    flips.sort_by_key(|flip| spread(&flip.id));
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    flips.retain(|flip| {
        let taken = taken.entry(flip.family).or_default();
        *taken += 1;
        *taken <= SAMPLED
    });
    flips
}

/// Looks at facts of a dialect; gives those that no check noticed.
async fn unnoticed(dialect: &'static Dialect) -> (Vec<Flip>, Vec<String>) {
    let began = Instant::now();
    let every = all(dialect);
    let (count, ids) = (every.len(), every.iter().map(|flip| flip.id.clone()).collect());
    let flips = sampled(every);
    let mut families: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for flip in &flips {
        families.entry(flip.family).or_default().1 += 1;
    }
    let looked = flips.len();
    let (of_answers, live): (Vec<Flip>, Vec<Flip>) = flips.into_iter().partition(Flip::is_received);
    let (mut left, mut unsent) = received::unnoticed(dialect, of_answers).await;
    let (others, unsent_by_us) = live::unnoticed(dialect, live).await;
    left.extend(others);
    unsent.extend(unsent_by_us);
    let known: Vec<&str> = unsent.iter().map(|flip| flip.id.as_str()).collect();
    println!("{}: {} are about what nobody sent: {known:?}", dialect.name(), unsent.len());
    for (family, (noticed, all)) in &mut families {
        let others = left.iter().chain(&unsent).filter(|flip| flip.family == *family).count();
        *noticed = *all - others;
        println!("{}: {family}: {noticed} of {all}", dialect.name());
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{}: {looked} of {count} facts looked at, {} noticed, in {seconds:.1} s",
        dialect.name(),
        looked - left.len() - unsent.len()
    );
    (left, ids)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_check_notices_every_fact() {
    // One dialect alone is looked at with its name in the environment.
    let only = std::env::var("BOTSPEC_DIALECT").ok();
    let (mut left, mut ids) = (Vec::new(), Vec::new());
    for name in DIALECTS.into_iter().filter(|name| only.as_ref().is_none_or(|only| only == name)) {
        let dialect = Catalog::builtin().dialect(name).expect("the dialect");
        let (unnoticed, all) = Box::pin(unnoticed(dialect)).await;
        left.extend(unnoticed);
        ids.extend(all);
    }
    let left: Vec<String> = left.into_iter().map(|flip| flip.id).collect();
    if let Ok(path) = std::env::var("BOTSPEC_FACTS_OUT") {
        std::fs::write(path, left.join("\n")).expect("the list is written");
    }
    let known = Unnoticed::read();
    let unexplained: Vec<&String> = left.iter().filter(|id| !known.explains(id)).collect();
    assert!(unexplained.is_empty(), "no check notices, and no reason is given:\n{unexplained:#?}");
    if only.is_none() && self::only().is_none() {
        let stale = known.stale(&ids, whole().then_some(&left));
        assert!(stale.is_empty(), "these reasons are about nothing any more:\n{}", stale.join("\n"));
    }
}
