//! What a build answers otherwise than the one whose snapshots are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place of an answer, an event or a segment that is not as its snapshot states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedAnswer {
    /// The name of the snapshot: `action/`, `event/` or `segment/` and the name of it.
    pub snapshot: String,
    /// Where: `ok`, `failed` or `deferred` for the answers to an action, `event` or `segment`, and the JSON pointer below,
    /// with `*` for the items of lists.
    pub pointer: String,
    /// What changed.
    pub kind: AnswerChange,
    /// What the snapshot holds.
    pub before: String,
    /// What came now.
    pub now: String,
}

/// How a place changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerChange {
    /// A field is gone that was always there.
    Lost,
    /// A field is missing now and then that was always there.
    Seldom,
    /// A value has another type.
    Retyped,
    /// A value is another one, of a place whose values were the same in two runs.
    Value,
    /// A field is there that was not.
    Added,
}

impl AnswerChange {
    /// Whether a bot that reads what was there may break.
    pub fn is_worse(self) -> bool {
        matches!(self, Self::Lost | Self::Seldom | Self::Retyped)
    }
}
