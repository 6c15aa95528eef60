//! Words about a contract: its summary in both languages, and where its facts come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One sentence in English and in Chinese, in our own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// The document a fact was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Repository and file, such as `botuniverse/onebot-11 api/public.md`, or a build, such as `NapCat 4.18.19`.
    pub document: String,
    /// The heading or pointer in it, so that a reader finds the place.
    pub heading: String,
    /// What the document says differently from this contract, and why the contract does not follow it.
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
