//! Schemas of the contracts in the form that a format wants.

use serde_json::{Map, Value, json};

use crate::defs::referenced;
use crate::model::Schema;

/// Where the two API formats keep their schemas.
const COMPONENTS: &str = "#/components/schemas/";

/// A reference to a schema in an API document.
pub(super) fn component(name: &str) -> Schema {
    json!({ "$ref": format!("{COMPONENTS}{name}") })
}

/// Points every reference to where API documents keep their schemas.
pub(super) fn for_components(schema: &mut Schema) {
    each(schema, &mut |keywords| {
        if let Some(Value::String(pointer)) = keywords.get_mut("$ref")
            && let Some(name) = referenced(pointer)
        {
            *pointer = format!("{COMPONENTS}{name}");
        }
    });
}

/// Names the width of integers, which generators for typed languages go by.
pub(super) fn with_formats(schema: &mut Schema) {
    each(schema, &mut |keywords| {
        if keywords.get("type").is_some_and(is_integer) {
            let most = keywords.get("maximum").and_then(Value::as_i64);
            let width = match most {
                Some(most) if most == i64::from(i32::MAX) => "int32",
                Some(i64::MAX) => "int64",
                _ => return,
            };
            keywords.insert("format".into(), width.into());
        }
    });
}

fn is_integer(kind: &Value) -> bool {
    kind == "integer" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("integer")))
}

/// Puts a reference that stands beside other keywords into an `allOf`: in draft 7, on which `AsyncAPI` builds,
/// whatever stands beside a reference is not read.
pub(super) fn for_draft_7(schema: &mut Schema) {
    each(schema, &mut |keywords| {
        if keywords.len() > 1
            && let Some(pointer) = keywords.shift_remove("$ref")
        {
            keywords.insert("allOf".into(), json!([{ "$ref": pointer }]));
        }
    });
}

/// Visits a schema and those within it, the outermost last. What is a value (`const`, `default`, `enum`) is no
/// schema, and what is a property has a name that is no keyword.
fn each(schema: &mut Schema, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Some(keywords) = schema.as_object_mut() else { return };
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|property| each(property, visit));
            }
            ("oneOf" | "anyOf" | "allOf", Value::Array(schemas)) => {
                for schema in schemas {
                    each(schema, visit);
                }
            }
            ("items" | "additionalProperties" | "not", schema) => each(schema, visit),
            _ => {}
        }
    }
    visit(keywords);
}
