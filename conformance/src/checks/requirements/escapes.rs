//! Escapes in messages that are strings.

use botspec_schema::model::{CqCode, Escape, Segment};
use botspec_schema::{PERSONAL, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Map, Value, json};

use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::messages::{self, Conversation, send_and_read, words};
use crate::checks::segment::message_event;
use crate::checks::subscriptions::{EventMatch, EventSubscriptions, is_event, wait_for_message_by};
use crate::contract::Contract;
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};

rules! {
    "message/escape-text" Send escape_text,
        "a string message with every escape of plain text" "含纯文本全部转义的字符串" => "the unescaped characters" "还原为对应字符";
    "message/escape-value" Send escape_value,
        "a CQ code with every escape in a parameter" "参数值含全部转义的 CQ 码" => "the unescaped characters" "还原为对应字符";
    "message/escape-once" Send escape_once,
        "text that looks like an escape after one unescaping" "还原 & 之后形似转义的文本" => "the text, unescaped once" "不再继续还原";
    "message/equals-in-value" Send equals_in_value,
        "a CQ code with an equals sign in a parameter" "参数值含等号的 CQ 码" => "the whole parameter" "值保持完整";
    "message/array-verbatim" Send array_verbatim,
        "an array message whose text looks escaped" "文本形似转义的数组消息" => "the same text" "文本不变";
    "message/escape-received" Send escape_received,
        "a message with every character that has an escape" "含全部需转义字符的消息" => "an escaped string" "收到的字符串已转义";
    "message/raw-message" Send raw_message,
        "a message of the second account" "第二个账号发来的消息" => "the string form of the message" "为消息的字符串形式";
}

fn code(cx: &CheckContext) -> CheckResult<CqCode> {
    match &cx.contract().file().cq_code {
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

async fn reads_as(cx: &mut CheckContext, message: Value, wanted: &str) -> CheckResult {
    let conversation = Conversation::any(cx)?;
    let read = send_and_read(cx, &conversation, &message, None).await?;
    if words(cx.contract(), &read).as_deref() == Some(wanted) {
        return Ok(());
    }
    Violation::new(mismatch((wanted, wanted), &Value::Array(read).to_string().into())).into_failure()
}

async fn escape_text(cx: &mut CheckContext) -> CheckResult {
    let (raw, escaped) = special(&code(cx)?.text_escapes);
    reads_as(cx, escaped.into(), &raw).await
}

/// Escaped once more, what an escape is made of is plain text.
async fn escape_once(cx: &mut CheckContext) -> CheckResult {
    let code = code(cx)?;
    let (_, once) = special(&code.text_escapes);
    let twice = botspec_schema::cq::escape_text(&code, &once);
    reads_as(cx, twice.into(), &once).await?;
    let (_, once) = special(&code.value_escapes);
    value_reads_as(cx, &once).await
}

async fn array_verbatim(cx: &mut CheckContext) -> CheckResult {
    // Where there is no string form, what stands for signs elsewhere may not mean anything either.
    let words = match &cx.contract().file().cq_code {
        Some(code) => {
            let (raw, escaped) = special(&code.value_escapes);
            format!("{escaped}{raw}{}", code.open)
        }
        None => "&amp;&#91;[&],<b>%41\\n".to_owned(),
    };
    let message = messages::text(cx.contract(), &words);
    reads_as(cx, message, &words).await
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
        messages::segment(&self.segment.name, &Value::Object(data))
    }

    /// The segment as the contract shows it.
    fn plain(&self) -> Value {
        messages::segment(&self.segment.name, &Value::Object(self.data.clone()))
    }

    /// Its value among segments that are reported.
    fn value_in<'v>(&self, segments: &'v [Value]) -> Option<&'v Value> {
        let it = segments.iter().find(|it| it.get(SEGMENT_TYPE).is_some_and(|kind| kind == &self.segment.name))?;
        it.get(SEGMENT_DATA)?.get(&self.key)
    }

    /// The text that is reported in its value.
    fn found_in(&self, segments: &[Value]) -> Option<Value> {
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
    let (data, reported) = (example.send.as_ref()?.as_object()?, example.receive.as_ref()?);
    let object = |key: &str| serde_json::from_str::<Map<String, Value>>(data.get(key)?.as_str()?).ok();
    let fits = |key: &&String| {
        let stays = reported.get(*key) == data.get(*key) && (whole || is_written(segment, key));
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

/// Whether a value of a segment may be any text, sent and received, as far as its schema states.
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
async fn value_reads_as(cx: &mut CheckContext, wanted: &str) -> CheckResult {
    let mut unreported = None;
    for free in free_values(&std::sync::Arc::clone(cx.run.gate.contract())) {
        match this_value_reads_as(cx, &free, wanted).await {
            Err(why @ NotPassed::Untestable(_)) => unreported = Some(why),
            judged => return judged,
        }
    }
    match unreported {
        Some(why) => Err(why),
        None => untestable("no segment of the dialect holds free text", "该方言的消息段不含自由文本"),
    }
}

async fn this_value_reads_as(cx: &mut CheckContext, free: &Free, wanted: &str) -> CheckResult {
    let Some(string) = cx.contract().write_string(&json!([free.holding(wanted)])) else {
        return untestable("the segment has no string form", "该消息段没有字符串形式");
    };
    let conversation = Conversation::any(cx)?;
    let read = match send_and_read(cx, &conversation, &string.into(), None).await {
        Err(refused @ NotPassed::Failed(_)) => {
            return Err(messages::unless_refused_anyway(cx, &conversation, &json!([free.plain()]), refused).await);
        }
        read => read?,
    };
    match free.found_in(&read) {
        Some(reported) if reported == wanted => Ok(()),
        Some(reported) => {
            let place = format!("{}: {reported}", free.key);
            Violation::new(mismatch((wanted, wanted), &place.into())).into_failure()
        }
        // Servers may drop what they do not know of JSON.
        None if free.value_in(&read).is_some() => {
            untestable("the text does not come back with its segment", "读回的消息段不含这段文本")
        }
        // What is not reported without the text either proves nothing about texts.
        None => match send_and_read(cx, &conversation, &json!([free.plain()]), None).await {
            Ok(plain) if free.value_in(&plain).is_some() => {
                Violation::new(mismatch((wanted, wanted), &Value::Array(read).to_string().into())).into_failure()
            }
            _ => untestable("the implementation does not return the segment", "该实现读回的消息中没有这个消息段"),
        },
    }
}

async fn escape_value(cx: &mut CheckContext) -> CheckResult {
    let (raw, _) = special(&code(cx)?.value_escapes);
    value_reads_as(cx, &raw).await
}

async fn equals_in_value(cx: &mut CheckContext) -> CheckResult {
    let assign = code(cx)?.assign;
    value_reads_as(cx, &format!("a{assign}b{assign}{assign}c")).await
}

/// The string that the implementation hands out for a message with everything in it that has an escape, and the
/// segments that it must mean.
async fn handed_out(cx: &mut CheckContext) -> CheckResult<(String, Vec<Value>)> {
    let code = code(cx)?;
    let (raw, _) = special(&code.text_escapes);
    let conversation = Conversation::any(cx)?;
    let message = messages::text(cx.contract(), &raw);
    let id = messages::send_accepted(cx, &conversation, &message, None).await?;
    if let Value::String(string) = messages::read_message(cx, &conversation, &id).await? {
        let segments = message.as_array().cloned().unwrap_or_default();
        return Ok((string, segments));
    }
    // Where messages are reported as arrays, events still hold them as strings beside.
    let event = arrived_event(cx, &raw).await?;
    let raw = cx.contract().roles().raw_field.as_deref().and_then(|place| event.pointer(place));
    let segments = cx.contract().message_in(&event).map(|message| cx.contract().segments_of(message));
    match raw {
        Some(Value::String(string)) => Ok((string.clone(), segments.unwrap_or_default())),
        _ => untestable("the implementation hands out no string", "该实现不返回字符串形式"),
    }
}

/// The event that reports this account what the second one, or somebody in the simulated world, sent.
async fn arrived_event(cx: &mut CheckContext, send_accepted: &str) -> CheckResult<Value> {
    let contract = std::sync::Arc::clone(cx.run.gate.contract());
    let bindings = cx.run.fixtures.bindings();
    let Some(myself) = bindings.get("self") else {
        return untestable("it is not known which account this is", "不知道当前账号");
    };
    let mut subscriptions = EventSubscriptions::everywhere(cx).await?;
    subscriptions.discard_pending(cx).await;
    messages::actor_sends(cx, false, myself, send_accepted).await?;
    let Some(event) = message_event(&contract, false) else {
        return untestable("the dialect has no message event", "该方言没有消息事件");
    };
    let Some((connection, cursor)) = subscriptions.connections.first() else {
        return untestable("the dialect has no event connection", "该方言没有事件连接");
    };
    let Some(sender) = bindings.get("actor") else {
        return untestable("it is not known which account sends", "不知道发送消息的账号");
    };
    match wait_for_message_by(cx, connection, *cursor, event, sender).await {
        EventMatch::Exact(frame) => match frame.received.json().filter(|it| is_event(&contract, event, it)) {
            Some(event) => Ok(event.clone()),
            None => untestable("the message did not come", "没有收到该消息"),
        },
        _ => untestable("the message did not come", "没有收到该消息"),
    }
}

async fn escape_received(cx: &mut CheckContext) -> CheckResult {
    let (string, segments) = handed_out(cx).await?;
    let wanted = words(cx.contract(), &segments).unwrap_or_default();
    let escaped = botspec_schema::cq::escape_text(&code(cx)?, &wanted);
    if string == escaped {
        return Ok(());
    }
    Violation::new(mismatch((&escaped, &escaped), &string.into())).into_failure()
}

async fn raw_message(cx: &mut CheckContext) -> CheckResult {
    let event = arrived_event(cx, "botspec, [raw] & plain").await?;
    let Some(raw) = &cx.contract().roles().raw_field else {
        return untestable("the dialect has no such field", "该方言没有这个字段");
    };
    let reported = event.pointer(raw).cloned().unwrap_or_default();
    let segments = cx.contract().segments_of(cx.contract().message_in(&event).unwrap_or(&Value::Null));
    let wanted = cx.contract().write_string(&Value::Array(segments)).unwrap_or_default();
    if reported == wanted.as_str() {
        return Ok(());
    }
    Violation::new(mismatch((&wanted, &wanted), &reported.to_string().into())).into_failure()
}
