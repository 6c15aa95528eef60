//! A segment is sent, and read again.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{Effect, Event, Segment, SegmentExample};
use botspec_schema::{Kind, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Value, json};

use super::shown::shown;
use super::{is_taken, message, ready, repeated, room};
use crate::checks::Family;
use crate::checks::listen::{Ears, hear, is_event};
use crate::checks::talk::{self, Room};
use crate::contract::Contract;
use crate::probe::{Broken, Judged, Probe, Stop, untestable};
use crate::unit::Body;

const SEND: Family = Family {
    name: "send",
    should: true,
    sentence: ("It can be sent.", "可以发送。"),
    sends: ("each example of the contract, in an array", "契约中的每个示例，以数组形式发送"),
    expects: ("the call succeeds", "调用成功"),
};

const READ_BACK: Family = Family {
    name: "read-back",
    should: true,
    sentence: ("What was sent is in the message when it is read again.", "重新读取消息时，其中有所发送的内容。"),
    sends: ("each example of the contract, then the message is read", "发送契约中的每个示例，然后读取该消息"),
    expects: ("the segment with the values that are kept", "读回的消息段保留了应保留的值"),
};

const RECEIVE: Family = Family {
    name: "receive",
    should: false,
    sentence: ("Where it is received, it is what its contract says.", "收到时与契约一致。"),
    sends: READ_BACK.sends,
    expects: ("every segment that is read validates", "读回的每个消息段都通过校验"),
};

const SEEN: Family = Family {
    name: "seen",
    should: true,
    sentence: ("The other side sees it in an event.", "对方能在事件中看到它。"),
    sends: ("an example of the contract, to the second account", "向第二个账号发送契约中的示例"),
    expects: ("an event of the second account that holds the segment", "第二个账号收到含该消息段的事件"),
};

/// The place of [`SEEN`] among the checks of a segment.
const SEEN_AT: usize = 3;

/// Sent and read again; what only tells how to send cannot be read.
pub(super) fn checks(segment: &Segment) -> (Vec<&'static Family>, Body) {
    let readable = segment.receive.is_some() && !segment.vanishes;
    let families = if readable { vec![&SEND, &READ_BACK, &RECEIVE, &SEEN] } else { vec![&SEND] };
    let count = families.len();
    let segment = Arc::new(segment.clone());
    let body: Body = Arc::new(move |probe| {
        let segment = Arc::clone(&segment);
        Box::pin(async move {
            if let Err(stop) = ready(probe, &segment).await {
                repeated(&stop, count)
            } else {
                let mut judged = run(probe, &segment, readable).await;
                if readable && probe.wants(SEEN_AT) {
                    judged.push(seen(probe, &segment).await);
                }
                judged
            }
        })
    });
    (families, body)
}

/// A segment that is only received is looked for in what comes of the segments that are only sent.
pub(super) fn received_only(segment: &Segment) -> (Vec<&'static Family>, Body) {
    let segment = Arc::new(segment.clone());
    let body: Body = Arc::new(move |probe| {
        let segment = Arc::clone(&segment);
        Box::pin(async move { vec![look_for(probe, &segment).await] })
    });
    (vec![&RECEIVE], body)
}

/// Sends every example; judges sending, reading and what was read.
async fn run(probe: &mut Probe, segment: &Segment, readable: bool) -> Vec<Judged> {
    let mut judged: Vec<Judged> = vec![Ok(()); if readable { 3 } else { 1 }];
    for example in segment.examples.iter().filter(|example| example.send.is_some()) {
        let each = one(probe, segment, example, readable).await;
        for (all, own) in judged.iter_mut().zip(each) {
            if all.is_ok() {
                *all = own.map_err(|stop| stop.titled(&example.title));
            }
        }
    }
    judged
}

async fn one(probe: &mut Probe, segment: &Segment, example: &SegmentExample, readable: bool) -> Vec<Judged> {
    let sending = async {
        let room = room(probe, segment)?;
        let message = message(probe, segment, example.send.as_ref().unwrap_or(&Value::Null));
        let id = talk::said(probe, &room, &message, None).await?;
        Ok((room, message, id))
    };
    let (room, message, id) = match sending.await {
        Ok(sent) => sent,
        Err(stop) => {
            let mut judged = vec![Err(stop)];
            if readable {
                judged.extend((0..2).map(|_| untestable("it could not be sent", "无法发送")));
            }
            return judged;
        }
    };
    if !readable {
        return vec![Ok(())];
    }
    let read = match talk::read(probe, &room, &id).await {
        Ok(segments) => opened(probe, segments).await,
        Err(stop) => return vec![Ok(()), Err(stop.clone()), Err(stop)],
    };
    match read {
        Ok(segments) => vec![
            Ok(()),
            kept(probe.contract(), segment, example, &message, &segments),
            valid(probe.contract(), &segments),
        ],
        Err(stop) => vec![Ok(()), Err(stop.clone()), Err(stop)],
    }
}

/// What was sent becomes something that has to be opened first, such as a merged forward: then what is in it counts.
async fn opened(probe: &mut Probe, segments: Vec<Value>) -> Judged<Vec<Value>> {
    let [only] = &segments[..] else { return Ok(segments) };
    let contract = Arc::clone(probe.cx.gate.contract());
    let kind = only.get(SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default();
    let Some(found) = contract.segments().find(|it| it.name == kind && it.send.is_none()) else { return Ok(segments) };
    let (Some(schema), Some(data)) = (&found.receive, only.get(SEGMENT_DATA)) else { return Ok(segments) };
    let Some(id) = contract.ids_at(schema, data, "").into_iter().next() else { return Ok(segments) };
    let Some(opener) = contract.roles().opener.clone().filter(|it| it.kind == id.kind) else { return Ok(segments) };
    let told = probe.need(&opener.action, &json!({ opener.param.clone(): id.value })).await?;
    Ok(opener.segments(&contract, &told))
}

/// The segment is there, and the values that the contract shows unchanged are unchanged.
fn kept(contract: &Contract, segment: &Segment, example: &SegmentExample, sent: &Value, read: &[Value]) -> Judged {
    let Some(found) = read.iter().find(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) else {
        let kinds: Vec<&str> = read.iter().filter_map(|it| it.get(SEGMENT_TYPE)?.as_str()).collect();
        return Broken::new(Text::both(
            format!("no segment {} was read back, but {}", segment.name, kinds.join(", ")),
            format!("读回的消息中没有 {}，只有 {}", segment.name, kinds.join("、")),
        ))
        .stop();
    };
    let shown = |form: &Option<Value>, key: &str| form.as_ref().and_then(|data| data.get(key)).cloned();
    let sent = sent.get(0).and_then(|it| it.get(SEGMENT_DATA)).and_then(Value::as_object);
    let mut differences = Vec::new();
    for (key, value) in sent.into_iter().flatten() {
        let stays = shown(&example.send, key).is_some() && shown(&example.send, key) == shown(&example.receive, key);
        if stays {
            let told = found.get(SEGMENT_DATA).and_then(|data| data.get(key)).unwrap_or(&Value::Null);
            let pointer = format!("/{SEGMENT_DATA}/{key}");
            let schema = segment.receive.as_ref().and_then(|it| it.pointer(&format!("/properties/{key}")));
            // A message in a segment may be told in another form than it was sent in.
            let is_message = schema.is_some_and(crate::contract::is_message);
            let form = |it: &Value| if is_message { contract.segments_of(it).into() } else { it.clone() };
            differences.extend(crate::checks::compare::differences(&form(value), &form(told), &pointer));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Broken::new(Text::both("what was read back is not what was sent", "读回的内容与发送的不同")).at(differences).stop()
}

/// Every segment is what its contract says.
fn valid(contract: &Contract, segments: &[Value]) -> Judged {
    for (index, segment) in segments.iter().enumerate() {
        let mut differences = contract.differences(Kind::SegmentReceive, None, segment);
        if !differences.is_empty() {
            for difference in &mut differences {
                difference.pointer = format!("/{index}{}", difference.pointer);
            }
            return Broken::new(Text::both("a segment is not what its contract says", "消息段与契约不符"))
                .at(differences)
                .stop();
        }
    }
    Ok(())
}

/// The segment is there, and is what its contract says.
fn appears(contract: &Contract, segment: &Segment, read: &[Value]) -> Judged {
    if read.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
        return valid(contract, read);
    }
    Broken::new(Text::both("what shows it holds no such segment", "能显示它的内容中没有该消息段")).stop()
}

async fn look_for(probe: &mut Probe, segment: &Segment) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    if let Some(read) = shown(probe, segment).await? {
        return appears(&contract, segment, &read);
    }
    for other in contract.segments().filter(|it| it.send.is_some() && it.alone && is_taken(&contract, it)) {
        for example in other.examples.iter().filter(|it| it.send.is_some()) {
            if ready(probe, other).await.is_err() {
                continue;
            }
            let Ok(room) = room(probe, other) else { continue };
            let message = message(probe, other, example.send.as_ref().unwrap_or(&Value::Null));
            let id = match talk::said(probe, &room, &message, None).await {
                Ok(id) => id,
                Err(Stop::Skip(why)) => return Err(Stop::Skip(why)),
                Err(_) => continue,
            };
            let Ok(read) = talk::read(probe, &room, &id).await else { continue };
            if read.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
                return valid(&contract, &read);
            }
        }
    }
    look_back(probe, segment).await
}

/// Looks for a segment in what was said before.
async fn look_back(probe: &mut Probe, segment: &Segment) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    if let Some(role) = &contract.roles().history {
        for room in [Room::friend(probe), Room::group(probe)].into_iter().flatten() {
            let params = Value::Object(role.params(&room.to, room.is_group));
            let told = probe.need(&role.action, &params).await?;
            for message in role.messages(&told) {
                let segments = contract.segments_of(message);
                if segments.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
                    return valid(&contract, &segments);
                }
            }
        }
    }
    untestable("nothing that was said or can be sent comes as this segment", "没有已发送或可发送的内容会以该消息段返回")
}

/// The second account sees the segment in an event.
async fn seen(probe: &mut Probe, segment: &Segment) -> Judged {
    let Some(example) = segment.examples.iter().find(|example| example.send.is_some()) else {
        return untestable("the contract shows no example to send", "契约没有可发送的示例");
    };
    if !probe.gate().target().allow.contains(&Effect::Send) {
        let refusal = crate::gate::Refusal::NotAllowed { action: segment.name.clone(), effect: Effect::Send };
        return Err(refusal.into());
    }
    let ears = Ears::of_actor(probe).await?;
    let own = room(probe, segment)?;
    let room = if own.is_group { own } else { Room::actor(probe)? };
    let message = message(probe, segment, example.send.as_ref().unwrap_or(&Value::Null));
    // Whether it can be sent is another check.
    let Ok(_) = talk::said(probe, &room, &message, None).await else {
        return untestable("it could not be sent", "无法发送");
    };
    let contract = Arc::clone(probe.cx.gate.contract());
    let Some(event) = message_event(&contract, room.is_group) else {
        return untestable("the dialect has no event that tells a message", "该方言没有消息事件");
    };
    let Some((line, mark)) = ears.lines.first() else { return Ok(()) };
    let crate::checks::listen::Heard::It(frame) = hear(probe, line, *mark, event).await else {
        return Broken::new(Text::both("the second account was told no message", "第二个账号没有收到消息事件")).stop();
    };
    let told = frame.seen.json().filter(|it| is_event(&contract, event, it));
    let message = told.and_then(|it| contract.message_in(it));
    let segments = message.map(|message| contract.segments_of(message)).unwrap_or_default();
    let segments = if segments.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name)) {
        segments
    } else {
        opened(probe, segments).await?
    };
    let found = segments.iter().any(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &segment.name));
    if !found {
        return Broken::new(Text::both("the event of the second account does not hold it", "第二个账号的事件中没有它"))
            .stop();
    }
    valid(&contract, &segments)
}

/// The event that tells a message in a group, or between two.
pub(in crate::checks) fn message_event(contract: &Contract, in_group: bool) -> Option<&Event> {
    let telling = || contract.events().filter(|event| contract.tells_message(event));
    let own = telling().find(|event| crate::checks::listen::needs_group(contract, event) == in_group);
    // A dialect may have one event for both.
    own.or_else(|| telling().next())
}
