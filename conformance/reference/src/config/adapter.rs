//! The ways in which an account is served, any number of them side by side.

use std::net::SocketAddr;
use std::time::Duration;

use botspec_schema::model::{MessageFormat, WsRole};

/// How often a client gets a heartbeat, where the dialect has heartbeats on the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Heartbeat {
    /// As often as the dialect does it where nobody sets anything.
    #[default]
    Usual,
    /// This often.
    Every(Duration),
    /// Never.
    Never,
}

/// One way in which clients reach an account, or it reaches them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// Over what, and where.
    pub endpoint: Endpoint,
    /// What a client has to know; towards a client that the account connects to, what the account proves itself with:
    /// the token that it sends, or the secret that it signs with.
    pub token: Option<String>,
    /// How messages are written.
    pub message_format: MessageFormat,
    /// Whether messages of the account itself are events too.
    pub report_self: bool,
    /// How often a client gets a heartbeat.
    pub heartbeat: Heartbeat,
    /// The origins of foreign web pages that may open a WebSocket here; `*` is every one.
    pub allowed_origins: Vec<String>,
}

/// Over what an adapter speaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// Calls over HTTP, and whatever else the dialect serves on the same address.
    Http {
        /// Where to listen.
        addr: SocketAddr,
        /// Whether events are streamed here too, where the dialect leaves that open.
        sse: bool,
    },
    /// WebSocket connections that clients open.
    Ws {
        /// Where to listen.
        addr: SocketAddr,
    },
    /// A WebSocket connection that the account opens, again and again.
    ReverseWs {
        /// Where to: `ws://127.0.0.1:8080/onebot/v11/ws`.
        url: String,
        /// What it carries.
        role: WsRole,
        /// How long to wait before connecting again; `None`: as long as the dialect does.
        reconnect: Option<Duration>,
    },
    /// Events that the account posts.
    Webhook {
        /// Where to: `http://127.0.0.1:8080/`.
        url: String,
        /// How long to wait for the answer to one.
        timeout: Duration,
    },
}

impl Adapter {
    /// How long a webhook may take for its answer where nobody sets another.
    pub const TIMEOUT: Duration = Duration::from_secs(10);

    /// An adapter with the usual values and no token.
    pub fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            token: None,
            message_format: MessageFormat::default(),
            report_self: false,
            heartbeat: Heartbeat::default(),
            allowed_origins: Vec::new(),
        }
    }

    /// Calls over HTTP; events are streamed too, where the dialect can.
    pub fn http(addr: SocketAddr) -> Self {
        Self::new(Endpoint::Http { addr, sse: true })
    }

    /// WebSocket connections that clients open.
    pub fn ws(addr: SocketAddr) -> Self {
        Self::new(Endpoint::Ws { addr })
    }

    /// A WebSocket connection to a client, for calls and events.
    pub fn reverse_ws(url: impl Into<String>) -> Self {
        Self::new(Endpoint::ReverseWs { url: url.into(), role: WsRole::Universal, reconnect: None })
    }

    /// Events posted to a client.
    pub fn webhook(url: impl Into<String>) -> Self {
        Self::new(Endpoint::Webhook { url: url.into(), timeout: Self::TIMEOUT })
    }

    /// With a token or secret.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }
}
