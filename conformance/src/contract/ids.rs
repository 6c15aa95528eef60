//! The identifiers in parameters and answers.

use botspec_schema::{DATA, SEGMENT_DATA, SEGMENT_TYPE, cq};
use serde_json::Value;

use super::Contract;

/// An identifier somewhere in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// Where it stands.
    pub pointer: String,
    /// What kind of thing it names, as the contract defines.
    pub kind: String,
    /// The identifier as text, so that a number and a string that name the same are equal.
    pub value: String,
}

impl Id {
    /// Whether it names an account, a group, or somebody behind a request or a mask: never to be touched by chance.
    pub fn names_somebody(&self) -> bool {
        ["user", "group", "peer", "request", "anonymous"].contains(&self.kind.as_str())
    }
}

const ID: &str = "x-id";

/// An id as text: a number and its digits are the same.
pub(crate) fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Whether two values are ids, and name the same.
pub(crate) fn same_id(one: &Value, other: &Value) -> bool {
    let is_id = |value: &Value| value.is_string() || value.is_number();
    is_id(one) && is_id(other) && id_text(one) == id_text(other)
}

/// Whether a value names nothing although an id may stand there: a word for everybody, or an upload that carries its own
/// source, such as bytes in base64 or an address.
fn is_no_id(kind: &str, value: &str) -> bool {
    kind == "user" && !value.is_empty() && value.chars().all(char::is_alphabetic) || value.contains("://")
}

/// Whether a field is called after a kind of id: by its last word, as `file_id` is after `group-file`.
pub(crate) fn is_called_after(field: &str, kind: &str) -> bool {
    let last = kind.rsplit('-').next().unwrap_or(kind);
    field.strip_prefix(last).is_some_and(|rest| rest.starts_with('_'))
}

/// The identifier at a place of a document whose schema has the annotation; none where what stands there is no id.
pub(crate) fn id_at(document: &Value, pointer: &str, kind: &Value) -> Option<Id> {
    let value = match document.pointer(pointer)? {
        value @ (Value::String(_) | Value::Number(_) | Value::Bool(_)) => id_text(value),
        _ => return None,
    };
    let kind = kind.as_str().unwrap_or_default().to_owned();
    (!is_no_id(&kind, &value)).then(|| Id { pointer: pointer.to_owned(), kind, value })
}

impl Contract {
    /// The identifiers in the parameters of a call, also those in message strings. Everything that could be read as an
    /// identifier counts.
    pub fn ids_in(&self, called: &str, params: &Value) -> Vec<Id> {
        let Some(call) = self.resolve(called) else { return Vec::new() };
        let mut found = self.ids_at(&call.action.params, params, "");
        for place in self.message_strings(&call.action.params, params) {
            let Some(Value::String(text)) = params.pointer(&place) else { continue };
            let segments = self.read_string(text);
            if let (Some(schema), Some(segments)) = (self.dialect().defs().get("message_send"), segments) {
                found.extend(self.ids_at(schema, &segments, &place));
            }
        }
        found
    }

    /// The identifiers in an answer.
    pub(crate) fn ids_in_answer(&self, called: &str, answer: &Value) -> Vec<Id> {
        let Some(call) = self.resolve(called) else { return Vec::new() };
        answer.get(DATA).map(|data| self.ids_at(&call.action.result, data, "")).unwrap_or_default()
    }

    /// The identifiers in an event.
    pub(crate) fn ids_in_event(&self, event: &Value) -> Vec<Id> {
        let known = self.dialect().recognise_event(event);
        known.map(|contract| self.ids_at(&contract.data, event, "")).unwrap_or_default()
    }

    /// The identifiers in a document, beside the schema it should follow.
    pub(crate) fn ids_at(&self, schema: &Value, document: &Value, below: &str) -> Vec<Id> {
        let mut found = Vec::new();
        for place in self.places(schema, document, ID) {
            let id = id_at(document, &place.pointer, &place.annotation);
            found.extend(id.map(|id| Id { pointer: format!("{below}{}", id.pointer), ..id }));
        }
        found
    }

    /// The places of parameters that hold a message as a string.
    pub(crate) fn message_strings(&self, schema: &Value, params: &Value) -> Vec<String> {
        let is_message = |place: &&super::walk::AnnotatedPointer| place.annotation == "#/$defs/message_send";
        self.places(schema, params, "$ref").iter().filter(is_message).map(|place| place.pointer.clone()).collect()
    }

    /// A message string as an array of segments.
    pub fn read_string(&self, text: &str) -> Option<Value> {
        Some(Value::Array(cq::parse(self.file().cq_code.as_ref()?, text)))
    }

    /// Segments as a message string; none where the dialect has no such form, or they have none.
    pub fn write_string(&self, segments: &Value) -> Option<String> {
        cq::encode(self.file().cq_code.as_ref()?, segments.as_array()?).ok()
    }

    /// A message in any of its forms as segments.
    pub fn segments_of(&self, message: &Value) -> Vec<Value> {
        match (message, &self.file().cq_code) {
            (Value::String(text), Some(code)) => cq::parse(code, text).into_iter().map(|it| self.typed(it)).collect(),
            (Value::Array(segments), _) => segments.clone(),
            (other, _) => vec![other.clone()],
        }
    }

    /// A segment that was read from a string, where every value is text: those that the contract knows as numbers or
    /// booleans alone become such.
    fn typed(&self, mut segment: Value) -> Value {
        let name = segment.get(SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default();
        let receive = self.dialect().segments.get(name).and_then(|contract| contract.receive.as_ref());
        let fields = receive.and_then(|schema| self.follow(schema).get("properties"));
        let data = segment.get_mut(SEGMENT_DATA).and_then(Value::as_object_mut);
        let (Some(fields), Some(data)) = (fields, data) else { return segment };
        for (key, value) in data {
            let schema = fields.get(key).map(|schema| self.follow(schema));
            let kind = schema.and_then(|schema| schema.get("type")?.as_str());
            let read = match (kind, &*value) {
                (Some("integer" | "number" | "boolean"), Value::String(text)) => text.parse::<Value>().ok(),
                _ => None,
            };
            if let Some(read) = read.filter(|read| read.is_number() || read.is_boolean()) {
                *value = read;
            }
        }
        segment
    }
}
