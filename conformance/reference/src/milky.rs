//! Milky: handlers of its actions, and the look of its events and messages.

mod cover;
mod entities;
mod events;
mod fixtures;
#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "handlers have one shape, whatever they do with it"
)]
mod handlers;
mod incoming;
mod messages;
mod notices;
mod outgoing;
mod requests;
mod table;

use std::time::Duration;

use botspec_schema::Dialect;
use botspec_schema::model::Lifecycle;
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::protocol::{Handlers, Protocol, View};
use crate::world::{Change, UserId, World};

/// The dialect that speaks Milky.
pub(crate) struct Milky;

impl Protocol for Milky {
    fn handlers(&self, dialect: &'static Dialect) -> Handlers {
        handlers::all(dialect)
    }

    fn event(&self, view: &View<'_>, change: &Change) -> Option<Value> {
        events::of(view, change)
    }

    /// Of connections nothing is told.
    fn lifecycle(&self, _: &View<'_>, _: Lifecycle) -> Option<Value> {
        None
    }

    /// What answers an event does nothing.
    fn quick_operation(&self, _: Value, _: Value) -> Option<(&'static str, Value)> {
        None
    }

    fn fixtures(&self, world: &World, account: UserId) -> Fixtures {
        fixtures::of(world, account)
    }

    /// There is no sign of life.
    fn heartbeat(&self, _: &View<'_>, _: Duration) -> Option<Value> {
        None
    }
}
