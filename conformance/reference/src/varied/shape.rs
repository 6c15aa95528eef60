//! Values that have another form which their contract permits as well.

use std::collections::BTreeSet;

use botspec_schema::{Dialect, UNTYPED, referenced};
use serde_json::{Map, Value};

use crate::coerce::is_of_type;

/// The key that no contract names.
pub(super) const EXTRA: &str = "build_note";

/// What is done otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Extra,
    Absent,
    Null,
    Empty,
    OtherTypes,
    /// Lists without an order are turned around.
    Turned,
}

/// Everything that is done otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shape(BTreeSet<Change>);

impl Shape {
    pub(super) fn new(changes: impl IntoIterator<Item = Change>) -> Self {
        Self(changes.into_iter().collect())
    }

    pub(super) fn with(&self, change: Change) -> Self {
        Self(self.0.iter().copied().chain([change]).collect())
    }

    pub(super) fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, change: Change) -> bool {
        self.0.contains(&change)
    }

    /// Gives a value another form that the schema permits.
    pub(super) fn apply(&self, dialect: &Dialect, schema: &Value, value: &mut Value) {
        let schema = resolve(dialect, schema);
        if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
            if let Some(branch) = branch(dialect, branches, value) {
                self.apply(dialect, branch, value);
            }
            if self.has(Change::OtherTypes) {
                turn_type(dialect, branches, value);
            }
            return;
        }
        match value {
            Value::Array(items) => {
                if let Some(each) = schema.get("items") {
                    for item in items.iter_mut() {
                        self.apply(dialect, each, item);
                    }
                    if self.has(Change::Turned) && is_unordered(dialect, each) {
                        items.reverse();
                    }
                }
            }
            Value::Object(entries) => self.apply_to_object(dialect, schema, entries),
            _ => {}
        }
    }

    fn apply_to_object(&self, dialect: &Dialect, schema: &Value, entries: &mut Map<String, Value>) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        for (key, property) in properties {
            if let Some(value) = entries.get_mut(key) {
                self.apply(dialect, property, value);
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        let alternatives = schema.get("anyOf").is_some();
        for (key, property) in properties.iter().filter(|_| !alternatives) {
            let is_required = required.is_some_and(|names| names.iter().any(|name| name == key));
            let property = resolve(dialect, property);
            if is_required {
                continue;
            }
            // Where reading goes on stands in one.
            if self.has(Change::Absent) && property.get("x-id").is_none_or(|kind| kind != "message") {
                entries.shift_remove(key);
            } else if self.has(Change::Null) && is_nullable(dialect, property) {
                entries.entry(key.clone()).or_insert(Value::Null);
            } else if self.has(Change::Empty)
                && let Some(empty) = empty(property)
            {
                entries.entry(key.clone()).or_insert(empty);
            }
        }
        let closed = schema.get("additionalProperties").is_some() || schema.get(UNTYPED).is_some();
        if self.has(Change::Extra) && !closed {
            entries.insert(EXTRA.to_owned(), serde_json::json!({ "since": 1, "tags": ["a"] }));
        }
    }
}

fn resolve<'s>(dialect: &'s Dialect, schema: &'s Value) -> &'s Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(referenced);
    name.and_then(|name| dialect.defs().get(name)).unwrap_or(schema)
}

/// The alternative that a value is: the one whose constants it has, or else its type.
fn branch<'s>(dialect: &'s Dialect, branches: &'s [Value], value: &Value) -> Option<&'s Value> {
    let tagged = |branch: &&Value| {
        let properties = branch.get("properties").and_then(Value::as_object).into_iter().flatten();
        let mut tags = properties.filter_map(|(key, property)| Some((key, property.get("const")?))).peekable();
        tags.peek().is_some() && tags.all(|(key, tag)| value.get(key) == Some(tag))
    };
    let branches = || branches.iter().map(|branch| resolve(dialect, branch));
    let typed = |branch: &&Value| types(branch).any(|name| is_of_type(name, value));
    branches().find(tagged).or_else(|| branches().find(typed).filter(|branch| branch.get("const").is_none()))
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let named = schema.get("type");
    let several = named.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    named.and_then(Value::as_str).into_iter().chain(several)
}

/// A number as a string, or a string of digits as a number, where both are alternatives.
fn turn_type(dialect: &Dialect, branches: &[Value], value: &mut Value) {
    let other = match &*value {
        Value::Number(number) if !number.is_f64() => Value::from(number.to_string()),
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) if number.to_string() == *text => number.into(),
            _ => return,
        },
        _ => return,
    };
    let fits = |branch: &Value| {
        let branch = resolve(dialect, branch);
        let is_free = ["const", "enum", "pattern"].iter().all(|keyword| branch.get(keyword).is_none());
        is_free && types(branch).any(|name| is_of_type(name, &other))
    };
    if branches.iter().any(fits) {
        *value = other;
    }
}

fn is_nullable(dialect: &Dialect, schema: &Value) -> bool {
    let branches = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    types(schema).any(|name| name == "null")
        || branches.into_iter().any(|branch| is_nullable(dialect, resolve(dialect, branch)))
}

/// What an optional text or list is where there is nothing to report. What an id, a word among others or a time would be is
/// not open.
fn empty(schema: &Value) -> Option<Value> {
    const NARROWER: [&str; 8] = ["enum", "const", "pattern", "minLength", "minItems", "x-id", "x-source", "x-fixture"];
    if NARROWER.iter().any(|keyword| schema.get(keyword).is_some()) {
        return None;
    }
    match schema.get("type").and_then(Value::as_str)? {
        "string" => Some("".into()),
        "array" => Some(Value::Array(Vec::new())),
        _ => None,
    }
}

/// The kinds of things that a list of them has no order of.
const UNORDERED: [&str; 6] = ["user", "group", "group-file", "group-folder", "album", "sticker"];

/// Whether items are people, groups or files: not messages, nor what somebody did, which have an order in time.
fn is_unordered(dialect: &Dialect, each: &Value) -> bool {
    let each = resolve(dialect, each);
    let Some(properties) = each.get("properties").and_then(Value::as_object) else { return false };
    let kinds: Vec<&str> = properties.values().filter_map(|it| resolve(dialect, it).get("x-id")?.as_str()).collect();
    !kinds.is_empty() && kinds.iter().all(|kind| UNORDERED.contains(kind))
}

/// The first id of a kind in a value, other than one that does not count.
pub(super) fn find_id(dialect: &Dialect, schema: &Value, value: &Value, kind: &str, other_than: i64) -> Option<i64> {
    let schema = resolve(dialect, schema);
    if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
        return find_id(dialect, branch(dialect, branches, value)?, value, kind, other_than);
    }
    if schema.get("x-id").is_some_and(|it| it == kind) {
        let text = || value.as_str().and_then(|text| text.parse().ok());
        return value.as_i64().or_else(text).filter(|id| *id != 0 && *id != other_than);
    }
    let properties = schema.get("properties").and_then(Value::as_object)?;
    properties.iter().find_map(|(key, property)| find_id(dialect, property, value.get(key)?, kind, other_than))
}
