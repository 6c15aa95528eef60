//! Events and segments that nobody knows yet, kept whole.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::decode::FromJson;
use crate::error::DecodeError;
use crate::raw::Raw;
use crate::tags::tags;

/// An event that no contract describes, whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnknownEvent(pub(crate) Raw);

impl UnknownEvent {
    /// The value of a top-level key that is a string, such as `post_type`.
    pub fn tag(&self, key: &str) -> Option<Cow<'_, str>> {
        let [value] = tags(self.0.as_str(), [key]).ok()?;
        value
    }

    /// The event as it came.
    pub fn raw(&self) -> &Raw {
        &self.0
    }
}

/// A segment that no contract describes, or whose data is not what its contract says, whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnknownSegment {
    kind: Box<str>,
    raw: Raw,
    reason: Option<Box<str>>,
}

impl UnknownSegment {
    /// A segment to send that the contract does not know.
    pub fn new(kind: &str, data: &Raw) -> Result<Self, DecodeError> {
        let raw = Raw::of(&Whole { kind, data })?;
        Ok(Self { kind: kind.into(), raw, reason: None })
    }

    pub(crate) fn kept(kind: &str, raw: Raw, reason: Option<String>) -> Self {
        Self { kind: kind.into(), raw, reason: reason.map(Into::into) }
    }

    /// The value of `type`; empty where it has none.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The segment as it came.
    pub fn raw(&self) -> &Raw {
        &self.raw
    }

    /// The value of a key of its data, decoded; nothing where the key is absent.
    pub fn data<T: FromJson>(&self, key: &str) -> Result<Option<T>, DecodeError> {
        let Ok(parts) = crate::segment::Parts::of(self.raw.as_str()) else { return Ok(None) };
        let Some(data) = parts.data else { return Ok(None) };
        let Ok(map) = crate::Map::<Raw>::from_json(data.get()) else { return Ok(None) };
        map.get(key).map(Raw::decode).transpose()
    }

    /// Why a segment of a known type was not decoded; nothing for an unknown type.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

struct Whole<'a> {
    kind: &'a str,
    data: &'a Raw,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        crate::segment::write(out, self.kind, self.data, None)
    }
}
