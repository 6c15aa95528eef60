//! Segments that some actions refuse in their messages.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::defs::{MESSAGE, SEGMENT_TYPE, referenced};
use crate::dialect::Dialect;
use crate::model::{Action, Schema};
use crate::validate::escape_pointer;
use crate::violation::{Violation, brief};

impl Dialect {
    /// Where parameters hold a segment that the action refuses. A message in a string is not looked into: another
    /// parameter may have it taken for plain text.
    pub fn refused(&self, action: &Action, params: &Value) -> Vec<Violation> {
        let refused = self.refused_names(action);
        if refused.is_empty() {
            return Vec::new();
        }
        let mut violations = Vec::new();
        for name in messages(action) {
            let at = escape_pointer(name);
            let mut look = |pointer: String, segment: &Value| {
                if let Some(kind) = segment.get(SEGMENT_TYPE).filter(|kind| refused.iter().any(|it| *kind == it)) {
                    let expected = format!("a segment that {} takes", action.name);
                    violations.push(Violation::new(format!("{pointer}/{SEGMENT_TYPE}"), expected, brief(kind)));
                }
            };
            match params.get(name) {
                Some(Value::Array(segments)) => {
                    segments.iter().enumerate().for_each(|(index, it)| look(format!("/{at}/{index}"), it));
                }
                Some(segment) => look(format!("/{at}"), segment),
                None => {}
            }
        }
        violations
    }

    /// The parameters of an action, with what it refuses in its messages stated in the words of JSON Schema.
    pub fn params<'a>(&self, action: &'a Action) -> Cow<'a, Schema> {
        let refused = self.refused_names(action);
        if refused.is_empty() {
            return Cow::Borrowed(&action.params);
        }
        let mut params = action.params.clone();
        let segment = json!({
            "type": "object",
            "properties": { SEGMENT_TYPE: { "enum": refused } },
            "required": [SEGMENT_TYPE],
        });
        let unwanted = json!({ "anyOf": [segment, { "type": "array", "contains": segment }] });
        for name in messages(action) {
            params["properties"][name]["not"] = unwanted.clone();
        }
        Cow::Owned(params)
    }

    fn refused_names(&self, action: &Action) -> Vec<&str> {
        let refusing = self.segments.values().filter(|segment| segment.refused_by.contains(&action.name));
        refusing.map(|segment| segment.name.as_str()).collect()
    }
}

/// The parameters of an action that hold a message.
pub(crate) fn messages(action: &Action) -> impl Iterator<Item = &str> {
    let properties = action.params.get("properties").and_then(Value::as_object);
    let is_message = |schema: &Schema| schema.get("$ref").and_then(Value::as_str).and_then(referenced) == Some(MESSAGE);
    properties.into_iter().flat_map(Map::iter).filter(move |(_, it)| is_message(it)).map(|(name, _)| name.as_str())
}
