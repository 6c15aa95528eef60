//! CQ codes: a message as one string.
//!
//! Every sign of it (brackets, separators, escapes) comes from the dialect. Segments are JSON objects with `type` and
//! `data`; in a string every value of `data` is text.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::defs::{SEGMENT_DATA, SEGMENT_TYPE};
use crate::model::{CqCode, Escape};
use crate::validate::too_deep;

/// Why a message has no form as CQ code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CqError {
    /// The item at this index is not an object with `type` and `data`.
    NotASegment(usize),
    /// The message is nested deeper than any that was parsed.
    TooDeep,
}

impl fmt::Display for CqError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASegment(index) => {
                write!(f, "item {index} of the message is no object with `{SEGMENT_TYPE}` and `{SEGMENT_DATA}`")
            }
            Self::TooDeep => f.write_str("the message is nested too deep"),
        }
    }
}

impl std::error::Error for CqError {}

/// Reads a string into segments, never failing: what is no code is text.
///
/// Neighbouring text is one segment, and empty text is none.
pub fn parse(cq: &CqCode, text: &str) -> Vec<Value> {
    let mut segments = Vec::new();
    // Where plain text begins that is no segment yet, and where the next sign is looked for.
    let (mut plain, mut from) = (0, 0);
    while let Some(end) = text[from..].find(&cq.close).map(|found| from + found) {
        if let Some((start, segment)) = parse_code(cq, &text[from..end]) {
            push_text(cq, &mut segments, &text[plain..from + start]);
            segments.push(segment);
            plain = end + cq.close.len();
        }
        from = end + cq.close.len();
    }
    push_text(cq, &mut segments, &text[plain..]);
    segments
}

/// Writes segments as one string. A list of segments inside a segment becomes a string of its own, escaped.
pub fn encode(cq: &CqCode, segments: &[Value]) -> Result<String, CqError> {
    if segments.iter().any(|segment| too_deep(segment).is_some()) {
        return Err(CqError::TooDeep);
    }
    encode_all(cq, segments)
}

/// A message in any of its forms (string, one segment, array) as segments, as they stand.
pub fn segments(cq: &CqCode, message: &Value) -> Vec<Value> {
    match message {
        Value::String(text) => parse(cq, text),
        Value::Array(segments) => segments.clone(),
        other => vec![other.clone()],
    }
}

/// The `data` of a segment with every value as the text that it has in a string; a value of null is left out.
pub fn as_text(cq: &CqCode, data: &Map<String, Value>) -> Map<String, Value> {
    data.iter().filter_map(|(key, value)| Some((key.clone(), Value::String(value_text(cq, value)?)))).collect()
}

/// Escapes plain text.
pub fn escape_text(cq: &CqCode, text: &str) -> String {
    escape(&cq.text_escapes, text)
}

/// Reads the code that ends where the text ends, and reports where it begins; None where no sign opens one.
///
/// Of several opening signs the first that a type follows counts; what is behind it belongs to the code. None is looked
/// at twice, so that a long run of them costs no more than other text.
fn parse_code(cq: &CqCode, text: &str) -> Option<(usize, Value)> {
    let mut opens = text.match_indices(&cq.open).map(|(start, _)| start).peekable();
    while let Some(start) = opens.next() {
        let inside = start + cq.open.len();
        let (name, whole) = match text[inside..opens.peek().copied().unwrap_or(text.len())].split_once(&cq.separator) {
            Some((name, _)) => (name, true),
            None => (&text[inside..], opens.peek().is_none()),
        };
        if whole && !name.is_empty() {
            return Some((start, code(cq, name, &text[inside + name.len()..])));
        }
    }
    None
}

/// A segment of this type with these parameters; of two with the same name the last counts, as builds have it.
fn code(cq: &CqCode, name: &str, params: &str) -> Value {
    let data: Map<String, Value> = params
        .split(&cq.separator)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once(&cq.assign).unwrap_or((part, ""));
            (key.to_owned(), Value::String(unescape(&cq.value_escapes, value)))
        })
        .collect();
    json!({ SEGMENT_TYPE: name, SEGMENT_DATA: data })
}

fn push_text(cq: &CqCode, segments: &mut Vec<Value>, plain: &str) {
    if !plain.is_empty() {
        let text = unescape(&cq.text_escapes, plain);
        segments.push(json!({ SEGMENT_TYPE: cq.text_segment, SEGMENT_DATA: { &*cq.text_key: text } }));
    }
}

fn encode_all(cq: &CqCode, segments: &[Value]) -> Result<String, CqError> {
    let mut text = String::new();
    let none = Map::new();
    for (index, segment) in segments.iter().enumerate() {
        let (name, data) = parts(segment).ok_or(CqError::NotASegment(index))?;
        let data = data.as_object().unwrap_or(&none);
        if name == cq.text_segment {
            let plain = data.get(&cq.text_key).and_then(|value| value_text(cq, value)).unwrap_or_default();
            text.push_str(&escape(&cq.text_escapes, &plain));
            continue;
        }
        text.push_str(&cq.open);
        text.push_str(name);
        for (key, value) in data {
            if let Some(value) = value_text(cq, value) {
                text.push_str(&cq.separator);
                text.push_str(key);
                text.push_str(&cq.assign);
                text.push_str(&escape(&cq.value_escapes, &value));
            }
        }
        text.push_str(&cq.close);
    }
    Ok(text)
}

/// The type and the data of a segment; data of null is data without a value.
fn parts(segment: &Value) -> Option<(&str, &Value)> {
    let data = segment.get(SEGMENT_DATA).filter(|data| data.is_object() || data.is_null())?;
    Some((segment.get(SEGMENT_TYPE)?.as_str()?, data))
}

/// What stands for a value in a string, before escaping.
fn value_text(cq: &CqCode, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(encode_all(cq, items).unwrap_or_else(|_| value.to_string())),
        Value::Object(_) => Some(encode_all(cq, std::slice::from_ref(value)).unwrap_or_else(|_| value.to_string())),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
    }
}

fn escape(escapes: &[Escape], text: &str) -> String {
    let written = escapes.iter().filter(|escape| !escape.only_read);
    written.fold(text.to_owned(), |text, escape| text.replace(&escape.raw, &escape.escaped))
}

fn unescape(escapes: &[Escape], text: &str) -> String {
    escapes.iter().rev().fold(text.to_owned(), |text, escape| text.replace(&escape.escaped, &escape.raw))
}
