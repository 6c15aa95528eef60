//! Identifiers: a number or a text, whichever an implementation uses.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::decode::Decode;
use crate::scalar::integral;

/// What is inside every id type: a number, or any text that is not the plain form of one.
#[derive(Clone)]
pub(crate) enum Id {
    Number(i64),
    /// A number that came as a text.
    Digits(i64),
    Text(Box<str>),
}

impl Id {
    /// The number, or the text that is none.
    pub(crate) fn number(&self) -> Result<i64, &str> {
        match self {
            Self::Number(number) | Self::Digits(number) => Ok(*number),
            Self::Text(text) => Err(text),
        }
    }
}

/// Both forms of a number are equal.
impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Id {}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl From<i64> for Id {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if is_plain(text) => Self::Digits(number),
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
        match self.number() {
            Ok(number) => fmt::Display::fmt(&number, f),
            Err(text) => fmt::Display::fmt(text, f),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.number() {
            Ok(number) => out.serialize_i64(number),
            Err(text) => out.serialize_str(text),
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

/// How ids are written where the contract does not simply say that they are numbers.
#[derive(Clone, Copy)]
pub enum Form {
    /// As strings.
    Text,
    /// As numbers or strings, whichever they came as.
    Any,
}

/// Writes an id, or whatever holds ids, in the form that the contract states for this field.
pub trait SerializeIds {
    fn serialize_ids<S: Serializer>(&self, form: Form, out: S) -> Result<S::Ok, S::Error>;
}

impl SerializeIds for Id {
    fn serialize_ids<S: Serializer>(&self, form: Form, out: S) -> Result<S::Ok, S::Error> {
        match (self, form) {
            (Self::Number(number), Form::Any) => out.serialize_i64(*number),
            (Self::Number(number) | Self::Digits(number), _) => out.collect_str(number),
            (Self::Text(text), _) => out.serialize_str(text),
        }
    }
}

impl<T: SerializeIds> SerializeIds for Vec<T> {
    fn serialize_ids<S: Serializer>(&self, form: Form, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.iter().map(|ids| InForm(ids, form)))
    }
}

impl<T: SerializeIds> SerializeIds for Option<T> {
    fn serialize_ids<S: Serializer>(&self, form: Form, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.serialize_ids(form, out),
            None => out.serialize_unit(),
        }
    }
}

/// Makes a plain `Serialize` of `SerializeIds`.
pub(crate) struct InForm<'a, T>(pub(crate) &'a T, pub(crate) Form);

impl<T: SerializeIds> Serialize for InForm<'_, T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_ids(self.1, out)
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
                self.0.number().ok()
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

        impl $crate::id::SerializeIds for $name {
            fn serialize_ids<S: serde::Serializer>(&self, form: $crate::id::Form, out: S) -> Result<S::Ok, S::Error> {
                self.0.serialize_ids(form, out)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(out)
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = stringify!($name);
            const EXPECTED: &'static str = "an id (a number or a string)";

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

/// An id that is one of two others, as something beside it says: each becomes the other.
macro_rules! either {
    ($either:ident: $($one:ident),*) => {$(
        impl From<$one> for $either {
            fn from(id: $one) -> Self {
                Self(id.0)
            }
        }

        impl From<&$one> for $either {
            fn from(id: &$one) -> Self {
                Self(id.0.clone())
            }
        }

        impl From<$either> for $one {
            fn from(id: $either) -> Self {
                Self(id.0)
            }
        }

        impl From<&$either> for $one {
            fn from(id: &$either) -> Self {
                Self(id.0.clone())
            }
        }
    )*};
}

pub(crate) use {either, ids};
