//! The same seed sends the same requests.

use std::collections::BTreeSet;

use botspec_conformance::{Embedded, EmbeddedConfig, RunConfig};
use botspec_reports::record::Verdict;

use crate::harness::ran;
use crate::recorder::{Arrived, Recorder};

/// What arrives at a fresh reference in a run with a seed.
async fn trace(seed: u64, concurrency: usize) -> Vec<Arrived> {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the reference starts");
    let recorder = Recorder::before(embedded.target()).await;
    let mut config = RunConfig::new(recorder.target().clone());
    config.seed = seed;
    config.target.limits.concurrency = concurrency;
    config.target.limits.cases = 4;

    let ran = ran(config).await;
    assert_eq!(ran.lines(Verdict::is_bad), [""; 0], "a run in which nothing fails");
    let token = embedded.target().tokens().first().map(|token| (*token).to_owned()).unwrap_or_default();
    recorder.arrived().into_iter().map(|arrived| without(arrived, &token)).collect()
}

/// The token is drawn anew for each reference, and the mark of what is sent for each run.
fn without(arrived: Arrived, token: &str) -> Arrived {
    match arrived {
        Arrived::Http(path, body) => Arrived::Http(without_marks(&path.replace(token, "T")), without_marks(&body)),
        Arrived::Frame(text) => Arrived::Frame(without_marks(&text)),
        reply @ Arrived::Reply(_) => reply,
    }
}

/// A text without the words and names that mark something as made by this run, such as `4-3a72f1` and `botspec-4-3a72f1.txt`.
fn without_marks(text: &str) -> String {
    let is_mark = |word: &str| {
        let word = word.split_once('.').map_or(word, |(name, _)| name);
        word.strip_prefix("botspec-").unwrap_or(word).split_once('-').is_some_and(|(number, time)| {
            (1..=6).contains(&time.len())
                && time.bytes().all(|it| it.is_ascii_hexdigit())
                && !number.is_empty()
                && number.bytes().all(|it| it.is_ascii_digit())
        })
    };
    let words = text.split_inclusive([' ', '"', '\\']);
    let marked = |word: &str| word.strip_suffix([' ', '"', '\\']).is_some_and(is_mark);
    words.map(|word| if marked(word) { "M" } else { word }).collect()
}

/// What arrived over HTTP, in order.
fn requests(trace: &[Arrived]) -> Vec<String> {
    trace.iter().filter(|it| matches!(it, Arrived::Http(..))).map(Arrived::text).collect()
}

/// What arrived in frames. Checks send over several connections at once, so that the order means nothing.
fn frames(trace: &[Arrived]) -> Vec<String> {
    let mut frames: Vec<_> = trace.iter().filter(|it| matches!(it, Arrived::Frame(_))).map(Arrived::text).collect();
    frames.sort();
    frames
}

/// The first place where two lists part.
fn parting(one: &[String], other: &[String]) -> Option<String> {
    let length = one.len().max(other.len());
    let place = (0..length).find(|place| one.get(*place) != other.get(*place))?;
    Some(format!("{place} of {length}:\n  {:?}\n  {:?}", one.get(place), other.get(place)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_repeats_a_run_exactly() {
    let (first, second, other) = (trace(7, 1).await, trace(7, 1).await, trace(8, 1).await);
    assert!(first.len() > 1000, "the suite ran: {}", first.len());
    assert_eq!(parting(&requests(&first), &requests(&second)), None);
    assert_eq!(parting(&frames(&first), &frames(&second)), None);
    assert_ne!(parting(&requests(&first), &requests(&other)), None, "another seed draws something else");
    let set = |trace: &[Arrived]| requests(trace).into_iter().collect::<BTreeSet<_>>();
    let (alone, beside) = (set(&first), set(&trace(7, 8).await));
    let parted: Vec<_> = alone.symmetric_difference(&beside).take(5).collect();
    assert!(parted.is_empty(), "eight at once send something else: {parted:#?}");
}
