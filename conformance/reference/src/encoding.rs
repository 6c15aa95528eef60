//! How events and answers look to the clients of an adapter.

use botspec_schema::model::MessageFormat;
use serde_json::Value;

/// How events and answers look to the clients of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Encoding {
    /// How messages are written.
    pub(crate) format: MessageFormat,
    /// Whether messages of the account itself are events too.
    pub(crate) report_self: bool,
}

/// An event in each of the looks that somebody wants it in.
pub(crate) type EncodedEvents = Vec<(Encoding, Value)>;
