//! An account that is served, as the world and its testers see it: who it is, where it is reached, what can be done with it.

use std::net::SocketAddr;
use std::sync::Arc;

use botspec_schema::Dialect;
use botspec_schema::model::{Transport, WsRole};
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::steps::MessageReader;
use crate::world::{Message, UserId, World};

/// A transport that is open, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The transport.
    pub wire: Transport,
    /// The address: where clients connect to, or where the account does.
    pub url: String,
    /// The socket address that is listened at; `None` where it is the account that connects.
    pub addr: Option<SocketAddr>,
}

/// A client that is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connected {
    pub(crate) transport: Transport,
    pub(crate) role: WsRole,
    pub(crate) receives_events: bool,
}

/// How an event came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Played {
    /// It happened in the world.
    Happened,
    /// Nothing in the world brings it about: the example of its contract was reported.
    ExampleSent,
    /// Every connection gets it by itself, when it begins.
    OnConnect,
}

/// Why an event was not played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    /// The dialect has no such event.
    #[error("`{dialect}` has no event `{event}`")]
    Unknown {
        /// The dialect.
        dialect: String,
        /// What was asked for.
        event: String,
    },
    /// Nothing brings it about, and its contract has no example.
    #[error("nothing brings `{event}` about{}", reasons(tried))]
    Impossible {
        /// The event.
        event: String,
        /// What became of each way to do so.
        tried: Vec<String>,
    },
}

fn reasons(tried: &[String]) -> String {
    tried.iter().flat_map(|reason| ["; ", reason.as_str()]).collect()
}

/// An account of a world as it is served in one dialect.
pub(crate) trait ServedAccount: MessageReader + Send + Sync {
    /// Who it is.
    fn account(&self) -> UserId;

    /// The dialect that it is served in.
    fn dialect(&self) -> &'static Dialect;

    /// What it can try things on, by the ids of its dialect.
    fn fixtures(&self, world: &World) -> Fixtures;

    /// A message as it reads it.
    fn written(&self, world: &World, message: &Message) -> Value;

    /// The clients that are connected to it.
    fn connected(&self) -> Vec<Connected>;

    /// Makes an event happen once. Where several things bring it about, the first that works is done.
    fn play(self: Arc<Self>, event: &str) -> Result<Played, PlayError>;
}
