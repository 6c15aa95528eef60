//! Reading a text: what can be read, how deep texts stand in texts, and lists and options.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::defect::{self, Defect};
use crate::error::{DecodeError, at};
use crate::mode::{Mode, Reading};
use crate::union::inner;

/// How many times a value may be opened inside a value that is itself kept as text; a forward in a forward is one.
const MAX_DEPTH: u8 = 64;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// A type that reads itself from one JSON value. Every public one implements `serde::Deserialize` by it.
pub trait Decode<'de>: Sized {
    /// What errors call it.
    const WHAT: &'static str;

    /// What a defect says was expected.
    const EXPECTED: &'static str = Self::WHAT;

    /// Whether something inside of it can have a defect of its own.
    const NESTED: bool = false;

    /// Reads it.
    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error>;

    /// What stands for a value in a list that is no such thing at all; nothing where the item has to be left out.
    fn unreadable(_raw: &RawValue) -> Option<Self> {
        None
    }

    /// Keeps what was wrong with it.
    fn keep(&mut self, _defects: Vec<Defect>) {}
}

/// A type that is decoded from a JSON text with an error that keeps the text.
pub trait FromJson: Sized {
    /// Decodes it; see [`Mode`] for what becomes of a field that cannot be read.
    fn from_json_in(mode: Mode, text: &str) -> Result<Self, DecodeError>;

    /// Decodes it leniently, and tells what in it is not as the contract says: also of a list, which keeps nothing itself.
    fn from_json_with_defects(text: &str) -> Result<(Self, Vec<Defect>), DecodeError>;

    /// Decodes it leniently.
    fn from_json(text: &str) -> Result<Self, DecodeError> {
        Self::from_json_in(Mode::Lenient, text)
    }
}

impl<T: for<'de> Decode<'de>> FromJson for T {
    fn from_json_in(mode: Mode, text: &str) -> Result<Self, DecodeError> {
        whole(mode, text).map_err(|error| DecodeError::new(T::WHAT, &error, text))
    }

    fn from_json_with_defects(text: &str) -> Result<(Self, Vec<Defect>), DecodeError> {
        let mut found = Vec::new();
        let keep = |value: &mut T, defects: Vec<Defect>| {
            found.clone_from(&defects);
            value.keep(defects);
        };
        let value = run(Mode::Lenient, text, from_text, keep);
        value.map(|value| (value, found)).map_err(|error| DecodeError::new(T::WHAT, &error, text))
    }
}

/// Decodes a text that stands in no other.
///
/// It is first read in one go, as if nothing in it were odd; only where that fails, each value is cut out before it is
/// read, so that an odd one can be kept as it came.
pub(crate) fn whole<'de, T: Decode<'de>>(mode: Mode, text: &'de str) -> Result<T, serde_json::Error> {
    run(mode, text, from_text, T::keep)
}

/// The same for what is read in a way of its own.
pub(crate) fn run<'de, T>(
    mode: Mode,
    text: &'de str,
    read: impl Fn(&'de str) -> Result<T, serde_json::Error>,
    keep: impl FnOnce(&mut T, Vec<Defect>),
) -> Result<T, serde_json::Error> {
    if Level::depth() > 0 {
        return read(text);
    }
    defect::forget(0);
    let mut value = {
        let _direct = Reading { mode, direct: true }.enter();
        read(text)
    };
    if value.is_err() {
        defect::forget(0);
        let _careful = Reading { mode, direct: false }.enter();
        value = read(text);
    }
    let mut value = value?;
    if defect::mark() > 0 {
        keep(&mut value, defect::take());
    }
    Ok(value)
}

/// Decodes what another library hands over: by way of its text, so that it is read as any text is.
pub(crate) fn by_text<'de, D: Deserializer<'de>, T: for<'x> Decode<'x>>(input: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(input)?;
    whole(Mode::Lenient, raw.get()).map_err(inner)
}

/// Decodes a text that may stand in another.
pub(crate) fn from_text<'de, T: Decode<'de>>(text: &'de str) -> Result<T, serde_json::Error> {
    let _level = Level::enter()?;
    let mut input = serde_json::Deserializer::from_str(text);
    let value = T::read(&mut input)?;
    input.end()?;
    Ok(value)
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
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_option(OptionVisitor(PhantomData))
    }

    fn unreadable(raw: &RawValue) -> Option<Self> {
        T::unreadable(raw).map(Some)
    }

    fn keep(&mut self, defects: Vec<Defect>) {
        if let Some(value) = self {
            value.keep(defects);
        }
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
        if Reading::now().is_careful() {
            let mut index = 0;
            while let Some(raw) = seq.next_element::<&'de RawValue>().map_err(|error| at(index, error))? {
                list.extend(item(raw, index));
                index += 1;
            }
            return Ok(list);
        }
        loop {
            let mark = if T::NESTED { defect::mark() } else { 0 };
            match seq.next_element_seed(Seed::<T>::new()) {
                Ok(Some(item)) => list.push(item),
                Ok(None) => return Ok(list),
                Err(error) => return Err(at(list.len(), error)),
            }
            if T::NESTED && defect::mark() > mark {
                defect::below(mark, list.len() - 1);
            }
        }
    }
}

/// An item of a list or a map that is read by itself; nothing where it has to be left out.
#[inline(never)]
pub(crate) fn item<'de, T: Decode<'de>>(raw: &'de RawValue, step: impl fmt::Display) -> Option<T> {
    let mark = defect::mark();
    let value = from_text(raw.get());
    if value.is_err() {
        defect::forget(mark);
        defect::other(String::new(), T::EXPECTED, raw);
    }
    defect::below(mark, step);
    let value = value.ok().or_else(|| T::unreadable(raw));
    if value.is_none() {
        defect::drop_item();
    }
    value
}

impl<'de, T: Decode<'de>> Decode<'de> for Vec<T> {
    const WHAT: &'static str = "a list";
    const NESTED: bool = true;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_seq(ListVisitor::new())
    }

    fn keep(&mut self, defects: Vec<Defect>) {
        for (index, item) in self.iter_mut().enumerate() {
            let step = index.to_string();
            let own: Vec<Defect> = defects.iter().cloned().filter_map(|defect| defect.below(&step)).collect();
            if !own.is_empty() {
                item.keep(own);
            }
        }
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Box<T> {
    const WHAT: &'static str = T::WHAT;
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        T::read(input).map(Box::new)
    }

    fn unreadable(raw: &RawValue) -> Option<Self> {
        T::unreadable(raw).map(Box::new)
    }

    fn keep(&mut self, defects: Vec<Defect>) {
        T::keep(self, defects);
    }
}
