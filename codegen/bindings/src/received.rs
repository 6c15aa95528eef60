//! The fields of what is received: one that cannot be read is absent, and what came in its place is kept and written back.

#![allow(clippy::ref_option, reason = "`record!` hands over the field as it is")]
#![allow(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
#![allow(clippy::option_option, reason = "absent, null and a value are three things")]

use serde::de::{Error, MapAccess};
use serde::ser::{Serialize, SerializeMap};
use serde_json::value::RawValue;

use crate::decode::{Decode, from_text};
use crate::defect;
use crate::error::at;
use crate::extra::Extra;
use crate::id::{Form, InForm, SerializeIds};
use crate::mode::{Mode, Reading};
use crate::nullable::Nullable;
use crate::raw::Raw;
use crate::record::{entry, missing, value};
use crate::replay::text;

/// What is received is read as the whole text is.
pub(crate) fn reading() {}

/// Reads a key that says which type the object is.
#[inline(never)]
pub(crate) fn tag<'de, A: MapAccess<'de>>(
    map: &mut A,
    key: &'static str,
    expected: &'static str,
    extra: &mut Extra,
) -> Result<(), A::Error> {
    let raw = map.next_value::<&'de RawValue>().map_err(|error| at(key, error))?;
    if text(raw).as_deref() == Some(expected) {
        return Ok(());
    }
    if Reading::now().mode == Mode::Strict {
        let found = text(raw).unwrap_or_else(|| raw.get().into());
        return Err(at(key, format_args!("expected `{expected}`, found `{found}`")));
    }
    defect::other(format!("/{key}"), format!("`{expected}`"), raw);
    extra.lose(key, Some(Raw(raw.to_owned())));
    Ok(())
}

/// Notes which of the keys that say what the object is never came.
pub(crate) fn tags(tags: &[(&'static str, &'static str)], found: u32, extra: &mut Extra) {
    if found.count_ones() as usize == tags.len() || Reading::now().mode == Mode::Strict {
        return;
    }
    for (index, (key, value)) in tags.iter().enumerate() {
        if found & (1 << index) == 0 {
            defect::missing(key, value);
            extra.lose(key, None);
        }
    }
}

pub(crate) fn write_tag<M: SerializeMap>(
    map: &mut M,
    key: &'static str,
    is: &str,
    extra: &Extra,
) -> Result<(), M::Error> {
    match extra.lost(key) {
        None => map.serialize_entry(key, is),
        Some(lost) => lost.map_or(Ok(()), |raw| map.serialize_entry(key, raw)),
    }
}

/// What is no object at all is kept as it came; every field is absent.
#[expect(clippy::unnecessary_wraps, reason = "both directions have the same signature")]
pub(crate) fn whole(raw: &RawValue) -> Option<Extra> {
    Some(Extra::of_whole(Raw(raw.to_owned())))
}

/// A value that was read.
enum Taken<T> {
    Value(T),
    Null,
    /// It could not be read; that is noted.
    Nothing,
}

#[inline(never)]
fn take<'de, T: Decode<'de>, A: MapAccess<'de>>(
    map: &mut A,
    key: &'static str,
    extra: &mut Extra,
) -> Result<Taken<T>, A::Error> {
    if !Reading::now().is_careful() {
        return Ok(value::<Option<T>, A>(map, key)?.map_or(Taken::Null, Taken::Value));
    }
    let raw = map.next_value::<&'de RawValue>().map_err(|error| at(key, error))?;
    Ok(cut(raw, key, extra))
}

/// Reads a value that was cut out.
#[inline(never)]
fn cut<'de, T: Decode<'de>>(raw: &'de RawValue, key: &'static str, extra: &mut Extra) -> Taken<T> {
    let (mark, outside) = (defect::mark(), defect::dropped());
    let taken = if let Ok(value) = from_text::<Option<T>>(raw.get()) {
        defect::below(mark, key);
        if defect::dropped() {
            extra.lose(key, Some(Raw(raw.to_owned())));
        }
        value.map_or(Taken::Null, Taken::Value)
    } else {
        defect::forget(mark);
        defect::dropped();
        defect::other(format!("/{key}"), T::EXPECTED, raw);
        extra.lose(key, Some(Raw(raw.to_owned())));
        Taken::Nothing
    };
    if outside {
        // An item before this one, of a list around both.
        defect::drop_item();
    }
    taken
}

/// Notes a null where the contract has none; in the strict mode that is an error where the key is required.
#[cold]
#[inline(never)]
fn null<E: Error>(key: &'static str, expected: &'static str, required: bool, extra: &mut Extra) -> Result<(), E> {
    if Reading::now().mode == Mode::Strict {
        return if required { Err(at(key, format_args!("invalid type: null, expected {expected}"))) } else { Ok(()) };
    }
    defect::other(format!("/{key}"), expected, RawValue::NULL);
    extra.lose(key, Some(Raw(RawValue::NULL.to_owned())));
    Ok(())
}

/// Notes that a key is missing; in the strict mode that is an error where null does not stand for it.
#[cold]
#[inline(never)]
fn gone<E: Error>(key: &'static str, expected: &'static str, nullable: bool, extra: &mut Extra) -> Result<(), E> {
    if Reading::now().mode == Mode::Strict {
        return if nullable { Ok(()) } else { Err(missing(key)) };
    }
    defect::missing(key, expected);
    if nullable {
        extra.lose(key, None);
    }
    Ok(())
}

/// What came in place of a value, as long as nobody gave the field another since.
#[inline(never)]
fn unchanged<'e, T: for<'x> Decode<'x> + PartialEq>(
    field: Option<&T>,
    key: &str,
    extra: &'e Extra,
) -> Option<Option<&'e Raw>> {
    let lost = extra.lost(key)?;
    let Some(field) = field else { return Some(lost) };
    // A list or a map of which items were left out.
    let (mark, _careful) = (defect::mark(), Reading { mode: Mode::Lenient, direct: false }.enter());
    let again = lost.and_then(|raw| from_text::<T>(raw.as_str()).ok());
    defect::forget(mark);
    defect::dropped();
    (again.as_ref() == Some(field)).then_some(lost)
}

/// Writes a field: what came in its place, its value, or null where the contract wants the key in any case.
#[inline(never)]
fn put<T, W, M>(field: Option<&T>, or_null: bool, map: &mut M, key: &'static str, extra: &Extra) -> Result<(), M::Error>
where
    T: for<'x> Decode<'x> + PartialEq,
    W: Write<T>,
    M: SerializeMap,
{
    if let Some(lost) = unchanged(field, key, extra) {
        return lost.map_or(Ok(()), |raw| entry(map, key, raw));
    }
    match field {
        Some(value) => W::write(value, map, key),
        None if or_null => entry(map, key, &()),
        None => Ok(()),
    }
}

/// How values are written.
trait Write<T> {
    fn write<M: SerializeMap>(value: &T, map: &mut M, key: &'static str) -> Result<(), M::Error>;
}

/// As they are.
struct Plain;

impl<T: Serialize> Write<T> for Plain {
    fn write<M: SerializeMap>(value: &T, map: &mut M, key: &'static str) -> Result<(), M::Error> {
        entry(map, key, value)
    }
}

/// As ids that are strings.
struct Text;

impl<T: SerializeIds> Write<T> for Text {
    fn write<M: SerializeMap>(value: &T, map: &mut M, key: &'static str) -> Result<(), M::Error> {
        entry(map, key, &InForm(value, Form::Text))
    }
}

/// As ids that are numbers or strings, whichever they came as.
struct Any;

impl<T: SerializeIds> Write<T> for Any {
    fn write<M: SerializeMap>(value: &T, map: &mut M, key: &'static str) -> Result<(), M::Error> {
        entry(map, key, &InForm(value, Form::Any))
    }
}

/// The kinds of field; `$how` says how values of them are written.
macro_rules! kinds {
    ($how:ident where T: $bound:ident: $req:ident $opt:ident $nul:ident $tri:ident) => {
        /// A key that is always there.
        pub(crate) mod $req {
            use super::*;

            #[inline(never)]
            pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
                slot: &mut Option<T>,
                map: &mut A,
                key: &'static str,
                extra: &mut Extra,
            ) -> Result<(), A::Error> {
                *slot = match take(map, key, extra)? {
                    Taken::Value(value) => Some(value),
                    Taken::Null => null(key, T::EXPECTED, true, extra).map(|()| None)?,
                    Taken::Nothing => None,
                };
                Ok(())
            }

            pub(crate) fn finish<'de, T: Decode<'de>, E: Error>(
                slot: Option<T>,
                key: &'static str,
                extra: &mut Extra,
            ) -> Result<Option<T>, E> {
                if slot.is_none() && extra.lost(key).is_none() {
                    gone(key, T::EXPECTED, false, extra)?;
                }
                Ok(slot)
            }

            pub(crate) fn absent_field<T>() -> Option<Option<T>> {
                Some(None)
            }

            pub(crate) fn write<T, M>(
                field: &Option<T>,
                map: &mut M,
                key: &'static str,
                extra: &Extra,
            ) -> Result<(), M::Error>
            where
                T: for<'x> Decode<'x> + PartialEq + $bound,
                M: SerializeMap,
            {
                put::<T, $how, M>(field.as_ref(), false, map, key, extra)
            }
        }

        /// A key that may be left out.
        pub(crate) mod $opt {
            use super::*;

            pub(crate) use super::$req::{absent_field, write};

            #[inline(never)]
            pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
                slot: &mut Option<T>,
                map: &mut A,
                key: &'static str,
                extra: &mut Extra,
            ) -> Result<(), A::Error> {
                *slot = match take(map, key, extra)? {
                    Taken::Value(value) => Some(value),
                    Taken::Null => null(key, T::EXPECTED, false, extra).map(|()| None)?,
                    Taken::Nothing => None,
                };
                Ok(())
            }

            pub(crate) fn finish<T, E: Error>(
                slot: Option<T>,
                _key: &'static str,
                _extra: &mut Extra,
            ) -> Result<Option<T>, E> {
                Ok(slot)
            }
        }

        /// A key that is always there and may hold null.
        pub(crate) mod $nul {
            use super::*;

            pub(crate) use super::$req::absent_field;

            #[inline(never)]
            pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
                slot: &mut Option<Option<T>>,
                map: &mut A,
                key: &'static str,
                extra: &mut Extra,
            ) -> Result<(), A::Error> {
                *slot = Some(match take(map, key, extra)? {
                    Taken::Value(value) => Some(value),
                    Taken::Null | Taken::Nothing => None,
                });
                Ok(())
            }

            pub(crate) fn finish<'de, T: Decode<'de>, E: Error>(
                slot: Option<Option<T>>,
                key: &'static str,
                extra: &mut Extra,
            ) -> Result<Option<T>, E> {
                if slot.is_none() {
                    gone(key, T::EXPECTED, true, extra)?;
                }
                Ok(slot.flatten())
            }

            pub(crate) fn write<T, M>(
                field: &Option<T>,
                map: &mut M,
                key: &'static str,
                extra: &Extra,
            ) -> Result<(), M::Error>
            where
                T: for<'x> Decode<'x> + PartialEq + $bound,
                M: SerializeMap,
            {
                put::<T, $how, M>(field.as_ref(), true, map, key, extra)
            }
        }

        /// A key that may be left out, be null, or have a value.
        pub(crate) mod $tri {
            use super::*;

            #[inline(never)]
            pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
                slot: &mut Option<Nullable<T>>,
                map: &mut A,
                key: &'static str,
                extra: &mut Extra,
            ) -> Result<(), A::Error> {
                *slot = Some(match take(map, key, extra)? {
                    Taken::Value(value) => Nullable::Value(value),
                    Taken::Null => Nullable::Null,
                    Taken::Nothing => Nullable::Absent,
                });
                Ok(())
            }

            pub(crate) fn finish<T, E: Error>(
                slot: Option<Nullable<T>>,
                _key: &'static str,
                _extra: &mut Extra,
            ) -> Result<Nullable<T>, E> {
                Ok(slot.unwrap_or_default())
            }

            pub(crate) fn absent_field<T>() -> Option<Nullable<T>> {
                Some(Nullable::Absent)
            }

            pub(crate) fn write<T, M>(
                field: &Nullable<T>,
                map: &mut M,
                key: &'static str,
                extra: &Extra,
            ) -> Result<(), M::Error>
            where
                T: for<'x> Decode<'x> + PartialEq + $bound,
                M: SerializeMap,
            {
                put::<T, $how, M>(field.value(), field.is_null(), map, key, extra)
            }
        }
    };
}

kinds!(Plain where T: Serialize: req opt nul tri);
kinds!(Text where T: SerializeIds: req_text opt_text nul_text tri_text);
kinds!(Any where T: SerializeIds: req_any opt_any nul_any tri_any);

/// A key without which it cannot be told what the object is.
pub(crate) mod key {
    use super::{Decode, Error, Extra, MapAccess, Serialize, SerializeMap, entry, missing, value};

    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        key: &'static str,
        _extra: &mut Extra,
    ) -> Result<(), A::Error> {
        *slot = Some(value(map, key)?);
        Ok(())
    }

    pub(crate) fn finish<T, E: Error>(slot: Option<T>, key: &'static str, _extra: &mut Extra) -> Result<T, E> {
        slot.ok_or_else(|| missing(key))
    }

    pub(crate) fn absent_field<T>() -> Option<T> {
        None
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &T,
        map: &mut M,
        key: &'static str,
        _extra: &Extra,
    ) -> Result<(), M::Error> {
        entry(map, key, field)
    }
}
