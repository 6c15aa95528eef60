//! What was found where a check did not pass.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lenient;
use super::{Capture, Cause, Source, Text, Transport};

/// What was found where a check did not pass: enough to understand it, and to see it again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What should be true: the requirement or the contract in one sentence.
    #[serde(deserialize_with = "lenient::text")]
    #[schemars(with = "lenient::Text")]
    pub sentence: Text,
    /// One line: what was seen instead, or why nothing was looked at.
    #[serde(deserialize_with = "lenient::text")]
    #[schemars(with = "lenient::Text")]
    pub summary: Text,
    /// Where the sentence comes from.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::source")]
    #[schemars(with = "Option<lenient::Source>")]
    pub source: Option<Source>,
    /// What was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Capture>,
    /// What came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Capture>,
    /// Where the response differs from what it should be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// What went over the wire, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceLine>,
    /// The seed that draws the same request again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The defect that the finding shows, where the run found out; several checks may show the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Whether what was sent and received was left out, because other findings of the same kind have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence_left_out: bool,
    /// Lines to paste into a shell, each of which shows the finding again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeat: Vec<String>,
}

impl Finding {
    /// A finding with its two sentences: what should be true, and what was seen instead.
    pub fn new(sentence: impl Into<Text>, summary: impl Into<Text>) -> Self {
        Self { sentence: sentence.into(), summary: summary.into(), ..Self::default() }
    }
}

/// One place where a document is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// JSON pointer to the place; empty for the document as a whole.
    pub pointer: String,
    /// What should be there, in words or as JSON.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// One thing that went over the wire, or was noted beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceLine {
    /// Milliseconds since the check began.
    pub at_ms: f64,
    /// Which way it went.
    pub direction: Direction,
    /// The transport it went over; absent for a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// What it was.
    pub text: String,
}

/// Which way a line of a trace went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the target.
    Sent,
    /// From the target.
    Received,
    /// Neither: something that happened, such as a timeout.
    Note,
}
