//! What passed, in whole units.

use std::time::Instant;

use botspec_reports::record::Transport;

use super::head::Head;
use super::payload::Payload;

/// A request with its answer.
#[derive(Debug)]
pub(crate) struct HttpExchange {
    /// Whether the bot asked; otherwise the implementation did.
    pub(crate) bot_asked: bool,
    pub(crate) request: Head,
    pub(crate) body: Payload,
    pub(crate) asked_at: Instant,
    pub(crate) response: Head,
    pub(crate) answer: Payload,
}

/// What passed.
#[derive(Debug)]
pub(crate) enum Passed {
    /// A request and its answer.
    Exchange(Box<HttpExchange>),
    /// A WebSocket or a stream of events was opened.
    Opened {
        /// Which of the two, and by whom.
        transport: Transport,
        /// The request.
        request: Box<Head>,
        /// An extension of the WebSocket that changes its messages and is not read here.
        extension: Option<String>,
    },
    /// A message of a WebSocket.
    Message {
        /// Whether the bot sent it.
        from_bot: bool,
        /// Whether it is text.
        text: bool,
        /// What it carried.
        payload: Payload,
    },
    /// A message of a WebSocket that an extension changed, so that nobody knows what it holds.
    NotRead,
    /// An event of a stream.
    Event {
        /// The name in its `event` line.
        name: Option<String>,
        /// What it carried.
        data: Payload,
    },
    /// A request of the bot, which ended the connection before it was answered.
    Abandoned {
        /// The request.
        request: Box<Head>,
        /// Its body.
        body: Payload,
    },
    /// The bytes are not the protocol of the link.
    NotParsed {
        /// What they are.
        what: &'static str,
    },
    /// The connection is over.
    Closed {
        /// Whether the bot ended it.
        by_bot: bool,
    },
    /// The other side could not be reached.
    Unreachable {
        /// Its address.
        upstream: String,
        /// Why.
        why: String,
    },
}

impl Passed {
    /// Roughly how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        let payload = match self {
            Self::Exchange(exchange) => exchange.body.size() + exchange.answer.size() + 1024,
            Self::Message { payload, .. }
            | Self::Event { data: payload, .. }
            | Self::Abandoned { body: payload, .. } => payload.size(),
            _ => 1024,
        };
        payload + size_of::<Self>()
    }
}
