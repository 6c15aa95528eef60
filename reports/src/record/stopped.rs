//! What a run could not do: go on to its end, and put back what it changed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// Why a run ended before every selected check had run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// Who ended it.
    pub by: StoppedBy,
    /// What happened, in one sentence without its full stop.
    pub reason: Text,
    /// The request after which the target stopped answering, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// A line to paste that sends this request again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<String>,
}

/// Who ended a run before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StoppedBy {
    /// The target stopped answering.
    Target,
    /// A person or a signal.
    Interrupt,
}

/// Something that a run changed on the target and did not put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Left {
    /// What was changed, in one sentence without its full stop.
    pub what: Text,
    /// Why it was not put back.
    pub why: Text,
    /// A line to paste that puts it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<String>,
}
