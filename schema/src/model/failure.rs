//! How a call that fails looks from outside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way in which a call can fail before or in the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A token is set and the client gave none.
    TokenMissing,
    /// The client gave another token.
    TokenWrong,
    /// A POST body of a content type that is not spoken.
    UnsupportedContentType,
    /// A body or frame that does not parse.
    MalformedBody,
    /// No such action.
    UnknownAction,
    /// A parameter is missing or of the wrong type.
    InvalidParams,
    /// The action was tried and did not succeed.
    ActionFailed,
    /// No account is logged in.
    NotLoggedIn,
}

/// How a failure looks on each transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpFailure>,
    /// Over a WebSocket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ws: Option<WsFailure>,
}

/// A failure over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpFailure {
    /// The status code.
    pub status: u16,
    /// The `retcode` in the envelope; absent: any that means failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retcode: Option<i64>,
    /// Whether the body is an envelope at all.
    pub envelope: bool,
}

/// A failure over a WebSocket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WsFailure {
    /// The handshake is refused with this HTTP status; no frame is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handshake_status: Option<u16>,
    /// The `retcode` in the envelope; absent: any that means failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retcode: Option<i64>,
    /// Whether no frame reports the failure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// The code with which the connection is closed, where the failure ends one that stands; absent: without a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<u16>,
}
