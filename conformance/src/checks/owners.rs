//! The checks that own what is wrong at a place of a contract, whoever met it.

use std::collections::BTreeSet;

use crate::contract::Contract;

/// The check about the result of an action.
pub(crate) fn result(contract: &Contract, action: &str) -> String {
    super::derived_id(contract, "action", action, super::action::RESULT.name)
}

/// The check about the envelope of an action's answer.
pub(crate) fn envelope(contract: &Contract, action: &str) -> String {
    super::derived_id(contract, "action", action, super::action::ENVELOPE.name)
}

/// The check about the fields of an event.
pub(crate) fn event(contract: &Contract, event: &str) -> String {
    super::derived_id(contract, "event", event, super::event::SHAPE.name)
}

/// The check about frames that are no events.
pub(crate) fn frames(contract: &Contract) -> String {
    format!("{}/{}", contract.name(), super::frames::ID)
}

/// The check about the words of failures.
pub(crate) fn texts(contract: &Contract) -> String {
    format!("{}/{}", contract.name(), super::texts::ID)
}

/// Every check that owns something.
pub(crate) fn all(contract: &Contract) -> BTreeSet<String> {
    let actions = contract.actions().flat_map(|it| [result(contract, &it.name), envelope(contract, &it.name)]);
    let events = contract.events().map(|it| event(contract, &it.name));
    actions.chain(events).chain([frames(contract), texts(contract)]).collect()
}
