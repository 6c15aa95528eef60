//! Finding where in a document something stands, by its schema alone.

use std::collections::VecDeque;

use serde_json::Value;

use super::Contract;

const MESSAGE_SEND: &str = "#/$defs/message_send";
const MESSAGE_RECEIVE: [&str; 2] = ["#/$defs/message_receive", "#/$defs/message_array"];

/// How deep in a document is looked.
const DEPTH: usize = 3;

/// Whether a schema stands for a message that is received.
pub(crate) fn is_message(schema: &Value) -> bool {
    refers(schema).is_some_and(|it| MESSAGE_RECEIVE.contains(&it))
}

/// Whether a schema stands for a message that is sent.
pub(crate) fn is_sent_message(schema: &Value) -> bool {
    refers(schema) == Some(MESSAGE_SEND)
}

fn refers(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str)
}

/// Looks into schemas, references followed.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) contract: &'a Contract,
}

impl<'a> Reach<'a> {
    /// What kind of id a schema stands for.
    pub(super) fn id_of(self, schema: &'a Value) -> Option<&'a str> {
        let direct = schema.get("x-id").and_then(Value::as_str);
        direct.or_else(|| self.contract.follow(schema).get("x-id").and_then(Value::as_str))
    }

    pub(super) fn is_boolean(self, schema: &'a Value) -> bool {
        self.contract.follow(schema).get("type").is_some_and(|it| it == "boolean")
    }

    /// Where an id of a kind always stands.
    pub(super) fn id(self, schema: &'a Value, kind: &str) -> Option<String> {
        self.find(schema, true, &|it| self.id_of(it) == Some(kind))
    }

    /// Where a message stands.
    pub(super) fn message(self, schema: &'a Value) -> Option<String> {
        self.find(schema, false, &is_message)
    }

    /// The nearest place whose schema is wanted, not looking into lists.
    pub(super) fn find(self, schema: &'a Value, always: bool, wanted: &dyn Fn(&'a Value) -> bool) -> Option<String> {
        let mut next = VecDeque::from([(String::new(), schema, 0)]);
        while let Some((pointer, schema, depth)) = next.pop_front() {
            let followed = self.contract.follow(schema);
            if wanted(schema) || wanted(followed) {
                return Some(pointer);
            }
            let branches = ["oneOf", "anyOf"].iter().filter_map(|key| followed.get(key)?.as_array()).flatten();
            for branch in branches.map(|branch| self.contract.follow(branch)).chain([followed]) {
                let required = strings(branch.get("required"));
                for (name, field) in fields(branch) {
                    if depth < DEPTH && (!always || required.contains(&name)) {
                        next.push_back((format!("{pointer}/{name}"), field, depth + 1));
                    }
                }
            }
        }
        None
    }

    /// The first list whose items hold something: where it stands, and where in an item.
    pub(super) fn list(
        self,
        schema: &'a Value,
        holds: impl Fn(&'a Value) -> Option<String>,
    ) -> Option<(String, String)> {
        let schema = self.contract.follow(schema);
        let wrapped = fields(schema).into_iter().map(|(name, field)| (format!("/{name}"), self.contract.follow(field)));
        let mut all = std::iter::once((String::new(), schema)).chain(wrapped);
        all.find_map(|(pointer, list)| Some((pointer, holds(list.get("items")?)?)))
    }
}

pub(super) fn fields(schema: &Value) -> Vec<(&str, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)).collect()
}

pub(super) fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
