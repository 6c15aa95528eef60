//! The contracts of a dialect in the formats that other tools read: JSON Schema, `OpenAPI` and `AsyncAPI`.
//!
//! Each document is a pure function of the contracts: the same text on every run. What the formats have no word for
//! stands in annotations: those of the contracts (`x-id`, …) as they are, and `x-botspec-…` for what a contract states
//! beside its schemas.

mod asyncapi;
mod definitions;
mod delivered;
mod envelope;
mod example;
mod json_schema;
mod names;
mod openapi;
mod rewrite;
mod security;
mod text;
mod titles;
mod unions;

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::dialect::Dialect;

/// What the contracts can be exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// One bundled JSON Schema 2020-12. By itself it describes any event; `$defs` holds everything else.
    JsonSchema,
    /// `OpenAPI` 3.1: actions over HTTP, and events where they are posted to the client.
    OpenApi,
    /// `AsyncAPI` 3.0: events, and calls over a WebSocket.
    AsyncApi,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::JsonSchema, Self::OpenApi, Self::AsyncApi];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonSchema => "json-schema",
            Self::OpenApi => "openapi",
            Self::AsyncApi => "asyncapi",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no [`Format`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of an export; there are json-schema, openapi and asyncapi")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// The contracts of a dialect as one document.
pub fn export(dialect: &Dialect, format: Format) -> Value {
    match format {
        Format::JsonSchema => json_schema::document(dialect),
        Format::OpenApi => openapi::document(dialect),
        Format::AsyncApi => asyncapi::document(dialect),
    }
}
