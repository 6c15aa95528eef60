//! The definitions of a dialect: its shared types, and the unions that follow from its segments and events.
//!
//! A union is decided by its tag (`if` the tag is this, `then` the shape is that), so that a defect of a document is
//! reported where it is, and not as "none of the alternatives".

use serde_json::{Map, Value, json};

use super::Dialect;
use crate::defs::{SEGMENT_DATA, SEGMENT_TYPE, is_narrower, matches, reference};
use crate::model::{Event, MessageForm, Presence, Schema, Segment};

/// All definitions of a dialect.
pub(crate) fn build(dialect: &Dialect) -> Map<String, Value> {
    let mut defs: Map<String, Value> =
        dialect.types.values().map(|shared| (shared.name.clone(), shared.schema.clone())).collect();
    if !dialect.segments.is_empty() {
        let sent = |segment: &Segment| segment.presence == Presence::Current;
        defs.insert("segment_send".into(), segments(dialect, sent, |segment| segment.send.as_ref()));
        let may_come = |segment: &Segment| segment.presence.may_come();
        defs.insert("segment_receive".into(), segments(dialect, may_come, |segment| segment.receive.as_ref()));
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
/// no parameters) each type states for itself.
fn segments(
    dialect: &Dialect,
    is_there: impl Fn(&Segment) -> bool,
    form: impl Fn(&Segment) -> Option<&Schema>,
) -> Schema {
    let forms: Vec<(&str, &Schema)> = dialect
        .segments
        .values()
        .filter(|segment| is_there(segment))
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
        dialect.events.values().map(|event| &event.value).filter(|event| event.presence.may_come()).collect();
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
