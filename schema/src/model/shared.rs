//! A shape that several contracts use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subset::Subset;

use super::{Schema, Source, Text};

/// One shared type of a dialect: `types/<name>.json`, used as `{"$ref": "#/$defs/<name>"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedType {
    /// The meta-schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// The name, in `snake_case`.
    pub name: String,
    /// What it is.
    pub summary: Text,
    /// Its shape.
    #[schemars(with = "Subset")]
    pub schema: Schema,
    /// The version of the dialect that introduced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Where the facts come from.
    pub sources: Vec<Source>,
}
