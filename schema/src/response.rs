//! The envelope around an answer, with what the action reports inside it.

use serde_json::{Value, json};

use crate::model::{Envelope, Outcome, Schema};

/// The key of the envelope that reports how the call ended.
pub const STATUS: &str = "status";
/// The key of the envelope with the code that goes with the status.
pub const RETCODE: &str = "retcode";
/// The key of the envelope that holds what the action reports.
pub const DATA: &str = "data";

/// The schema of a whole answer to one action; `deferred` where it is reported before the result is known.
pub(crate) fn schema(envelope: &Envelope, result: &Schema, deferred: bool) -> Schema {
    let outcomes = &envelope.outcomes;
    let taken: Vec<i64> =
        [Some(&outcomes.ok), outcomes.deferred.as_ref()].into_iter().flatten().filter_map(|o| o.retcode).collect();
    let result_is_null = result.get("type").and_then(Value::as_str) == Some("null");

    let mut cases = Vec::new();
    let mut statuses = Vec::new();
    if !deferred || outcomes.deferred.is_none() {
        let mut then = code(&outcomes.ok, &taken, if result_is_null { &[] } else { &[DATA] });
        then["properties"][DATA] = result.clone();
        cases.push(case(&outcomes.ok, &then));
        statuses.push(&outcomes.ok.status);
    }
    if let (Some(outcome), true) = (&outcomes.deferred, deferred) {
        let mut then = code(outcome, &taken, &[]);
        then["properties"][DATA] = json!({ "type": "null" });
        cases.push(case(outcome, &then));
        statuses.push(&outcome.status);
    }
    cases.push(case(&outcomes.failed, &code(&outcomes.failed, &taken, &[])));
    statuses.push(&outcomes.failed.status);

    // Only some of the outcomes are possible here: narrow what the envelope states of the status.
    let mut around = envelope.schema.clone();
    if let Some(Value::Object(status)) = around.pointer_mut(&format!("/properties/{STATUS}")) {
        status.insert("enum".into(), json!(statuses));
    }
    json!({ "allOf": std::iter::once(around).chain(cases).collect::<Vec<_>>() })
}

fn case(outcome: &Outcome, then: &Value) -> Value {
    json!({ "if": { "properties": { STATUS: { "const": outcome.status } }, "required": [STATUS] }, "then": then })
}

/// What goes with an outcome: its own code, or any that belongs to no other, and the keys that it has to have.
fn code(outcome: &Outcome, taken: &[i64], keys: &[&str]) -> Value {
    let retcode = match outcome.retcode {
        Some(retcode) => json!({ "const": retcode }),
        None => json!({ "not": { "enum": taken } }),
    };
    let mut schema = json!({ "properties": { RETCODE: retcode } });
    let mut required: Vec<&str> = outcome.required.iter().map(String::as_str).collect();
    required.extend(keys.iter().filter(|key| !outcome.required.iter().any(|known| known == *key)));
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}
