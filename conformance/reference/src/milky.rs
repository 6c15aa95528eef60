//! Milky: handlers of its actions, and the look of its events and messages.

mod cover;
mod entities;
mod event_json;
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

use botspec_bindings::milky::SendSegment;
use botspec_schema::Dialect;
use botspec_schema::model::Lifecycle;
use serde_json::Value;

use crate::answer::Failure;
use crate::fixtures::Fixtures;
use crate::protocol::{Context, EventContext, Handlers, Protocol};
use crate::world::{Change, Message, MessageElement, UserId, World};

/// The dialect that speaks Milky.
pub(crate) struct Milky;

impl Protocol for Milky {
    fn handlers(&self, dialect: &'static Dialect) -> Handlers {
        handlers::all(dialect)
    }

    fn event(&self, view: &EventContext<'_>, change: &Change) -> Option<Value> {
        events::of(view, change)
    }

    fn read_message(&self, context: &mut Context<'_>, message: Value) -> Result<Vec<MessageElement>, Failure> {
        let segments: Vec<SendSegment> =
            serde_json::from_value(message).map_err(|error| Failure::action(error.to_string()))?;
        incoming::read_anywhere(context, segments)
    }

    fn write_message(&self, view: &EventContext<'_>, message: &Message) -> Value {
        let segments = outgoing::segments(outgoing::Place::of(view.world, message), &message.elements);
        serde_json::to_value(segments).unwrap_or_default()
    }

    /// Of connections nothing is reported.
    fn lifecycle(&self, _: &EventContext<'_>, _: Lifecycle) -> Option<Value> {
        None
    }

    /// What answers an event does nothing.
    fn quick_operation(&self, _: Value, _: Value) -> Option<(&'static str, Value)> {
        None
    }

    fn fixtures(&self, world: &World, account: UserId, reader: UserId) -> Fixtures {
        fixtures::of(world, account, reader)
    }

    /// There is no sign of life.
    fn heartbeat(&self, _: &EventContext<'_>, _: Duration) -> Option<Value> {
        None
    }
}
