//! Objects whose keys are data.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::decode::{Decode, by_text, item};
use crate::defect::Defect;
use crate::error::at;
use crate::mode::Reading;
use crate::record::{Key, value};

/// An object whose keys are data: pairs in the order in which they came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Map<T>(Vec<(String, T)>);

impl<T> Map<T> {
    /// An object without keys.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().rfind(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Keys and values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<String>, T> FromIterator<(K, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl<T: fmt::Debug> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Decode<'de>> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Map<T>, A::Error> {
        let mut pairs = Vec::new();
        if Reading::now().is_careful() {
            while let Some(key) = map.next_key::<Key<'de>>()? {
                let raw = map.next_value::<&'de RawValue>().map_err(|error| at(&key.0, error))?;
                let value = item(raw, &key.0);
                pairs.extend(value.map(|value| (key.0.into_owned(), value)));
            }
            return Ok(Map(pairs));
        }
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let item = value(&mut map, &key.0)?;
            pairs.push((key.0.into_owned(), item));
        }
        Ok(Map(pairs))
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Map<T> {
    const WHAT: &'static str = "an object";
    const NESTED: bool = true;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(MapVisitor(PhantomData))
    }

    fn keep(&mut self, defects: Vec<Defect>) {
        for (key, value) in &mut self.0 {
            let own: Vec<Defect> = defects.iter().cloned().filter_map(|defect| defect.below(key)).collect();
            if !own.is_empty() {
                value.keep(own);
            }
        }
    }
}

impl<'de, T: for<'x> Decode<'x>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_text(input)
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.iter())
    }
}
