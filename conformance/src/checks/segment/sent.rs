//! A segment is sent, and read again.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{Effect, Event, Segment, SegmentExample};
use botspec_schema::{Kind, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Value, json};

use super::appears::made_to_appear;
use super::{EARLIER, conversation, is_taken, message, points_back, ready};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::checks::messages::{self, Conversation};
use crate::checks::provision;
use crate::checks::subscriptions::{EventMatch, EventSubscriptions, is_event, wait_for_message_by};
use crate::contract::Contract;
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};
use crate::owners;
use crate::part::Part;
use crate::unit::Body;
use crate::unit::{Verdicts, only};

const SEND: CheckTemplate = CheckTemplate {
    name: owners::SEND,
    should: true,
    sentence: None,
    sends: ("each example of the contract, in an array", "契约中的每个示例，以数组形式发送"),
    expects: ("the call succeeds", "调用成功"),
};

const READ_BACK: CheckTemplate = CheckTemplate {
    name: "read-back",
    should: true,
    sentence: None,
    sends: ("each example of the contract, then a read of the message", "发送契约中的每个示例，然后读取该消息"),
    expects: ("the segment with its kept values", "读回的消息段保留了应保留的值"),
};

const RECEIVE: CheckTemplate = CheckTemplate {
    name: "receive",
    should: false,
    sentence: None,
    sends: READ_BACK.sends,
    expects: ("every segment that is read back matches the contract", "读回的每个消息段都通过校验"),
};

const SEEN: CheckTemplate = CheckTemplate {
    name: "seen",
    should: true,
    sentence: Some(("The recipient gets the segment in an event.", "接收方在事件中收到该消息段。")),
    sends: ("an example of the contract, to the second account", "向第二个账号发送契约中的示例"),
    expects: ("an event on the second account with the segment", "第二个账号收到含该消息段的事件"),
};

/// What came of sending a segment.
struct Sent {
    send: CheckResult,
    /// Whether it could be read back, and whether what was read is valid; nothing where it cannot be read.
    read: Option<(CheckResult, CheckResult)>,
}

impl Sent {
    /// Nothing of it could be judged.
    fn all(why: &NotPassed, readable: bool) -> Self {
        Self { send: Err(why.clone()), read: readable.then(|| (Err(why.clone()), Err(why.clone()))) }
    }

    /// It was sent, and what was read of it is judged the same way twice.
    fn unread(why: &NotPassed) -> Self {
        Self { send: Ok(()), read: Some((Err(why.clone()), Err(why.clone()))) }
    }

    /// Adds what came of another example: what is wrong first is reported.
    fn and(&mut self, other: Self, title: &str) {
        let add = |own: &mut CheckResult, other: CheckResult| {
            if own.is_ok() {
                *own = other.map_err(|why| why.titled(title));
            }
        };
        add(&mut self.send, other.send);
        if let (Some(own), Some(other)) = (&mut self.read, other.read) {
            add(&mut own.0, other.0);
            add(&mut own.1, other.1);
        }
    }

    fn verdicts(self) -> Verdicts {
        let read = self.read.map(|(kept, valid)| [(Part::Of(READ_BACK.name), kept), (Part::Of(RECEIVE.name), valid)]);
        std::iter::once((Part::Of(SEND.name), self.send)).chain(read.into_iter().flatten()).collect()
    }
}

/// Sent and read again; what only reports how to send cannot be read.
pub(super) fn checks(segment: &Segment) -> (Vec<&'static CheckTemplate>, Body) {
    let readable = segment.receive.is_some() && !segment.vanishes;
    let templates = if readable { vec![&SEND, &READ_BACK, &RECEIVE, &SEEN] } else { vec![&SEND] };
    let segment = Arc::new(segment.clone());
    let body: Body = Arc::new(move |cx| {
        let segment = Arc::clone(&segment);
        Box::pin(async move {
            if let Err(why) = ready(cx, &segment).await {
                let mut verdicts = Sent::all(&why, readable).verdicts();
                if readable {
                    verdicts.push((Part::Of(SEEN.name), Err(why)));
                }
                verdicts
            } else {
                let mut witness =
                    if readable && cx.wants(Part::Of(SEEN.name)) { Witness::Wanted } else { Witness::Unwanted };
                let mut verdicts = run(cx, &segment, readable, &mut witness).await.verdicts();
                let seen = match witness {
                    Witness::Saw(seen) => Some(seen),
                    Witness::Wanted => Some(received(cx, &segment).await),
                    Witness::Unwanted => None,
                };
                verdicts.extend(seen.map(|seen| (Part::Of(SEEN.name), seen)));
                verdicts
            }
        })
    });
    (templates, body)
}

/// A segment that is only received is looked for in what comes of the segments that are only sent.
pub(super) fn received_only(segment: &Segment) -> (Vec<&'static CheckTemplate>, Body) {
    let segment = Arc::new(segment.clone());
    let body: Body = Arc::new(move |cx| {
        let segment = Arc::clone(&segment);
        Box::pin(async move { only(look_for(cx, &segment).await) })
    });
    (vec![&RECEIVE], body)
}

/// Whether the second account has to see what is sent.
enum Witness {
    Unwanted,
    /// It has to, and nothing was sent where it is.
    Wanted,
    /// It was there when the first example was sent.
    Saw(CheckResult),
}

/// Sends every example; judges sending, reading and what was read, and what the second account saw where it was there.
async fn run(cx: &mut CheckContext, segment: &Segment, readable: bool, witness: &mut Witness) -> Sent {
    let mut judged = Sent { send: Ok(()), read: readable.then_some((Ok(()), Ok(()))) };
    let most = if cx.run.has_few_messages() { 1 } else { usize::MAX };
    for example in segment.examples.iter().filter(|example| example.send.is_some()).take(most) {
        let each = one(cx, segment, example, readable, witness).await;
        judged.and(each, &example.title);
    }
    judged
}

async fn one(
    cx: &mut CheckContext,
    segment: &Segment,
    example: &SegmentExample,
    readable: bool,
    witness: &mut Witness,
) -> Sent {
    let sending = async {
        let conversation = conversation(cx, segment)?;
        let watched = if matches!(witness, Witness::Wanted) && is_seen(cx, &conversation) {
            EventSubscriptions::of_actor(cx, conversation.is_group).await.ok()
        } else {
            None
        };
        let data = example.send.as_ref().unwrap_or(&Value::Null);
        let (message, id) = if let Some(mut watched) = watched {
            let message = watched_message(cx, segment, &conversation, data, &mut watched).await?;
            let id = messages::send_accepted(cx, &conversation, &message, None).await?;
            *witness = Witness::Saw(seen_by(cx, segment, &conversation, &watched).await);
            (message, id)
        } else {
            let message = message(cx, segment, &conversation, data).await?;
            let id = messages::send_accepted(cx, &conversation, &message, None).await?;
            (message, id)
        };
        Ok((conversation, message, id))
    };
    let (conversation, message, id) = match sending.await {
        Ok(sent) => sent,
        Err(why) => {
            let rest = not_sent(cx, segment, &why);
            return Sent { send: Err(why), read: readable.then(|| (Err(rest.clone()), Err(rest))) };
        }
    };
    if !readable {
        return Sent { send: Ok(()), read: None };
    }
    provision::learn_sent(cx, segment, &conversation, &id).await;
    let read = match messages::read(cx, &conversation, &id).await {
        Ok(segments) => opened(cx, segments, Account::First).await,
        Err(why) => return Sent::unread(&why),
    };
    match read {
        Ok(segments) => {
            let kept = kept(cx.contract(), segment, example, &message, &segments);
            Sent { send: Ok(()), read: Some((kept, valid(cx.contract(), &segments))) }
        }
        Err(why) => Sent::unread(&why),
    }
}

/// What of a segment cannot be judged because it was not sent: whether it can be is a check of its own.
pub(super) fn not_sent(cx: &CheckContext, segment: &Segment, why: &NotPassed) -> NotPassed {
    let NotPassed::Failed(_) = why else { return why.clone() };
    let what = Violation::new(Text::both("it could not be sent", "无法发送"));
    NotPassed::Untestable(Box::new(what.blocked_by(owners::send(cx.contract(), &segment.name))))
}

/// Which account received something: an id is of use to that one alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Account {
    First,
    Second,
}

/// What was sent becomes something that has to be opened first, such as a merged forward: then what is in it counts.
async fn opened(cx: &mut CheckContext, segments: Vec<Value>, by: Account) -> CheckResult<Vec<Value>> {
    let [only] = &segments[..] else { return Ok(segments) };
    let contract = Arc::clone(cx.run.gate.contract());
    let kind = only.get(SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default();
    let Some(found) = contract.segments().find(|it| it.name == kind && it.send.is_none()) else { return Ok(segments) };
    let (Some(schema), Some(data)) = (&found.receive, only.get(SEGMENT_DATA)) else { return Ok(segments) };
    let Some(id) = contract.ids_at(schema, data, "").into_iter().next() else { return Ok(segments) };
    let Some(open_forward) = contract.roles().open_forward.clone().filter(|it| it.kind == id.kind) else {
        return Ok(segments);
    };
    let params = json!({ open_forward.param.clone(): id.value });
    let reported = match by {
        Account::First => cx.need(&open_forward.action, &params).await?,
        Account::Second => {
            let exchange = messages::actor_calls(cx, &open_forward.action, &params).await?;
            cx.needed(&open_forward.action, &exchange)?
        }
    };
    Ok(open_forward.segments(&contract, &reported))
}

/// The segment is there, and the values that the contract shows unchanged are unchanged.
fn kept(contract: &Contract, segment: &Segment, example: &SegmentExample, sent: &Value, read: &[Value]) -> CheckResult {
    let Some(found) = read.iter().find(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) else {
        let kinds: Vec<&str> = read.iter().filter_map(|it| it.get(SEGMENT_TYPE)?.as_str()).collect();
        return Violation::new(Text::both(
            format!("no segment {} was read back, but {}", segment.name, kinds.join(", ")),
            format!("读回的消息中没有 {}，只有 {}", segment.name, kinds.join("、")),
        ))
        .into_failure();
    };
    let evidence = |form: &Option<Value>, key: &str| form.as_ref().and_then(|data| data.get(key)).cloned();
    let sent = sent.get(0).and_then(|it| it.get(SEGMENT_DATA)).and_then(Value::as_object);
    let mut differences = Vec::new();
    for (key, value) in sent.into_iter().flatten() {
        let stays =
            evidence(&example.send, key).is_some() && evidence(&example.send, key) == evidence(&example.receive, key);
        if stays {
            let reported = found.get(SEGMENT_DATA).and_then(|data| data.get(key)).unwrap_or(&Value::Null);
            let pointer = format!("/{SEGMENT_DATA}/{key}");
            let schema = segment.receive.as_ref().and_then(|it| it.pointer(&format!("/properties/{key}")));
            // A message in a segment may be reported in another form than it was sent in.
            let is_message = schema.is_some_and(crate::contract::is_message);
            let form = |it: &Value| if is_message { contract.segments_of(it).into() } else { it.clone() };
            differences.extend(crate::checks::compare::differences(&form(value), &form(reported), &pointer));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Violation::new(Text::both("what was read back is not what was sent", "读回的内容与发送的不同"))
        .at(differences)
        .into_failure()
}

/// Every segment is what its contract defines.
fn valid(contract: &Contract, segments: &[Value]) -> CheckResult {
    for (index, segment) in segments.iter().enumerate() {
        let mut differences = contract.differences(Kind::SegmentReceive, None, segment);
        if !differences.is_empty() {
            for difference in &mut differences {
                difference.pointer = format!("/{index}{}", difference.pointer);
            }
            return Violation::new(Text::both("a segment does not match its contract", "消息段与契约不符"))
                .at(differences)
                .into_failure();
        }
    }
    Ok(())
}

/// The segment is there, and is what its contract defines.
fn appears(contract: &Contract, segment: &Segment, read: &[Value]) -> CheckResult {
    if read.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
        return valid(contract, read);
    }
    Violation::new(Text::both("what shows it holds no such segment", "能显示它的内容中没有该消息段")).into_failure()
}

async fn look_for(cx: &mut CheckContext, segment: &Segment) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    if let Some(read) = made_to_appear(cx, segment).await? {
        return appears(&contract, segment, &read);
    }
    if cx.run.has_few_messages() {
        return match look_back(cx, segment).await {
            Err(NotPassed::Untestable(_)) => Err(NotPassed::Skip(Text::both(
                "no message so far holds it, and only few may be sent to look for it (--limit send=N)",
                "目前没有消息含该消息段，且允许发送的消息太少，无法尝试（--limit send=N）",
            ))),
            judged => judged,
        };
    }
    for other in contract.segments().filter(|it| it.send.is_some() && it.alone && is_taken(&contract, it)) {
        for example in other.examples.iter().filter(|it| it.send.is_some()) {
            if ready(cx, other).await.is_err() {
                continue;
            }
            let Ok(conversation) = conversation(cx, other) else { continue };
            let data = example.send.as_ref().unwrap_or(&Value::Null);
            let Ok(message) = message(cx, other, &conversation, data).await else { continue };
            let id = match messages::send_accepted(cx, &conversation, &message, None).await {
                Ok(id) => id,
                Err(NotPassed::Skip(why)) => return Err(NotPassed::Skip(why)),
                Err(_) => continue,
            };
            let Ok(read) = messages::read(cx, &conversation, &id).await else { continue };
            if read.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
                return valid(&contract, &read);
            }
        }
    }
    look_back(cx, segment).await
}

/// Looks for a segment in what was sent before.
async fn look_back(cx: &mut CheckContext, segment: &Segment) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    if let Some(role) = &contract.roles().history {
        for conversation in [Conversation::friend(cx), Conversation::group(cx)].into_iter().flatten() {
            let params = Value::Object(role.params(&conversation.to, conversation.is_group));
            let reported = cx.need(&role.action, &params).await?;
            for message in role.messages(&reported) {
                let segments = contract.segments_of(message);
                if segments.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
                    return valid(&contract, &segments);
                }
            }
        }
    }
    untestable("no message that was sent or can be sent holds this segment", "没有已发送或可发送的内容会以该消息段返回")
}

/// The second account sees the segment in an event.
async fn received(cx: &mut CheckContext, segment: &Segment) -> CheckResult {
    let Some(example) = segment.examples.iter().find(|example| example.send.is_some()) else {
        return untestable("the contract shows no example to send", "契约没有可发送的示例");
    };
    if !cx.gate().target().allow.contains(&Effect::Send) {
        let refusal = crate::gate::Refusal::NotAllowed { action: segment.name.clone(), effect: Effect::Send };
        return Err(refusal.into());
    }
    let own = conversation(cx, segment)?;
    let mut subscriptions = EventSubscriptions::of_actor(cx, own.is_group).await?;
    let conversation = if own.is_group { own } else { Conversation::actor(cx)? };
    let data = example.send.as_ref().unwrap_or(&Value::Null);
    let message = watched_message(cx, segment, &conversation, data, &mut subscriptions).await?;
    // Whether it can be sent is another check.
    messages::send_accepted(cx, &conversation, &message, None).await.map_err(|why| not_sent(cx, segment, &why))?;
    seen_by(cx, segment, &conversation, &subscriptions).await
}

/// Whether the second account sees what is sent in a conversation.
fn is_seen(cx: &CheckContext, conversation: &Conversation) -> bool {
    if conversation.is_group {
        return cx.actor_is_in_group().is_ok();
    }
    cx.run.fixtures.bindings().get("actor").is_some_and(|actor| crate::contract::same_id(actor, &conversation.to))
}

/// A message that holds a segment; what it points to does not count as what the second account sees.
async fn watched_message(
    cx: &mut CheckContext,
    segment: &Segment,
    conversation: &Conversation,
    data: &Value,
    subscriptions: &mut EventSubscriptions,
) -> CheckResult<Value> {
    let message = message(cx, segment, conversation, data).await?;
    if points_back(cx.contract(), segment, data) {
        // What it points to is an event of its own.
        subscriptions.message_with(cx, EARLIER).await;
        subscriptions.connections.iter_mut().for_each(|(connection, cursor)| *cursor = connection.cursor());
    }
    Ok(message)
}

/// The segment in the event that the second account gets of a message.
async fn seen_by(
    cx: &mut CheckContext,
    segment: &Segment,
    conversation: &Conversation,
    subscriptions: &EventSubscriptions,
) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(event) = message_event(&contract, conversation.is_group) else {
        return untestable("the dialect has no message event", "该方言没有消息事件");
    };
    let Some((connection, cursor)) = subscriptions.connections.first() else { return Ok(()) };
    let bindings = cx.run.fixtures.bindings();
    let Some(sender) = bindings.get("self") else {
        return untestable("it is not known which account this is", "不知道当前账号");
    };
    let frame = match wait_for_message_by(cx, connection, *cursor, event, sender).await {
        EventMatch::Exact(frame) => frame,
        EventMatch::None(Some(ended)) => {
            return untestable(
                format!("the connection of the second account ended: {}", ended.describe().en),
                format!("第二个账号的连接已断开：{}", ended.describe().zh()),
            );
        }
        _ => {
            return Violation::new(Text::both("the second account got no message event", "第二个账号没有收到消息事件"))
                .into_failure();
        }
    };
    let reported = frame.received.json().filter(|it| is_event(&contract, event, it));
    let message = reported.and_then(|it| contract.message_in(it));
    let segments = message.map(|message| contract.segments_of(message)).unwrap_or_default();
    let segments = if segments.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
        segments
    } else {
        opened(cx, segments, Account::Second).await?
    };
    let found = segments.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name));
    if !found {
        return Violation::new(Text::both(
            "the event of the second account does not hold it",
            "第二个账号的事件中没有它",
        ))
        .into_failure();
    }
    valid(&contract, &segments)
}

/// The event that reports a message in a group, or between two.
pub(in crate::checks) fn message_event(contract: &Contract, in_group: bool) -> Option<&Event> {
    let event_transports = || contract.events().filter(|event| contract.carries_message(event));
    let own = event_transports().find(|event| crate::checks::subscriptions::needs_group(contract, event) == in_group);
    // A dialect may have one event for both.
    own.or_else(|| event_transports().next())
}
