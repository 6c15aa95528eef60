//! The names of the messages.

use crate::model::{Event, WebhookTransport};

use super::super::names;

/// The message of an event, which is another one where it is posted: it has headers then.
pub(super) fn of(webhook: Option<&WebhookTransport>, event: &Event) -> String {
    match webhook {
        Some(_) => format!("webhook.{}", event.name),
        None => names::event(&event.name),
    }
}

/// What may be answered to a posted event.
pub(super) fn reply(webhook: Option<&WebhookTransport>, event: &Event) -> Option<String> {
    event.quick_operation.as_ref()?;
    webhook.filter(|webhook| webhook.quick_operations).map(|_| names::quick_operation(&event.name))
}

pub(super) fn call(name: &str) -> String {
    names::call(name)
}

pub(super) fn response(name: &str) -> String {
    names::response(name)
}
