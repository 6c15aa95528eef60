//! Why a text could not be decoded.

use std::fmt;

/// A text that is not what it should be: which type it was read as, where it differs, and the text itself.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    what: &'static str,
    pointer: String,
    reason: String,
    body: String,
}

impl DecodeError {
    pub(crate) fn new(what: &'static str, error: &serde_json::Error, body: &str) -> Self {
        let (pointer, reason) = split(&error.to_string());
        Self(Box::new(Inner { what, pointer, reason, body: body.to_owned() }))
    }

    /// What the text was read as: the name of an event, an action or a type.
    pub fn what(&self) -> &str {
        self.0.what
    }

    /// The JSON pointer of the value that does not fit; empty where it is the whole.
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What is wrong there.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The text, whole and unchanged.
    pub fn body(&self) -> &str {
        &self.0.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.what())?;
        if !self.pointer().is_empty() {
            write!(f, "{}: ", self.pointer())?;
        }
        f.write_str(self.reason())
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("what", &self.what())
            .field("pointer", &self.pointer())
            .field("reason", &self.reason())
            .field("body", &self.body())
            .finish()
    }
}

impl std::error::Error for DecodeError {}

/// Parts `/a/0/b: reason` into pointer and reason; a text without a pointer is all reason.
fn split(text: &str) -> (String, String) {
    match text.split_once(": ") {
        Some((pointer, reason)) if pointer.starts_with('/') => (pointer.to_owned(), reason.to_owned()),
        _ => (String::new(), text.to_owned()),
    }
}

/// Puts one step in front of the pointer that an error carries in its text.
///
/// The text is the only thing that passes through the error type of any deserializer.
#[cold]
pub(crate) fn at<E: serde::de::Error>(step: impl fmt::Display, error: impl fmt::Display) -> E {
    let text = error.to_string();
    let joint = if text.starts_with('/') { "" } else { ": " };
    E::custom(format_args!("/{step}{joint}{text}"))
}

/// The text of an error without the line and column, which count from the start of a part of the document.
#[cold]
pub(crate) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) if error.line() > 0 => text[..end].to_owned(),
        _ => text,
    }
}
