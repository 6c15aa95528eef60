//! The definitions of an export and their names.
//!
//! A shared type keeps its name; everything else is named after what it belongs to: `get_msg_params`, `segment_send_image`,
//! `event_message_group`. No name holds a dot, which generators take for the border of a module.

use serde_json::{Map, Value, json};

use crate::defs::{self, reference};
use crate::dialect::Dialect;
use crate::model::{Action, Deprecation, Presence, RequestFrame, Schema};

use super::names::{
    EVENT, SEGMENT_RECEIVE, SEGMENT_SEND, call, event, params, quick_operation, response, result, segment,
};
use super::{envelope, text, titles, unions};

/// Every definition but the calls; a `$ref` among them is that of the contracts.
pub(super) fn all(dialect: &Dialect) -> Map<String, Value> {
    let mut found = Map::new();
    envelope::add(dialect, &mut found);
    for action in dialect.actions.values() {
        let mut parameters = text::described(&dialect.params(action), &action.summary);
        mark(&mut parameters, action.presence, action.deprecated.as_ref(), action.since.as_ref());
        found.insert(params(&action.name), parameters);
        found.insert(result(&action.name), action.result.clone());
        found.insert(response(&action.name), envelope::response(dialect, action));
    }
    for union in [SEGMENT_SEND, SEGMENT_RECEIVE] {
        for item in dialect.segments.values() {
            let form = if union == SEGMENT_SEND { &item.send } else { &item.receive };
            let Some(data) = form else { continue };
            let mut whole = text::described(&defs::segment(&item.name, data), &item.summary);
            mark(&mut whole, item.presence, item.deprecated.as_ref(), item.since.as_ref());
            found.insert(segment(union, &item.name), whole);
        }
    }
    for item in dialect.events.values() {
        let mut whole = text::described(&item.data, &item.summary);
        mark(&mut whole, item.presence, item.deprecated.as_ref(), item.since.as_ref());
        found.insert(event(&item.name), whole);
        if let Some(operation) = &item.quick_operation {
            found.insert(quick_operation(&item.name), operation.clone());
        }
    }
    for (name, schema) in dialect.defs() {
        let schema = match (name.as_str(), dialect.types.get(name)) {
            (SEGMENT_SEND | SEGMENT_RECEIVE, _) => unions::segments(dialect, name),
            (EVENT, _) => unions::events(dialect),
            (_, Some(shared)) => {
                let mut schema = text::described(schema, &shared.summary);
                mark(&mut schema, Presence::Current, None, shared.since.as_ref());
                schema
            }
            _ => schema.clone(),
        };
        found.insert(name.clone(), schema);
    }
    for (name, schema) in &mut found {
        titles::add(name, schema);
    }
    found
}

/// The calls of a dialect in which a WebSocket carries them.
pub(super) fn calls(dialect: &Dialect) -> Map<String, Value> {
    let frame = dialect.file.request_frame.iter();
    frame
        .flat_map(|frame| dialect.actions.values().map(move |action| (call(&action.name), frame_of(frame, action))))
        .map(|(name, mut schema)| {
            titles::add(&name, &mut schema);
            (name, schema)
        })
        .collect()
}

fn frame_of(frame: &RequestFrame, action: &Action) -> Schema {
    let names: Vec<&String> = std::iter::once(&action.name).chain(&action.aliases).collect();
    let mut properties = Map::new();
    let word =
        if names.len() == 1 { json!({ "const": action.name }) } else { json!({ "type": "string", "enum": names }) };
    properties.insert(frame.action.clone(), word);
    properties.insert(frame.params.clone(), reference(&params(&action.name)));
    properties.insert(frame.echo.clone(), json!({ "description": "Comes back in the answer, unchanged." }));
    let required = if demands(&action.params) { vec![&frame.action, &frame.params] } else { vec![&frame.action] };
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Whether a call without parameters is not enough.
pub(super) fn demands(params: &Schema) -> bool {
    let listed = params.get("required").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
    listed || params.get("anyOf").is_some()
}

/// States of a definition what else holds of it.
fn mark(schema: &mut Schema, presence: Presence, deprecated: Option<&Deprecation>, since: Option<&String>) {
    if let Some(since) = since {
        schema[text::SINCE] = json!(since);
    }
    if deprecated.is_some() {
        schema["deprecated"] = json!(true);
    }
    if presence == Presence::DocumentedOnly {
        schema[text::PRESENCE] = json!(presence);
    }
}
