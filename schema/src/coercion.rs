//! What an implementation takes beyond what it documents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way in which a value of another type than the documented one is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coercion {
    /// A number becomes the text of its digits.
    NumberToString,
    /// A boolean becomes `true` or `false` as a text.
    BooleanToString,
    /// The text of a number becomes that number.
    StringToNumber,
    /// A text that means a boolean becomes that boolean.
    StringToBoolean,
    /// 1 becomes true, 0 becomes false.
    NumberToBoolean,
    /// True becomes 1, false becomes 0, also where they are texts.
    BooleanToNumber,
    /// A null in place of an optional value counts as its absence.
    NullAsAbsent,
    /// A value in place of a list becomes a list of one.
    ScalarToArray,
    /// A required value may be left out.
    Absent,
    /// The data of a segment may be left out, or be null.
    DataAbsent,
}

/// The coercions of a dialect; a place in a contract has its own where it states `x-coerces`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coercions {
    /// In the parameters of actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Coercion>,
    /// In the data of the segments of a message that is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Coercion>,
    /// What becomes of a segment to send that cannot be read; absent where the parameters are refused for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_segments: Option<UnreadSegments>,
}

/// What becomes of segments that are looked at when a message is put together, and not with the parameters. One that cannot be
/// read fails the action, or the message goes out without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadSegments {
    /// Types that are left out where they cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Whether segments of types that the build does not know are left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown_left_out: bool,
    /// Types that stand alone, and have the parameters refused where they do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_refused: Vec<String>,
}

impl Coercions {
    /// Whether nothing is taken but what is documented.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
