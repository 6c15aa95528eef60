//! What was wrong with a value that was read nevertheless.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde_json::value::RawValue;

use crate::tags::Shape;

/// A place where what came is not what the contract says: the field there is absent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Defect {
    pointer: String,
    expected: Cow<'static, str>,
    found: Cow<'static, str>,
}

impl Defect {
    /// The JSON pointer of the place, from the value that was decoded.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What the contract says.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What came: the type of the value with the beginning of its text, or `nothing`.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The defect of a part, where the pointer begins with `step`.
    pub(crate) fn below(mut self, step: &str) -> Option<Self> {
        let rest = self.pointer.strip_prefix('/')?.strip_prefix(step)?;
        if !(rest.is_empty() || rest.starts_with('/')) {
            return None;
        }
        self.pointer = rest.to_owned();
        Some(self)
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.pointer, self.expected, self.found)
    }
}

thread_local! {
    static FOUND: RefCell<Vec<Defect>> = const { RefCell::new(Vec::new()) };
    static DROPPED: Cell<bool> = const { Cell::new(false) };
}

/// How many defects the text at hand has had so far.
pub(crate) fn mark() -> usize {
    FOUND.with_borrow(Vec::len)
}

/// Notes that something is missing.
#[cold]
#[inline(never)]
pub(crate) fn missing(key: &str, expected: &'static str) {
    add(format!("/{key}"), expected.into(), "nothing".into());
}

/// Notes that a value is something else.
#[cold]
#[inline(never)]
pub(crate) fn other(pointer: String, expected: impl Into<Cow<'static, str>>, raw: &RawValue) {
    add(pointer, expected.into(), describe(raw.get()));
}

fn add(pointer: String, expected: Cow<'static, str>, found: Cow<'static, str>) {
    FOUND.with_borrow_mut(|all| all.push(Defect { pointer, expected, found }));
}

/// Forgets those since a mark.
pub(crate) fn forget(mark: usize) {
    FOUND.with_borrow_mut(|all| all.truncate(mark));
}

/// Puts a step in front of the pointers of those since a mark.
pub(crate) fn below(mark: usize, step: impl fmt::Display) {
    FOUND.with_borrow_mut(|all| {
        for defect in all.iter_mut().skip(mark) {
            defect.pointer.insert_str(0, &format!("/{step}"));
        }
    });
}

/// All of the text that was read, and none from now on.
pub(crate) fn take() -> Vec<Defect> {
    DROPPED.set(false);
    FOUND.take()
}

/// Notes that an item of a list or a map was left out.
pub(crate) fn drop_item() {
    DROPPED.set(true);
}

/// Whether an item was left out since this was asked last.
pub(crate) fn dropped() -> bool {
    DROPPED.replace(false)
}

/// How much of a text a defect shows.
const SHOWN: usize = 40;

/// The type of a value, and the beginning of its text.
fn describe(text: &str) -> Cow<'static, str> {
    let kind = match Shape::of(text) {
        Shape::Null => return "null".into(),
        Shape::Boolean => "boolean",
        Shape::Number => "number",
        Shape::String => "string",
        Shape::Array => "list",
        Shape::Object => "object",
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{kind} {}…", &text[..end]).into(),
        None => format!("{kind} {text}").into(),
    }
}
