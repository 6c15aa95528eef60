//! What stands behind a channel.

use crate::model::ReverseWsTransport;

/// What stands behind a channel.
#[derive(Debug, Clone, Copy)]
pub(super) enum Transport<'a> {
    /// A WebSocket that the implementation serves.
    Ws,
    /// A WebSocket that the implementation opens.
    ReverseWs(&'a ReverseWsTransport, &'a str),
    /// Events posted to the client.
    Webhook,
    /// Events as a stream.
    Sse,
}

impl Transport<'_> {
    /// The server on which such a channel is.
    pub(super) fn server(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::ReverseWs(..) => "client_ws",
            Self::Webhook => "client_http",
            Self::Sse => "http",
        }
    }
}
