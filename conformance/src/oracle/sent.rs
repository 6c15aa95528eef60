//! Messages that an account sends, as its calls and their answers show.

use botspec_reports::record::Difference;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::described::{Content, Description};
use crate::contract::{Contract, Id, is_called_after};

/// A message that an account of this run sent.
#[derive(Debug, Clone)]
pub(super) struct SentMessage {
    pub(super) account: String,
    pub(super) id: String,
    /// The group, the friend or the conversation that it went to.
    pub(super) to: String,
    pub(super) in_group: bool,
    pub(super) content: Content,
    /// Whether it was sent as segments, or as a text that stands for nothing else.
    pub(super) is_literal: bool,
    /// When, in seconds since 1970 by the clock of this machine.
    pub(super) at: i64,
}

/// The fields by which a message in a group differs from one between two, where they contradict its place.
pub(super) fn labelled_otherwise(contract: &Contract, described: &Description, in_group: bool) -> Vec<Difference> {
    let label = |wanted: bool, name: &str| {
        let mut events = contract.events().filter(|event| contract.carries_message(event));
        let event = events.find(|it| crate::checks::needs_group(contract, it) == wanted)?;
        event.identify.get(name).cloned()
    };
    let of_place = contract.roles().read_message.as_ref().and_then(|role| role.place.as_ref());
    let wanted = |name: &str| -> Option<String> {
        if let Some(place) = of_place.filter(|place| place.scene == name) {
            return Some(if in_group { place.group.clone() } else { place.friend.clone() });
        }
        let (own, other) = (label(in_group, name)?, label(!in_group, name)?);
        (own != other).then_some(own)
    };
    let labels = described.fields.iter().filter_map(|(name, field)| {
        let wanted = wanted(name).filter(|wanted| field.value != **wanted)?;
        let pointer = format!("{}/{name}", described.pointer);
        Some(Difference { pointer, expected: format!("\"{wanted}\""), found: field.value.to_string() })
    });
    labels.collect()
}

impl SentMessage {
    /// Who sent it to whom.
    pub(super) fn route(&self) -> (String, String) {
        (self.account.clone(), self.to.clone())
    }

    /// Whether it is text that comes as it was sent.
    pub(super) fn is_plain(&self) -> bool {
        self.content.is_text() && self.is_literal && !self.content.text.contains(char::is_control)
    }
}

/// The message that a call sends, as its parameters describe it.
pub(super) fn sending(contract: &Contract, action: &Action, params: &Value, account: &str) -> Option<SentMessage> {
    if action.effect != Effect::Send {
        return None;
    }
    let is_top = |pointer: &str| pointer.rfind('/') == Some(0);
    let mut messages = contract.places(&action.params, params, "$ref").into_iter();
    let message = messages.find(|it| it.annotation == "#/$defs/message_send" && is_top(&it.pointer))?;
    let message = params.pointer(&message.pointer)?;
    let asked = contract.ids_at(&action.params, params, "");
    let of = |kind: &str| asked.iter().find(|id| id.kind == kind && is_top(&id.pointer)).map(|id| id.value.clone());
    let (group, user) = (of("group"), of("user").or_else(|| of("peer")));
    // Where both are named, which of them counts is for the action to decide.
    let (to, in_group) = match (group, user) {
        (Some(group), None) => (group, true),
        (None, Some(user)) => (user, false),
        _ => return None,
    };
    let content = Content::of(contract, message);
    Some(SentMessage {
        account: account.to_owned(),
        id: String::new(),
        to,
        in_group,
        is_literal: message.is_array() || message.as_str().is_some_and(|text| text.trim() == content.text),
        content,
        at: super::events::now(),
    })
}

/// The id of a message that was sent, as in the answer.
pub(super) fn id_of_sent(contract: &Contract, action: &Action, data: &Value) -> Option<String> {
    let ids = contract.ids_at(&action.result, data, "");
    let own = |id: &&Id| {
        id.pointer.rfind('/') == Some(0) && id.kind == "message" && is_called_after(&id.pointer[1..], "message")
    };
    ids.iter().find(own).map(|id| id.value.clone())
}
