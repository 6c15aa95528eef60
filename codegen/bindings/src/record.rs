//! Objects with known keys: one table per type, from which `record!` makes its serde.
//!
//! A record is sent or received, see the modules of these names. A field is of one of these kinds, which are modules in
//! them; each has a way to read, to finish and to write: `req` required, `opt` optional, `nul` required but nullable, `tri`
//! optional and nullable; the same with `_text` are ids that the contract writes as strings, with `_any` ids that it writes
//! as numbers or strings.
//!
//! What reads or writes one value is never inlined: there are thousands of fields and few types of values, so that a call
//! in place of a copy takes a fifth off the time in which the bindings of a large dialect compile.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap};

use crate::decode::{Decode, Seed};
use crate::defect;
use crate::error::at;
use crate::extra::Extra;

/// What `record!` implements; the rest follows from it.
pub(crate) trait Record<'de>: Sized {
    /// What errors call it.
    const NAME: &'static str;

    /// Reads the keys of an object.
    fn from_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Where the keys are kept that the contract does not name; nothing for an unknown branch of a union.
pub(crate) trait HasExtra {
    /// The place.
    fn extra_mut(&mut self) -> Option<&mut Extra>;

    /// The same, to read.
    fn extra(&self) -> Option<&Extra>;
}

/// Reads any record.
pub(crate) struct RecordVisitor<T>(PhantomData<T>);

impl<T> RecordVisitor<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Record<'de>> Visitor<'de> for RecordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(f, T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }
}

fn expecting(f: &mut fmt::Formatter<'_>, what: &str) -> fmt::Result {
    write!(f, "an object ({what})")
}

/// A key, borrowed from the text where it has no escapes.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        input.deserialize_str(KeyVisitor)
    }
}

/// Reads the value of `key`.
#[inline(never)]
pub(crate) fn value<'de, T: Decode<'de>, A: MapAccess<'de>>(map: &mut A, key: &str) -> Result<T, A::Error> {
    let mark = if T::NESTED { defect::mark() } else { 0 };
    let value = map.next_value_seed(Seed::<T>::new()).map_err(|error| at(key, error))?;
    if T::NESTED && defect::mark() > mark {
        defect::below(mark, key);
    }
    Ok(value)
}

#[cold]
pub(crate) fn missing<E: Error>(key: &str) -> E {
    at(key, "missing")
}

#[inline(never)]
pub(crate) fn entry<T: Serialize, M: SerializeMap>(map: &mut M, key: &str, value: &T) -> Result<(), M::Error> {
    map.serialize_entry(key, value)
}

/// The bit that stands for a tag among others.
pub(crate) const fn bit(tags: &[(&str, &str)], tag: &str) -> u32 {
    let mut index = 0;
    while index < tags.len() {
        if is_same(tags[index].0.as_bytes(), tag.as_bytes()) {
            return 1 << index;
        }
        index += 1;
    }
    0
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    one.len() == other.len()
}

/// Whether two records hold the same, apart from what was wrong with them.
pub(crate) fn is_as<T: PartialEq + HasExtra + Clone>(one: &T, other: &T) -> bool {
    let mut one = one.clone();
    if let (Some(extra), Some(other)) = (one.extra_mut(), other.extra()) {
        extra.clone_from(other);
    }
    one == *other
}

/// Gives a struct with a field `extra` its serde.
///
/// Entries stand in the order in which they are written. Keys in brackets are not fields: they hold one value, which says
/// what type the object is.
macro_rules! record {
    ($via:ident $name:ident $what:literal {
        $([$($tag:literal = $is:literal),*])?
        $($field:ident: $kind:ident $key:literal $(or [$($alias:literal),*])? $([$($then:literal = $that:literal),*])?,)*
    }) => {
        impl<'de> $crate::record::Record<'de> for $name {
            const NAME: &'static str = $what;

            fn from_map<A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                #[allow(unused_variables, reason = "only what is sent holds a guard")]
                let guard = $crate::$via::reading();
                $(let mut $field = None;)*
                let mut extra = $crate::Extra::new();
                #[allow(dead_code, reason = "a record may have no tags")]
                const TAGS: &[(&str, &str)] = &[$($(($tag, $is),)*)? $($($(($then, $that),)*)?)*];
                #[allow(unused_mut, reason = "a record may have no tags")]
                let mut tags = 0_u32;
                while let Some(key) = map.next_key::<$crate::record::Key<'de>>()? {
                    match &*key.0 {
                        $($key $($(| $alias)*)? => $crate::$via::$kind::read(&mut $field, &mut map, $key, &mut extra)?,)*
                        $($($tag => {
                            tags |= const { $crate::record::bit(TAGS, $tag) };
                            $crate::$via::tag(&mut map, $tag, $is, &mut extra)?;
                        },)*)?
                        $($($($then => {
                            tags |= const { $crate::record::bit(TAGS, $then) };
                            $crate::$via::tag(&mut map, $then, $that, &mut extra)?;
                        },)*)?)*
                        other => extra.read(other, &mut map)?,
                    }
                }
                $crate::$via::tags(TAGS, tags, &mut extra);
                Ok(Self { $($field: $crate::$via::$kind::finish($field, $key, &mut extra)?,)* extra })
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = $what;
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                input.deserialize_map($crate::record::RecordVisitor::<Self>::new())
            }

            fn unreadable(raw: &serde_json::value::RawValue) -> Option<Self> {
                let extra = $crate::$via::whole(raw)?;
                Some(Self { $($field: $crate::$via::$kind::absent_field()?,)* extra })
            }

            fn keep(&mut self, defects: Vec<$crate::Defect>) {
                self.extra.keep(defects);
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::decode::by_text(input)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                if let Some(raw) = self.extra.whole()
                    && <Self as $crate::decode::Decode>::unreadable(&raw.0).is_some_and(|one| $crate::record::is_as(self, &one))
                {
                    return raw.serialize(out);
                }
                let mut map = out.serialize_map(None)?;
                $($($crate::$via::write_tag(&mut map, $tag, $is, &self.extra)?;)*)?
                $(
                    $crate::$via::$kind::write(&self.$field, &mut map, $key, &self.extra)?;
                    $($($crate::$via::write_tag(&mut map, $then, $that, &self.extra)?;)*)?
                )*
                self.extra.write(&mut map)?;
                map.end()
            }
        }

        impl $crate::record::HasExtra for $name {
            fn extra_mut(&mut self) -> Option<&mut $crate::Extra> {
                Some(&mut self.extra)
            }

            fn extra(&self) -> Option<&$crate::Extra> {
                Some(&self.extra)
            }
        }
    };
}

pub(crate) use record;
