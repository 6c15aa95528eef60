//! Checks that another one stands in the way of. Where that other one did not fail, nothing states why they were not judged: such a
//! run is not green.

use std::collections::{BTreeMap, BTreeSet};

use botspec_reports::record::{Check, Verdict};

/// What stands in the way of what.
#[derive(Debug, Default)]
pub(super) struct Blocked {
    /// How many checks each owner stands in the way of.
    by: BTreeMap<String, u64>,
    /// The checks that found something wrong.
    broken: BTreeSet<String>,
}

impl Blocked {
    /// Takes in what a check came to.
    pub(super) fn note(&mut self, check: &Check) {
        if let Some(owner) = check.blocked_by.as_ref().filter(|_| check.expected.is_none()) {
            *self.by.entry(owner.clone()).or_default() += 1;
        }
        // What a MAY asks for in vain is only reported.
        if check.verdict.is_bad() || check.verdict == Verdict::Pass && check.finding.is_some() {
            self.broken.insert(check.id.clone());
        }
    }

    /// How many checks are blocked by one that found nothing wrong.
    pub(super) fn without_cause(&self) -> u64 {
        self.by.iter().filter(|(owner, _)| !self.broken.contains(*owner)).map(|(_, number)| number).sum()
    }
}
