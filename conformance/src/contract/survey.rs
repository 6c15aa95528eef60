//! Which fields a document has, beside those that its contract knows.

use serde_json::{Map, Value};

use super::Contract;

use crate::walk;

/// How deep a document is looked into.
const DEEPEST: usize = 32;

/// A longer text is no name.
const LONGEST_NAME: usize = 40;

/// A field of an object, as its contract sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Surveyed {
    /// It is there, and the contract knows it.
    Known,
    /// It is there, and the contract does not know it: its type.
    Unknown(&'static str),
    /// It is not there, though the contract knows it.
    Absent {
        /// Whether it may be left out.
        optional: bool,
    },
    /// It has a value that its enum does not, where that is a word of the protocol's kind.
    Value(String),
}

impl Contract {
    /// Hands out every field of a document and every field that it could have, with its pointer, in which `*` stands for
    /// the items of lists.
    pub fn survey(&self, schema: &Value, document: &Value, each: &mut dyn FnMut(&str, Surveyed)) {
        self.survey_at(schema, document, &mut String::new(), DEEPEST, each);
    }

    fn survey_at(
        &self,
        schema: &Value,
        value: &Value,
        at: &mut String,
        depth: usize,
        each: &mut dyn FnMut(&str, Surveyed),
    ) {
        if depth == 0 {
            return;
        }
        let schemas = self.alternatives_for(schema, value);
        match value {
            Value::Object(fields) => self.survey_fields(&schemas, fields, at, depth, each),
            Value::Array(items) => {
                if let Some(of) = schemas.iter().find_map(|schema| schema.get("items")) {
                    for item in items {
                        within(at, "*", |at| self.survey_at(of, item, at, depth - 1, each));
                    }
                }
            }
            Value::String(word) => {
                let words = schemas.iter().filter_map(|schema| schema.get("enum")?.as_array()).flatten();
                let known: Vec<&str> = words.filter_map(Value::as_str).collect();
                let personal = schemas.iter().any(|schema| schema.get(super::PERSONAL).is_some());
                if !known.is_empty() && !personal && !known.contains(&word.as_str()) && is_word(word) {
                    each(at, Surveyed::Value(word.clone()));
                }
            }
            _ => {}
        }
    }

    fn survey_fields(
        &self,
        schemas: &[&Value],
        fields: &Map<String, Value>,
        at: &mut String,
        depth: usize,
        each: &mut dyn FnMut(&str, Surveyed),
    ) {
        let properties = || schemas.iter().filter_map(|schema| schema.get("properties")?.as_object()).flatten();
        let open = schemas.iter().any(|schema| schema.get("additionalProperties").is_some_and(Value::is_object));
        if properties().next().is_none() || open {
            return;
        }
        for (key, value) in fields {
            match properties().find(|(known, _)| *known == key) {
                Some((_, schema)) => within(at, key, |at| {
                    each(at, Surveyed::Known);
                    self.survey_at(schema, value, at, depth - 1, each);
                }),
                // A key that is no word may name somebody.
                None => within(at, if is_word(key) { key } else { "*" }, |at| {
                    each(at, Surveyed::Unknown(crate::received::kind(value)));
                }),
            }
        }
        for (key, _) in properties().filter(|(key, _)| !fields.contains_key(*key)) {
            let required = schemas.iter().filter_map(|schema| schema.get("required")?.as_array()).flatten();
            let optional = !required.filter_map(Value::as_str).any(|it| it == key);
            within(at, key, |at| each(at, Surveyed::Absent { optional }));
        }
    }
}

/// Whether a text is a name as protocols have them, and nobody's.
fn is_word(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-');
    let letters = text.bytes().filter(|byte| is_letter(*byte)).count();
    let plain = text.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit());
    plain && letters > 0 && text.len() - letters <= 2 && text.len() <= LONGEST_NAME
}

fn within<T>(at: &mut String, step: &str, inside: impl FnOnce(&mut String) -> T) -> T {
    let length = at.len();
    walk::step(at, step);
    let done = inside(at);
    at.truncate(length);
    done
}
