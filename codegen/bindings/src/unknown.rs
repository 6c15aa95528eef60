//! Events and segments that nobody knows yet, kept whole.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::decode::FromJson;
use crate::error::DecodeError;
use crate::map::Map;
use crate::raw::Raw;
use crate::segment::{self, Keys, Parts};
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
    keys: Keys,
    kind: Box<str>,
    raw: Raw,
    reason: Option<Box<str>>,
}

impl UnknownSegment {
    pub(crate) fn new<T: Serialize>(keys: Keys, kind: &str, data: &T) -> Result<Self, DecodeError> {
        let raw = Raw::of(&Whole { keys, kind, data })?;
        Ok(Self { keys, kind: kind.into(), raw, reason: None })
    }

    pub(crate) fn kept(keys: Keys, kind: &str, raw: Raw, reason: Option<String>) -> Self {
        Self { keys, kind: kind.into(), raw, reason: reason.map(Into::into) }
    }

    /// The type of the segment; empty where it has none.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The segment as it came.
    pub fn raw(&self) -> &Raw {
        &self.raw
    }

    /// The value of a key of its data, decoded; nothing where there is no such key.
    pub fn data<T: FromJson>(&self, key: &str) -> Result<Option<T>, DecodeError> {
        let data = Parts::of(self.raw.as_str(), self.keys).ok().and_then(|parts| parts.data);
        let map = data.and_then(|data| Map::<Raw>::from_json(data.get()).ok()).unwrap_or_default();
        map.get(key).map(Raw::decode).transpose()
    }

    /// Why a segment of a known type was not decoded; nothing for an unknown type.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// A segment that is put together.
struct Whole<'a, T> {
    keys: Keys,
    kind: &'a str,
    data: &'a T,
}

impl<T: Serialize> Serialize for Whole<'_, T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        segment::write(out, self.keys, self.kind, self.data, None)
    }
}
