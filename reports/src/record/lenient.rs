//! Reading the types that contracts use too, as a record has them.
//!
//! A contract is refused for an unknown or a missing key. A record may have been written by an older botspec, which knew
//! less, or by a newer one, which knows more.

use botspec_schema::model;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// A sentence in English and, where there is one, in Chinese.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Text {
    /// English.
    en: String,
    /// Chinese; a reader falls back to English.
    #[serde(default)]
    zh: Option<String>,
}

/// The document and the place in it that a sentence was taken from.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Source {
    /// The document.
    document: String,
    /// The heading in it.
    #[serde(default)]
    heading: Option<String>,
    /// What the document states differently from the contract, and why the contract does not follow it.
    #[serde(default)]
    note: Option<String>,
}

impl From<Text> for model::Text {
    fn from(text: Text) -> Self {
        Self { en: text.en, zh: text.zh.unwrap_or_default() }
    }
}

impl From<Source> for model::Source {
    fn from(source: Source) -> Self {
        Self { document: source.document, heading: source.heading.unwrap_or_default(), note: source.note }
    }
}

pub(super) fn text<'de, D: Deserializer<'de>>(input: D) -> Result<model::Text, D::Error> {
    Text::deserialize(input).map(Into::into)
}

pub(super) fn optional_text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<model::Text>, D::Error> {
    Ok(Option::<Text>::deserialize(input)?.map(Into::into))
}

pub(super) fn source<'de, D: Deserializer<'de>>(input: D) -> Result<Option<model::Source>, D::Error> {
    Ok(Option::<Source>::deserialize(input)?.map(Into::into))
}
