//! Whole documents around the examples of the contracts.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::{Action, Schema};
use crate::response::{DATA, RETCODE, STATUS};

/// The whole answer around what an action reports; None where the result of the action is never reported.
pub(super) fn answer(dialect: &Dialect, action: &Action, result: &Value) -> Option<Value> {
    let envelope = &dialect.file.envelope;
    let outcomes = &envelope.outcomes;
    let deferred = outcomes.deferred.as_ref().filter(|_| action.always_async);
    let outcome = deferred.unwrap_or(&outcomes.ok);
    let mut answer = Map::new();
    answer.insert(STATUS.into(), json!(outcome.status));
    answer.insert(RETCODE.into(), json!(outcome.retcode?));
    let data = if deferred.is_some() { &Value::Null } else { result };
    if !envelope.omits_data.contains(&action.name) {
        answer.insert(DATA.into(), data.clone());
    }
    let always = envelope.schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let always = always.filter_map(Value::as_str);
    for name in always.chain(outcome.required.iter().map(String::as_str)) {
        if !answer.contains_key(name) {
            answer.insert(name.to_owned(), plain(&envelope.schema["properties"][name]));
        }
    }
    Some(Value::Object(answer))
}

/// The plainest value of a key of the envelope.
fn plain(schema: &Schema) -> Value {
    let listed = schema.get("const").or_else(|| schema.get("enum")?.as_array()?.first());
    listed.cloned().unwrap_or_else(|| match schema.get("type").and_then(Value::as_str) {
        Some("string") => json!(""),
        Some("integer" | "number") => json!(0),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        Some("object") => json!({}),
        _ => Value::Null,
    })
}

/// A call over a WebSocket; None where none carries calls.
pub(super) fn call(dialect: &Dialect, action: &Action, params: &Value) -> Option<Value> {
    let frame = dialect.file.request_frame.as_ref()?;
    let mut call = Map::new();
    call.insert(frame.action.clone(), json!(action.name));
    call.insert(frame.params.clone(), params.clone());
    call.insert(frame.echo.clone(), json!(1));
    Some(Value::Object(call))
}
