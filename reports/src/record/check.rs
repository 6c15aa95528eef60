//! One line of a record per check.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Finding, Level, Transport};

/// What came of one check over one transport.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// Its stable id, such as `onebot11/action/get_msg/result`.
    pub id: String,
    /// The dialect it belongs to.
    pub dialect: String,
    /// The transport it ran over; null where it speaks of none or of several.
    pub transport: Option<Transport>,
    /// How binding what it checks is.
    pub level: Level,
    /// What came of it.
    pub verdict: Verdict,
    /// What a waiver stated would come of it; null without a waiver.
    #[serde(default)]
    pub expected: Option<Expected>,
    /// The requirements it covers; none for a check that follows from a contract alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// Of traffic that was watched: how many documents the check judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
    /// Of a check that could not be judged: the id of the check about what stands in its way. Where there is none, something is
    /// missing that the user can supply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<String>,
    /// What was found; for everything but a pass, and for a pass about which something is worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}

impl Check {
    /// A failure, warning or defect that no waiver expected.
    pub fn is_unexpected(&self) -> bool {
        self.verdict.is_bad() && self.expected.is_none()
    }

    /// A check that passed though a waiver states that it fails.
    pub fn is_stale(&self) -> bool {
        self.verdict == Verdict::Pass
            && self.expected.as_ref().is_some_and(|expected| expected.kind == Expectation::Failure)
    }

    /// The id with its transport, as a person writes it: `onebot11/action/get_msg/result @ws`.
    pub fn label(&self) -> String {
        match self.transport {
            Some(transport) => format!("{} @{transport}", self.id),
            None => self.id.clone(),
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The target does not do what it must.
    Fail,
    /// A defect of botspec itself.
    Error,
    /// The target does not do what it should.
    Warn,
    /// A prerequisite failed or a fixture is missing.
    Untestable,
    /// Not run on purpose.
    Skip,
    /// As it should be.
    Pass,
}

impl Verdict {
    /// Every verdict, in the order in which a reader wants to see them.
    pub const ALL: [Self; 6] = [Self::Fail, Self::Error, Self::Warn, Self::Untestable, Self::Skip, Self::Pass];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Untestable => "untestable",
            Self::Skip => "skip",
            Self::Pass => "pass",
        }
    }

    /// Whether the target, or botspec, did something wrong.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Fail | Self::Error | Self::Warn)
    }

    /// Whether the check came to a judgement about the target.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Pass | Self::Fail | Self::Warn)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a waiver states about a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// What is expected.
    pub kind: Expectation,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// The kinds of waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// The check is known to fail; one that passes is stale.
    Failure,
    /// The check passes or fails.
    Flaky,
}
