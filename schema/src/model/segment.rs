//! A message segment: one piece of a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subset::Subset;

use super::need::{self, Need};
use super::{Deprecation, Fixture, Presence, Schema, Source, Text, Trigger};

/// One segment type of a dialect: `segments/<type>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// The value of `type`; in a CQ code, the function name.
    #[serde(rename = "type")]
    pub name: String,
    /// What it shows.
    pub summary: Text,
    /// Whether it has a form as CQ code. `text` has one too: itself, escaped.
    pub cq: bool,
    /// The `data` that may be sent; absent for a segment that is only received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Subset>")]
    pub send: Option<Schema>,
    /// The `data` that is received; absent for a segment that is only sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Subset>")]
    pub receive: Option<Schema>,
    /// True where a message holds nothing beside this segment (a voice, a music card, a merged forward).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
    /// True where the segment only reports how to send and does not come back when the message is read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vanishes: bool,
    /// Actions that take messages and refuse this segment in them; it stands only where the others take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_by: Vec<String>,
    /// What must exist so that it can be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// What makes it appear in a message to the account, where nobody sends it as it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown_by: Vec<Trigger>,
    /// Segments to send, with their CQ form where they have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<SegmentExample>,
    /// The version of the dialect that introduced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Set where it should no longer be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecation>,
    /// Whether a running build has it.
    #[serde(default)]
    pub presence: Presence,
    /// Where the facts come from.
    pub sources: Vec<Source>,
}

impl Segment {
    /// The fixtures that sending it needs.
    pub fn fixtures(&self) -> Vec<Fixture> {
        self.send.as_ref().map(|send| need::fixtures(&self.needs, send)).unwrap_or_default()
    }
}

/// One segment in its forms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentExample {
    /// What the example shows.
    pub title: String,
    /// `data` as it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<serde_json::Value>,
    /// `data` as it is received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receive: Option<serde_json::Value>,
    /// The CQ code that means the same as `send` (or, where that is absent, `receive`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cq: Option<String>,
}
