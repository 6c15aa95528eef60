//! Reading the keys that say what an object is, without decoding the rest of it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::decode::{Decode, Seed};
use crate::record::Key;

/// The values of some top-level keys of an object, where they are strings.
pub(crate) fn tags<'de, const N: usize>(
    text: &'de str,
    keys: [&str; N],
) -> Result<[Option<Cow<'de, str>>; N], serde_json::Error> {
    let mut input = serde_json::Deserializer::from_str(text);
    let found = input.deserialize_map(TagVisitor(keys))?;
    input.end()?;
    Ok(found)
}

struct TagVisitor<'k, const N: usize>([&'k str; N]);

impl<'de, const N: usize> Visitor<'de> for TagVisitor<'_, N> {
    type Value = [Option<Cow<'de, str>>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [const { None }; N];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match self.0.iter().position(|name| *name == key.0) {
                Some(index) => found[index] = map.next_value_seed(Seed::<Tag<'de>>::new())?.0,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// A string, or nothing for any other value.
pub(crate) struct Tag<'de>(pub(crate) Option<Cow<'de, str>>);

impl<'de> Decode<'de> for Tag<'de> {
    const WHAT: &'static str = "a string";

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = Tag<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Tag<'de>, E> {
                Ok(Tag(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Tag<'de>, E> {
                Ok(Tag(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Tag<'de>, E> {
                Ok(Tag(None))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Tag<'de>, E> {
                Ok(Tag(None))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Tag<'de>, E> {
                Ok(Tag(None))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Tag<'de>, E> {
                Ok(Tag(None))
            }

            fn visit_unit<E: Error>(self) -> Result<Tag<'de>, E> {
                Ok(Tag(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Tag<'de>, A::Error> {
                IgnoredAny.visit_seq(seq).map(|_| Tag(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Tag<'de>, A::Error> {
                IgnoredAny.visit_map(map).map(|_| Tag(None))
            }
        }

        input.deserialize_any(ValueVisitor)
    }
}

/// The type of a JSON value, from its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Shape {
    /// The shape of a text that is already known to be JSON.
    pub(crate) fn of(text: &str) -> Self {
        match text.trim_ascii_start().as_bytes().first() {
            Some(b'n') | None => Self::Null,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            Some(_) => Self::Number,
        }
    }
}
