//! JSON kept as text.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::decode::{Decode, FromJson, from_text};
use crate::error::DecodeError;

/// One JSON value as the text it was sent as.
///
/// Two of them are equal when their texts are. A number keeps every digit, an object keeps the order of its keys.
#[derive(Clone)]
pub struct Raw(pub(crate) Box<RawValue>);

impl Raw {
    /// Reads one JSON value; an error where the text is anything else.
    pub fn from_json(text: &str) -> Result<Self, DecodeError> {
        from_text::<Self>(text).map_err(|error| DecodeError::new("JSON", &error, text))
    }

    /// Writes a value as JSON; an error where it has no JSON form (a map whose keys are not strings).
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, DecodeError> {
        serde_json::value::to_raw_value(value).map(Self).map_err(|error| DecodeError::new("JSON", &error, ""))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Decodes the text as another type.
    pub fn decode<T: FromJson>(&self) -> Result<T, DecodeError> {
        T::from_json(self.as_str())
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Raw {}

impl Hash for Raw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<'de> Decode<'de> for Raw {
    const WHAT: &'static str = "JSON";

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(input).map(Self)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::read(input)
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out).map_err(S::Error::custom)
    }
}
