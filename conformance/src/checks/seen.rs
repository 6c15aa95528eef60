//! Messages that one account sends and the other sees arrive: each account knows them by an id of its own.

use std::sync::Arc;

use serde_json::Value;

use super::messages::{self, Conversation, holds, send_accepted, text};
use super::subscriptions::EventSubscriptions;
use crate::check_context::CheckContext;
use crate::not_passed::{CheckResult, untestable};

/// A message by the ids that its two sides know it by: they may differ.
#[derive(Debug, Clone)]
pub(super) struct SeenMessage {
    /// As the account knows it that sent it.
    pub(super) as_sender: Value,
    /// As the account knows it that received it.
    pub(super) as_receiver: Value,
}

/// The second account sends something, and this account sees it arrive: the id that it may use is the one that it was
/// reported itself.
pub(super) async fn actor_sends(
    cx: &mut CheckContext,
    in_group: bool,
    to: &Value,
    words: &str,
) -> CheckResult<SeenMessage> {
    let words = cx.run.unique(words);
    let subscriptions = EventSubscriptions::everywhere(cx).await;
    let as_sender = messages::actor_sends(cx, in_group, to, &words).await?;
    let seen = match &subscriptions {
        Ok(subscriptions) => subscriptions.message_with(cx, &words).await,
        Err(_) => None,
    };
    let seen = match seen {
        Some(id) => Some(id),
        None => in_history(cx, in_group, to, &words).await,
    };
    let Some(as_receiver) = seen else {
        return untestable(
            "the account does not see what the second account sent, neither in an event nor in its history",
            "当前账号没有看到第二个账号发送的消息：事件和历史中都没有",
        );
    };
    cx.run.gate.admit("message", &as_receiver);
    Ok(SeenMessage { as_sender, as_receiver })
}

/// This account sends something, and the second one sees it arrive; gives the id that the second one knows it by.
pub(super) async fn sends(cx: &mut CheckContext, in_group: bool, words: &str) -> CheckResult<Value> {
    let words = cx.run.unique(words);
    let conversation = if in_group { Conversation::group(cx)? } else { Conversation::actor(cx)? };
    let subscriptions = EventSubscriptions::of_actor(cx, in_group).await?;
    let message = text(cx.contract(), &words);
    send_accepted(cx, &conversation, &message, None).await?;
    let seen = subscriptions.message_with(cx, &words).await;
    if let (Some(id), Some(actor)) = (&seen, &cx.run.actor) {
        actor.admit("message", id);
    }
    let none = || untestable("the second account does not see what was sent", "第二个账号没有看到所发送的消息");
    seen.map_or_else(none, Ok)
}

/// The id of a message in the history of a conversation that holds some words.
async fn in_history(cx: &mut CheckContext, in_group: bool, to: &Value, words: &str) -> Option<Value> {
    let contract = Arc::clone(cx.run.gate.contract());
    let role = contract.roles().history.clone()?;
    let peer = if in_group { to.clone() } else { cx.run.fixtures.bindings().get("actor")?.clone() };
    let data = cx.need(&role.action, &Value::Object(role.params(&peer, in_group))).await.ok()?;
    let (ids, messages) = (role.ids(&data), role.messages(&data));
    let found = messages.iter().position(|message| holds(&contract, message, words))?;
    ids.get(found).filter(|_| ids.len() == messages.len()).cloned()
}
