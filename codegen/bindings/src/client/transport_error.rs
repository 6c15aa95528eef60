//! Why a call or an event did not come through.

use std::fmt;

/// Why a call or an event did not come through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError {
    kind: TransportErrorKind,
    text: String,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The address is none that this client can use.
    Address,
    /// Nobody answers there, or the connection broke.
    Connection,
    /// The implementation refused the connection or the call, as it does without the right token.
    Refused,
    /// No answer came in time.
    TimedOut,
    /// There is no connection at the moment, or the bot was closed.
    Closed,
}

impl TransportError {
    #[allow(dead_code, reason = "what a client needs, only some features have")]
    pub(crate) fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for TransportError {}
