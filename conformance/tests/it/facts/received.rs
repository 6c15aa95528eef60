//! Facts about what a target sends: held against answers and events that a clean stand-in gave.

use std::collections::BTreeSet;

use botspec_conformance::{Judge, TrafficKind};
use botspec_schema::model::Schema;
use botspec_schema::{Dialect, reference};

use super::corpus::Corpus;
use super::flip::{Flip, Part, flipped};

/// The facts that no judgement of an answer or an event depends on, and those about what was not sent at all.
pub(super) async fn unnoticed(dialect: &Dialect, flips: Vec<Flip>) -> (Vec<Flip>, Vec<Flip>) {
    if flips.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let corpus = Corpus::of(dialect, &patterns(dialect, &flips)).await;
    let clean = Judge::new(&flipped(dialect, &[]), dialect.name(), TrafficKind::Recorded).expect("the dialect");
    assert_eq!(corpus.judged(&clean, None), BTreeSet::new(), "the stand-in is clean");
    let mut left = Vec::new();
    for round in rounds(flips) {
        let together = round.len() > 1;
        let missed = missed(dialect, &corpus, round);
        // Another one may have stood before it: an object that is a string has no fields.
        left.extend(missed.into_iter().filter(|flip| !together || !is_noticed(dialect, &corpus, flip)));
    }
    left.into_iter().partition(|flip| flip.contradicted().is_some_and(|flip| is_noticed(dialect, &corpus, &flip)))
}

/// Whether something in a corpus is wrong by a fact that is changed alone.
fn is_noticed(dialect: &Dialect, corpus: &Corpus, flip: &Flip) -> bool {
    let judge = Judge::new(&flipped(dialect, &[flip]), dialect.name(), TrafficKind::Recorded).expect("the dialect");
    let of: Option<BTreeSet<&str>> = match &flip.part {
        Part::Result(name) => Some(BTreeSet::from([name.as_str()])),
        Part::Event(_) => Some(BTreeSet::new()),
        _ => None,
    };
    !corpus.judged(&judge, of.as_ref()).is_empty()
}

/// Those of some facts, all of them changed, that nothing in a corpus is wrong by.
fn missed(dialect: &Dialect, corpus: &Corpus, flips: Vec<Flip>) -> Vec<Flip> {
    let name = dialect.name();
    let judge = Judge::new(&flipped(dialect, &flips.iter().collect::<Vec<_>>()), name, TrafficKind::Recorded)
        .expect("the dialect");
    let is_shared = flips.iter().any(|flip| !matches!(flip.part, Part::Result(_) | Part::Event(_)));
    let results = flips.iter().filter(|flip| matches!(flip.part, Part::Result(_)));
    let actions: BTreeSet<&str> = results.filter_map(|flip| Some(flip.contract()?.1)).collect();
    let found = corpus.judged(&judge, (!is_shared).then_some(&actions));
    let is_noticed = |flip: &Flip| {
        found.iter().any(|(check, field)| {
            let here = match &flip.part {
                Part::Result(_) | Part::Event(_) => {
                    flip.contract().is_some_and(|(kind, of)| check.starts_with(&format!("{name}/{kind}/{of}/")))
                }
                _ => true,
            };
            here && (flip.field.is_empty() || *field == flip.field)
        })
    };
    let noticed: Vec<bool> = flips.iter().map(is_noticed).collect();
    flips.into_iter().zip(noticed).filter(|(_, noticed)| !noticed).map(|(flip, _)| flip).collect()
}

/// The checks that make a stand-in send what facts are about.
fn patterns(dialect: &Dialect, flips: &[Flip]) -> Vec<String> {
    let mut patterns = BTreeSet::new();
    for flip in flips {
        match flip.contract() {
            Some(contract) => drop(patterns.insert(contract)),
            None => patterns.extend(users(dialect, flip).into_iter().take(USERS)),
        }
    }
    patterns.into_iter().map(|(kind, of)| format!("{}/{kind}/{of}/*", dialect.name())).collect()
}

/// How many of the contracts that use a shared type are called for it.
const USERS: usize = 4;

/// The actions and events that use a shared type.
fn users<'d>(dialect: &'d Dialect, flip: &Flip) -> Vec<(&'static str, &'d str)> {
    let Part::Type(name) = &flip.part else { return Vec::new() };
    let mut names = vec![name.clone()];
    let mentions = |names: &[String], schema: &Schema| {
        let text = schema.to_string();
        names.iter().any(|name| text.contains(&format!("\"{}\"", reference(name)["$ref"].as_str().unwrap_or_default())))
    };
    // A type that stands in others is sent with those.
    for _ in 0..3 {
        let more = dialect.types.values().filter(|it| mentions(&names, &it.schema)).map(|it| it.name.clone());
        names = names.iter().cloned().chain(more).collect::<BTreeSet<_>>().into_iter().collect();
    }
    let actions =
        dialect.actions.values().filter(|it| mentions(&names, &it.result)).map(|it| ("action", it.name.as_str()));
    let events = dialect.events.values().filter(|it| mentions(&names, &it.data)).map(|it| ("event", it.name.as_str()));
    actions.chain(events).collect()
}

/// Sets of facts of which each can be told from the others by what is found: those of results and of events by their
/// contract and field, those of segments and types, which stand in many contracts, by their field.
fn rounds(flips: Vec<Flip>) -> Vec<Vec<Flip>> {
    let (own, shared): (Vec<Flip>, Vec<Flip>) =
        flips.into_iter().partition(|flip| matches!(flip.part, Part::Result(_) | Part::Event(_)));
    let (results, events): (Vec<Flip>, Vec<Flip>) = own.into_iter().partition(|it| matches!(it.part, Part::Result(_)));
    let by_contract = |flip: &Flip| format!("{:?} {}", flip.part, flip.field);
    let mut all = Vec::new();
    for flips in [results, events] {
        let (around, inside): (Vec<Flip>, Vec<Flip>) = flips.into_iter().partition(|flip| flip.encloses);
        all.extend(split(around, |flip| format!("{:?}", flip.part)));
        all.extend(split(inside, by_contract));
    }
    let (around, inside): (Vec<Flip>, Vec<Flip>) = shared.into_iter().partition(|flip| flip.encloses);
    all.extend(split(around, |_| String::new()));
    all.extend(split(inside, |flip| flip.field.clone()));
    all
}

/// Sets in which no two have the same key. What is about no field stands in a set of its own contract.
fn split(flips: Vec<Flip>, key: impl Fn(&Flip) -> String) -> Vec<Vec<Flip>> {
    let mut sets: Vec<(BTreeSet<String>, Vec<Flip>)> = Vec::new();
    for flip in flips {
        let key = key(&flip);
        match sets.iter_mut().find(|(keys, _)| !keys.contains(&key)) {
            Some((keys, set)) => {
                keys.insert(key);
                set.push(flip);
            }
            None => sets.push((BTreeSet::from([key]), vec![flip])),
        }
    }
    sets.into_iter().map(|(_, set)| set).collect()
}
