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
    let (_, once) = special(&code.value_escapes);
    value_reads_as(probe, &once).await
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

/// A segment with a value that may hold any text and is kept, as the contract shows it.
struct Free {
    segment: Segment,
    data: Map<String, Value>,
    key: String,
    /// The object that the value is as JSON, where it is one; any text may stand in it.
    object: Option<Map<String, Value>>,
}

/// The key under which a text stands in a value that is JSON.
const WITHIN: &str = "botspec";

impl Free {
    /// The segment with a text in its value.
    fn holding(&self, text: &str) -> Value {
        let value = match self.object.clone() {
            Some(mut object) => {
                object.insert(WITHIN.to_owned(), text.into());
                Value::Object(object).to_string()
            }
            None => text.to_owned(),
        };
        let mut data = self.data.clone();
        data.insert(self.key.clone(), value.into());
        talk::segment(&self.segment.name, &Value::Object(data))
    }

    /// The segment as the contract shows it.
    fn plain(&self) -> Value {
        talk::segment(&self.segment.name, &Value::Object(self.data.clone()))
    }

    /// Its value among segments that are told.
    fn value_in<'v>(&self, segments: &'v [Value]) -> Option<&'v Value> {
        let it = segments.iter().find(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &self.segment.name))?;
        it.get(SEGMENT_DATA)?.get(&self.key)
    }

    /// The text that is told in its value.
    fn told_in(&self, segments: &[Value]) -> Option<Value> {
        let value = self.value_in(segments)?;
        match &self.object {
            // How it is written, and what else stands in it, is not asked.
            Some(_) => serde_json::from_str::<Value>(value.as_str()?).ok()?.get(WITHIN).cloned(),
            None => Some(value.clone()),
        }
    }
}

/// The segments that can show what becomes of a text, the best first: those that are kept whole; of others, words that
/// somebody wrote; texts within what is JSON. An implementation need not take them all.
fn free_values(contract: &Contract) -> Vec<Free> {
    let text = contract.file().cq_code.as_ref().map(|code| code.text_segment.clone());
    let segments = || contract.segments().filter(|it| it.cq && it.needs.is_empty() && Some(&it.name) != text.as_ref());
    [How::Whole, How::Written, How::Json]
        .into_iter()
        .flat_map(|how| segments().filter_map(move |segment| free_value(contract, segment, how)))
        .collect()
}

/// How a value is kept that may hold any text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// With its whole segment.
    Whole,
    /// As words that somebody wrote, whatever becomes of the rest of its segment.
    Written,
    /// As JSON, with its whole segment.
    Json,
}

fn free_value(contract: &Contract, segment: &Segment, how: How) -> Option<Free> {
    let whole = how != How::Written;
    let example = segment.examples.iter().find(|it| it.send.is_some() && (!whole || it.send == it.receive))?;
    let (data, told) = (example.send.as_ref()?.as_object()?, example.receive.as_ref()?);
    let object = |key: &str| serde_json::from_str::<Map<String, Value>>(data.get(key)?.as_str()?).ok();
    let fits = |key: &&String| {
        let stays = told.get(*key) == data.get(*key) && (whole || is_written(segment, key));
        stays
            && is_text(contract, segment, key)
            && if how == How::Json { object(key).is_some() } else { is_plain(segment, key) }
    };
    let key = data.keys().find(fits)?;
    let object = if how == How::Json { object(key) } else { None };
    Some(Free { segment: segment.clone(), data: data.clone(), key: key.clone(), object })
}

/// Whether a value of a segment is a text that somebody wrote.
fn is_written(segment: &Segment, key: &str) -> bool {
    let schema = segment.send.as_ref().and_then(|form| form.pointer(&format!("/properties/{key}")));
    schema.is_some_and(|schema| schema.get(PERSONAL).is_some())
}

/// Whether a value of a segment may be any text, sent and received, as far as its schema says.
fn is_text(contract: &Contract, segment: &Segment, key: &str) -> bool {
    let free = |form: &Option<Value>| {
        let schema = form.as_ref().and_then(|form| form.pointer(&format!("/properties/{key}")));
        schema.is_some_and(|schema| {
            let schema = contract.follow(schema);
            let bound = ["enum", "const", "pattern", "x-id", "x-volatile", "maxLength"];
            schema.get("type").is_some_and(|it| it == "string") && !bound.iter().any(|it| schema.get(it).is_some())
        })
    };
    free(&segment.send) && free(&segment.receive)
}

/// Whether a value is no address and no markup, which may not be any text.
fn is_plain(segment: &Segment, key: &str) -> bool {
    segment.examples.iter().all(|example| {
        let value = example.send.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str);
        value.is_some_and(|text| !text.contains("://") && !text.trim_start().starts_with(['{', '<']))
    })
}

/// A text in the value of a code has to be read as it is, by whichever segment the implementation takes.
async fn value_reads_as(probe: &mut Probe, wanted: &str) -> Judged {
    let mut untold = None;
    for free in free_values(&std::sync::Arc::clone(probe.cx.gate.contract())) {
        match this_value_reads_as(probe, &free, wanted).await {
            Err(stop @ Stop::Untestable(_)) => untold = Some(stop),
            judged => return judged,
        }
    }
    match untold {
        Some(stop) => Err(stop),
        None => untestable("no segment of the dialect holds free text", "该方言的消息段不含自由文本"),
    }
}

async fn this_value_reads_as(probe: &mut Probe, free: &Free, wanted: &str) -> Judged {
    let Some(string) = probe.contract().write_string(&json!([free.holding(wanted)])) else {
        return untestable("the segment has no string form", "该消息段没有字符串形式");
    };
    let room = Room::any(probe)?;
    let read = match said_and_read(probe, &room, &string.into(), None).await {
        Err(refused @ Stop::Broken(_)) => {
            return Err(talk::unless_refused_anyway(probe, &room, &json!([free.plain()]), refused).await);
        }
        read => read?,
    };
    match free.told_in(&read) {
        Some(told) if told == wanted => Ok(()),
        Some(told) => {
            let place = format!("{}: {told}", free.key);
            Broken::new(unlike((wanted, wanted), &place.into())).stop()
        }
        // Servers may drop what they do not know of JSON.
        None if free.value_in(&read).is_some() => {
            untestable("the text is not told again with its segment", "读回的消息段不含这段文本")
        }
        // What is not told without the text either says nothing about texts.
        None => match said_and_read(probe, &room, &json!([free.plain()]), None).await {
            Ok(plain) if free.value_in(&plain).is_some() => {
                Broken::new(unlike((wanted, wanted), &Value::Array(read).to_string().into())).stop()
            }
            _ => untestable("the implementation does not tell the segment again", "该实现读回的消息中没有这个消息段"),
        },
    }
}

async fn escape_value(probe: &mut Probe) -> Judged {
    let (raw, _) = special(&code(probe)?.value_escapes);
    value_reads_as(probe, &raw).await
}

async fn equals_in_value(probe: &mut Probe) -> Judged {
    let assign = code(probe)?.assign;
    value_reads_as(probe, &format!("a{assign}b{assign}{assign}c")).await
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
