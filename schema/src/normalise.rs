//! Parameters as clients may write them, in their canonical form.

use serde_json::{Map, Value};

use crate::annotations::ALIASES;
use crate::dialect::Dialect;
use crate::model::{Action, Schema};
use crate::validate::{accepts_type, types_of};

/// Words that are read as true where a boolean is wanted; anything in capitals is the same word.
const TRUE: [&str; 3] = ["true", "1", "yes"];
/// Words that are read as false.
const FALSE: [&str; 3] = ["false", "0", "no"];

impl Dialect {
    /// Renames parameters that stand under another name, and, where the dialect takes strings for every parameter,
    /// turns strings into what the parameter is. What cannot be turned stays as it is, for the check to report.
    pub fn normalise_params(&self, action: &Action, params: Value) -> Value {
        let mut params = match params {
            Value::Object(params) => params,
            other => return other,
        };
        let Some(properties) = action.params.get("properties").and_then(Value::as_object) else {
            return Value::Object(params);
        };
        rename(&mut params, properties);
        if self.file.string_params {
            for (name, value) in &mut params {
                if let (Some(schema), Value::String(text)) = (properties.get(name), &*value)
                    && let Some(turned) = turn(text, schema, self.defs())
                {
                    *value = turned;
                }
            }
        }
        Value::Object(params)
    }
}

fn rename(params: &mut Map<String, Value>, properties: &Map<String, Value>) {
    for (name, schema) in properties {
        for alias in schema.get(ALIASES).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !params.contains_key(name)
                && let Some(value) = params.shift_remove(alias)
            {
                params.insert(name.clone(), value);
            }
        }
    }
}

/// A string as the type that a schema wants; None where a string is right, or nothing can be made of it.
fn turn(text: &str, schema: &Schema, defs: &Map<String, Value>) -> Option<Value> {
    let types = types_of(schema, defs)?;
    if types.contains(&"string") {
        return None;
    }
    types.into_iter().find_map(|name| match name {
        "integer" => text.parse::<i64>().ok().map(Value::from),
        "number" => text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number),
        "boolean" => {
            let word = text.to_ascii_lowercase();
            TRUE.contains(&&*word).then_some(true).or_else(|| FALSE.contains(&&*word).then_some(false)).map(Value::Bool)
        }
        "object" | "array" => {
            serde_json::from_str::<Value>(text).ok().filter(|value| accepts_type(&Value::from(name), value))
        }
        _ => None,
    })
}
