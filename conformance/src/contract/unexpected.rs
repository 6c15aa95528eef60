//! What stands in an answer and in no contract.

use serde_json::{Map, Value};

use super::{Contract, scalars};
use botspec_schema::DATA;

/// How deep an answer is looked into; what lies deeper counts as unexpected whole.
const DEEPEST: usize = 32;

impl Contract {
    /// Every value of an answer whose place the contract does not know, or whose type is not the one it has there: the
    /// fields beside `data`, and all in `data` that the schema states nothing of.
    pub(super) fn unexpected_in(&self, result: &Value, answer: &Value, found: &mut Vec<String>) {
        let known = self.file().envelope.schema.get("properties").and_then(Value::as_object);
        for (key, value) in answer.as_object().into_iter().flatten() {
            if key == DATA {
                self.unexpected(result, value, DEEPEST, found);
            } else if known.is_none_or(|known| !known.contains_key(key)) {
                scalars(value, found);
            }
        }
        if !answer.is_object() {
            scalars(answer, found);
        }
    }

    fn unexpected(&self, schema: &Value, value: &Value, depth: usize, found: &mut Vec<String>) {
        let schemas = self.alternatives(schema);
        if depth == 0 || !schemas.iter().any(|schema| is_of_type(schema, value)) {
            return scalars(value, found);
        }
        match value {
            Value::Object(fields) => self.unexpected_fields(&schemas, fields, depth, found),
            Value::Array(items) => {
                let of = schemas.iter().find_map(|schema| schema.get("items"));
                for item in items {
                    match of {
                        Some(of) => self.unexpected(of, item, depth - 1, found),
                        None => scalars(item, found),
                    }
                }
            }
            _ => {}
        }
    }

    fn unexpected_fields(
        &self,
        schemas: &[&Value],
        fields: &Map<String, Value>,
        depth: usize,
        found: &mut Vec<String>,
    ) {
        for (key, value) in fields {
            match declared(schemas, key) {
                Some(schema) => self.unexpected(schema, value, depth - 1, found),
                None => scalars(value, found),
            }
        }
    }

    /// Puts the name of its type in the place of every value that the contract does not know.
    pub(crate) fn hide_unexpected(&self, schema: &Value, value: &mut Value) {
        self.hide(schema, value, DEEPEST);
    }

    fn hide(&self, schema: &Value, value: &mut Value, depth: usize) {
        let schemas = self.alternatives_for(schema, value);
        if depth == 0 || !schemas.iter().any(|schema| is_of_type(schema, value)) {
            return hide_all(value);
        }
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match declared(&schemas, key) {
                        Some(schema) => self.hide(schema, value, depth - 1),
                        None => hide_all(value),
                    }
                }
            }
            Value::Array(items) => {
                let of = schemas.iter().find_map(|schema| schema.get("items"));
                for item in items {
                    match of {
                        Some(of) => self.hide(of, item, depth - 1),
                        None => hide_all(item),
                    }
                }
            }
            _ => {}
        }
    }

    /// The same with what the schema states for values that are like this one, such as a segment of its type.
    pub(super) fn alternatives_for<'s>(&'s self, schema: &'s Value, value: &Value) -> Vec<&'s Value> {
        let mut all = self.alternatives(schema);
        let fits = |case: &Value| {
            let wanted = case.get("properties").and_then(Value::as_object).into_iter().flatten();
            wanted.clone().count() > 0
                && wanted
                    .filter_map(|(key, schema)| Some((key, schema.get("const")?)))
                    .all(|(key, it)| value.get(key) == Some(it))
        };
        let cases: Vec<&Value> =
            all.iter().filter(|it| it.get("if").is_some_and(fits)).filter_map(|it| it.get("then")).collect();
        // What is reported of all values is stated more closely here.
        let closer = cases.into_iter().flat_map(|case| self.alternatives(case)).collect::<Vec<_>>();
        all.splice(0..0, closer);
        all
    }

    /// A schema with everything that it refers to, is made of and may be instead.
    fn alternatives<'s>(&'s self, schema: &'s Value) -> Vec<&'s Value> {
        let (mut all, mut next) = (Vec::new(), vec![schema]);
        while let Some(schema) = next.pop() {
            if all.len() >= DEEPEST {
                break;
            }
            let schema = self.follow(schema);
            all.push(schema);
            let parts = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| schema.get(*key)?.as_array()).flatten();
            next.extend(parts);
        }
        all
    }
}

/// What schemas state of a field.
fn declared<'s>(schemas: &[&'s Value], key: &str) -> Option<&'s Value> {
    schemas.iter().find_map(|schema| {
        let others = || schema.get("additionalProperties").filter(|others| others.is_object());
        schema.get("properties").and_then(|known| known.get(key)).or_else(others)
    })
}

/// Puts the name of its type in the place of every scalar in a value.
pub(crate) fn hide_all(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(hide_all),
        Value::Array(items) => items.iter_mut().for_each(hide_all),
        Value::String(_) => *value = "<string>".into(),
        Value::Number(_) => *value = "<number>".into(),
        Value::Bool(_) | Value::Null => {}
    }
}

/// Whether a schema names the type of a value. One that names none speaks of none.
fn is_of_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || name == "integer" && !number.is_f64(),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    };
    match schema.get("type") {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}
