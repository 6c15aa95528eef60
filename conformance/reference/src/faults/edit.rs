//! Changes of one field in an answer or an event.

use serde_json::{Map, Value};

/// A change, and where it is made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    /// In what.
    pub(super) place: Place,
    /// The keys that lead to the field. Every element of an array on the way is meant.
    pub(super) path: Vec<String>,
    /// What happens to it.
    pub(super) change: Alter,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The result of an action.
    Result(String),
    /// An event by its name.
    Event(String),
    /// Every event.
    AnyEvent,
}

/// What happens to a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Alter {
    /// It is left out.
    Remove,
    /// It has another type: numbers become strings, strings become numbers.
    Retype,
    /// It has this value.
    Set(Value),
    /// A list is reported the other way round.
    Reverse,
    /// A number grows by this much.
    Add(i64),
    /// A text ends with this.
    Append(&'static str),
    /// A boolean is the other one.
    Flip,
    /// A list has nothing in it.
    Empty,
    /// A list has its first item twice.
    Repeat,
}

impl Edit {
    pub(super) fn apply(&self, value: &mut Value) {
        match value {
            // The result itself may be a list.
            Value::Array(items) if self.path.is_empty() => alter_list(items, &self.change),
            value => apply(value, &self.path, &self.change),
        }
    }
}

fn apply(value: &mut Value, path: &[String], change: &Alter) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| apply(item, path, change)),
        Value::Object(entries) => match path {
            [] => {}
            [key] => alter(entries, key, change),
            [key, rest @ ..] => {
                if let Some(inner) = entries.get_mut(key) {
                    apply(inner, rest, change);
                }
            }
        },
        _ => {}
    }
}

fn alter(entries: &mut Map<String, Value>, key: &str, change: &Alter) {
    if matches!(change, Alter::Remove) {
        entries.shift_remove(key);
        return;
    }
    let Some(field) = entries.get_mut(key) else { return };
    match change {
        Alter::Retype => *field = retyped(field),
        Alter::Set(value) => *field = value.clone(),
        Alter::Add(amount) => {
            if let Some(number) = field.as_i64() {
                *field = number.saturating_add(*amount).into();
            }
        }
        Alter::Reverse | Alter::Empty | Alter::Repeat => {
            if let Value::Array(items) = field {
                alter_list(items, change);
            }
        }
        Alter::Flip => {
            if let Value::Bool(flag) = field {
                *flag = !*flag;
            }
        }
        Alter::Append(text) => {
            if let Value::String(field) = field {
                field.push_str(text);
            }
        }
        Alter::Remove => {}
    }
}

fn alter_list(items: &mut Vec<Value>, change: &Alter) {
    match change {
        Alter::Reverse => items.reverse(),
        Alter::Empty => items.clear(),
        Alter::Repeat => items.extend(items.first().cloned()),
        _ => {}
    }
}

/// The same value as another type, the way implementations get it wrong.
fn retyped(value: &Value) -> Value {
    match value {
        Value::Null => Value::String(String::new()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        Value::Number(number) => Value::String(number.to_string()),
        Value::String(text) => text.parse::<i64>().unwrap_or_default().into(),
        Value::Array(_) => Value::Object(Map::new()),
        Value::Object(_) => Value::Array(Vec::new()),
    }
}
