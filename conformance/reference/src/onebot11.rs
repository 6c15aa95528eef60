//! OneBot 11: handlers of its actions, and the look of its events and messages.

mod events;
mod existence;
mod extension_notices;
mod given;
#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "handlers have one shape, whatever they do with it"
)]
mod handlers;
mod incoming;
mod json_merge;
mod message_json;
mod notices;
mod outgoing;
mod people;
mod reading;
mod segments_in;
mod segments_out;
mod table;

use std::time::Duration;

use botspec_bindings::Action;
use botspec_bindings::llonebot::actions::GetEvent;
use botspec_bindings::onebot11::actions::HandleQuickOperation;
use botspec_bindings::onebot11::events::{MetaEventHeartbeat, MetaEventLifecycle, MetaEventLifecycleSubType};
use botspec_schema::Dialect;
use botspec_schema::model::Lifecycle;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Failure;
use crate::protocol::{Context, EventContext, Handlers, Protocol};
use crate::world::{Change, Message, MessageElement};
use given::Given;

/// The dialects that speak OneBot 11.
pub(crate) struct OneBot11;

impl Protocol for OneBot11 {
    fn handlers(&self, dialect: &'static Dialect) -> Handlers {
        handlers::all().handlers(dialect)
    }

    fn event(&self, view: &EventContext<'_>, change: &Change) -> Option<Value> {
        events::of(view, change)
    }

    fn read_message(&self, context: &mut Context<'_>, message: Value) -> Result<Vec<MessageElement>, Failure> {
        Ok(incoming::read(context, Given::new(&message, None))?.elements)
    }

    fn write_message(&self, view: &EventContext<'_>, message: &Message) -> Value {
        outgoing::Outgoing::of(&view.served, view.world, &message.elements).message()
    }

    fn lifecycle(&self, view: &EventContext<'_>, what: Lifecycle) -> Option<Value> {
        let sub_type = match what {
            Lifecycle::Connect => MetaEventLifecycleSubType::Connect,
            Lifecycle::Enable => MetaEventLifecycleSubType::Enable,
            Lifecycle::Disable => MetaEventLifecycleSubType::Disable,
        };
        events::own(view, &MetaEventLifecycle::new(view.time, view.served.account, sub_type))
    }

    fn quick_operation(&self, event: Value, operation: Value) -> Option<(&'static str, Value)> {
        Some((HandleQuickOperation::NAME, json!({ "context": event, "operation": operation })))
    }

    fn queue(&self, action: &str, params: &Value) -> Option<String> {
        let key = || GetEvent::deserialize(params).ok()?.key;
        (action == GetEvent::NAME).then(|| key().unwrap_or_default())
    }

    fn heartbeat(&self, view: &EventContext<'_>, next: Duration) -> Option<Value> {
        let interval = i64::try_from(next.as_millis()).unwrap_or(i64::MAX);
        let status = handlers::status();
        events::own(view, &MetaEventHeartbeat::new(view.time, view.served.account, status, interval))
    }
}
