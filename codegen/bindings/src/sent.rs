//! The fields of what is sent: what the contract requires has to be there, and a value that does not fit is an error.

#![allow(clippy::ref_option, reason = "`record!` hands over the field as it is")]
#![allow(clippy::option_option, reason = "absent, null and a value are three things")]

use serde::de::{Error, MapAccess};
use serde::ser::{Serialize, SerializeMap};
use serde_json::value::RawValue;

use crate::decode::Decode;
use crate::error::at;
use crate::extra::Extra;
use crate::id::{Form, InForm, SerializeIds};
use crate::mode::{Reading, ReadingGuard};
use crate::record::{entry, missing, value};

/// Parameters are read strictly, down to everything in them.
pub(crate) fn reading() -> ReadingGuard {
    Reading::strictly()
}

/// Reads a key that has to hold `expected`: it says which type the object is.
pub(crate) fn tag<'de, A: MapAccess<'de>>(
    map: &mut A,
    key: &'static str,
    expected: &str,
    _extra: &mut Extra,
) -> Result<(), A::Error> {
    let found: String = value(map, key)?;
    if found == expected {
        return Ok(());
    }
    Err(at(key, format_args!("expected `{expected}`, found `{found}`")))
}

/// A key that says which type an object is need not be there where the place says so already.
pub(crate) fn tags(_tags: &[(&'static str, &'static str)], _found: u32, _extra: &mut Extra) {}

pub(crate) fn write_tag<M: SerializeMap>(
    map: &mut M,
    key: &'static str,
    is: &str,
    _extra: &Extra,
) -> Result<(), M::Error> {
    map.serialize_entry(key, is)
}

/// A value that is no object is no record.
pub(crate) fn whole(_raw: &RawValue) -> Option<Extra> {
    None
}

/// A key that is always there.
pub(crate) mod req {
    use super::{Decode, Error, Extra, MapAccess, Serialize, SerializeMap, entry, missing, value};

    #[inline(never)]
    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        key: &'static str,
        _extra: &mut Extra,
    ) -> Result<(), A::Error> {
        *slot = Some(value(map, key)?);
        Ok(())
    }

    pub(crate) fn absent_field<T>() -> Option<T> {
        None
    }

    pub(crate) fn finish<T, E: Error>(slot: Option<T>, key: &'static str, _extra: &mut Extra) -> Result<T, E> {
        slot.ok_or_else(|| missing(key))
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

/// A key that may be left out; a null is taken as left out.
pub(crate) mod opt {
    use super::{Decode, Error, Extra, MapAccess, Serialize, SerializeMap, entry, value};

    #[inline(never)]
    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        key: &'static str,
        _extra: &mut Extra,
    ) -> Result<(), A::Error> {
        *slot = value(map, key)?;
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
    pub(crate) fn absent_field<T>() -> Option<Option<T>> {
        Some(None)
    }

    #[expect(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
    pub(crate) fn finish<T, E: Error>(slot: Option<T>, _key: &'static str, _extra: &mut Extra) -> Result<Option<T>, E> {
        Ok(slot)
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &Option<T>,
        map: &mut M,
        key: &'static str,
        _extra: &Extra,
    ) -> Result<(), M::Error> {
        field.as_ref().map_or(Ok(()), |value| entry(map, key, value))
    }
}

/// A key that is always there and may hold null; missing is taken as null.
pub(crate) mod nul {
    use super::{Extra, Serialize, SerializeMap, entry};

    pub(crate) use super::opt::{absent_field, finish, read};

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &Option<T>,
        map: &mut M,
        key: &'static str,
        _extra: &Extra,
    ) -> Result<(), M::Error> {
        entry(map, key, field)
    }
}

/// A key that may be left out, be null, or have a value.
pub(crate) mod tri {
    use super::{Decode, Error, Extra, MapAccess, Serialize, SerializeMap, entry, value};
    use crate::nullable::Nullable;

    #[inline(never)]
    pub(crate) fn read<'de, T: Decode<'de>, A: MapAccess<'de>>(
        slot: &mut Option<Nullable<T>>,
        map: &mut A,
        key: &'static str,
        _extra: &mut Extra,
    ) -> Result<(), A::Error> {
        *slot = Some(value::<Option<T>, A>(map, key)?.into());
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
    pub(crate) fn absent_field<T>() -> Option<Nullable<T>> {
        Some(Nullable::Absent)
    }

    #[expect(clippy::unnecessary_wraps, reason = "every kind has the same signature")]
    pub(crate) fn finish<T, E: Error>(
        slot: Option<Nullable<T>>,
        _key: &'static str,
        _extra: &mut Extra,
    ) -> Result<Nullable<T>, E> {
        Ok(slot.unwrap_or_default())
    }

    pub(crate) fn write<T: Serialize, M: SerializeMap>(
        field: &Nullable<T>,
        map: &mut M,
        key: &'static str,
        _extra: &Extra,
    ) -> Result<(), M::Error> {
        if field.is_absent() { Ok(()) } else { entry(map, key, field) }
    }
}

/// The same four kinds for ids that are written in a form of their own.
macro_rules! ids {
    ($form:ident: $req:ident $opt:ident $nul:ident $tri:ident) => {
        #[allow(dead_code, unused_imports, reason = "contracts need some of them")]
        pub(crate) mod $req {
            use super::{Extra, Form, InForm, SerializeIds, SerializeMap, entry};

            pub(crate) use super::req::{absent_field, finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &T,
                map: &mut M,
                key: &'static str,
                _extra: &Extra,
            ) -> Result<(), M::Error> {
                entry(map, key, &InForm(field, Form::$form))
            }
        }

        #[allow(dead_code, unused_imports, reason = "contracts need some of them")]
        pub(crate) mod $opt {
            use super::{Extra, Form, InForm, SerializeIds, SerializeMap, entry};

            pub(crate) use super::opt::{absent_field, finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &Option<T>,
                map: &mut M,
                key: &'static str,
                _extra: &Extra,
            ) -> Result<(), M::Error> {
                field.as_ref().map_or(Ok(()), |value| entry(map, key, &InForm(value, Form::$form)))
            }
        }

        #[allow(dead_code, unused_imports, reason = "contracts need some of them")]
        pub(crate) mod $nul {
            use super::{Extra, Form, InForm, SerializeIds, SerializeMap, entry};

            pub(crate) use super::nul::{absent_field, finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &Option<T>,
                map: &mut M,
                key: &'static str,
                _extra: &Extra,
            ) -> Result<(), M::Error> {
                entry(map, key, &InForm(field, Form::$form))
            }
        }

        #[allow(dead_code, unused_imports, reason = "contracts need some of them")]
        pub(crate) mod $tri {
            use super::{Extra, Form, InForm, SerializeIds, SerializeMap, entry};
            use crate::nullable::Nullable;

            pub(crate) use super::tri::{absent_field, finish, read};

            pub(crate) fn write<T: SerializeIds, M: SerializeMap>(
                field: &Nullable<T>,
                map: &mut M,
                key: &'static str,
                _extra: &Extra,
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
