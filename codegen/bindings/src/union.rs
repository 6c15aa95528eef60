//! Values of one of several types: decided by a key, by several keys (events), or by the JSON type.

/// An object whose type one of its own keys tells; any other value of that key is kept as it came.
macro_rules! tagged {
    ($name:ident $what:literal by $key:literal { $($tag:literal $variant:ident($type:ty),)* }) => {
        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = $what;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let raw = <$crate::Raw as $crate::decode::Decode>::read(input)?;
                let text = raw.as_str();
                let [tag] = $crate::tags::tags(text, [$key]).map_err($crate::union::inner)?;
                match tag.as_deref() {
                    $(Some($tag) => $crate::decode::from_text(text).map(Self::$variant).map_err($crate::union::inner),)*
                    Some(_) => Ok(Self::Unknown(raw)),
                    None => Err(D::Error::custom(concat!("/", $key, ": missing"))),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                <Self as $crate::decode::Decode>::read(input)
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

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let raw = <$crate::Raw as $crate::decode::Decode>::read(input)?;
                let text = raw.as_str();
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
                <Self as $crate::decode::Decode>::read(input)
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
            /// Decodes an event; the error names the event, points to what does not fit and keeps the text.
            pub fn from_json(text: &str) -> Result<Self, $crate::DecodeError> {
                Self::known(text)
                    .map_err(|(what, error)| $crate::DecodeError::new(what, &error, text))?
                    .map_or_else(|| $crate::Raw::from_json(text).map($crate::UnknownEvent).map(Self::Unknown), Ok)
            }

            /// The name of the event in the contracts; nothing for an unknown one.
            pub fn name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some($what),)*
                    Self::Unknown(_) => None,
                }
            }

            fn known(text: &str) -> Result<Option<Self>, (&'static str, serde_json::Error)> {
                let tags = $crate::tags::tags(text, [$($key),*]).map_err(|error| ("event", error))?;
                let tags = tags.each_ref().map(Option::as_deref);
                match tags {
                    $(
                        $pattern => $crate::decode::whole::<$type>(text)
                            .map(|event| Some(Self::$variant(Box::new(event))))
                            .map_err(|error| ($what, error)),
                    )*
                    _ => Ok(None),
                }
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = "event";

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let raw = <$crate::Raw as $crate::decode::Decode>::read(input)?;
                match Self::known(raw.as_str()) {
                    Ok(Some(event)) => Ok(event),
                    Ok(None) => Ok(Self::Unknown($crate::UnknownEvent(raw))),
                    Err((what, error)) => Err($crate::union::of(what, &error)),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                <Self as $crate::decode::Decode>::read(input)
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

/// The error of a text inside a text, as an error of the outer one.
#[expect(clippy::needless_pass_by_value, reason = "the argument of map_err")]
pub(crate) fn inner<E: serde::de::Error>(error: serde_json::Error) -> E {
    E::custom(crate::error::without_position(&error))
}

/// The same, with the name of what was read.
pub(crate) fn of<E: serde::de::Error>(what: &str, error: &serde_json::Error) -> E {
    E::custom(format_args!("{what}: {}", crate::error::without_position(error)))
}

pub(crate) use {choice, events, tagged};
