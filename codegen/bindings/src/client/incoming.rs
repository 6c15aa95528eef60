//! What came over a WebSocket: an answer to a call, or an event.

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Wire;
use crate::record::Key;

/// What a frame is.
#[derive(Debug, PartialEq)]
pub(crate) enum Incoming {
    /// The answer to the call with this number.
    Answer(u64),
    /// An answer that belongs to no call of this client.
    Stray,
    /// Anything else.
    Event,
}

impl Incoming {
    /// Most frames are events, in which not even the name of the key stands; only what may be an answer is scanned.
    pub(crate) fn of(text: &str, wire: &Wire) -> Self {
        if !text.contains(wire.answer[1]) {
            return Self::Event;
        }
        let head = serde_json::Deserializer::from_str(text).deserialize_map(HeadVisitor(wire)).unwrap_or_default();
        match head {
            Head { keys: [true, true], echo: Some(echo) } => Self::Answer(echo),
            Head { keys: [true, true], echo: None } => Self::Stray,
            Head { .. } => Self::Event,
        }
    }
}

#[derive(Default)]
struct Head {
    keys: [bool; 2],
    echo: Option<u64>,
}

struct HeadVisitor<'w>(&'w Wire);

impl<'de> Visitor<'de> for HeadVisitor<'_> {
    type Value = Head;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head, A::Error> {
        let mut head = Head::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if self.0.frame.is_some_and(|frame| frame[2] == key.0) {
                head.echo = map.next_value::<&RawValue>()?.get().trim_matches('"').parse().ok();
                continue;
            }
            for (found, known) in head.keys.iter_mut().zip(self.0.answer) {
                *found |= known == key.0;
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(head)
    }
}
