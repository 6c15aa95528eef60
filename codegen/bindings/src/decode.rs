//! Reading scalars, lists and options the way implementations really write them.
//!
//! A number may come as a string, a string as a number, a flag as `0` or `1`: which one it must be is the business of a
//! conformance check, a bot only wants the value. What is written is always the form the contract states.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Unexpected, Visitor};

use crate::error::{DecodeError, at};

/// How many times a value may be opened inside a value that is itself kept as text; a forward in a forward is one.
const MAX_DEPTH: u8 = 32;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
    static DIRECT: Cell<bool> = const { Cell::new(false) };
}

/// A type that reads itself from one JSON value. Every public one implements `serde::Deserialize` by it.
pub trait Decode<'de>: Sized {
    /// What errors call it.
    const WHAT: &'static str;

    /// Reads it.
    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error>;
}

/// A type that is decoded from a JSON text with an error that keeps the text.
pub trait FromJson: Sized {
    /// Decodes it.
    fn from_json(text: &str) -> Result<Self, DecodeError>;
}

impl<T: for<'de> Decode<'de>> FromJson for T {
    fn from_json(text: &str) -> Result<Self, DecodeError> {
        whole(text).map_err(|error| DecodeError::new(T::WHAT, &error, text))
    }
}

/// Decodes a text that stands in no other.
///
/// It is first read in one go, as if every segment of every message were known and whole; only where that fails, each
/// segment is cut out before it is read, so that an odd one can be kept as it came.
pub(crate) fn whole<'de, T: Decode<'de>>(text: &'de str) -> Result<T, serde_json::Error> {
    if Level::depth() == 0 {
        let _direct = Direct::enter();
        if let Ok(value) = from_text(text) {
            return Ok(value);
        }
    }
    from_text(text)
}

/// Decodes a text that may stand in another.
pub(crate) fn from_text<'de, T: Decode<'de>>(text: &'de str) -> Result<T, serde_json::Error> {
    let _level = Level::enter()?;
    let mut input = serde_json::Deserializer::from_str(text);
    let value = T::read(&mut input)?;
    input.end()?;
    Ok(value)
}

/// The time during which segments are read in one go with what is around them.
pub(crate) struct Direct;

impl Direct {
    fn enter() -> Self {
        DIRECT.set(true);
        Self
    }

    /// Whether it is such a time.
    pub(crate) fn now() -> bool {
        DIRECT.get()
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        DIRECT.set(false);
    }
}

/// One open text; the count goes down when it is dropped.
pub(crate) struct Level;

impl Level {
    /// How many texts are open.
    pub(crate) fn depth() -> u8 {
        DEPTH.get()
    }

    pub(crate) fn enter() -> Result<Self, serde_json::Error> {
        let depth = DEPTH.get();
        if depth >= MAX_DEPTH {
            return Err(serde_json::Error::custom(format_args!("nested more than {MAX_DEPTH} times")));
        }
        DEPTH.set(depth + 1);
        Ok(Self)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Hands `Decode` to the parts of serde that take a seed.
pub(crate) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Decode<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<T, D::Error> {
        T::read(input)
    }
}

macro_rules! scalar {
    ($type:ty, $what:literal, $method:ident, $visitor:ident { $($body:tt)* }) => {
        struct $visitor;

        impl Visitor<'_> for $visitor {
            type Value = $type;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($what)
            }

            $($body)*
        }

        impl<'de> Decode<'de> for $type {
            const WHAT: &'static str = $what;

            fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                input.$method($visitor)
            }
        }
    };
}

scalar!(i64, "an integer", deserialize_any, IntegerVisitor {
    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        integral(value).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<i64, E> {
        value.parse().map_err(|_| E::invalid_value(Unexpected::Str(value), &self))
    }
});

scalar!(f64, "a number", deserialize_any, NumberVisitor {
    #[expect(clippy::cast_precision_loss, reason = "a number of JSON that is read as a float is one")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of JSON that is read as a float is one")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<f64, E> {
        match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(E::invalid_value(Unexpected::Str(value), &self)),
        }
    }
});

scalar!(bool, "a boolean", deserialize_any, BooleanVisitor {
    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        match value {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<bool, E> {
        match value {
            "false" | "0" => Ok(false),
            "true" | "1" => Ok(true),
            _ => Err(E::invalid_value(Unexpected::Str(value), &self)),
        }
    }
});

scalar!(String, "a string", deserialize_any, TextVisitor {
    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
});

/// The integer that a float stands for, when it is one and a float can tell it from its neighbours.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked first")]
pub(crate) fn integral(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= LIMIT).then_some(value as i64)
}

/// Reads anything that is made from a string; a number or a flag is taken by its text.
pub(crate) struct FromStr<T>(pub(crate) &'static str, PhantomData<T>);

impl<T> FromStr<T> {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self(what, PhantomData)
    }
}

impl<T: for<'a> From<&'a str>> Visitor<'_> for FromStr<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        Ok(T::from(value))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok(T::from(if value { "true" } else { "false" }))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Ok(T::from(&value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Ok(T::from(&value.to_string()))
    }
}

struct OptionVisitor<T>(PhantomData<T>);

impl<'de, T: Decode<'de>> Visitor<'de> for OptionVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} or null", T::WHAT)
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Option<T>, D::Error> {
        T::read(input).map(Some)
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Option<T> {
    const WHAT: &'static str = T::WHAT;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_option(OptionVisitor(PhantomData))
    }
}

pub(crate) struct ListVisitor<T>(PhantomData<T>);

impl<T> ListVisitor<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Decode<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        loop {
            match seq.next_element_seed(Seed::<T>::new()) {
                Ok(Some(item)) => list.push(item),
                Ok(None) => return Ok(list),
                Err(error) => return Err(at(list.len(), error)),
            }
        }
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Vec<T> {
    const WHAT: &'static str = "a list";

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_seq(ListVisitor::new())
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Box<T> {
    const WHAT: &'static str = T::WHAT;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        T::read(input).map(Box::new)
    }
}
