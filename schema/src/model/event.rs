//! An event: what an implementation reports by itself.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subset::Subset;

use super::{Deprecation, Presence, Schema, Source, Text};

/// One event of a dialect: `events/<name>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// The dotted name, such as `notice.group_ban`.
    pub name: String,
    /// What happened.
    pub summary: Text,
    /// Top-level fields with the value that makes an event this one. The event with the most matching fields wins.
    pub identify: BTreeMap<String, String>,
    /// The whole event object.
    #[schemars(with = "Subset")]
    pub data: Schema,
    /// True where an account also gets it for what it does itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_own_acts: bool,
    /// What may be answered to it to act at once (quick operation); absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Subset>")]
    pub quick_operation: Option<Schema>,
    /// The setting of the build without which it is never sent; it is off by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_by: Option<String>,
    /// How to make it happen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Whole events with made-up data; each validates against `data`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<serde_json::Value>,
    /// The version of the dialect that introduced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Set where it is no longer sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecation>,
    /// Whether a running build has it.
    #[serde(default)]
    pub presence: Presence,
    /// Where the facts come from.
    pub sources: Vec<Source>,
}

/// Who makes an event happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerBy {
    /// The account under test calls an action.
    #[serde(rename = "self")]
    Itself,
    /// The second account calls an action.
    Actor,
    /// A step of the simulated world; only where the target offers such steps.
    World,
    /// The act of opening an event connection.
    Connect,
    /// Time going by.
    Clock,
}

/// One way to make an event happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Who does it.
    pub by: TriggerBy,
    /// The action (for `self` and `actor`) or the step of the world (for `world`) that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// Parameters of the call. A string that begins with `$` names a fixture value: `$self`, `$actor`, `$friend`,
    /// `$group`, `$member`, `$own_message`, `$actor_message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<serde_json::Value>,
    /// What the event then has to contain, by the JSON pointer of the field. A string that begins with `$` names a fixture value as in
    /// `params`; one that begins with `=` names a parameter of the call, whose value it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expects: BTreeMap<String, serde_json::Value>,
    /// What has to follow before the event is sent, where the call alone does not cause it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Box<Trigger>>,
}
