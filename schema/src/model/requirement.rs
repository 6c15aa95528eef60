//! What a protocol requires that no JSON Schema can state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Level, Source, Text, Transport};

/// The requirements of one dialect, frozen for one version: `requirements/<dialect>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementSet {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// Dialect and edition, such as `onebot11@1`. Percentages are computed over one set only.
    pub set: String,
    /// The dialect it belongs to.
    pub dialect: String,
    /// The requirements.
    pub requirements: Vec<Requirement>,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable id, such as `onebot11/transport/http/unknown-action`.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The requirement in one sentence, in our own words.
    pub sentence: Text,
    /// The transports it speaks of; empty where it speaks of none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<Transport>,
    /// Globs over the ids of the checks that cover it.
    pub checks: Vec<String>,
    /// Where it comes from.
    pub source: Source,
}
