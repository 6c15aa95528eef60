//! One place of an answer, an event or a segment.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What came at a place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The JSON types that came.
    #[serde(rename = "type")]
    pub types: BTreeSet<String>,
    /// Whether the object that it is a field of also came without it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sometimes: bool,
    /// Why no values are kept: `secret`, `personal`, `volatile`, the kind of an id, `undeclared`, `segment`, or `varies`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<String>,
    /// The values that came, in the order of their JSON text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// Why no values are kept of a place of which too many came, or others in a second run of the same build.
pub(super) const VARIES: &str = "varies";

impl Place {
    /// The types as they are shown.
    pub(super) fn type_text(&self) -> String {
        self.types.iter().map(String::as_str).collect::<Vec<_>>().join(" or ")
    }

    /// The values as they are shown.
    pub(super) fn value_text(&self) -> String {
        self.values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
