//! Values of one of several types: decided by a key, by several keys (events), or by the JSON type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};

use crate::decode::{Decode, Level};
use crate::defect;
use crate::error::at;
use crate::mode::{Mode, Reading};
use crate::replay::{self, Replay};

/// An object whose type one of its own keys tells; any other value of that key is kept as it came.
macro_rules! tagged {
    ($name:ident $what:literal by $key:literal { $($tag:literal $variant:ident($type:ty),)* }) => {
        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = $what;

            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                input.deserialize_map($crate::union::TaggedVisitor::<Self>::new())
            }

            fn keep(&mut self, defects: Vec<$crate::Defect>) {
                match self {
                    $(Self::$variant(value) => $crate::decode::Decode::keep(value, defects),)*
                    Self::Unknown(_) => {}
                }
            }
        }

        impl<'de> $crate::union::Tagged<'de> for $name {
            const KEY: &'static str = $key;

            fn branch<A: serde::de::MapAccess<'de>>(
                tag: Option<&str>,
                map: $crate::replay::Replay<'de, A>,
            ) -> Result<Self, A::Error> {
                match tag {
                    $(Some($tag) => <$type as $crate::record::Record>::from_map(map).map(Self::$variant),)*
                    _ => map.into_raw().map(Self::Unknown),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::decode::by_text(input)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(out),)*
                    Self::Unknown(raw) => raw.serialize(out),
                }
            }
        }

        impl $crate::record::HasExtra for $name {
            fn extra_mut(&mut self) -> Option<&mut $crate::Extra> {
                match self {
                    $(Self::$variant(value) => value.extra_mut(),)*
                    Self::Unknown(_) => None,
                }
            }

            fn extra(&self) -> Option<&$crate::Extra> {
                match self {
                    $(Self::$variant(value) => value.extra(),)*
                    Self::Unknown(_) => None,
                }
            }
        }

        $(
            impl From<$type> for $name {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

/// A value whose JSON type tells which form it has.
macro_rules! choice {
    ($name:ident $what:literal { $($shape:ident $variant:ident($type:ty),)* }) => {
        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = $what;
            const NESTED: bool = true;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let raw = <&'de serde_json::value::RawValue as serde::Deserialize>::deserialize(input)?;
                let text = raw.get();
                match $crate::tags::Shape::of(text) {
                    $(
                        $crate::tags::Shape::$shape => {
                            $crate::decode::from_text(text).map(Self::$variant).map_err($crate::union::inner)
                        }
                    )*
                    #[allow(unreachable_patterns, reason = "a union may have a form for every type")]
                    other => Err(D::Error::custom(format_args!("{other:?} is none of the forms of {}", $what))),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::decode::by_text(input)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(out),)*
                }
            }
        }
    };
}

/// Events: an object whose type several of its keys tell together. The first pattern that fits is taken.
macro_rules! events {
    ($name:ident by [$($key:literal),*] { $($what:literal $variant:ident($type:ty) = $pattern:pat,)* }) => {
        impl $name {
            /// Decodes an event leniently: a field that cannot be read is absent, and [`defects`](Self::defects) tell why.
            pub fn from_json(text: &str) -> Result<Self, $crate::DecodeError> {
                Self::from_json_in($crate::Mode::Lenient, text)
            }

            /// Decodes an event; the error names the event, points to what does not fit and keeps the text.
            pub fn from_json_in(mode: $crate::Mode, text: &str) -> Result<Self, $crate::DecodeError> {
                let keep = |event: &mut Option<Self>, defects| {
                    if let Some(event) = event {
                        $crate::decode::Decode::keep(event, defects);
                    }
                };
                match $crate::decode::run(mode, text, <Self as $crate::union::Recognise>::recognise, keep) {
                    Ok(Some(event)) => Ok(event),
                    Ok(None) => $crate::Raw::from_json(text).map($crate::UnknownEvent).map(Self::Unknown),
                    Err(error) => Err($crate::DecodeError::new(Self::what(text), &error, text)),
                }
            }

            /// The name of the event in the contracts; nothing for an unknown one.
            pub fn name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some($what),)*
                    Self::Unknown(_) => None,
                }
            }

            /// What in the event is not as the contract says; nothing for an unknown event.
            pub fn defects(&self) -> &[$crate::Defect] {
                match self {
                    $(Self::$variant(event) => event.extra.defects(),)*
                    Self::Unknown(_) => &[],
                }
            }

            /// What an error calls the event in a text.
            fn what(text: &str) -> &'static str {
                let Ok(tags) = $crate::tags::tags(text, [$($key),*]) else { return "event" };
                match tags.each_ref().map(Option::as_deref) {
                    $($pattern => $what,)*
                    _ => "event",
                }
            }
        }

        $crate::union::known!($name by [$($key),*] { $($variant($type) = $pattern,)* });

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = "event";
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let raw = <&'de serde_json::value::RawValue as serde::Deserialize>::deserialize(input)?;
                match <Self as $crate::union::Recognise>::recognise(raw.get()) {
                    Ok(Some(event)) => Ok(event),
                    Ok(None) => Ok(Self::Unknown($crate::UnknownEvent($crate::Raw(raw.to_owned())))),
                    Err(error) => Err($crate::union::of(Self::what(raw.get()), &error)),
                }
            }

            fn keep(&mut self, defects: Vec<$crate::Defect>) {
                match self {
                    $(Self::$variant(event) => event.extra.keep(defects),)*
                    Self::Unknown(_) => {}
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::decode::by_text(input)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(event) => event.serialize(out),)*
                    Self::Unknown(event) => event.raw().serialize(out),
                }
            }
        }

        $(
            impl From<$type> for $name {
                fn from(event: $type) -> Self {
                    Self::$variant(Box::new(event))
                }
            }
        )*
    };
}

/// How an event is recognised: by one key, of which nothing in front is read twice, or by several, which are looked for
/// first.
macro_rules! known {
    ($name:ident by [$key:literal] { $($variant:ident($type:ty) = $pattern:pat,)* }) => {
        impl<'de> $crate::union::Recognise<'de> for $name {
            fn recognise(text: &'de str) -> Result<Option<Self>, serde_json::Error> {
                $crate::union::by_first(text)
            }
        }

        impl<'de> $crate::union::ByFirst<'de> for $name {
            const KEY: &'static str = $key;

            fn branch<A: serde::de::MapAccess<'de>>(
                tag: Option<&str>,
                map: $crate::replay::Replay<'de, A>,
            ) -> Result<Option<Self>, A::Error> {
                match [tag] {
                    $($pattern => <$type as $crate::record::Record>::from_map(map).map(|event| Some(Self::$variant(Box::new(event)))),)*
                    _ => map.into_raw().map(|_| None),
                }
            }
        }
    };
    ($name:ident by [$($key:literal),*] { $($variant:ident($type:ty) = $pattern:pat,)* }) => {
        impl<'de> $crate::union::Recognise<'de> for $name {
            fn recognise(text: &'de str) -> Result<Option<Self>, serde_json::Error> {
                let tags = $crate::tags::tags(text, [$($key),*])?;
                match tags.each_ref().map(Option::as_deref) {
                    $(
                        $pattern => $crate::decode::from_text::<$type>(text)
                            .map(|event| Some(Self::$variant(Box::new(event)))),
                    )*
                    _ => Ok(None),
                }
            }
        }
    };
}

/// A union whose branches one key tells.
pub(crate) trait Tagged<'de>: Decode<'de> {
    /// The key.
    const KEY: &'static str;

    /// Reads the branch of a tag, or keeps the object whole.
    fn branch<A: MapAccess<'de>>(tag: Option<&str>, map: Replay<'de, A>) -> Result<Self, A::Error>;
}

/// Reads any such union.
pub(crate) struct TaggedVisitor<T>(PhantomData<T>);

impl<T> TaggedVisitor<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Tagged<'de>> Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let (head, tag) = replay::until(&mut map, T::KEY)?;
        if tag.is_none() {
            match head.iter().rfind(|(key, _)| key.0 == T::KEY) {
                None if Reading::now().mode == Mode::Strict => return Err(at(T::KEY, "missing")),
                Some((_, raw)) if Reading::now().mode == Mode::Strict => {
                    return Err(at(T::KEY, format_args!("expected a string, found {raw}")));
                }
                None => defect::missing(T::KEY, "a string"),
                Some((_, raw)) => defect::other(format!("/{}", T::KEY), "a string", raw),
            }
        }
        T::branch(tag.as_deref(), Replay::new(head, map))
    }
}

/// Events of a dialect, which are recognised by their keys.
pub(crate) trait Recognise<'de>: Sized {
    /// Reads one; nothing for one that no contract describes.
    fn recognise(text: &'de str) -> Result<Option<Self>, serde_json::Error>;
}

/// Events that one key tells.
pub(crate) trait ByFirst<'de>: Sized {
    /// The key.
    const KEY: &'static str;

    /// Reads the event of a tag; nothing for an unknown one.
    fn branch<A: MapAccess<'de>>(tag: Option<&str>, map: Replay<'de, A>) -> Result<Option<Self>, A::Error>;
}

/// Reads any such event.
struct FirstVisitor<T>(PhantomData<T>);

/// Reads an event that one key tells.
pub(crate) fn by_first<'de, T: ByFirst<'de>>(text: &'de str) -> Result<Option<T>, serde_json::Error> {
    let _level = Level::enter()?;
    let mut input = serde_json::Deserializer::from_str(text);
    let event = input.deserialize_map(FirstVisitor(PhantomData))?;
    input.end()?;
    Ok(event)
}

impl<'de, T: ByFirst<'de>> Visitor<'de> for FirstVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object (event)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let (head, tag) = replay::until(&mut map, T::KEY)?;
        T::branch(tag.as_deref(), Replay::new(head, map))
    }
}

/// The error of a text inside a text, as an error of the outer one.
#[expect(clippy::needless_pass_by_value, reason = "the argument of map_err")]
pub(crate) fn inner<E: serde::de::Error>(error: serde_json::Error) -> E {
    E::custom(crate::error::without_position(&error))
}

/// The same, with the name of what was read.
pub(crate) fn of<E: serde::de::Error>(what: &str, error: &serde_json::Error) -> E {
    E::custom(format_args!("{what}: {}", crate::error::without_position(error)))
}

pub(crate) use {choice, events, known, tagged};
