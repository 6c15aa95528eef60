//! Ids that are written as strings.

use std::ops::{Deref, DerefMut};

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::decode::{Decode, by_text};
use crate::id::{Form, InForm, SerializeIds};
use crate::map::Map;

/// An id, or a list or map of ids, that is written as strings because the contract says so at this place.
///
/// Where an id is a field, the field knows; this is for answers that are nothing but ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextIds<T>(pub T);

impl<T> Deref for TextIds<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for TextIds<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for TextIds<T> {
    fn from(ids: T) -> Self {
        Self(ids)
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for TextIds<T> {
    const WHAT: &'static str = T::WHAT;
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        T::read(input).map(Self)
    }
}

impl<'de, T: for<'x> Decode<'x>> Deserialize<'de> for TextIds<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_text(input)
    }
}

impl<T: SerializeIds> Serialize for TextIds<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_ids(Form::Text, out)
    }
}

impl<T: SerializeIds> SerializeIds for Map<T> {
    fn serialize_ids<S: Serializer>(&self, form: Form, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.iter().map(|(key, value)| (key, InForm(value, form))))
    }
}
