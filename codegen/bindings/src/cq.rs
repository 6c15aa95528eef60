//! CQ codes: the string form of messages. The characters come from the contract, here is only what to do with them.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Map;
use crate::decode::FromJson;
use crate::raw::Raw;
use crate::segment::{FromRaw, Keys, Parts};
use crate::tags::Shape;

/// What a dialect's CQ codes look like.
pub(crate) struct Syntax {
    /// What opens a code, before the segment type.
    pub(crate) open: &'static str,
    /// What closes it.
    pub(crate) close: &'static str,
    /// What stands between parameters.
    pub(crate) separator: &'static str,
    /// What stands between the name and the value of a parameter.
    pub(crate) assign: &'static str,
    /// The segment type that a string holds as it is, escaped.
    pub(crate) text_segment: &'static str,
    /// The data key of that segment type.
    pub(crate) text_key: &'static str,
    /// Characters in plain text and what stands for them, in the order in which they are replaced.
    pub(crate) text_escapes: &'static [(&'static str, &'static str)],
    /// The same for the value of a parameter.
    pub(crate) value_escapes: &'static [(&'static str, &'static str)],
    /// Segment types that have no code.
    pub(crate) without_code: &'static [&'static str],
}

/// A message that has no string form, because of one of its segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoCqForm {
    kind: String,
    key: Option<String>,
}

impl NoCqForm {
    fn new(kind: &str, key: Option<&str>) -> Self {
        Self { kind: kind.to_owned(), key: key.map(str::to_owned) }
    }

    /// The type of the segment.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The data key whose value cannot be written; nothing where the whole segment cannot.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

impl fmt::Display for NoCqForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "`{key}` of a `{}` segment cannot be written as a CQ code", self.kind),
            None => write!(f, "a `{}` segment cannot be written as a CQ code", self.kind),
        }
    }
}

impl std::error::Error for NoCqForm {}

/// A piece of a message string.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(String),
    Code { kind: &'a str, params: Vec<(&'a str, String)> },
}

impl Syntax {
    /// Escapes plain text.
    pub(crate) fn escape_text(&self, text: &str) -> String {
        escape(text, self.text_escapes)
    }

    /// Escapes the value of a parameter.
    pub(crate) fn escape_value(&self, text: &str) -> String {
        escape(text, self.value_escapes)
    }

    /// Reads a message string. A code that is not well-formed stays in the text around it.
    pub(crate) fn parse<T: FromRaw>(&self, message: &str) -> Vec<T> {
        self.pieces(message).iter().filter_map(|piece| self.segment(piece)).collect()
    }

    fn segment<T: FromRaw>(&self, piece: &Piece<'_>) -> Option<T> {
        let raw = match piece {
            Piece::Text(text) => Raw::of(&Strings(T::KEYS, self.text_segment, &[(self.text_key, text.as_str())])),
            Piece::Code { kind, params } => Raw::of(&Strings(T::KEYS, kind, params)),
        };
        raw.ok().map(|raw| T::from_raw(&raw.0))
    }

    fn pieces<'a>(&self, message: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let (mut text, mut from) = (0, 0);
        while let Some(found) = message[from..].find(self.open) {
            let (start, body) = (from + found, from + found + self.open.len());
            let Some(length) = message[body..].find(self.close) else { break };
            match self.code(&message[body..body + length]) {
                Some(code) => {
                    self.push_text(&mut pieces, &message[text..start]);
                    pieces.push(code);
                    from = body + length + self.close.len();
                    text = from;
                }
                None => from = body,
            }
        }
        self.push_text(&mut pieces, &message[text..]);
        pieces
    }

    fn push_text(&self, pieces: &mut Vec<Piece<'_>>, text: &str) {
        if !text.is_empty() {
            pieces.push(Piece::Text(unescape(text, self.text_escapes)));
        }
    }

    /// Reads what stands between the brackets; nothing where it is not a code.
    fn code<'a>(&self, body: &'a str) -> Option<Piece<'a>> {
        let mut parts = body.split(self.separator);
        let kind = parts.next().filter(|kind| self.is_name(kind))?;
        let mut params: Vec<(&str, String)> = Vec::new();
        for part in parts {
            let (key, value) = part.split_once(self.assign)?;
            if !self.is_name(key) || value.contains(self.open) || params.iter().any(|(other, _)| *other == key) {
                return None;
            }
            params.push((key, unescape(value, self.value_escapes)));
        }
        Some(Piece::Code { kind, params })
    }

    /// Whether a text can be the type of a segment or a key in a code.
    fn is_name(&self, text: &str) -> bool {
        !text.is_empty() && ![self.open, self.close, self.separator, self.assign].iter().any(|mark| text.contains(mark))
    }

    /// Writes segments as a message string.
    pub(crate) fn write<T: FromRaw>(&self, segments: &[T]) -> Result<String, NoCqForm> {
        let mut out = String::new();
        for segment in segments {
            self.write_segment(&mut out, segment)?;
        }
        Ok(out)
    }

    fn write_segment<T: FromRaw>(&self, out: &mut String, segment: &T) -> Result<(), NoCqForm> {
        let none = || NoCqForm::new("", None);
        let raw = Raw::of(segment).map_err(|_| none())?;
        let parts = Parts::of(raw.as_str(), T::KEYS).map_err(|_| none())?;
        let kind = parts.kind.as_deref().unwrap_or_default();
        if !self.is_name(kind) || self.without_code.contains(&kind) || !parts.beside.is_empty() {
            return Err(NoCqForm::new(kind, None));
        }
        let data = Map::<Raw>::from_json(parts.data()).map_err(|_| NoCqForm::new(kind, None))?;
        let mut params: Vec<(&str, String)> = Vec::new();
        for (key, value) in data.iter() {
            let shape = Shape::of(value.as_str());
            if !self.is_name(key) || matches!(shape, Shape::Array | Shape::Object) {
                return Err(NoCqForm::new(kind, Some(key)));
            }
            match shape {
                Shape::Null => {}
                Shape::String => params.push((key, value.decode().map_err(|_| NoCqForm::new(kind, Some(key)))?)),
                _ => params.push((key, value.as_str().to_owned())),
            }
        }
        match params.as_slice() {
            [(key, text)] if kind == self.text_segment && *key == self.text_key => {
                out.push_str(&self.escape_text(text));
            }
            params => {
                out.push_str(self.open);
                out.push_str(kind);
                for (key, value) in params {
                    out.extend([self.separator, key, self.assign, &self.escape_value(value)]);
                }
                out.push_str(self.close);
            }
        }
        Ok(())
    }
}

fn escape(text: &str, escapes: &[(&str, &str)]) -> String {
    replace(text, escapes.iter().copied())
}

fn unescape(text: &str, escapes: &[(&str, &str)]) -> String {
    replace(text, escapes.iter().rev().map(|(raw, escaped)| (*escaped, *raw)))
}

fn replace<'a>(text: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = Cow::Borrowed(text);
    for (from, to) in pairs {
        if text.contains(from) {
            text = Cow::Owned(text.replace(from, to));
        }
    }
    text.into_owned()
}

/// A segment whose values are all strings, as they are in a code.
struct Strings<'a, V>(Keys, &'a str, &'a [(&'a str, V)]);

impl<V: AsRef<str>> Serialize for Strings<'_, V> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        crate::segment::write(out, self.0, self.1, &Data(self.2), None)
    }
}

struct Data<'a, V>(&'a [(&'a str, V)]);

impl<V: AsRef<str>> Serialize for Data<'_, V> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, value.as_ref())?;
        }
        map.end()
    }
}
