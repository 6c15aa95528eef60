//! What a build answers, in a form that a later run is compared with: of each action, event and segment, which places
//! there are, of which types, and the values that stay the same.
//!
//! A contract states what may come; a snapshot states what came. A field that a contract leaves open and that a new build no
//! longer has breaks a bot all the same.

mod collect;
mod file;
mod place;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use botspec_reports::record::ChangedAnswer;
use serde::{Deserialize, Serialize};

pub(crate) use collect::SnapshotCollector;
pub use file::{SnapshotError, read_snapshot, write_snapshot};
pub use place::Place;

/// The places of one action, event or segment. A key is where the place is: `ok`, `failed` or `deferred` for the answers
/// to an action, `event` or `segment`, and the JSON pointer below, with `*` for the items of a list.
pub type Snapshot = BTreeMap<String, Place>;

/// Snapshots by their names, such as `action/get_msg`.
pub type Snapshots = BTreeMap<String, Snapshot>;

/// The snapshots that are kept of a target, and of which build they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeptSnapshots {
    /// The build; nothing before the first run.
    pub build: Option<SnapshotBuild>,
    /// The snapshots.
    pub snapshots: Snapshots,
}

/// The build that snapshots are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotBuild {
    /// The name that the implementation gives itself.
    pub implementation: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// How many runs of this build were compared. After one, nothing is known of what changes by itself.
    pub runs: u64,
}

/// What came of comparing a run with the snapshots.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SnapshotResult {
    /// What is not as in the snapshots.
    pub changes: Vec<ChangedAnswer>,
    /// Values and fields of which was learned, from two runs of one build, that they come and go by themselves.
    pub learned: Vec<String>,
    /// Actions, events and segments that had no snapshot.
    pub added: Vec<String>,
    /// The names of everything that came.
    #[serde(skip)]
    pub seen: BTreeSet<String>,
    /// The build of this run, with how many of its runs the snapshots know.
    #[serde(skip)]
    pub build: Option<SnapshotBuild>,
    /// The snapshots to keep now: the old ones with what was learned, and those of what had none.
    #[serde(skip)]
    pub keep: Snapshots,
    /// The snapshots as they are where the changes are accepted.
    #[serde(skip)]
    pub pending: Snapshots,
}

impl SnapshotResult {
    /// Adds what came of another target.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.changes.extend(other.changes.iter().cloned());
        self.learned.extend(other.learned.iter().cloned());
        self.added.extend(other.added.iter().cloned());
    }

    /// Whether a bot that was written against the snapshots may break.
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| change.kind.is_worse())
    }
}

impl KeptSnapshots {
    /// Compares them with what a run of a build saw.
    pub fn settle(&self, implementation: Option<&str>, version: Option<&str>, seen: Snapshots) -> SnapshotResult {
        let same = self.build.as_ref().is_some_and(|build| {
            version.is_some()
                && build.version.as_deref() == version
                && build.implementation.as_deref() == implementation
        });
        let runs = self.build.as_ref().map_or(0, |build| build.runs);
        let mut result = SnapshotResult::default();
        for (name, seen) in seen {
            result.seen.insert(name.clone());
            let Some(kept) = self.snapshots.get(&name) else {
                result.keep.insert(name.clone(), seen);
                result.added.push(name);
                continue;
            };
            let settled = settle::settle(&name, kept, &seen, settle::Trust { same, known_values: runs > 1 });
            if !settled.changes.is_empty() {
                result.pending.insert(name.clone(), settled.pending);
            }
            if settled.keep != *kept {
                result.keep.insert(name, settled.keep);
            }
            result.changes.extend(settled.changes);
            result.learned.extend(settled.learned);
        }
        result.build = Some(SnapshotBuild {
            implementation: implementation.map(str::to_owned),
            version: version.map(str::to_owned),
            runs: if same { runs + 1 } else { 1 },
        });
        result
    }
}

/// What differs between two snapshots of one name, of two builds.
pub fn compare_snapshots(name: &str, kept: &Snapshot, pending: &Snapshot) -> Vec<ChangedAnswer> {
    settle::settle(name, kept, pending, settle::Trust { same: false, known_values: true }).changes
}
