//! Saying something and reading it again. The actions for it are those that the contract shows by their shape.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Fixture;
use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Map, Value, json};

use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::contract::{Contract, SendMessageRole};
use crate::exchange::Exchange;
use crate::fixtures::{Bindings, Fill, name, reason};
use crate::gate::{Form, Refusal};
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};

/// Where something is sent.
#[derive(Debug, Clone)]
pub(super) struct Conversation {
    pub(super) send: SendMessageRole,
    pub(super) to: Value,
    pub(super) is_group: bool,
}

impl Conversation {
    /// A talk with the friend.
    pub(super) fn friend(cx: &CheckContext) -> CheckResult<Self> {
        Self::of(cx, Fixture::Friend, cx.contract().roles().send_to_user.clone(), false)
    }

    /// The group.
    pub(super) fn group(cx: &CheckContext) -> CheckResult<Self> {
        Self::of(cx, Fixture::Group, cx.contract().roles().send_to_group.clone(), true)
    }

    /// The friend, or the group where there is no friend.
    pub(super) fn any(cx: &CheckContext) -> CheckResult<Self> {
        Self::friend(cx).or_else(|why| Self::group(cx).map_err(|_| why))
    }

    /// A talk with the second account, which has to be somebody that this account may write to.
    pub(super) fn actor(cx: &CheckContext) -> CheckResult<Self> {
        let bindings = cx.run.fixtures.bindings();
        match (bindings.get("actor"), cx.contract().roles().send_to_user.clone()) {
            (Some(actor), Some(send)) => Ok(Self { send, to: actor.clone(), is_group: false }),
            _ => untestable(
                "there is no second account that would see it (--actor-http, --actor-ws)",
                "没有能看到它的第二个账号（--actor-http、--actor-ws）",
            ),
        }
    }

    fn of(cx: &CheckContext, fixture: Fixture, send: Option<SendMessageRole>, is_group: bool) -> CheckResult<Self> {
        if is_group {
            cx.may_send_in_group()?;
        }
        let bindings = cx.run.bindings(&[fixture])?;
        match (send, bindings.get(name(fixture))) {
            (Some(send), Some(to)) => Ok(Self { send, to: to.clone(), is_group }),
            _ => Violation::new(reason(&[fixture])).untestable(),
        }
    }

    /// The parameters that send a message here.
    pub(super) fn params(&self, message: &Value, verbatim: Option<bool>) -> Value {
        let mut params = Map::new();
        params.insert(self.send.to.clone(), self.to.clone());
        params.insert(self.send.message.clone(), message.clone());
        if let (Some(verbatim), Some(key)) = (verbatim, &self.send.verbatim) {
            params.insert(key.clone(), verbatim.into());
        }
        Value::Object(params)
    }
}

/// Sends a message.
pub(super) async fn send(
    cx: &mut CheckContext,
    conversation: &Conversation,
    message: &Value,
    verbatim: Option<bool>,
) -> CheckResult<Arc<Exchange>> {
    cx.call(&conversation.send.action, &conversation.params(message, verbatim)).await
}

/// Sends a message, which the target has to accept, and gives its id.
pub(super) async fn send_accepted(
    cx: &mut CheckContext,
    conversation: &Conversation,
    message: &Value,
    verbatim: Option<bool>,
) -> CheckResult<Value> {
    let exchange = send(cx, conversation, message, verbatim).await?;
    id_of(cx, conversation, &exchange)
}

/// The id of a message that was accepted.
pub(super) fn id_of(cx: &CheckContext, conversation: &Conversation, exchange: &Arc<Exchange>) -> CheckResult<Value> {
    let data = cx.succeeded(exchange)?;
    match data.pointer(&conversation.send.id) {
        Some(id) => Ok(id.clone()),
        None => untestable("the answer does not hold the message id", "响应没有给出消息 ID"),
    }
}

/// Reads a message again. It is the check's own business what stands in it, but that it can be read is not.
pub(super) async fn read(cx: &mut CheckContext, conversation: &Conversation, id: &Value) -> CheckResult<Vec<Value>> {
    let message = read_message(cx, conversation, id).await?;
    Ok(cx.contract().segments_of(&message))
}

/// Reads a message again, in the form in which it is reported.
pub(super) async fn read_message(cx: &mut CheckContext, conversation: &Conversation, id: &Value) -> CheckResult<Value> {
    let Some(role) = cx.contract().roles().read_message.clone() else {
        return untestable("the dialect has no action that reads a message again", "该方言没有重新读取消息的动作");
    };
    let data = cx.need(&role.action, &role.params(id, &conversation.to, conversation.is_group)).await?;
    match data.pointer(&role.message) {
        Some(message) => Ok(message.clone()),
        None => untestable("the message that was read has no content", "读回的消息没有内容"),
    }
}

/// Sends a message and reads it again.
pub(super) async fn send_and_read(
    cx: &mut CheckContext,
    conversation: &Conversation,
    message: &Value,
    verbatim: Option<bool>,
) -> CheckResult<Vec<Value>> {
    let id = send_accepted(cx, conversation, message, verbatim).await?;
    read(cx, conversation, &id).await
}

/// What a refused message states of its one peculiarity: nothing, where it is refused without that too.
pub(super) async fn unless_refused_anyway(
    cx: &mut CheckContext,
    conversation: &Conversation,
    plain: &Value,
    refused: NotPassed,
) -> NotPassed {
    match send_accepted(cx, conversation, plain, None).await {
        Ok(_) => refused,
        Err(NotPassed::Failed(_)) => NotPassed::Untestable(Box::new(Violation::new(Text::both(
            "the implementation does not take the segment in its plain form either",
            "该实现也不接受这个消息段的普通形式",
        )))),
        Err(other) => other,
    }
}

/// A segment.
pub(super) fn segment(kind: &str, data: &Value) -> Value {
    json!({ SEGMENT_TYPE: kind, SEGMENT_DATA: data })
}

/// A text as a message of one segment; as a plain string where the dialect has no text segment by name.
pub(super) fn text(contract: &Contract, words: &str) -> Value {
    match contract.file().text_segment() {
        Some((kind, key)) => json!([segment(kind, &json!({ key: words }))]),
        None => Value::from(words),
    }
}

/// The words of a message, where it is text alone.
pub(super) fn words(contract: &Contract, segments: &[Value]) -> Option<String> {
    let (kind, key) = contract.file().text_segment()?;
    segments
        .iter()
        .map(|segment| {
            let is_text = segment.get(SEGMENT_TYPE)? == kind;
            is_text.then(|| segment.get(SEGMENT_DATA)?.get(key)?.as_str())?
        })
        .collect()
}

/// Segments of a contract with real ids in them.
pub(super) fn filled(cx: &CheckContext, needs: &[Fixture], segments: &Value) -> Value {
    filled_with(cx, &cx.run.fixtures.bindings(), needs, segments)
}

/// The same with ids that are given.
pub(super) fn filled_with(cx: &CheckContext, bindings: &Bindings, needs: &[Fixture], segments: &Value) -> Value {
    let fill = Fill { contract: cx.contract(), bindings, needs };
    match cx.contract().dialect().defs().get("message_send") {
        Some(schema) => fill.fill(schema, segments),
        None => segments.clone(),
    }
}

/// The second account sends something, to this account or in a group; gives the id of the message.
pub(super) async fn actor_sends(cx: &mut CheckContext, in_group: bool, to: &Value, words: &str) -> CheckResult<Value> {
    let roles = cx.contract().roles();
    let send = if in_group { roles.send_to_group.clone() } else { roles.send_to_user.clone() };
    let (Some(send), Some(_)) = (send, &cx.run.actor) else {
        return untestable("there is no second account that could say it", "没有第二个账号来发送");
    };
    let conversation = Conversation { send, to: to.clone(), is_group: in_group };
    let params = conversation.params(&text(cx.contract(), words), None);
    let exchange = actor_calls(cx, &conversation.send.action.clone(), &params).await?;
    id_of(cx, &conversation, &exchange)
}

/// Whether the text of a message holds some words.
pub(super) fn holds(contract: &Contract, message: &Value, words: &str) -> bool {
    let segments = contract.segments_of(message);
    segments.iter().filter_map(|it| self::words(contract, std::slice::from_ref(it))).any(|text| text.contains(words))
}

/// The second account calls an action, which has to succeed.
pub(super) async fn actor_calls(cx: &mut CheckContext, action: &str, params: &Value) -> CheckResult<Arc<Exchange>> {
    let run = Arc::clone(&cx.run);
    let Some(gate) = &run.actor else {
        return untestable(
            "there is no second account (--actor-http, --actor-ws)",
            "没有第二个账号（--actor-http、--actor-ws）",
        );
    };
    let transport = gate.calls_over().unwrap_or(Transport::Http);
    let exchange = match gate.call(transport, action, params, Form::Json).await {
        Ok(exchange) => exchange,
        Err(Refusal::Silent(transport)) => {
            return untestable(
                format!("the second account stopped answering over {transport}"),
                format!("第二个账号在 {transport} 上已停止响应"),
            );
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let exchange = cx.note(exchange)?;
    if let Some(CallOutcome::Ok) = exchange.json().map(|envelope| answer::call_outcome(cx.contract(), envelope)) {
        Ok(exchange)
    } else {
        let received = answer::describe(cx.contract(), &exchange);
        Violation::new(Text::both(
            format!("{action} of the second account did not succeed: {}", received.en),
            format!("第二个账号的 {action} 没有成功：{}", received.zh()),
        ))
        .with_evidence(&exchange)
        .untestable()
    }
}
