//! The checks that own what is wrong at a place of a contract, whoever met it.

use std::collections::BTreeSet;

use crate::contract::Contract;

/// The last part of the ids of checks that own something: the plainest call of an action, its result, the envelope around that.
pub(crate) const MINIMAL: &str = "minimal";
pub(crate) const RESULT: &str = "result";
pub(crate) const ENVELOPE: &str = "envelope";

/// The same of a segment: that it can be sent.
pub(crate) const SEND: &str = "send";

/// And of an event: that it comes, and its fields.
pub(crate) const DELIVERED: &str = "delivered";
pub(crate) const SHAPE: &str = "shape";

/// The id of the check about frames that are no events, below the name of the dialect.
pub(crate) const FRAMES: &str = "delivery/frames";

/// The same of the check about how often messages come.
pub(crate) const COMPLETE: &str = "delivery/complete";

/// The same of the check about the words of failures.
pub(crate) const TEXTS: &str = "answers/texts";

/// The id of a derived check.
pub(crate) fn derived_id(contract: &Contract, kind: &str, name: &str, template: &str) -> String {
    format!("{}/{kind}/{name}/{template}", contract.name())
}

/// The check about the result of an action.
pub(crate) fn result(contract: &Contract, action: &str) -> String {
    derived_id(contract, "action", action, RESULT)
}

/// The check about the plainest call of an action.
pub(crate) fn minimal(contract: &Contract, action: &str) -> String {
    derived_id(contract, "action", action, MINIMAL)
}

/// The check about the sending of a segment.
pub(crate) fn send(contract: &Contract, segment: &str) -> String {
    derived_id(contract, "segment", segment, SEND)
}

/// The check about the coming of an event.
pub(crate) fn delivered(contract: &Contract, event: &str) -> String {
    derived_id(contract, "event", event, DELIVERED)
}

/// The check about the envelope of an action's answer.
pub(crate) fn envelope(contract: &Contract, action: &str) -> String {
    derived_id(contract, "action", action, ENVELOPE)
}

/// The check about the fields of an event.
pub(crate) fn event(contract: &Contract, event: &str) -> String {
    derived_id(contract, "event", event, SHAPE)
}

/// The check about frames that are no events.
pub(crate) fn frames(contract: &Contract) -> String {
    format!("{}/{}", contract.name(), FRAMES)
}

/// The check about how often messages come.
pub(crate) fn complete(contract: &Contract) -> String {
    format!("{}/{}", contract.name(), COMPLETE)
}

/// The check about the words of failures.
pub(crate) fn texts(contract: &Contract) -> String {
    format!("{}/{}", contract.name(), TEXTS)
}

/// Every check that owns something.
pub(crate) fn all(contract: &Contract) -> BTreeSet<String> {
    let actions = contract.actions().flat_map(|it| [result, envelope, minimal].map(|of| of(contract, &it.name)));
    let events = contract.events().map(|it| event(contract, &it.name));
    actions.chain(events).chain([frames(contract), texts(contract), complete(contract)]).collect()
}
