//! What an action leaves behind, and how that is taken away again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fixture;

/// Something that exists after an action succeeded. What stands as an `x-id` in the result of an action that is no read is
/// made by it without being named here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Makes {
    /// What it is.
    pub fixture: Fixture,
    /// Pointer into `data` to its id, where the result has no `x-id` of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Pointer to the parameter that names it, where the action only changes what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How its id is found, where the answer does not state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<FoundBy>,
    /// The action that takes it away again; without it, the one that spends the fixture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// A list in which something is found that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundBy {
    /// The action that lists it.
    pub read: String,
    /// Pointer into its `data` to the ids; `*` for any item of a list.
    pub at: String,
    /// Pointer to the parameter whose value, made up for one call, stands in the item too. Without it, what was not there
    /// before is it.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<String>,
}

/// Where what a parameter sets is read again under another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadsBack {
    /// Pointer to the parameter.
    pub param: String,
    /// The action that reads it.
    pub by: String,
    /// Pointer into its `data`; `*` for the item that is about what the action is about.
    pub at: String,
}

/// What stays behind after an action of effect `write` that nothing takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Leaves {
    /// Nothing that anybody would notice.
    Nothing,
    /// Something that stays.
    Lasting,
}
