//! Saying something and reading it again. The actions for it are those that the contract shows by their shape.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Fixture;
use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Map, Value, json};

use crate::answer::{self, Ended};
use crate::contract::{Contract, Say};
use crate::exchange::Exchange;
use crate::fixtures::{Fill, name, reason};
use crate::gate::Form;
use crate::probe::{Broken, Judged, Probe, Stop, untestable};

/// Where something is said.
#[derive(Debug, Clone)]
pub(super) struct Room {
    pub(super) say: Say,
    pub(super) to: Value,
    pub(super) is_group: bool,
}

impl Room {
    /// A talk with the friend.
    pub(super) fn friend(probe: &Probe) -> Judged<Self> {
        Self::of(probe, Fixture::Friend, probe.contract().roles().say_to_user.clone(), false)
    }

    /// The group.
    pub(super) fn group(probe: &Probe) -> Judged<Self> {
        Self::of(probe, Fixture::Group, probe.contract().roles().say_to_group.clone(), true)
    }

    /// The friend, or the group where there is no friend.
    pub(super) fn any(probe: &Probe) -> Judged<Self> {
        Self::friend(probe).or_else(|stop| Self::group(probe).map_err(|_| stop))
    }

    /// A talk with the second account, which has to be somebody that this account may write to.
    pub(super) fn actor(probe: &Probe) -> Judged<Self> {
        let bindings = probe.cx.fixtures.bindings();
        match (bindings.get("actor"), probe.contract().roles().say_to_user.clone()) {
            (Some(actor), Some(say)) => Ok(Self { say, to: actor.clone(), is_group: false }),
            _ => untestable(
                "there is no second account that would see it (--actor-http, --actor-ws)",
                "没有能看到它的第二个账号（--actor-http、--actor-ws）",
            ),
        }
    }

    fn of(probe: &Probe, fixture: Fixture, say: Option<Say>, is_group: bool) -> Judged<Self> {
        let bindings = probe.cx.bindings(&[fixture])?;
        match (say, bindings.get(name(fixture))) {
            (Some(say), Some(to)) => Ok(Self { say, to: to.clone(), is_group }),
            _ => Broken::new(reason(&[fixture])).untestable(),
        }
    }

    /// The parameters that say a message here.
    pub(super) fn params(&self, message: &Value, verbatim: Option<bool>) -> Value {
        let mut params = Map::new();
        params.insert(self.say.to.clone(), self.to.clone());
        params.insert(self.say.message.clone(), message.clone());
        if let (Some(verbatim), Some(key)) = (verbatim, &self.say.verbatim) {
            params.insert(key.clone(), verbatim.into());
        }
        Value::Object(params)
    }
}

/// Says a message.
pub(super) async fn say(
    probe: &mut Probe,
    room: &Room,
    message: &Value,
    verbatim: Option<bool>,
) -> Judged<Arc<Exchange>> {
    probe.call(&room.say.action, &room.params(message, verbatim)).await
}

/// Says a message, which the target has to accept, and gives its id.
pub(super) async fn said(probe: &mut Probe, room: &Room, message: &Value, verbatim: Option<bool>) -> Judged<Value> {
    let exchange = say(probe, room, message, verbatim).await?;
    id_of(probe, room, &exchange)
}

/// The id of a message that was accepted.
pub(super) fn id_of(probe: &Probe, room: &Room, exchange: &Arc<Exchange>) -> Judged<Value> {
    let data = probe.succeeded(exchange)?;
    match data.pointer(&room.say.id) {
        Some(id) => Ok(id.clone()),
        None => untestable("the answer does not tell the id of the message", "响应没有给出消息 ID"),
    }
}

/// Reads a message again. It is the check's own business what stands in it, but that it can be read is not.
pub(super) async fn read(probe: &mut Probe, room: &Room, id: &Value) -> Judged<Vec<Value>> {
    let message = read_message(probe, room, id).await?;
    Ok(probe.contract().segments_of(&message))
}

/// Reads a message again, in the form in which it is told.
pub(super) async fn read_message(probe: &mut Probe, room: &Room, id: &Value) -> Judged<Value> {
    let Some(role) = probe.contract().roles().read_message.clone() else {
        return untestable("the dialect has no action that reads a message again", "该方言没有重新读取消息的动作");
    };
    let data = probe.need(&role.action, &role.params(id, &room.to, room.is_group)).await?;
    match data.pointer(&role.message) {
        Some(message) => Ok(message.clone()),
        None => untestable("the message that was read has no content", "读回的消息没有内容"),
    }
}

/// Says a message and reads it again.
pub(super) async fn said_and_read(
    probe: &mut Probe,
    room: &Room,
    message: &Value,
    verbatim: Option<bool>,
) -> Judged<Vec<Value>> {
    let id = said(probe, room, message, verbatim).await?;
    read(probe, room, &id).await
}

/// What a refused message says of its one peculiarity: nothing, where it is refused without that too.
pub(super) async fn unless_refused_anyway(probe: &mut Probe, room: &Room, plain: &Value, refused: Stop) -> Stop {
    match said(probe, room, plain, None).await {
        Ok(_) => refused,
        Err(Stop::Broken(_)) => Stop::Untestable(Box::new(Broken::new(Text::both(
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
pub(super) fn filled(probe: &Probe, needs: &[Fixture], segments: &Value) -> Value {
    let bindings = probe.cx.fixtures.bindings();
    let fill = Fill { contract: probe.contract(), bindings: &bindings, needs };
    match probe.contract().dialect().defs().get("message_send") {
        Some(schema) => fill.fill(schema, segments),
        None => segments.clone(),
    }
}

/// The second account says something, to this account or in a group; gives the id of the message.
pub(super) async fn actor_says(probe: &mut Probe, in_group: bool, to: &Value, words: &str) -> Judged<Value> {
    let roles = probe.contract().roles();
    let say = if in_group { roles.say_to_group.clone() } else { roles.say_to_user.clone() };
    let (Some(say), Some(_)) = (say, &probe.cx.actor) else {
        return untestable("there is no second account that could say it", "没有第二个账号来发送");
    };
    let room = Room { say, to: to.clone(), is_group: in_group };
    let params = room.params(&text(probe.contract(), words), None);
    let exchange = actor_calls(probe, &room.say.action.clone(), &params).await?;
    id_of(probe, &room, &exchange)
}

/// The second account calls an action, which has to succeed.
pub(super) async fn actor_calls(probe: &mut Probe, action: &str, params: &Value) -> Judged<Arc<Exchange>> {
    let cx = Arc::clone(&probe.cx);
    let Some(gate) = &cx.actor else {
        return untestable(
            "there is no second account (--actor-http, --actor-ws)",
            "没有第二个账号（--actor-http、--actor-ws）",
        );
    };
    let transport = gate.calls_over().unwrap_or(Transport::Http);
    let exchange = gate.call(transport, action, params, Form::Json).await?;
    let exchange = probe.note(exchange)?;
    if let Some(Ended::Ok) = exchange.json().map(|envelope| answer::ended(probe.contract(), envelope)) {
        Ok(exchange)
    } else {
        let seen = answer::describe(probe.contract(), &exchange);
        Broken::new(Text::both(
            format!("{action} of the second account did not succeed: {}", seen.en),
            format!("第二个账号的 {action} 没有成功：{}", seen.zh()),
        ))
        .shown_by(&exchange)
        .untestable()
    }
}
