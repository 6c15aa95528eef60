//! JSON with line breaks and indentation, every token as it was sent.
//!
//! Parsing and printing again would lose what a conformance report is about: a number too long for a float, a key that
//! stands twice, the way a character was escaped. So the text is walked as it is, and only white space between tokens
//! changes.

use std::fmt::Write as _;

use serde::de::IgnoredAny;

/// A piece of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// The key of an object.
    pub(super) key: bool,
    /// A value that a difference points at.
    pub(super) marked: bool,
}

/// The deepest indentation; what is nested deeper stays there.
const DEEPEST: usize = 24;

/// The text indented, or nothing where it is no JSON object or array. A text that was cut need not be complete.
pub(super) fn indented(text: &str, whole: bool, pointers: &[&str]) -> Option<Vec<Piece>> {
    let start = text.trim_start();
    if !start.starts_with(['{', '[']) || (whole && serde_json::from_str::<IgnoredAny>(text).is_err()) {
        return None;
    }
    let mut walk = Walk { rest: start, pieces: Vec::new(), levels: Vec::new(), pointer: String::new(), pointers };
    walk.run();
    Some(walk.pieces)
}

/// An object or an array that is open.
struct Level {
    array: bool,
    /// The index of the next element.
    index: usize,
    /// How long the pointer to this level is.
    pointer: usize,
    /// Whether the next string is a key.
    key_next: bool,
}

struct Walk<'a> {
    rest: &'a str,
    pieces: Vec<Piece>,
    levels: Vec<Level>,
    pointer: String,
    pointers: &'a [&'a str],
}

impl Walk<'_> {
    fn run(&mut self) {
        while let Some(character) = self.rest.chars().next() {
            match character {
                ' ' | '\t' | '\n' | '\r' => self.rest = &self.rest[1..],
                '{' | '[' => self.open(character == '['),
                '}' | ']' => self.close(),
                ',' => self.comma(),
                ':' => {
                    self.push(": ", false, false);
                    self.rest = &self.rest[1..];
                }
                _ => self.token(),
            }
        }
    }

    fn open(&mut self, array: bool) {
        self.enter_value();
        let marked = self.is_marked();
        let empty = self.rest[1..].trim_start().starts_with(if array { ']' } else { '}' });
        let bracket = &self.rest[..1];
        self.push(bracket, false, marked);
        self.rest = &self.rest[1..];
        self.levels.push(Level { array, index: 0, pointer: self.pointer.len(), key_next: !array });
        if !empty {
            self.line();
        }
    }

    fn close(&mut self) {
        let bracket = &self.rest[..1];
        self.rest = &self.rest[1..];
        if let Some(level) = self.levels.pop() {
            self.pointer.truncate(level.pointer);
            let empty = self.pieces.last().is_some_and(|piece| piece.text.ends_with(['{', '[']));
            if !empty {
                self.line();
            }
        }
        self.push(bracket, false, false);
    }

    fn comma(&mut self) {
        self.push(",", false, false);
        self.rest = &self.rest[1..];
        if let Some(level) = self.levels.last_mut() {
            level.key_next = !level.array;
            self.pointer.truncate(level.pointer);
        }
        self.line();
    }

    /// A string, a number or a word.
    fn token(&mut self) {
        let end = if self.rest.starts_with('"') { string_end(self.rest) } else { word_end(self.rest) };
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        match self.levels.last_mut() {
            Some(level) if level.key_next => {
                level.key_next = false;
                let name = serde_json::from_str(token).unwrap_or_else(|_| token.to_owned());
                self.pointer.push('/');
                self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                self.push(token, true, false);
            }
            _ => {
                self.enter_value();
                let marked = self.is_marked();
                self.push(token, false, marked);
            }
        }
    }

    /// Sets the pointer to the value that begins here; for the member of an object its key has done so.
    fn enter_value(&mut self) {
        if let Some(level) = self.levels.last_mut().filter(|level| level.array) {
            self.pointer.truncate(level.pointer);
            let _ = write!(self.pointer, "/{}", level.index);
            level.index += 1;
        }
    }

    fn is_marked(&self) -> bool {
        !self.pointer.is_empty() && self.pointers.contains(&self.pointer.as_str())
    }

    fn line(&mut self) {
        let indent = format!("\n{}", "  ".repeat(self.levels.len().min(DEEPEST)));
        self.push(&indent, false, false);
    }

    fn push(&mut self, text: &str, key: bool, marked: bool) {
        match self.pieces.last_mut() {
            Some(last) if last.key == key && last.marked == marked => last.text.push_str(text),
            _ => self.pieces.push(Piece { text: text.to_owned(), key, marked }),
        }
    }
}

/// Where the string at the start of the text ends, behind its quotation mark.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where the number or word at the start of the text ends.
fn word_end(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_whitespace() || ",:{}[]\"".contains(c)).unwrap_or(text.len())
}
