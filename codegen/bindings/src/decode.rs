//! Reading a text: what can be read, how deep texts stand in texts, and lists and options.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

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

    #[inline(never)]
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
