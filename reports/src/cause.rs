//! Findings by cause: one defect of a target is one finding to a reader, however many checks met it.
//!
//! The record keeps each check. Here they are gathered: by the [cause](Cause) that the run wrote, or, in a record of an
//! older botspec, by what a finding states itself: the contract that the place which differs stands in, the place, the
//! class of the defect, and what should be there.

mod key;
mod place;
mod title;

pub(crate) use key::with_stars;
pub(crate) use place::subject;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use crate::group::Group;
use crate::record::{Cause, Check, Finding, Run, Text, Transport};

/// One defect, with every check that met it.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseGroup<'a> {
    /// The defect.
    pub cause: Cause,
    /// Where it stands among what needs attention; that of its most urgent check.
    pub group: Group,
    /// The checks that met it, the one with the smallest request first.
    pub checks: Vec<&'a Check>,
}

impl<'a> CauseGroup<'a> {
    /// The finding with the smallest request.
    pub fn example(&self) -> Option<&'a Finding> {
        self.checks.first().and_then(|check| check.finding.as_ref())
    }

    /// What is wrong, in one sentence without its full stop.
    pub fn title(&self) -> Text {
        title::title(self)
    }

    /// What the first check found at the place; empty where the finding has no such place.
    pub fn found(&self) -> &'a str {
        let differences = self.example().map_or(&[][..], |finding| finding.differences.as_slice());
        let here = differences.iter().find(|one| key::class(one) == self.cause.defect && self.stands_at(&one.pointer));
        here.map_or("", |difference| difference.found.as_str())
    }

    /// Whether it is wrong in every response, whatever was called.
    pub(crate) fn is_in_envelope(&self) -> bool {
        self.cause.place.split_once('/').is_some_and(|(_, rest)| rest == place::ENVELOPE)
    }

    /// Whether the title names this very place.
    pub(crate) fn pointer_in_title(&self, pointer: &str) -> bool {
        pointer == self.cause.pointer
    }

    fn stands_at(&self, pointer: &str) -> bool {
        key::with_stars(pointer).ends_with(&self.cause.pointer)
    }

    /// The transports over which it showed.
    pub fn transports(&self) -> Vec<Transport> {
        self.checks.iter().filter_map(|check| check.transport).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The ids of the checks, each once.
    pub fn ids(&self) -> Vec<&'a str> {
        let mut known = BTreeSet::new();
        self.checks.iter().map(|check| check.id.as_str()).filter(|id| known.insert(*id)).collect()
    }

    /// How many different requests it showed in.
    pub fn requests(&self) -> usize {
        let requests = self.checks.iter().filter_map(|check| check.finding.as_ref()?.request.as_ref());
        requests.map(|request| (request.head.first(), &request.body)).collect::<BTreeSet<_>>().len()
    }

    /// A short name for links, the same for the same defect in every record.
    pub fn anchor(&self) -> String {
        let mut hasher = Fnv::default();
        self.cause.hash(&mut hasher);
        format!("cause-{:08x}", hasher.finish() & 0xffff_ffff)
    }
}

/// The defects of a run, what needs attention first, and of equal weight what most checks met.
pub fn causes(run: &Run) -> Vec<CauseGroup<'_>> {
    let mut keys = key::Keys::default();
    let found: Vec<(&Check, Group, Vec<Cause>)> = run
        .checks
        .iter()
        .map(|check| (check, Group::of(check)))
        .filter(|(_, group)| group.is_finding())
        .map(|(check, group)| (check, group, keys.of(check)))
        .collect();
    let everywhere = key::everywhere(found.iter().flat_map(|(_, _, causes)| causes));
    let mut groups: Vec<CauseGroup<'_>> = Vec::new();
    let mut known: BTreeMap<Cause, usize> = BTreeMap::new();
    for (check, group, causes) in found {
        let mut met = BTreeSet::new();
        for cause in causes {
            let cause = everywhere.get(&cause).cloned().unwrap_or(cause);
            let at = *known.entry(cause.clone()).or_insert_with(|| {
                groups.push(CauseGroup { cause, group, checks: Vec::new() });
                groups.len() - 1
            });
            if met.insert(at) {
                groups[at].group = groups[at].group.min(group);
                groups[at].checks.push(check);
            }
        }
    }
    for group in &mut groups {
        group.checks.sort_by_key(|check| (Group::of(check), request_size(check)));
    }
    groups.sort_by_key(|group| (group.group, std::cmp::Reverse(group.checks.len())));
    groups
}

/// What one check met, as far as its own finding reports; none where it found nothing.
pub fn causes_of(check: &Check) -> Vec<Cause> {
    if Group::of(check).is_finding() { key::Keys::default().of(check) } else { Vec::new() }
}

/// How long a request is; what has none comes last.
fn request_size(check: &Check) -> u64 {
    let request = check.finding.as_ref().and_then(|finding| finding.request.as_ref());
    request.map_or(u64::MAX, |request| request.body.len() as u64 + request.omitted_bytes)
}

/// FNV-1a, which states the same in every version of Rust.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
