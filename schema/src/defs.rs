//! The `$defs` of a dialect: their names, what refers to them, and the shapes of which they are made.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::Schema;

/// The key of a segment that reports its type.
pub const SEGMENT_TYPE: &str = "type";
/// The key of a segment that holds everything else.
pub const SEGMENT_DATA: &str = "data";

/// Names of the `$defs` that follow from segments and events.
pub const VIRTUAL: [&str; 6] =
    ["segment_send", "segment_receive", "message_send", "message_receive", "message_array", "event"];

/// What a message that is sent is called among the definitions.
pub(crate) const MESSAGE: &str = "message_send";

/// What a segment that is sent is called there.
pub(crate) const SEGMENT: &str = "segment_send";

/// What a `$ref` to a definition begins with.
const REF: &str = "#/$defs/";

/// A reference to a definition.
pub fn reference(name: &str) -> Schema {
    json!({ "$ref": format!("{REF}{name}") })
}

/// The name that a `$ref` names; None where it points elsewhere.
pub fn referenced(pointer: &str) -> Option<&str> {
    pointer.strip_prefix(REF)
}

/// The definitions that a schema refers to, and those that they refer to.
pub(crate) fn reachable(schema: &Schema, defs: &Map<String, Value>) -> Map<String, Value> {
    let mut found: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut open = Vec::new();
    each_reference(schema, &mut |name| open.push(name.to_owned()));
    while let Some(name) = open.pop() {
        if let Some((name, definition)) = defs.get_key_value(&name)
            && found.insert(name, definition).is_none()
        {
            each_reference(definition, &mut |name| open.push(name.to_owned()));
        }
    }
    found.into_iter().map(|(name, definition)| (name.to_owned(), definition.clone())).collect()
}

/// Calls back with the name of every definition that a schema refers to.
pub(crate) fn each_reference(schema: &Schema, found: &mut dyn FnMut(&str)) {
    match schema {
        Value::Object(keywords) => {
            for (keyword, value) in keywords {
                match value {
                    Value::String(pointer) if keyword == "$ref" => {
                        if let Some(name) = referenced(pointer) {
                            found(name);
                        }
                    }
                    value => each_reference(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_reference(item, found)),
        _ => {}
    }
}

/// A whole segment of one type, around its data.
pub(crate) fn segment(name: &str, data: &Schema) -> Schema {
    json!({
        "type": "object",
        "properties": { SEGMENT_TYPE: { "const": name }, SEGMENT_DATA: data },
        "required": [SEGMENT_TYPE, SEGMENT_DATA],
    })
}

/// Whether one event is identified by everything that identifies the other, and by more.
pub(crate) fn is_narrower(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> bool {
    a.len() > b.len() && b.iter().all(|(key, value)| a.get(key) == Some(value))
}

/// A schema that holds where the fields have these values.
pub(crate) fn matches(fields: &BTreeMap<String, String>) -> Map<String, Value> {
    let properties: Map<String, Value> =
        fields.iter().map(|(key, value)| (key.clone(), json!({ "const": value }))).collect();
    let required: Vec<&String> = fields.keys().collect();
    let mut schema = Map::new();
    schema.insert("properties".into(), properties.into());
    schema.insert("required".into(), json!(required));
    schema
}
