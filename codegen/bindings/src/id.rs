//! Identifiers: a number or a text, whichever an implementation uses.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::decode::Decode;
use crate::scalar::integral;

/// What is inside every id type: a number, or any text that is not the plain form of one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Id {
    Number(i64),
    Text(Box<str>),
}

impl From<i64> for Id {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if is_plain(text) => Self::Number(number),
            _ => Self::Text(text.into()),
        }
    }
}

/// Whether a text that parses as a number is also how that number is written: no plus, no leading zero.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && (!digits.starts_with('0') || (digits.len() == 1 && text.len() == 1))
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Text(text) => fmt::Display::fmt(text, f),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => out.serialize_i64(*number),
            Self::Text(text) => out.serialize_str(text),
        }
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id (a number or a string)")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Id, E> {
        Ok(Id::Number(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Id, E> {
        Ok(i64::try_from(value).map_or_else(|_| Id::Text(value.to_string().into()), Id::Number))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Id, E> {
        Ok(integral(value).map_or_else(|| Id::Text(value.to_string().into()), Id::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Id, E> {
        Ok(Id::from(value))
    }
}

impl<'de> Decode<'de> for Id {
    const WHAT: &'static str = "an id";

    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(IdVisitor)
    }
}

/// Writes an id, or whatever holds ids, as strings: where the contract says that this field is one.
pub trait SerializeText {
    fn serialize_text<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error>;
}

impl SerializeText for Id {
    fn serialize_text<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => out.collect_str(number),
            Self::Text(text) => out.serialize_str(text),
        }
    }
}

impl<T: SerializeText> SerializeText for Vec<T> {
    fn serialize_text<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.iter().map(AsText))
    }
}

impl<T: SerializeText> SerializeText for Option<T> {
    fn serialize_text<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.serialize_text(out),
            None => out.serialize_unit(),
        }
    }
}

/// Makes a plain `Serialize` of `SerializeText`.
pub(crate) struct AsText<'a, T>(pub(crate) &'a T);

impl<T: SerializeText> Serialize for AsText<'_, T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_text(out)
    }
}

/// Declares id types.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// A number or any other text; both forms of the same number are equal. It is written in the form that the
        /// contract states for the field.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::id::Id);

        impl $name {
            /// The number, if it is one.
            pub fn as_i64(&self) -> Option<i64> {
                match self.0 {
                    $crate::id::Id::Number(number) => Some(number),
                    $crate::id::Id::Text(_) => None,
                }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number.into())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.as_str().into())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl PartialEq<i64> for $name {
            fn eq(&self, other: &i64) -> bool {
                self.as_i64() == Some(*other)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == $crate::id::Id::from(other)
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self == **other
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl $crate::id::SerializeText for $name {
            fn serialize_text<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                self.0.serialize_text(out)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(out)
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = stringify!($name);

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                <$crate::id::Id as $crate::decode::Decode>::read(input).map(Self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                <Self as $crate::decode::Decode>::read(input)
            }
        }
    )*};
}

pub(crate) use ids;
