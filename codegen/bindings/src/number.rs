//! Numbers with or without a fraction.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::decode::Decode;

/// A number that may have a fraction. What came as `1` is written as `1`, and not as `1.0`.
#[derive(Clone, Copy)]
pub struct Number(Form);

#[derive(Clone, Copy)]
enum Form {
    Integer(i64),
    Float(f64),
}

impl Number {
    /// The number as a float; a great integer is rounded.
    #[expect(clippy::cast_precision_loss, reason = "it says so")]
    pub const fn as_f64(self) -> f64 {
        match self.0 {
            Form::Integer(number) => number as f64,
            Form::Float(number) => number,
        }
    }

    /// The number, if it is written as an integer.
    pub const fn as_i64(self) -> Option<i64> {
        match self.0 {
            Form::Integer(number) => Some(number),
            Form::Float(_) => None,
        }
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        Self(Form::Integer(number.into()))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(Form::Integer(number))
    }
}

/// JSON has no form for what is infinite or not a number; such a one is written as null.
impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self(Form::Float(number))
    }
}

/// `1` and `1.0` are equal.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one == other,
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

impl PartialEq<f64> for Number {
    fn eq(&self, other: &f64) -> bool {
        self.as_f64() == *other
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Integer(number) => fmt::Display::fmt(&number, f),
            Form::Float(number) => fmt::Display::fmt(&number, f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "nothing holds it as it is")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
        Ok(i64::try_from(value).map_or_else(|_| Number::from(value as f64), Number::from))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Number, E> {
        if let Ok(number) = value.parse::<i64>() {
            return Ok(number.into());
        }
        match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number.into()),
            _ => Err(E::invalid_value(Unexpected::Str(value), &self)),
        }
    }
}

impl<'de> Decode<'de> for Number {
    const WHAT: &'static str = "a number";

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(NumberVisitor)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::read(input)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Form::Integer(number) => out.serialize_i64(number),
            Form::Float(number) => out.serialize_f64(number),
        }
    }
}
