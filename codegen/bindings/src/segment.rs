//! Segments: an object with one key that tells its type, and one that holds its data.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::decode::{Decode, Seed, from_text};
use crate::defect;
use crate::extra::{Extra, Form};
use crate::mode::Reading;
use crate::raw::Raw;
use crate::record::Key;
use crate::replay;
use crate::tags::Tag;
use crate::union::inner;
use crate::unknown::UnknownSegment;

/// What the two keys of a segment are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Keys {
    /// It holds the type.
    pub(crate) kind: &'static str,
    /// It holds everything else.
    pub(crate) data: &'static str,
}

/// The parts of a segment, found without decoding its data.
pub struct Parts<'de> {
    pub(crate) kind: Option<std::borrow::Cow<'de, str>>,
    pub(crate) data: Option<&'de RawValue>,
    pub(crate) beside: Vec<(String, Raw)>,
}

impl<'de> Parts<'de> {
    pub(crate) fn of(text: &'de str, keys: Keys) -> Result<Self, serde_json::Error> {
        serde_json::Deserializer::from_str(text).deserialize_map(PartsVisitor(keys))
    }

    /// The text of the data; a segment without data, or with null, has empty data.
    pub(crate) fn data(&self) -> &'de str {
        match (self.form(), self.data) {
            (Form::Object, Some(data)) => data.get(),
            _ => "{}",
        }
    }

    /// Decodes the data; in the lenient mode what is no data at all has nothing but absent fields.
    pub(crate) fn read<T: Decode<'de>>(&self, keys: Keys) -> Result<T, serde_json::Error> {
        let mark = defect::mark();
        let data = from_text(self.data());
        let data = match (data, self.data) {
            (Err(error), Some(raw)) if Reading::now().is_careful() => match T::unreadable(raw) {
                Some(data) => {
                    defect::forget(mark);
                    defect::other(String::new(), T::EXPECTED, raw);
                    data
                }
                None => return Err(error),
            },
            (data, _) => data?,
        };
        defect::below(mark, keys.data);
        Ok(data)
    }

    /// Whether it is nothing but a type and an object of data.
    pub(crate) fn is_plain(&self) -> bool {
        self.beside.is_empty() && self.form() == Form::Object
    }

    pub(crate) fn form(&self) -> Form {
        match self.data.map(RawValue::get) {
            None => Form::Missing,
            Some("null") => Form::Null,
            Some(_) => Form::Object,
        }
    }
}

struct PartsVisitor(Keys);

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a segment")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let mut parts = Parts { kind: None, data: None, beside: Vec::new() };
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match &*key.0 {
                name if name == self.0.kind => parts.kind = map.next_value_seed(Seed::<Tag<'de>>::new())?.0,
                name if name == self.0.data => parts.data = Some(map.next_value()?),
                _ => parts.beside.push((key.0.into_owned(), map.next_value_seed(Seed::<Raw>::new())?)),
            }
        }
        Ok(parts)
    }
}

/// Writes a segment. Data that came as null, or not at all, is written the same way as long as it has no keys.
pub(crate) fn write<S: Serializer, T: Serialize>(
    out: S,
    keys: Keys,
    kind: &str,
    data: &T,
    extra: Option<&Extra>,
) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(None)?;
    map.serialize_entry(keys.kind, kind)?;
    let form = extra.map(Extra::form).unwrap_or_default();
    if form == Form::Object || Raw::of(data).is_ok_and(|data| data.as_str() != "{}") {
        map.serialize_entry(keys.data, data)?;
    } else if form == Form::Null {
        map.serialize_entry(keys.data, &())?;
    }
    for (key, value) in extra.into_iter().flat_map(Extra::beside) {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

/// A type that is made from the text of one segment and never refuses it: what does not decode is kept whole.
pub trait FromRaw: Sized + Serialize {
    /// What its keys are called.
    #[doc(hidden)]
    const KEYS: Keys;

    /// Makes it.
    fn from_raw(raw: &RawValue) -> Self;

    /// Reads the data of a type, which comes next.
    #[doc(hidden)]
    fn read_data<'de, A: MapAccess<'de>>(kind: &str, map: &mut A) -> Result<Data<'de, Self>, A::Error>;

    /// Makes it of its parts; nothing for an unknown type.
    #[doc(hidden)]
    fn known(parts: &Parts<'_>) -> Result<Option<Self>, serde_json::Error>;

    /// Keeps what stands beside the data; whether there is room for it.
    #[doc(hidden)]
    fn set_beside(&mut self, beside: Vec<(String, Raw)>) -> bool;

    /// Makes one of an unknown type.
    #[doc(hidden)]
    fn unknown(segment: UnknownSegment) -> Self;
}

/// The data of a segment.
pub enum Data<'de, T> {
    /// The segment that it belongs to.
    Known(T),
    /// That of an unknown type.
    Unknown(&'de RawValue),
}

/// A union of segments: those of a dialect that are sent, or those that are received.
pub trait Segment: FromRaw {}

impl<T: FromRaw> Segment for T {}

/// Reads one segment: in one go with what is around it where that is tried, otherwise cut out first.
pub(crate) fn read<'de, T: FromRaw, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    if Reading::now().direct {
        return input.deserialize_map(SegmentVisitor(PhantomData));
    }
    <&'de RawValue>::deserialize(input).map(T::from_raw)
}

/// Reads a segment in one go, whatever the order of its keys; one of an unknown type is put together again.
pub(crate) struct SegmentVisitor<T>(pub(crate) PhantomData<T>);

impl<'de, T: FromRaw> Visitor<'de> for SegmentVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a segment")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let (mut segment, mut kind, mut data) = (None, None, None);
        let mut beside: Vec<(String, Raw)> = Vec::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match &*key.0 {
                name if name == T::KEYS.kind => {
                    let raw = map.next_value::<&'de RawValue>()?;
                    kind = replay::text(raw).map(|text| (text, raw));
                    if kind.is_none() {
                        return Err(A::Error::custom("the type is no string"));
                    }
                }
                name if name == T::KEYS.data => match &kind {
                    Some((kind, _)) => match T::read_data(kind, &mut map)? {
                        Data::Known(known) => segment = Some(known),
                        Data::Unknown(raw) => data = Some(raw),
                    },
                    None => data = Some(map.next_value::<&'de RawValue>()?),
                },
                _ => beside.push((key.0.into_owned(), map.next_value_seed(Seed::<Raw>::new())?)),
            }
        }
        if let Some(mut segment) = segment {
            if beside.is_empty() || segment.set_beside(beside) {
                return Ok(segment);
            }
            return Err(A::Error::custom("keys beside the data"));
        }
        let (kind, raw) = kind.ok_or_else(|| A::Error::custom("no type"))?;
        let parts = Parts { kind: Some(kind), data, beside };
        if let Some(segment) = T::known(&parts).map_err(inner)? {
            return Ok(segment);
        }
        let data = parts.data.map(|data| (T::KEYS.data, data.get()));
        let beside = parts.beside.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let whole = replay::join([(T::KEYS.kind, raw.get())].into_iter().chain(data).chain(beside));
        let whole = whole.ok_or_else(|| A::Error::custom("not JSON"))?;
        let kind = parts.kind.as_deref().unwrap_or_default();
        Ok(T::unknown(UnknownSegment::kept(T::KEYS, kind, whole, None)))
    }
}

/// Gives an enumeration of segments its serde; `Unknown` takes what does not fit.
macro_rules! segments {
    ($name:ident by $key:literal holding $holder:literal { $($kind:literal $variant:ident($type:ty),)* }) => {
        impl $name {
            /// The type of the segment.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unknown(segment) => segment.kind(),
                }
            }

            /// A segment that the contract does not know; an error where its data has no JSON form.
            pub fn other<T: serde::Serialize>(kind: &str, data: &T) -> Result<Self, $crate::DecodeError> {
                $crate::UnknownSegment::new(<Self as $crate::segment::FromRaw>::KEYS, kind, data).map(Self::Unknown)
            }
        }

        impl $crate::segment::FromRaw for $name {
            const KEYS: $crate::segment::Keys = $crate::segment::Keys { kind: $key, data: $holder };

            fn read_data<'de, A: serde::de::MapAccess<'de>>(
                kind: &str,
                map: &mut A,
            ) -> Result<$crate::segment::Data<'de, Self>, A::Error> {
                match kind {
                    $($kind => $crate::record::value::<$type, A>(map, $holder)
                        .map(|data| $crate::segment::Data::Known(Self::$variant(data))),)*
                    _ => map.next_value().map($crate::segment::Data::Unknown),
                }
            }

            fn known(parts: &$crate::segment::Parts<'_>) -> Result<Option<Self>, serde_json::Error> {
                #[allow(unused_imports, reason = "a direction may have no segments")]
                use $crate::record::HasExtra as _;
                #[allow(unused_variables, reason = "a direction may have no segments")]
                let mark = $crate::defect::mark();
                match parts.kind.as_deref() {
                    $(
                        Some($kind) => {
                            let mut data: $type = parts.read(Self::KEYS)?;
                            match data.extra_mut() {
                                Some(extra) => extra.set_segment(parts.beside.clone(), parts.form()),
                                None if parts.is_plain() => {}
                                None => {
                                    $crate::defect::forget(mark);
                                    return Ok(None);
                                }
                            }
                            Ok(Some(Self::$variant(data)))
                        }
                    )*
                    _ => Ok(None),
                }
            }

            fn set_beside(&mut self, beside: Vec<(String, $crate::Raw)>) -> bool {
                #[allow(unused_imports, reason = "a direction may have no segments")]
                use $crate::record::HasExtra as _;
                let extra = match self {
                    $(Self::$variant(data) => data.extra_mut(),)*
                    Self::Unknown(_) => None,
                };
                extra.map(|extra| extra.set_segment(beside, Default::default())).is_some()
            }

            fn unknown(segment: $crate::UnknownSegment) -> Self {
                Self::Unknown(segment)
            }

            fn from_raw(raw: &serde_json::value::RawValue) -> Self {
                let parts = $crate::segment::Parts::of(raw.get(), Self::KEYS);
                let known = match &parts {
                    Ok(parts) => <Self as $crate::segment::FromRaw>::known(parts),
                    Err(_) => Ok(None),
                };
                let reason = match known {
                    Ok(Some(segment)) => return segment,
                    Ok(None) => None,
                    Err(error) => Some($crate::error::without_position(&error)),
                };
                let kind = parts.as_ref().ok().and_then(|parts| parts.kind.as_deref()).unwrap_or_default();
                Self::Unknown($crate::UnknownSegment::kept(Self::KEYS, kind, $crate::Raw(raw.to_owned()), reason))
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = "segment";
            const NESTED: bool = true;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::segment::read(input)
            }

            fn unreadable(raw: &serde_json::value::RawValue) -> Option<Self> {
                Some(<Self as $crate::segment::FromRaw>::from_raw(raw))
            }

            fn keep(&mut self, defects: Vec<$crate::Defect>) {
                #[allow(unused_imports, reason = "a direction may have no segments")]
                use $crate::record::HasExtra as _;
                let extra = match self {
                    $(Self::$variant(data) => data.extra_mut(),)*
                    Self::Unknown(_) => None,
                };
                if let Some(extra) = extra {
                    extra.keep(defects);
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
                #[allow(unused_imports, reason = "a direction may have no segments")]
                use $crate::record::HasExtra as _;
                match self {
                    $(Self::$variant(data) => $crate::segment::write(out, <Self as $crate::segment::FromRaw>::KEYS, $kind, data, data.extra()),)*
                    Self::Unknown(segment) => segment.raw().serialize(out),
                }
            }
        }

        $(
            impl From<$type> for $name {
                fn from(data: $type) -> Self {
                    Self::$variant(data)
                }
            }
        )*
    };
}

pub(crate) use segments;
