//! What a family of dialects needs beside its contracts: a handler for each action, and the look of each event.

use std::collections::BTreeMap;
use std::time::Duration;

use botspec_schema::Dialect;
use botspec_schema::model::{Lifecycle, MessageFormat};
use serde_json::Value;

use crate::answer::Failure;
use crate::faults::Active;
use crate::fixtures::Fixtures;
use crate::polls::Polls;
use crate::transport::line::Look;
use crate::world::{Change, UserId, World};

/// Answers one action.
pub(crate) type Handler = Box<dyn Fn(&mut Context<'_>, Value) -> Result<Value, Failure> + Send + Sync>;

/// The handlers of a dialect by the names of their actions.
pub(crate) type Handlers = BTreeMap<&'static str, Handler>;

/// What is known about the account that is served.
#[derive(Clone, Copy)]
pub(crate) struct Served<'a> {
    pub(crate) dialect: &'static Dialect,
    pub(crate) account: UserId,
    pub(crate) format: MessageFormat,
    /// Whether what the account itself says is an event too.
    pub(crate) report_self: bool,
    pub(crate) faults: &'a Active,
}

impl Served<'_> {
    /// How messages are written, and whose are told.
    pub(crate) fn look(&self) -> Look {
        Look { format: self.format, report_self: self.report_self }
    }
}

/// What a handler works on.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) served: Served<'a>,
    pub(crate) polls: &'a Polls,
}

/// What an event is made from.
pub(crate) struct View<'a> {
    pub(crate) world: &'a World,
    pub(crate) served: Served<'a>,
    /// When it happened.
    pub(crate) time: i64,
}

/// A family of dialects.
pub(crate) trait Protocol: Send + Sync {
    /// A handler for every action of a dialect.
    fn handlers(&self, dialect: &'static Dialect) -> Handlers;

    /// What the account hears of something that happened; nothing where it does not concern it.
    fn event(&self, view: &View<'_>, change: &Change) -> Option<Value>;

    /// What is told of the account itself: that a connection stands, that it was turned on or off.
    fn lifecycle(&self, view: &View<'_>, what: Lifecycle) -> Option<Value>;

    /// The action, with its parameters, that does what the answer to an event asks for; nothing where there is none.
    fn quick_operation(&self, event: Value, operation: Value) -> Option<(&'static str, Value)>;

    /// The queue of events that a call asks for; nothing where it asks for none.
    fn queue(&self, _action: &str, _params: &Value) -> Option<String> {
        None
    }

    /// Who and what an account can try things on, by the ids that the family knows them by.
    fn fixtures(&self, world: &World, account: UserId) -> Fixtures {
        Fixtures::of(world, account)
    }

    /// A sign of life, with the time until the next one.
    fn heartbeat(&self, view: &View<'_>, next: Duration) -> Option<Value>;
}
