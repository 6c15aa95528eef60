//! How a document differs from what its contract states.

use std::fmt;

use serde_json::Value;

/// One difference between a document and its contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// JSON pointer to the place; a missing property is named where it should stand.
    pub pointer: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// Both in one sentence.
    pub message: String,
}

impl Violation {
    /// A difference that is reported as `expected …, found …`.
    pub(crate) fn new(pointer: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        let (expected, found) = (expected.into(), found.into());
        let message = format!("expected {expected}, found {found}");
        Self { pointer: pointer.into(), expected, found, message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "(whole document)" } else { &self.pointer };
        write!(f, "{place}: {}", self.message)
    }
}

/// The word for the type of a value.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// How many characters of a found text are shown.
const SHOWN: usize = 60;

/// A value in few words: scalars as they are, a long text shortened, everything else by its type.
pub(crate) fn brief(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => {
            let mut shown: String = text.chars().take(SHOWN).collect();
            if shown.len() < text.len() {
                shown.push('…');
            }
            Value::String(shown).to_string()
        }
        Value::Array(_) | Value::Object(_) => type_name(value).to_owned(),
    }
}

/// `"a"`, or `one of "a", "b"`.
pub(crate) fn one_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let words: Vec<String> = values.into_iter().map(brief).collect();
    match words.as_slice() {
        [word] => word.clone(),
        _ => format!("one of {}", words.join(", ")),
    }
}
