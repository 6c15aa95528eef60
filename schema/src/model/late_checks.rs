//! Parameters that a build looks at when an action does its work, and not before.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The JSON type of a value that is given, or that none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GivenType {
    /// A text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Null.
    Null,
    /// A list.
    Array,
    /// An object.
    Object,
    /// No value, though one is required.
    Absent,
}

impl GivenType {
    /// The type of a value; None where there is none.
    pub fn of(value: Option<&Value>) -> Self {
        match value {
            None => Self::Absent,
            Some(Value::Null) => Self::Null,
            Some(Value::Bool(_)) => Self::Boolean,
            Some(Value::Number(_)) => Self::Number,
            Some(Value::String(_)) => Self::String,
            Some(Value::Array(_)) => Self::Array,
            Some(Value::Object(_)) => Self::Object,
        }
    }
}

/// Values that the check of the parameters lets pass, whatever is documented.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LateValues {
    /// The types of which every value passes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<GivenType>,
    /// What a value counts as that is not of a documented type; without this, as one that is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts_as: Option<Value>,
}

/// What the check of the parameters lets pass. The action fails by it, or makes of it what it can.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LateChecks {
    /// Whether values of the documented type pass that are out of the documented bounds: range, length, number of items, listed numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bounds: bool,
    /// Whether it passes that none of several parameters is given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forms: bool,
    /// In place of an id that is a number.
    #[serde(default)]
    pub ids: LateValues,
    /// In place of another number.
    #[serde(default)]
    pub numbers: LateValues,
    /// In place of a boolean.
    #[serde(default)]
    pub booleans: LateValues,
    /// Values by which an optional id counts as one that is not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_id: Vec<Value>,
    /// In one parameter (`action/parameter`), or in all of an action that have none of their own, in place of the rows above.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub at: BTreeMap<String, LateValues>,
}

impl LateChecks {
    /// Whether everything is looked at before.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
