//! Messages: a string with CQ codes, a list of segments, or one segment.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::decode::{Decode, ListVisitor, from_text};
use crate::defect;
use crate::mode::Reading;
use crate::segment::{FromRaw, SegmentVisitor};
use crate::tags::Shape;
use crate::union::inner;

/// A message in one direction.
pub(crate) trait Message: Sized {
    /// The union of its segments.
    type Segment: FromRaw + for<'de> Decode<'de>;

    /// From a string with CQ codes.
    fn from_string(code: String) -> Self;

    /// From a list.
    fn from_list(segments: Vec<Self::Segment>) -> Self;

    /// From one segment, where that is a message.
    fn from_single(segment: Self::Segment) -> Option<Self>;
}

/// Reads a message: in one go with what is around it where that is tried, otherwise each segment is cut out first.
pub(crate) fn read<'de, T: Message, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    if Reading::now().direct {
        return input.deserialize_any(MessageVisitor(PhantomData));
    }
    let raw = <&'de RawValue>::deserialize(input)?;
    let text = raw.get();
    match Shape::of(text) {
        Shape::String => from_text(text).map(T::from_string).map_err(inner),
        Shape::Array => {
            let texts: Vec<&RawValue> = serde_json::from_str(text).map_err(inner)?;
            let segments = texts.into_iter().enumerate().map(|(index, raw)| {
                let mark = defect::mark();
                let segment = T::Segment::from_raw(raw);
                defect::below(mark, index);
                segment
            });
            Ok(T::from_list(segments.collect()))
        }
        Shape::Object => T::from_single(T::Segment::from_raw(raw)).ok_or_else(|| none_of_the_forms(Shape::Object)),
        other => Err(none_of_the_forms(other)),
    }
}

fn none_of_the_forms<E: Error>(shape: Shape) -> E {
    E::custom(format_args!("{shape:?} is none of the forms of a message"))
}

struct MessageVisitor<T>(PhantomData<T>);

impl<'de, T: Message> Visitor<'de> for MessageVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_str<E: Error>(self, code: &str) -> Result<T, E> {
        Ok(T::from_string(code.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        ListVisitor::new().visit_seq(seq).map(T::from_list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let segment = SegmentVisitor(PhantomData).visit_map(map)?;
        T::from_single(segment).ok_or_else(|| none_of_the_forms(Shape::Object))
    }
}

/// Gives a message its serde; `Single` is named where one segment is a message.
macro_rules! message {
    ($name:ident of $segment:ident { $string:ident, $list:ident $(, $single:ident)? }) => {
        impl $crate::message::Message for $name {
            type Segment = $segment;

            fn from_string(code: String) -> Self {
                Self::$string(code)
            }

            fn from_list(segments: Vec<$segment>) -> Self {
                Self::$list(segments)
            }

            fn from_single(_segment: $segment) -> Option<Self> {
                $crate::message::message!(@single _segment $($single)?)
            }
        }

        impl<'de> $crate::decode::Decode<'de> for $name {
            const WHAT: &'static str = "message";
            const NESTED: bool = true;

            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::message::read(input)
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
                    Self::$string(code) => code.serialize(out),
                    Self::$list(segments) => segments.serialize(out),
                    $(Self::$single(segment) => segment.serialize(out),)?
                }
            }
        }
    };
    (@single $segment:ident) => { None };
    (@single $segment:ident $variant:ident) => { Some(Self::$variant(Box::new($segment))) };
}

pub(crate) use message;
