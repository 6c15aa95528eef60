//! The `$defs` of a dialect: its shared types, and the unions that follow from its segments and events.
//!
//! A union is decided by its tag (`if` the tag is this, `then` the shape is that), so that what is wrong with a
//! document is told where it is wrong, and not as "none of the alternatives".

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::{Event, MessageForm, Presence, Schema, Segment};

/// The key of a segment that tells its type.
pub const SEGMENT_TYPE: &str = "type";
/// The key of a segment that holds everything else.
pub const SEGMENT_DATA: &str = "data";

/// Names of the `$defs` that follow from segments and events.
pub const VIRTUAL: [&str; 6] =
    ["segment_send", "segment_receive", "message_send", "message_receive", "message_array", "event"];

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

/// All definitions of a dialect.
pub(crate) fn build(dialect: &Dialect) -> Map<String, Value> {
    let mut defs: Map<String, Value> =
        dialect.types.values().map(|shared| (shared.name.clone(), shared.schema.clone())).collect();
    if !dialect.segments.is_empty() {
        defs.insert("segment_send".into(), segments(dialect, |segment| segment.send.as_ref()));
        defs.insert("segment_receive".into(), segments(dialect, |segment| segment.receive.as_ref()));
        let forms = &dialect.file.message_forms;
        defs.insert("message_array".into(), message(&[MessageForm::Array], "segment_receive"));
        defs.insert("message_send".into(), message(&forms.send, "segment_send"));
        defs.insert("message_receive".into(), message(&forms.receive, "segment_receive"));
    }
    if !dialect.events.is_empty() {
        defs.insert("event".into(), event(dialect));
    }
    defs
}

/// A message in one of some forms.
fn message(forms: &[MessageForm], segment: &str) -> Schema {
    let mut schemas: Vec<Schema> = forms
        .iter()
        .map(|form| match form {
            MessageForm::String => json!({ "type": "string" }),
            MessageForm::Segment => reference(segment),
            MessageForm::Array => json!({ "type": "array", "items": reference(segment) }),
        })
        .collect();
    match schemas.len() {
        1 => schemas.remove(0),
        _ => json!({ "oneOf": schemas }),
    }
}

/// The union of all segments that have a form in one direction. What its data may be (an object, or null where there are
/// no parameters) each type says for itself.
fn segments(dialect: &Dialect, form: impl Fn(&Segment) -> Option<&Schema>) -> Schema {
    let forms: Vec<(&str, &Schema)> = dialect
        .segments
        .values()
        .filter(|segment| segment.presence == Presence::Current)
        .filter_map(|segment| Some((segment.name.as_str(), form(segment)?)))
        .collect();
    let names: Vec<&str> = forms.iter().map(|(name, _)| *name).collect();
    let cases: Vec<Value> = forms
        .iter()
        .map(|(name, data)| {
            json!({
                "if": { "properties": { SEGMENT_TYPE: { "const": name } }, "required": [SEGMENT_TYPE] },
                "then": { "properties": { SEGMENT_DATA: data } },
            })
        })
        .collect();
    json!({
        "type": "object",
        "properties": { SEGMENT_TYPE: { "type": "string", "enum": names }, SEGMENT_DATA: {} },
        "required": [SEGMENT_TYPE, SEGMENT_DATA],
        "allOf": cases,
    })
}

/// The union of all events, each where its identifying fields match and no more specific event does.
fn event(dialect: &Dialect) -> Schema {
    let events: Vec<&Event> =
        dialect.events.values().map(|event| &event.value).filter(|event| event.presence == Presence::Current).collect();
    let cases: Vec<Value> = events
        .iter()
        .map(|event| {
            let mut when = matches(&event.identify);
            let narrower: Vec<Value> = events
                .iter()
                .filter(|other| is_narrower(&other.identify, &event.identify))
                .map(|other| Value::Object(matches(&other.identify)))
                .collect();
            if !narrower.is_empty() {
                when.insert("not".into(), json!({ "anyOf": narrower }));
            }
            json!({ "if": when, "then": event.data })
        })
        .collect();
    let any: Vec<Value> = events.iter().map(|event| Value::Object(matches(&event.identify))).collect();
    json!({ "type": "object", "anyOf": any, "allOf": cases })
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
