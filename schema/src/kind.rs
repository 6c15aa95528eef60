//! What a JSON document can be checked as.

use std::fmt;
use std::str::FromStr;

/// What a JSON document is supposed to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The parameters of an action.
    ActionParams,
    /// The `data` part of an action's answer.
    ActionResult,
    /// The whole answer to an action.
    Response,
    /// A segment as a client sends it, with `type` and `data`.
    SegmentSend,
    /// A segment as an implementation reports it, with `type` and `data`.
    SegmentReceive,
    /// A whole event.
    Event,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::ActionParams, Self::ActionResult, Self::Response, Self::SegmentSend, Self::SegmentReceive, Self::Event];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActionParams => "action-params",
            Self::ActionResult => "action-result",
            Self::Response => "response",
            Self::SegmentSend => "segment-send",
            Self::SegmentReceive => "segment-receive",
            Self::Event => "event",
        }
    }

    /// Whether a document of this kind reports its own name.
    pub const fn names_itself(self) -> bool {
        matches!(self, Self::SegmentSend | Self::SegmentReceive | Self::Event)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no [`Kind`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no kind of document; there are action-params, action-result, response, segment-send, segment-receive and event"
)]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| UnknownKind(word.to_owned()))
    }
}
