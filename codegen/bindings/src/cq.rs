//! CQ codes: the string form of messages. The characters come from the contract, here is only what to do with them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Map;
use crate::decode::{FromJson, Level};
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
    /// Escapes in plain text, in the order in which they are applied.
    pub(crate) text_escapes: &'static [Escape],
    /// The same for the value of a parameter.
    pub(crate) value_escapes: &'static [Escape],
    /// Segment types that have no code.
    pub(crate) without_code: &'static [&'static str],
}

/// A character and what stands for it.
pub(crate) struct Escape {
    raw: &'static str,
    escaped: &'static str,
    written: bool,
}

impl Escape {
    /// Written, and undone where it is read.
    pub(crate) const fn both(raw: &'static str, escaped: &'static str) -> Self {
        Self { raw, escaped, written: true }
    }

    /// Undone where it is read, and never written.
    pub(crate) const fn read(raw: &'static str, escaped: &'static str) -> Self {
        Self { raw, escaped, written: false }
    }
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
        while let Some(close) = message[from..].find(self.close).map(|found| from + found) {
            let end = close + self.close.len();
            if let Some((start, code)) = self.code(&message[from..close]) {
                self.push_text(&mut pieces, &message[text..from + start]);
                pieces.push(code);
                text = end;
            }
            from = end;
        }
        self.push_text(&mut pieces, &message[text..]);
        pieces
    }

    fn push_text(&self, pieces: &mut Vec<Piece<'_>>, text: &str) {
        if !text.is_empty() {
            pieces.push(Piece::Text(unescape(text, self.text_escapes)));
        }
    }

    /// Reads the code that ends where the text ends, and tells where it begins; nothing where no sign opens one.
    ///
    /// Of several opening signs the first that a type follows counts; what is behind it belongs to the code. None is
    /// looked at twice, so that a long run of them costs no more than other text.
    fn code<'a>(&self, text: &'a str) -> Option<(usize, Piece<'a>)> {
        let mut opens = text.match_indices(self.open).map(|(start, _)| start).peekable();
        while let Some(start) = opens.next() {
            let inside = start + self.open.len();
            let (kind, whole) =
                match text[inside..opens.peek().copied().unwrap_or(text.len())].split_once(self.separator) {
                    Some((kind, _)) => (kind, true),
                    None => (&text[inside..], opens.peek().is_none()),
                };
            if whole && !kind.is_empty() {
                return Some((start, Piece::Code { kind, params: self.params(&text[inside + kind.len()..]) }));
            }
        }
        None
    }

    /// Reads the parameters of a code. One without a value has an empty one; of two with the same key the last counts, as
    /// implementations have it.
    fn params<'a>(&self, text: &'a str) -> Vec<(&'a str, String)> {
        let mut params: Vec<(&str, String)> = Vec::new();
        let mut places = BTreeMap::<&str, usize>::new();
        for part in text.split(self.separator).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once(self.assign).unwrap_or((part, ""));
            let param = (key, unescape(value, self.value_escapes));
            if let Some(&place) = places.get(key) {
                params[place] = param;
            } else {
                places.insert(key, params.len());
                params.push(param);
            }
        }
        params
    }

    /// Whether a text can be the type of a segment in a code.
    fn is_kind(&self, text: &str) -> bool {
        !text.is_empty() && ![self.open, self.close, self.separator].iter().any(|mark| text.contains(mark))
    }

    /// Whether a text can be a key in a code.
    fn is_key(&self, text: &str) -> bool {
        ![self.open, self.close, self.separator, self.assign].iter().any(|mark| text.contains(mark))
    }

    /// Writes segments as a message string.
    pub(crate) fn write<T: FromRaw>(&self, segments: &[T]) -> Result<String, NoCqForm> {
        let mut out = String::new();
        for segment in segments {
            let raw = Raw::of(segment).map_err(|_| NoCqForm::new("", None))?;
            self.write_segment(&mut out, &raw, T::KEYS)?;
        }
        Ok(out)
    }

    fn write_segment(&self, out: &mut String, segment: &Raw, keys: Keys) -> Result<(), NoCqForm> {
        let parts = Parts::of(segment.as_str(), keys).map_err(|_| NoCqForm::new("", None))?;
        let kind = parts.kind.as_deref().unwrap_or_default();
        let whole = || NoCqForm::new(kind, None);
        if !self.is_kind(kind) || self.without_code.contains(&kind) || !parts.beside.is_empty() {
            return Err(whole());
        }
        let data = Map::<Raw>::from_json(parts.data()).map_err(|_| whole())?;
        let mut params: Vec<(&str, String)> = Vec::new();
        for (key, value) in data.iter() {
            let value = self.value(value, keys).filter(|_| self.is_key(key));
            params.extend(value.ok_or_else(|| NoCqForm::new(kind, Some(key)))?.map(|value| (key, value)));
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

    /// The text of a value in a code, where it has one: that of null is nothing, it is left out. A message in a segment
    /// is a string of its own.
    #[allow(clippy::option_option, reason = "no text and no form are two things")]
    fn value(&self, value: &Raw, keys: Keys) -> Option<Option<String>> {
        match Shape::of(value.as_str()) {
            Shape::Null => Some(None),
            Shape::String => value.decode().ok().map(Some),
            Shape::Number | Shape::Boolean => Some(Some(value.as_str().to_owned())),
            Shape::Object => self.inner(std::slice::from_ref(value), keys).map(Some),
            Shape::Array => self.inner(&value.decode::<Vec<Raw>>().ok()?, keys).map(Some),
        }
    }

    fn inner(&self, segments: &[Raw], keys: Keys) -> Option<String> {
        let _level = Level::enter().ok()?;
        let mut out = String::new();
        for segment in segments {
            self.write_segment(&mut out, segment, keys).ok()?;
        }
        Some(out)
    }
}

fn escape(text: &str, escapes: &[Escape]) -> String {
    replace(text, escapes.iter().filter(|escape| escape.written).map(|escape| (escape.raw, escape.escaped)))
}

fn unescape(text: &str, escapes: &[Escape]) -> String {
    replace(text, escapes.iter().rev().map(|escape| (escape.escaped, escape.raw)))
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
