//! Answers, one object per way in which a call can end, so that tools that make types of them see what is in each.

use serde_json::{Map, Value, json};

use crate::defs::reference;
use crate::dialect::Dialect;
use crate::model::{Action, Envelope, Outcome, Schema};
use crate::response::{DATA, RETCODE, STATUS};

use super::names;

/// The envelope with anything in it.
const ENVELOPE: &str = "envelope";
/// The answer to a call that was not done.
pub(super) const FAILED: &str = "envelope_failed";
/// The answer to a call that is taken on and whose result is never reported.
pub(super) const DEFERRED: &str = "envelope_deferred";

/// Adds the envelopes that are the same for every action.
pub(super) fn add(dialect: &Dialect, found: &mut Map<String, Value>) {
    let envelope = &dialect.file.envelope;
    found.insert(ENVELOPE.into(), envelope.schema.clone());
    found.insert(FAILED.into(), ended(envelope, &envelope.outcomes.failed));
    if let Some(outcome) = &envelope.outcomes.deferred {
        let mut schema = ended(envelope, outcome);
        schema["properties"][DATA] = json!({ "type": "null" });
        found.insert(DEFERRED.into(), schema);
    }
}

/// The whole answer to an action.
pub(super) fn response(dialect: &Dialect, action: &Action) -> Schema {
    let envelope = &dialect.file.envelope;
    let done = match envelope.outcomes.deferred {
        Some(_) if action.always_async => reference(DEFERRED),
        _ => done(envelope, action),
    };
    json!({ "oneOf": [done, reference(FAILED)] })
}

/// The answer to a call that was done.
fn done(envelope: &Envelope, action: &Action) -> Schema {
    let mut schema = ended(envelope, &envelope.outcomes.ok);
    schema["properties"][DATA] = reference(&names::result(&action.name));
    if let Some(required) = schema["required"].as_array_mut()
        && returns_data(action)
        && !required.contains(&json!(DATA))
    {
        required.push(json!(DATA));
    }
    schema
}

/// Whether an action has something to report.
pub(super) fn returns_data(action: &Action) -> bool {
    action.result.get("type").and_then(Value::as_str) != Some("null")
}

/// The envelope where a call ended in one way.
fn ended(envelope: &Envelope, outcome: &Outcome) -> Schema {
    let outcomes = &envelope.outcomes;
    let taken: Vec<i64> =
        [Some(&outcomes.ok), outcomes.deferred.as_ref()].into_iter().flatten().filter_map(|o| o.retcode).collect();
    let mut schema = envelope.schema.clone();
    if !schema["required"].is_array() {
        schema["required"] = json!([]);
    }
    if let Some(required) = schema["required"].as_array_mut() {
        let more: Vec<Value> = outcome.required.iter().map(|key| json!(key)).collect();
        required.extend(more.into_iter().filter(|key| !envelope_has(&envelope.schema, key)));
    }
    fix(&mut schema, STATUS, json!({ "const": outcome.status }));
    let retcode = match outcome.retcode {
        Some(retcode) => json!({ "const": retcode }),
        None => json!({ "type": "integer", "not": { "enum": taken } }),
    };
    fix(&mut schema, RETCODE, retcode);
    schema
}

/// Whether every answer has a key.
fn envelope_has(schema: &Schema, key: &Value) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|required| required.contains(key))
}

/// States more of a key of the envelope, which keeps its description.
fn fix(schema: &mut Schema, key: &str, mut narrower: Schema) {
    if let Some(words) = schema["properties"][key].get("description") {
        narrower["description"] = words.clone();
    }
    schema["properties"][key] = narrower;
}
