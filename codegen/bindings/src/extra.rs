//! Keys that the contract does not name, kept in their order.

use std::fmt;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

use crate::decode::{FromJson, Seed};
use crate::defect::Defect;
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
    lost: Vec<Lost>,
    defects: Vec<Defect>,
    whole: Option<Raw>,
}

/// A key of the contract that has not the value that the field says.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Lost {
    key: &'static str,
    /// The value as it came; nothing where the key is missing.
    raw: Option<Raw>,
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

    /// What was wrong with the value that these keys belong to, down to everything in it; only where it was decoded as a
    /// whole, and not as a part of something else.
    pub fn defects(&self) -> &[Defect] {
        self.0.as_ref().map(|keys| keys.defects.as_slice()).unwrap_or_default()
    }

    /// The value of a key of the contract that could not be read as the contract says, as it came.
    pub fn unread(&self, key: &str) -> Option<&Raw> {
        self.lost(key).flatten()
    }

    pub(crate) fn keep(&mut self, defects: Vec<Defect>) {
        self.0.get_or_insert_default().defects = defects;
    }

    /// Whether a key came otherwise than its field says: with another value, or not at all.
    #[allow(clippy::option_option, reason = "as it should be, missing, and another value are three things")]
    pub(crate) fn lost(&self, key: &str) -> Option<Option<&Raw>> {
        let lost = &self.0.as_ref()?.lost;
        lost.iter().rfind(|lost| lost.key == key).map(|lost| lost.raw.as_ref())
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn lose(&mut self, key: &'static str, raw: Option<Raw>) {
        self.0.get_or_insert_default().lost.push(Lost { key, raw });
    }

    /// The keys of an object that was none.
    pub(crate) fn of_whole(raw: Raw) -> Self {
        Self(Some(Box::new(Keys { whole: Some(raw), ..Keys::default() })))
    }

    /// What came in place of the object.
    pub(crate) fn whole(&self) -> Option<&Raw> {
        self.0.as_ref()?.whole.as_ref()
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
