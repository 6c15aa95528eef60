//! What several dialects report of one thing, as one value.

use serde::Serialize;
use serde_json::{Map, Value};

/// A value as JSON; whatever the bindings have has such a form.
pub(crate) fn value(rendered: &impl Serialize) -> Value {
    serde_json::to_value(rendered).unwrap_or_default()
}

/// A string as it is, and anything else as the text of its JSON.
pub(crate) fn text(rendered: &impl Serialize) -> String {
    match value(rendered) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Everything that one of the two reports; where both do, the first is right.
pub(crate) fn both(one: &impl Serialize, other: &impl Serialize) -> Value {
    merge(value(one), value(other))
}

/// An answer with its only list filled.
pub(crate) fn list_in(rendered: &impl Serialize, list: Vec<Value>) -> Value {
    let mut rendered = value(rendered);
    let empty = rendered.as_object_mut().into_iter().flat_map(Map::values_mut).find(|value| value.is_array());
    if let Some(empty) = empty {
        *empty = Value::Array(list);
    }
    rendered
}

fn merge(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(one), Value::Object(mut other)) => {
            let mut rendered: Map<String, Value> = one
                .into_iter()
                .map(|(key, value)| {
                    let value = match other.shift_remove(&key) {
                        Some(further) => merge(value, further),
                        None => value,
                    };
                    (key, value)
                })
                .collect();
            rendered.extend(other);
            Value::Object(rendered)
        }
        (one, _) => one,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_are_reported_and_the_first_is_right() {
        let one = json!({ "a": 1, "in": { "b": 2 }, "list": [1] });
        let other = json!({ "a": 9, "in": { "b": 9, "c": 3 }, "list": [9, 9], "d": 4 });
        assert_eq!(both(&one, &other), json!({ "a": 1, "in": { "b": 2, "c": 3 }, "list": [1], "d": 4 }));
    }
}
