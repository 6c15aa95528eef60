//! The last line of a record.

use std::ops::{Index, IndexMut};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actions, ChangedAnswer, Verdict};

/// The last line: the run came to its end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Footer {
    /// How many checks came to which verdict.
    pub counts: Counts,
    /// When the run ended, RFC 3339.
    #[serde(default)]
    pub finished_at: String,
    /// How long the run took, in milliseconds.
    #[serde(default)]
    pub duration_ms: f64,
    /// How many requests were sent to the target.
    #[serde(default)]
    pub requests: u64,
    /// The share of the checks that the permissions allow which came to a judgement, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_percent: Option<f64>,
    /// Which actions of its dialect the target has; absent where no call could show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Actions>,
    /// What is not as in the snapshots of an earlier build, where the run was compared with some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_answers: Vec<ChangedAnswer>,
}

/// How many checks came to which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Counts {
    /// As it should be.
    pub pass: u64,
    /// Not as it must be.
    pub fail: u64,
    /// Not as it should be.
    pub warn: u64,
    /// Not run on purpose.
    pub skip: u64,
    /// A prerequisite failed or a fixture is missing.
    pub untestable: u64,
    /// A defect of botspec.
    pub error: u64,
}

impl Counts {
    /// Checks that came to a judgement about the target.
    pub fn judged(&self) -> u64 {
        Verdict::ALL.iter().filter(|verdict| verdict.is_judged()).map(|verdict| self[*verdict]).sum()
    }

    /// Checks that the permissions of the target allow: all but those that were skipped, because they were not selected, their
    /// effect is not allowed, or only an effect that is not allowed would make what they need.
    pub fn permitted(&self) -> u64 {
        self.total() - self.skip
    }

    /// The share of the checks that the permissions allow which came to a judgement, in percent, rounded down to a tenth so
    /// that 100 means all of them.
    pub fn judged_percent(&self) -> f64 {
        let tenths = (self.judged() * 1000).checked_div(self.permitted()).unwrap_or(1000);
        f64::from(u32::try_from(tenths).unwrap_or(1000)) / 10.0
    }

    /// All checks together.
    pub fn total(&self) -> u64 {
        Verdict::ALL.iter().map(|&verdict| self[verdict]).sum()
    }
}

impl FromIterator<Verdict> for Counts {
    fn from_iter<I: IntoIterator<Item = Verdict>>(verdicts: I) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts[verdict] += 1;
        }
        counts
    }
}

impl Index<Verdict> for Counts {
    type Output = u64;

    fn index(&self, verdict: Verdict) -> &u64 {
        match verdict {
            Verdict::Pass => &self.pass,
            Verdict::Fail => &self.fail,
            Verdict::Warn => &self.warn,
            Verdict::Skip => &self.skip,
            Verdict::Untestable => &self.untestable,
            Verdict::Error => &self.error,
        }
    }
}

impl IndexMut<Verdict> for Counts {
    fn index_mut(&mut self, verdict: Verdict) -> &mut u64 {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::Skip => &mut self.skip,
            Verdict::Untestable => &mut self.untestable,
            Verdict::Error => &mut self.error,
        }
    }
}
