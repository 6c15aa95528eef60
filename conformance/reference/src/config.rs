//! What an account is served with.

mod adapter;

use std::net::SocketAddr;
use std::time::Duration;

use botspec_schema::Catalog;
use tokio::sync::mpsc::UnboundedSender;

use crate::faults::Fault;
use crate::refused::Refused;
use crate::variations::Variation;
use crate::world::UserId;

pub use adapter::{Adapter, Endpoint, Heartbeat};

/// Which account is served, in which dialect and how. [`ServerConfig::new`] has the usual values.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The name of the dialect.
    pub dialect: String,
    /// The version of the dialect that is spoken; without one it is the newest that its contracts know.
    pub version: Option<String>,
    /// The account; without one it is the first of the world, the bot.
    pub account: Option<UserId>,
    /// How clients reach it, and it them.
    pub adapters: Vec<Adapter>,
    /// In what the implementation deviates from its contracts.
    pub faults: Vec<Fault>,
    /// What the implementation does otherwise than the stand-in by itself, and no less right.
    pub variations: Vec<Variation>,
    /// Whether every answer and event is checked against its contract before it leaves; what does not fit is kept in
    /// [`Server::defects`](crate::Server::defects).
    pub verify: bool,
    /// How much a client may ask for.
    pub limits: Limits,
    /// Who is notified of clients that the account cannot reach, or that cannot reach it.
    pub refused: Option<UnboundedSender<Refused>>,
}

impl ServerConfig {
    /// No adapters yet, no faults; answers are verified in debug builds.
    pub fn new(dialect: impl Into<String>) -> Self {
        Self {
            dialect: dialect.into(),
            version: None,
            account: None,
            adapters: Vec::new(),
            faults: Vec::new(),
            variations: Vec::new(),
            verify: cfg!(debug_assertions),
            limits: Limits::default(),
            refused: None,
        }
    }

    /// Serves everything that clients connect to on free ports of this machine only.
    #[must_use]
    pub fn on_loopback(mut self) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let transports = Catalog::builtin().dialect(&self.dialect).map(|dialect| &dialect.file.transports);
        let own = transports.and_then(|transports| transports.ws.as_ref()).is_some_and(|ws| !ws.shares_http);
        self.adapters.push(Adapter::http(free));
        self.adapters.extend(own.then(|| Adapter::ws(free)));
        self
    }

    /// Changes every adapter that is there by now.
    #[must_use]
    pub fn each(mut self, change: impl FnMut(&mut Adapter)) -> Self {
        self.adapters.iter_mut().for_each(change);
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
    /// The most frames that one WebSocket message may come in.
    pub fragments: usize,
    /// How many connections a listener holds at once. As many more wait for one of them to end, for as long as a client may
    /// take to send a request; who waits in vain, or comes beside them, is answered that there are too many.
    pub connections: usize,
    /// How many calls of one WebSocket connection are under way at once; further ones wait unread.
    pub calls: usize,
    /// How many frames wait for a client that does not read. For one more a WebSocket is closed with code 1013, a stream of
    /// events is cut off, and an event is lost to a webhook, which [`Server::lost`](crate::Server::lost) counts; what
    /// waited is dropped with the connection, and nobody else notices.
    pub backlog: usize,
    /// How many bytes such frames may have together.
    pub backlog_bytes: usize,
    /// How long a client may take to send a request.
    pub patience: Duration,
    /// How long a webhook may keep its answer to itself before the next event is posted all the same.
    pub pace: Duration,
    /// How many posts to a webhook are under way at once.
    pub posts: usize,
    /// The longest answer of a webhook that is read, in bytes.
    pub answer: usize,
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
            // Pieces of 128 bytes are enough for the longest message.
            fragments: 65_536,
            connections: 4_096,
            calls: 64,
            backlog: 4_096,
            backlog_bytes: 64 * 1024 * 1024,
            patience: Duration::from_secs(30),
            pace: Duration::from_millis(500),
            posts: 16,
            answer: 1024 * 1024,
            pause: Duration::from_millis(20),
            later: 4_096,
        }
    }
}
