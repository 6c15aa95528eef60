//! What a schema wants, in words.

use serde_json::{Map, Value};

use super::number::is_whole;
use crate::defs;
use crate::violation::{brief, one_of, type_name};

/// Whether the value of a `type` keyword admits a value.
pub(crate) fn accepts_type(types: &Value, value: &Value) -> bool {
    match types {
        Value::String(name) => is_of_type(name, value),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(|name| is_of_type(name, value)),
        _ => true,
    }
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("integer", Value::Number(number)) => is_whole(number),
        ("number", Value::Number(_)) => true,
        ("integer" | "number", _) => false,
        _ => name == type_name(value),
    }
}

/// The value of a `type` keyword in words.
pub(super) fn type_words(types: &Value) -> String {
    match types {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "a value".into(),
    }
}

/// The JSON types that a schema admits, following references; None where it admits every type.
pub(crate) fn types_of<'a>(schema: &'a Value, defs: &'a Map<String, Value>) -> Option<Vec<&'a str>> {
    types_within(schema, defs, 0)
}

/// References that only lead to each other stop here.
const MAX_HOPS: usize = 16;

fn types_within<'a>(schema: &'a Value, defs: &'a Map<String, Value>, hops: usize) -> Option<Vec<&'a str>> {
    if hops > MAX_HOPS {
        return None;
    }
    match schema.get("type") {
        Some(Value::String(name)) => return Some(vec![name]),
        Some(Value::Array(names)) => return Some(names.iter().filter_map(Value::as_str).collect()),
        _ => {}
    }
    if let Some(value) = schema.get("const") {
        return Some(vec![type_name(value)]);
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        return Some(values.iter().map(type_name).collect());
    }
    if let Some(Value::String(pointer)) = schema.get("$ref") {
        return types_within(defs.get(defs::referenced(pointer)?)?, defs, hops + 1);
    }
    let Some(Value::Array(branches)) = schema.get("oneOf") else { return None };
    let mut types = Vec::new();
    for branch in branches {
        for name in types_within(branch, defs, hops + 1)? {
            if !types.contains(&name) {
                types.push(name);
            }
        }
    }
    Some(types)
}

/// What a schema wants, in words.
pub(super) fn words(schema: &Value, defs: &Map<String, Value>) -> String {
    if let Some(value) = schema.get("const") {
        return brief(value);
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        return one_of(values);
    }
    match types_of(schema, defs) {
        Some(types) => types.join(" or "),
        None => "a value".into(),
    }
}
