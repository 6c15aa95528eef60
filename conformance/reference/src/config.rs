//! What an account is served with.

use std::net::SocketAddr;
use std::time::Duration;

use crate::faults::Fault;
use crate::world::UserId;

/// How messages are written in events and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageFormat {
    /// As an array of segments.
    #[default]
    Array,
    /// As a string with CQ codes.
    String,
}

/// Which account is served, in which dialect and where. [`ServerConfig::new`] has the usual values.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The name of the dialect.
    pub dialect: String,
    /// The account; without one it is the first of the world, the bot.
    pub account: Option<UserId>,
    /// Where actions are taken over HTTP; `None`: nowhere.
    pub http: Option<SocketAddr>,
    /// Where WebSocket connections are taken; `None`: nowhere.
    pub ws: Option<SocketAddr>,
    /// What a client has to know.
    pub token: Option<String>,
    /// How often an event connection hears that the account lives; `None`: never.
    pub heartbeat_interval: Option<Duration>,
    /// How messages are written.
    pub message_format: MessageFormat,
    /// In what the implementation deviates from its contracts.
    pub faults: Vec<Fault>,
    /// Whether every answer and event is checked against its contract before it leaves; what does not fit is kept in
    /// [`Server::defects`](crate::Server::defects).
    pub verify: bool,
    /// How much a client may ask for.
    pub limits: Limits,
}

impl ServerConfig {
    /// Nothing served yet, no token, no faults; answers are verified in debug builds.
    pub fn new(dialect: impl Into<String>) -> Self {
        Self {
            dialect: dialect.into(),
            account: None,
            http: None,
            ws: None,
            token: None,
            heartbeat_interval: Some(Duration::from_secs(15)),
            message_format: MessageFormat::default(),
            faults: Vec::new(),
            verify: cfg!(debug_assertions),
            limits: Limits::default(),
        }
    }

    /// Serves HTTP and WebSocket on free ports of this machine only.
    #[must_use]
    pub fn on_loopback(mut self) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        self.http = Some(free);
        self.ws = Some(free);
        self
    }
}

/// How much a client may ask for, so that none of them disturbs the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest body of a request, in bytes.
    pub body: usize,
    /// The longest WebSocket message, in bytes.
    pub message: usize,
    /// How many connections a listener holds at once.
    pub connections: usize,
    /// How many calls of one WebSocket connection are under way at once; further ones wait unread.
    pub calls: usize,
    /// How many frames wait for a client that does not read, before its connection is ended.
    pub backlog: usize,
    /// How long a client may take to send a request.
    pub patience: Duration,
    /// The pause between two calls of the queue.
    pub pause: Duration,
    /// How many calls may wait to be done later.
    pub later: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 8 * 1024 * 1024,
            message: 8 * 1024 * 1024,
            connections: 4_096,
            calls: 64,
            backlog: 4_096,
            patience: Duration::from_secs(30),
            pause: Duration::from_millis(20),
            later: 4_096,
        }
    }
}
