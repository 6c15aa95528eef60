//! Escapes in messages that are strings.

use botspec_schema::model::{CqCode, Escape, Segment};
use botspec_schema::{PERSONAL, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Map, Value, json};

use super::{rules, unlike};
use crate::checks::listen::{Ears, Heard, hear, is_event};
use crate::checks::segment::message_event;
use crate::checks::talk::{self, Room, said_and_read, words};
use crate::contract::Contract;
use crate::probe::{Broken, Judged, Probe, Stop, untestable};

rules! {
    "message/escape-text" Send escape_text,
        "a string with every escape of plain text" "含纯文本全部转义的字符串" => "the characters that they stand for" "还原为对应字符";
    "message/escape-value" Send escape_value,
        "a code whose value holds every escape" "参数值含全部转义的 CQ 码" => "the characters that they stand for" "还原为对应字符";
    "message/escape-once" Send escape_once,
        "what looks like an escape once the ampersand is undone" "还原 & 之后形似转义的文本" => "it is left as it is" "不再继续还原";
    "message/equals-in-value" Send equals_in_value,
        "a code whose value holds an equals sign" "参数值含等号的 CQ 码" => "the whole value" "值保持完整";
    "message/array-verbatim" Send array_verbatim,
        "an array whose text looks escaped" "文本形似转义的数组消息" => "the same text" "文本不变";
    "message/escape-received" Send escape_received,
        "a message with every character that has an escape" "含全部需转义字符的消息" => "a string that is escaped" "收到的字符串已转义";
    "message/raw-message" Send raw_message,
        "a message of the second account" "第二个账号发来的消息" => "the string form of the message" "为消息的字符串形式";
}

fn code(probe: &Probe) -> Judged<CqCode> {
    match &probe.contract().file().cq_code {
        Some(code) => Ok(code.clone()),
        None => untestable("the dialect has no string form of messages", "该方言没有消息的字符串形式"),
    }
}

/// Every character that has an escape, between letters, and the same escaped.
fn special(escapes: &[Escape]) -> (String, String) {
    let between = |form: &dyn Fn(&Escape) -> String| -> String {
        escapes.iter().flat_map(|escape| ["a".to_owned(), form(escape), "b".to_owned()]).collect()
    };
    (between(&|escape| escape.raw.clone()), between(&|escape| escape.escaped.clone()))
}

async fn reads_as(probe: &mut Probe, message: Value, wanted: &str) -> Judged {
    let room = Room::any(probe)?;
    let read = said_and_read(probe, &room, &message, None).await?;
    if words(probe.contract(), &read).as_deref() == Some(wanted) {
        return Ok(());
    }
    Broken::new(unlike((wanted, wanted), &Value::Array(read).to_string().into())).stop()
}

async fn escape_text(probe: &mut Probe) -> Judged {
    let (raw, escaped) = special(&code(probe)?.text_escapes);
    reads_as(probe, escaped.into(), &raw).await
}

/// Escaped once more, what an escape is made of is plain text.
async fn escape_once(probe: &mut Probe) -> Judged {
    let code = code(probe)?;
    let (_, once) = special(&code.text_escapes);
    let twice = botspec_schema::cq::escape_text(&code, &once);
    reads_as(probe, twice.into(), &once).await?;
    let free = free_value(probe)?;
    let (_, once) = special(&code.value_escapes);
    value_reads_as(probe, &free, &once).await
}

async fn array_verbatim(probe: &mut Probe) -> Judged {
    // Where there is no string form, what stands for signs elsewhere may not mean anything either.
    let words = match &probe.contract().file().cq_code {
        Some(code) => {
            let (raw, escaped) = special(&code.value_escapes);
            format!("{escaped}{raw}{}", code.open)
        }
        None => "&amp;&#91;[&],<b>%41\\n".to_owned(),
    };
    let message = talk::text(probe.contract(), &words);
    reads_as(probe, message, &words).await
}

/// A segment with a value that may be any text and is kept, as the contract shows it.
struct Free {
    segment: Segment,
    data: Map<String, Value>,
    key: String,
}

fn free_value(probe: &Probe) -> Judged<Free> {
    let contract = probe.contract();
    let text = contract.file().cq_code.as_ref().map(|code| code.text_segment.clone());
    let segments = || contract.segments().filter(|it| it.cq && it.needs.is_empty() && Some(&it.name) != text.as_ref());
    // Better one that is kept whole; of another, words that somebody wrote, where they are kept.
    let kept = |whole: bool| {
        segments().find_map(|segment| {
            let example = segment.examples.iter().find(|it| it.send.is_some() && (!whole || it.send == it.receive))?;
            let data = example.send.as_ref()?.as_object()?;
            let told = example.receive.as_ref()?;
            let stays = |key: &str| told.get(key) == data.get(key) && (whole || is_written(segment, key));
            let key = data.keys().find(|key| stays(key) && is_free(contract, segment, key))?;
            Some(Free { segment: segment.clone(), data: data.clone(), key: key.clone() })
        })
    };
    match kept(true).or_else(|| kept(false)) {
        Some(free) => Ok(free),
        None => untestable("no segment of the dialect holds free text", "该方言的消息段不含自由文本"),
    }
}

/// Whether a value of a segment is a text that somebody wrote.
fn is_written(segment: &Segment, key: &str) -> bool {
    let schema = segment.send.as_ref().and_then(|form| form.pointer(&format!("/properties/{key}")));
    schema.is_some_and(|schema| schema.get(PERSONAL).is_some())
}

/// Whether a value of a segment may be any text, sent and received. What is an address or markup may not.
fn is_free(contract: &Contract, segment: &Segment, key: &str) -> bool {
    let free = |form: &Option<Value>| {
        let schema = form.as_ref().and_then(|form| form.pointer(&format!("/properties/{key}")));
        schema.is_some_and(|schema| {
            let schema = contract.follow(schema);
            let bound = ["enum", "const", "pattern", "x-id", "x-volatile", "maxLength"];
            schema.get("type").is_some_and(|it| it == "string") && !bound.iter().any(|it| schema.get(it).is_some())
        })
    };
    let plain = |form: &Option<Value>| {
        let value = form.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str);
        value.is_some_and(|text| !text.contains("://") && !text.trim_start().starts_with(['{', '<']))
    };
    free(&segment.send) && free(&segment.receive) && segment.examples.iter().all(|example| plain(&example.send))
}

async fn value_reads_as(probe: &mut Probe, free: &Free, wanted: &str) -> Judged {
    let mut data = free.data.clone();
    data.insert(free.key.clone(), wanted.into());
    let segments = json!([talk::segment(&free.segment.name, &Value::Object(data))]);
    let Some(string) = probe.contract().write_string(&segments) else {
        return untestable("the segment has no string form", "该消息段没有字符串形式");
    };
    value_of(probe, free, &string, wanted).await
}

async fn value_of(probe: &mut Probe, free: &Free, string: &str, wanted: &str) -> Judged {
    let room = Room::any(probe)?;
    let read = match said_and_read(probe, &room, &string.into(), None).await {
        Err(refused @ Stop::Broken(_)) => {
            let plain = json!([talk::segment(&free.segment.name, &Value::Object(free.data.clone()))]);
            return Err(talk::unless_refused_anyway(probe, &room, &plain, refused).await);
        }
        read => read?,
    };
    let found = read.iter().find(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &free.segment.name));
    let told = found.and_then(|it| it.get(SEGMENT_DATA)?.get(&free.key)).cloned().unwrap_or_default();
    if told == wanted {
        return Ok(());
    }
    let place = format!("{}: {told}", free.key);
    Broken::new(unlike((wanted, wanted), &place.into())).stop()
}

async fn escape_value(probe: &mut Probe) -> Judged {
    let free = free_value(probe)?;
    let (raw, _) = special(&code(probe)?.value_escapes);
    value_reads_as(probe, &free, &raw).await
}

async fn equals_in_value(probe: &mut Probe) -> Judged {
    let free = free_value(probe)?;
    let assign = code(probe)?.assign;
    value_reads_as(probe, &free, &format!("a{assign}b{assign}{assign}c")).await
}

/// The string that the implementation hands out for a message with everything in it that has an escape, and the
/// segments that it must mean.
async fn handed_out(probe: &mut Probe) -> Judged<(String, Vec<Value>)> {
    let code = code(probe)?;
    let (raw, _) = special(&code.text_escapes);
    let room = Room::any(probe)?;
    let message = talk::text(probe.contract(), &raw);
    let id = talk::said(probe, &room, &message, None).await?;
    if let Value::String(string) = talk::read_message(probe, &room, &id).await? {
        let segments = message.as_array().cloned().unwrap_or_default();
        return Ok((string, segments));
    }
    // Where messages are told as arrays, events still hold them as strings beside.
    let event = heard_event(probe, &raw).await?;
    let raw = probe.contract().roles().raw_field.as_deref().and_then(|place| event.pointer(place));
    let segments = probe.contract().message_in(&event).map(|message| probe.contract().segments_of(message));
    match raw {
        Some(Value::String(string)) => Ok((string.clone(), segments.unwrap_or_default())),
        _ => untestable("the implementation hands out no string", "该实现不返回字符串形式"),
    }
}

/// The event that tells this account what the second one, or somebody in the simulated world, said.
async fn heard_event(probe: &mut Probe, said: &str) -> Judged<Value> {
    let contract = std::sync::Arc::clone(probe.cx.gate.contract());
    let bindings = probe.cx.fixtures.bindings();
    let Some(myself) = bindings.get("self") else {
        return untestable("it is not known which account this is", "不知道当前账号");
    };
    let mut ears = Ears::everywhere(probe).await?;
    ears.forget(probe).await;
    talk::actor_says(probe, false, myself, said).await?;
    let Some(event) = message_event(&contract, false) else {
        return untestable("the dialect has no event that tells a message", "该方言没有消息事件");
    };
    let Some((line, mark)) = ears.lines.first() else {
        return untestable("the dialect has no event connection", "该方言没有事件连接");
    };
    match hear(probe, line, *mark, event).await {
        Heard::It(frame) => match frame.seen.json().filter(|it| is_event(&contract, event, it)) {
            Some(event) => Ok(event.clone()),
            None => untestable("the message was not told", "没有收到该消息"),
        },
        _ => untestable("the message was not told", "没有收到该消息"),
    }
}

async fn escape_received(probe: &mut Probe) -> Judged {
    let (string, segments) = handed_out(probe).await?;
    let wanted = words(probe.contract(), &segments).unwrap_or_default();
    let escaped = botspec_schema::cq::escape_text(&code(probe)?, &wanted);
    if string == escaped {
        return Ok(());
    }
    Broken::new(unlike((&escaped, &escaped), &string.into())).stop()
}

async fn raw_message(probe: &mut Probe) -> Judged {
    let event = heard_event(probe, "botspec, [raw] & plain").await?;
    let Some(raw) = &probe.contract().roles().raw_field else {
        return untestable("the dialect has no such field", "该方言没有这个字段");
    };
    let told = event.pointer(raw).cloned().unwrap_or_default();
    let segments = probe.contract().segments_of(probe.contract().message_in(&event).unwrap_or(&Value::Null));
    let wanted = probe.contract().write_string(&Value::Array(segments)).unwrap_or_default();
    if told == wanted.as_str() {
        return Ok(());
    }
    Broken::new(unlike((&wanted, &wanted), &told.to_string().into())).stop()
}
