//! What a difference is found in.

use schemars::JsonSchema;
use serde::Serialize;

/// What a difference is found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// What is around every call and event: the envelope, tokens, transports, failures, the string form of messages.
    Dialect,
    /// An action.
    Action,
    /// A message segment.
    Segment,
    /// An event.
    Event,
    /// A shared type that both dialects name; reported once and not in every place that uses it.
    Type,
}

impl Subject {
    /// Every kind, in the order in which they are reported.
    pub const ALL: [Self; 5] = [Self::Dialect, Self::Action, Self::Segment, Self::Event, Self::Type];
}
