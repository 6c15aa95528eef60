//! Objects with known keys: one table per type, from which `record!` makes its serde.
//!
//! A field is of one of these kinds, which are the modules below; each has a way to read, to finish and to write:
//! `req` required, `opt` optional, `nul` required but nullable, `tri` optional and nullable; the same with `_text` are ids
//! that the contract writes as strings, with `_any` ids that it writes as numbers or strings.
//!
//! What reads or writes one value is never inlined: there are thousands of fields and few types of values, so that a call
//! in place of a copy takes a fifth off the time in which the bindings of a large dialect compile.

#![allow(clippy::ref_option, reason = "`record!` hands over the field as it is")]

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap};

use crate::decode::{Decode, Seed};
use crate::error::at;
use crate::extra::Extra;
use crate::id::{Form, InForm, SerializeIds};

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
    map.next_value_seed(Seed::<T>::new()).map_err(|error| at(key, error))
}

/// Reads a key that has to hold `expected`: it says which type the object is.
pub(crate) fn tag<'de, A: MapAccess<'de>>(map: &mut A, key: &str, expected: &str) -> Result<(), A::Error> {
    let found: String = value(map, key)?;
    if found == expected {
        return Ok(());
    }
    Err(at(key, format_args!("expected `{expected}`, found `{found}`")))
}

#[cold]
fn missing<E: Error>(key: &str) -> E {
    at(key, "missing")
}

#[inline(never)]
fn entry<T: Serialize, M: SerializeMap>(map: &mut M, key: &str, value: &T) -> Result<(), M::Error> {
    map.serialize_entry(key, value)
}

/// A key that is always there.
pub(crate) mod req {
    use super::{Decode, Error, MapAccess, Serialize, SerializeMap, entry, missing, value};

    #[inline(never)]
    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        key: &str,
    ) -> Result<(), A::Error> {
        *slot = Some(value(map, key)?);
        Ok(())
    }

    pub(crate) fn finish<T, E: Error>(slot: Option<T>, key: &str) -> Result<T, E> {
        slot.ok_or_else(|| missing(key))
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(field: &T, map: &mut M, key: &str) -> Result<(), M::Error> {
        entry(map, key, field)
    }
}

/// A key that may be left out; a null is taken as left out.
pub(crate) mod opt {
    use super::{Decode, Error, MapAccess, Serialize, SerializeMap, entry, value};

    #[inline(never)]
    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        key: &str,
    ) -> Result<(), A::Error> {
        *slot = value(map, key)?;
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
    pub(crate) fn finish<T, E: Error>(slot: Option<T>, _key: &str) -> Result<Option<T>, E> {
        Ok(slot)
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &Option<T>,
        map: &mut M,
        key: &str,
    ) -> Result<(), M::Error> {
        field.as_ref().map_or(Ok(()), |value| entry(map, key, value))
    }
}

/// A key that is always there and may hold null; missing is taken as null.
pub(crate) mod nul {
    use super::{Serialize, SerializeMap, entry};

    pub(crate) use super::opt::{finish, read};

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &Option<T>,
        map: &mut M,
        key: &str,
    ) -> Result<(), M::Error> {
        entry(map, key, field)
    }
}

/// A key that may be left out, be null, or have a value.
pub(crate) mod tri {
    use super::{Decode, Error, MapAccess, Serialize, SerializeMap, entry, value};
    use crate::nullable::Nullable;

    #[inline(never)]
    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<Nullable<T>>,
        map: &mut A,
        key: &str,
    ) -> Result<(), A::Error> {
        *slot = Some(value::<Option<T>, A>(map, key)?.into());
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
    pub(crate) fn finish<T, E: Error>(slot: Option<Nullable<T>>, _key: &str) -> Result<Nullable<T>, E> {
        Ok(slot.unwrap_or_default())
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &Nullable<T>,
        map: &mut M,
        key: &str,
    ) -> Result<(), M::Error> {
        if field.is_absent() { Ok(()) } else { entry(map, key, field) }
    }
}

/// The same four kinds for ids that are written in a form of their own.
macro_rules! ids {
    ($form:ident: $req:ident $opt:ident $nul:ident $tri:ident) => {
        pub(crate) mod $req {
            use super::{Form, InForm, SerializeIds, SerializeMap, entry};

            pub(crate) use super::req::{finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &T,
                map: &mut M,
                key: &str,
            ) -> Result<(), M::Error> {
                entry(map, key, &InForm(field, Form::$form))
            }
        }

        pub(crate) mod $opt {
            use super::{Form, InForm, SerializeIds, SerializeMap, entry};

            pub(crate) use super::opt::{finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &Option<T>,
                map: &mut M,
                key: &str,
            ) -> Result<(), M::Error> {
                field.as_ref().map_or(Ok(()), |value| entry(map, key, &InForm(value, Form::$form)))
            }
        }

        pub(crate) mod $nul {
            use super::{Form, InForm, SerializeIds, SerializeMap, entry};

            pub(crate) use super::nul::{finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &Option<T>,
                map: &mut M,
                key: &str,
            ) -> Result<(), M::Error> {
                entry(map, key, &InForm(field, Form::$form))
            }
        }

        pub(crate) mod $tri {
            use super::{Form, InForm, SerializeIds, SerializeMap, entry};
            use crate::nullable::Nullable;

            pub(crate) use super::tri::{finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &Nullable<T>,
                map: &mut M,
                key: &str,
            ) -> Result<(), M::Error> {
                match field {
                    Nullable::Absent => Ok(()),
                    Nullable::Null => entry(map, key, &()),
                    Nullable::Value(value) => entry(map, key, &InForm(value, Form::$form)),
                }
            }
        }
    };
}

ids!(Text: req_text opt_text nul_text tri_text);
ids!(Any: req_any opt_any nul_any tri_any);

/// Gives a struct with a field `extra` its serde.
///
/// Entries stand in the order in which they are written. Keys in brackets are not fields: they hold one value, which says
/// what type the object is.
macro_rules! record {
    ($name:ident $what:literal {
        $([$($tag:literal = $is:literal),*])?
        $($field:ident: $kind:ident $key:literal $(or [$($alias:literal),*])? $([$($then:literal = $that:literal),*])?,)*
    }) => {
        impl<'de> $crate::record::Record<'de> for $name {
            const NAME: &'static str = $what;

            fn from_map<A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                $(let mut $field = None;)*
                let mut extra = $crate::Extra::new();
                while let Some(key) = map.next_key::<$crate::record::Key<'de>>()? {
                    match &*key.0 {
                        $($key $($(| $alias)*)? => $crate::record::$kind::read(&mut $field, &mut map, $key)?,)*
                        $($($tag => $crate::record::tag(&mut map, $tag, $is)?,)*)?
                        $($($($then => $crate::record::tag(&mut map, $then, $that)?,)*)?)*
                        other => extra.read(other, &mut map)?,
                    }
                }
                Ok(Self { $($field: $crate::record::$kind::finish($field, $key)?,)* extra })
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = $what;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                input.deserialize_map($crate::record::RecordVisitor::<Self>::new())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                <Self as $crate::decode::Decode>::read(input)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = out.serialize_map(None)?;
                $($(map.serialize_entry($tag, $is)?;)*)?
                $(
                    $crate::record::$kind::write(&self.$field, &mut map, $key)?;
                    $($(map.serialize_entry($then, $that)?;)*)?
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
