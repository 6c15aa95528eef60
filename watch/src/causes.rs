//! The defects that were seen, each once, with a few of its occurrences and how often it came.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use botspec_conformance::Found;
use botspec_reports::record::{Difference, Text, Transport};

use crate::evidence::Evidence;

/// How many causes are kept. Traffic that is wrong everywhere shows that with fewer.
const CAUSES: usize = 1_000;

/// How many occurrences of a cause are kept from its beginning; the last one is kept besides.
const FIRST: usize = 3;

/// How many bytes of evidence are kept.
const EVIDENCE: usize = 12 << 20;

/// What makes two findings one cause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The id of the check that owns it.
    pub(crate) check: String,
    pub(crate) transport: Option<Transport>,
    /// Where, with `*` for the items of lists.
    pointer: String,
    /// What should be there, without the value where that comes from another document or place.
    expected: String,
}

/// A defect.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) summary: Text,
    pub(crate) difference: Difference,
    pub(crate) times: u64,
    pub(crate) first_at: SystemTime,
    pub(crate) last_at: SystemTime,
    /// The first few, and behind them the last.
    pub(crate) occurrences: Vec<Occurrence>,
}

/// Where a defect was seen.
#[derive(Debug, Clone)]
pub(crate) struct Occurrence {
    pub(crate) found: String,
    pub(crate) evidence: Arc<Evidence>,
}

/// All defects.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    all: BTreeMap<Key, Cause>,
    bytes: usize,
    /// How often something was wrong for which there was no room.
    pub(crate) left_out: u64,
}

impl Causes {
    /// Adds what was found, and gives the key of a cause that is new.
    pub(crate) fn add(&mut self, found: Found, evidence: &Arc<Evidence>) -> Option<Key> {
        let Found { check, summary, difference, transport, .. } = found;
        let pointer = starred(&difference.pointer);
        let expected = without_value(&difference.expected).to_owned();
        let key = Key { check, transport: Some(transport), pointer, expected };
        let occurrence = Occurrence { found: difference.found.clone(), evidence: Arc::clone(evidence) };
        if let Some(known) = self.all.get_mut(&key) {
            known.times += 1;
            known.last_at = evidence.time;
            let full = known.occurrences.len() > FIRST;
            let last = known.occurrences.last().filter(|_| full).map_or(0, |last| last.evidence.size());
            if self.bytes + evidence.size() <= EVIDENCE + last {
                self.bytes = self.bytes + evidence.size() - last;
                known.occurrences.truncate(FIRST);
                known.occurrences.push(occurrence);
            }
            return None;
        }
        if self.all.len() >= CAUSES {
            self.left_out += 1;
            return None;
        }
        let fits = self.bytes + evidence.size() <= EVIDENCE;
        self.bytes += if fits { evidence.size() } else { 0 };
        let occurrences = if fits { vec![occurrence] } else { Vec::new() };
        let (first_at, last_at) = (evidence.time, evidence.time);
        self.all.insert(key.clone(), Cause { summary, difference, times: 1, first_at, last_at, occurrences });
        Some(key)
    }

    /// A cause.
    pub(crate) fn get(&self, key: &Key) -> Option<&Cause> {
        self.all.get(key)
    }

    /// All of them, those of a check beside each other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Cause)> {
        self.all.iter()
    }
}

/// Of `20002, which was asked for`, what is the same for each value: why it should be there.
fn without_value(expected: &str) -> &str {
    let why = expected.rsplit_once(", ").map(|(_, why)| why);
    let begins =
        |why: &&str| ["as ", "which ", "who ", "where ", "the account "].iter().any(|word| why.starts_with(word));
    why.filter(begins).unwrap_or(expected)
}

/// A pointer with `*` in place of each index of a list.
pub(crate) fn starred(pointer: &str) -> String {
    let is_index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let steps = pointer.split('/').map(|step| if is_index(step) { "*" } else { step });
    steps.collect::<Vec<_>>().join("/")
}
