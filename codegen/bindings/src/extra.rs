//! Keys that the contract does not name, kept in their order.

use std::fmt;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

use crate::decode::{FromJson, Seed};
use crate::error::{DecodeError, at};
use crate::raw::Raw;

/// The keys of an object that its contract does not name, with their values as they came.
///
/// They are written back after the known keys, so that nothing is lost on the way through a type. Without any it costs
/// one pointer.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Extra(Option<Box<Keys>>);

#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Keys {
    inside: Vec<(String, Raw)>,
    beside: Vec<(String, Raw)>,
    form: Form,
}

/// How the data of a segment without any keys stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Form {
    /// As an object.
    #[default]
    Object,
    /// As null.
    Null,
    /// Not at all.
    Missing,
}

impl Extra {
    /// No further keys.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|keys| keys.inside.is_empty() && keys.beside.is_empty())
    }

    /// The keys and values, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Raw)> {
        pairs(self.0.as_ref().map(|keys| keys.inside.as_slice()))
    }

    /// The value of a key; of the last one where it came more than once.
    pub fn get(&self, key: &str) -> Option<&Raw> {
        let keys = self.0.as_ref()?;
        keys.inside.iter().rfind(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a key, decoded; nothing where the key is absent.
    pub fn decode<T: FromJson>(&self, key: &str) -> Result<Option<T>, DecodeError> {
        self.get(key).map(Raw::decode).transpose()
    }

    /// Adds a key, or replaces its value.
    pub fn insert(&mut self, key: impl Into<String>, value: Raw) {
        let (key, list) = (key.into(), &mut self.0.get_or_insert_default().inside);
        match list.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => list.push((key, value)),
        }
    }

    /// For the data of a segment: the keys that stood beside `data` in the segment itself.
    pub fn beside(&self) -> impl Iterator<Item = (&str, &Raw)> {
        pairs(self.0.as_ref().map(|keys| keys.beside.as_slice()))
    }

    pub(crate) fn set_segment(&mut self, beside: Vec<(String, Raw)>, form: Form) {
        if !beside.is_empty() || form != Form::Object {
            let keys = self.0.get_or_insert_default();
            keys.beside = beside;
            keys.form = form;
        }
    }

    pub(crate) fn form(&self) -> Form {
        self.0.as_ref().map(|keys| keys.form).unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value_seed(Seed::<Raw>::new()).map_err(|error| at(key, error))?;
        self.0.get_or_insert_default().inside.push((key.to_owned(), value));
        Ok(())
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))
    }
}

fn pairs(list: Option<&[(String, Raw)]>) -> impl Iterator<Item = (&str, &Raw)> {
    list.unwrap_or_default().iter().map(|(key, value)| (key.as_str(), value))
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).entries(self.beside()).finish()
    }
}
