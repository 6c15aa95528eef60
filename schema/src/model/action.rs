//! An action: what a client can ask of an implementation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subset::Subset;

use super::need::{self, Need};
use super::{CallLimit, Deprecation, Fixture, Leaves, Makes, Presence, ReadsBack, Schema, Source, Text};

/// What an action does to the world; decides whether it may be called on a real account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Other people see it.
    Send,
    /// Changes state that can be put back.
    Write,
    /// Changes state that cannot be put back.
    Destructive,
    /// Restarts or ends the bot.
    Lifecycle,
}

impl Effect {
    /// Every effect, the lightest first.
    pub const ALL: [Self; 5] = [Self::Read, Self::Send, Self::Write, Self::Destructive, Self::Lifecycle];

    /// The word for it, as contracts and the command line spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Send => "send",
            Self::Write => "write",
            Self::Destructive => "destructive",
            Self::Lifecycle => "lifecycle",
        }
    }
}

/// One action of a dialect: `actions/<category>/<name>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the contract by itself")]
pub struct Action {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// The name a client calls.
    pub name: String,
    /// Further names of the same action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Which group of actions it belongs to; equal to the folder it stands in.
    pub category: String,
    /// What it is for.
    pub summary: Text,
    /// What it does to the world.
    pub effect: Effect,
    /// Where it was read that a call changes nothing; asked of every action that only reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effect_basis: Vec<Source>,
    /// How often a run may call it on an account that is not there for tests; absent where a call costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_limit: Option<CallLimit>,
    /// The action without parameters that succeeds where this one is available, if that depends on how the build is set
    /// up; where it fails, this one fails as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_if: Option<String>,
    /// What must exist for it to succeed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// Fixtures that are gone after it succeeded; actions that spend something run last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spends: Vec<Fixture>,
    /// What exists after it succeeded, beside what its result names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<Makes>,
    /// Where what it sets is read again, where that has another name there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_back: Vec<ReadsBack>,
    /// What stays of it, where nothing puts back what it writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<Leaves>,
    /// The parameters: a schema of type object.
    #[schemars(with = "Subset")]
    pub params: Schema,
    /// What stands in `data` of a successful answer; type null where there is nothing to report.
    #[schemars(with = "Subset")]
    pub result: Schema,
    /// True for an action that always answers `async`, whichever way it is called.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always_async: bool,
    /// True for an action that ends the process before it answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unanswered: bool,
    /// True for an action that builds still know by its name, and that fails in every case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always_fails: bool,
    /// True for an action that answers in parts, each an answer by itself with a `data` that `result` describes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub streams: bool,
    /// The parameter that states for how many milliseconds the answer may wait for something to happen, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
    /// Calls with their answers; each validates against `params` and `result`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ActionExample>,
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

impl Action {
    /// The fixtures that it needs.
    pub fn fixtures(&self) -> Vec<Fixture> {
        need::fixtures(&self.needs, &self.params)
    }
}

/// A call with made-up data, and what it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionExample {
    /// What the example shows.
    pub title: String,
    /// The parameters.
    pub params: serde_json::Value,
    /// The `data` part of the answer.
    pub result: serde_json::Value,
}
