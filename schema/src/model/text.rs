//! Words about a contract: its summary in both languages, and where its facts come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One sentence in English and in Chinese.
///
/// A contract has both. A sentence that a target or an old record brings may have English alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese; empty where there is none, which no contract has.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zh: String,
}

impl Text {
    /// A sentence in both languages.
    pub fn both(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The Chinese sentence, or the English one where there is no Chinese.
    pub fn zh(&self) -> &str {
        if self.zh.is_empty() { &self.en } else { &self.zh }
    }
}

impl From<&str> for Text {
    fn from(en: &str) -> Self {
        Self::both(en, "")
    }
}

impl From<String> for Text {
    fn from(en: String) -> Self {
        Self::both(en, "")
    }
}

/// The document a fact was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Repository and file, such as `botuniverse/onebot-11 api/public.md`, or a build, such as `NapCat 4.18.19`.
    pub document: String,
    /// The heading or pointer in it, so that a reader finds the place; empty where an old record names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// What the document states differently from this contract, and why the contract does not follow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether a running build has the thing, or only a document mentions it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The dialect's current build (or, for a standard, its text) has it.
    #[default]
    Current,
    /// A document mentions it, no build has it: kept, listed, never checked.
    DocumentedOnly,
    /// A version that is younger than the build's has it: not asked for, and judged where it comes. No file states so; see
    /// [`Dialect::as_of`](crate::Dialect::as_of).
    #[serde(skip)]
    Later,
}

impl Presence {
    /// Whether a build may send it.
    pub fn may_come(self) -> bool {
        self != Self::DocumentedOnly
    }
}

/// From which version on a thing should no longer be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deprecation {
    /// The version of the dialect that deprecated it.
    pub since: String,
    /// What to use in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}
