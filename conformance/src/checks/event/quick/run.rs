//! What comes of a quick operation: a message, another event, or what shows afterwards.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::Event;
use serde_json::{Map, Value};

use super::lasting::{lets_in, takes_back};
use super::operate::{WORDS, operate};
use super::{Does, id_field, reply_field};
use crate::check_context::CheckContext;
use crate::checks::about::About;
use crate::checks::messages;
use crate::checks::subscriptions::{EventMatch, EventSubscriptions, needs_group, note, wait_for_event_about};
use crate::client::frames::Frame;
use crate::contract::{Contract, id_text};
use crate::gate::Connection;
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::received::Received;

pub(super) async fn run(cx: &mut CheckContext, event: &Event, field: &str, does: &Does) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let text_field = || reply_field(&contract, event).unwrap_or_default().to_owned();
    let with = |pairs: &[(&str, Value)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    match does {
        Does::Says => {
            let segments = answered(cx, event, with(&[(field, WORDS.into())])).await?.1;
            holds_words(&contract, &segments, WORDS)
        }
        Does::Verbatim => {
            let Some(code) = &contract.file().cq_code else {
                return untestable("the dialect has no codes", "该方言没有 CQ 码");
            };
            let words = format!("{}{}{}", code.open, code.text_segment, code.close);
            let operation = with(&[(text_field().as_str(), words.as_str().into()), (field, true.into())]);
            let segments = answered(cx, event, operation).await?.1;
            holds_words(&contract, &segments, &words)
        }
        Does::Names => names(cx, event, field, &text_field()).await,
        Does::Makes(made) => operated(cx, event, with(&[(field, true.into())]), made).await.map(drop),
        Does::Measures { primary, made, reported_as } => {
            let much = Value::from(MUCH);
            let operation = with(&[(primary.as_str(), true.into()), (field, much.clone())]);
            let (connection, frame) = operated(cx, event, operation, made).await?;
            let reported = frame.received.json().and_then(|it| it.get(reported_as)).cloned().unwrap_or_default();
            if reported == much {
                return Ok(());
            }
            Violation::new(Text::both("it was done to another measure", "执行的程度不同"))
                .at(vec![Difference {
                    pointer: format!("/{reported_as}"),
                    expected: much.to_string(),
                    found: reported.to_string(),
                }])
                .with_evidence(&connection.evidence_of(&frame).into())
                .into_failure()
        }
        Does::TakesBack => takes_back(cx, event, with(&[(field, true.into())])).await,
        Does::LetsIn { primary, beside } => {
            let mut operation = with(&[(primary.as_str(), true.into())]);
            if beside.is_some() {
                operation.insert(field.to_owned(), WORDS.into());
            }
            lets_in(cx, event, operation, beside.as_deref()).await
        }
    }
}

/// How many seconds, or of whatever else, that nobody has by chance.
const MUCH: u32 = 120;

/// Operates, and receives what the second account is reported of it: the event, and the segments of the answer.
async fn answered(
    cx: &mut CheckContext,
    event: &Event,
    operation: Map<String, Value>,
) -> CheckResult<(Arc<Frame>, Vec<Value>)> {
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(own) = cx.run.fixtures.bindings().get("self").cloned() else {
        return untestable("it is not known which account this is", "不知道当前账号");
    };
    let in_group = needs_group(cx.contract(), event);
    if in_group {
        cx.may_send_in_group()?;
    }
    let mut subscriptions = EventSubscriptions::of_actor(cx, in_group).await?;
    subscriptions.discard_pending(cx).await;
    let (_, frame, _) = operate(cx, event, operation).await?;
    let Some((connection, cursor)) = subscriptions.connections.first() else {
        return untestable("nobody listens", "没有监听者");
    };
    // The second account may also be reported what it states itself, with this one as whom it states it to.
    let by_us = |document: &Value| {
        let reported = contract.dialect().recognise_event(document).filter(|_| contract.message_in(document).is_some());
        let from = reported.and_then(|reported| document.get(&id_field(&contract, reported, "user")?));
        from.is_some_and(|from| id_text(from) == id_text(&own))
    };
    match connection.event(*cursor, cx.event_timeout(), by_us).await {
        Ok(reported) => {
            note(cx, connection, &reported);
            let message = reported
                .received
                .json()
                .and_then(|document| contract.message_in(document))
                .cloned()
                .unwrap_or_default();
            Ok((frame, contract.segments_of(&message)))
        }
        Err(_) => Violation::new(Text::both("no reply was sent", "没有发出回复"))
            .with_evidence(&connection.evidence(Received::Empty).into())
            .into_failure(),
    }
}

fn holds_words(contract: &Contract, segments: &[Value], words: &str) -> CheckResult {
    let text: String = segments.iter().filter_map(|it| messages::words(contract, std::slice::from_ref(it))).collect();
    if text.contains(words) {
        return Ok(());
    }
    let received = Value::from(segments.to_vec()).to_string();
    Violation::new(Text::both("the reply has another content", "回复的内容不同"))
        .at(vec![Difference { pointer: String::new(), expected: words.to_owned(), found: received }])
        .into_failure()
}

/// The answer names who made the event happen, or does not, as the field states; where it is left out, as its default states.
async fn names(cx: &mut CheckContext, event: &Event, field: &str, text_field: &str) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let default = event.quick_operation.as_ref().and_then(|it| it.pointer(&format!("/properties/{field}/default")));
    let cases = [Some(true), Some(false), None];
    for wanted in cases {
        let Some(named) = wanted.or_else(|| default.and_then(Value::as_bool)) else { continue };
        let mut operation = Map::from_iter([(text_field.to_owned(), Value::from(WORDS))]);
        operation.extend(wanted.map(|value| (field.to_owned(), value.into())));
        let (frame, segments) = answered(cx, event, operation).await?;
        let document = frame.received.json().cloned().unwrap_or_default();
        let who = id_field(&contract, event, "user").and_then(|name| document.get(&name)).map(id_text);
        let schema = contract.dialect().defs().get("message_array");
        let reported = Value::from(segments.clone());
        let ids = schema.map(|schema| contract.ids_at(schema, &reported, "")).unwrap_or_default();
        let found = ids.iter().any(|id| id.kind == "user" && Some(&id.value) == who.as_ref());
        if found != named {
            let (en, zh) = if named { ("is not named", "没有提及") } else { ("is named", "提及了") };
            let how = wanted.map_or_else(|| "left out".to_owned(), |value| value.to_string());
            return Violation::new(Text::both(
                format!("with `{field}` {how}, who wrote {en} in the answer"),
                format!("`{field}` 为 {how} 时，回复{zh}发送者"),
            ))
            .at(vec![Difference {
                pointer: String::new(),
                expected: format!("a segment that names {}", who.unwrap_or_default()),
                found: reported.to_string(),
            }])
            .into_failure();
        }
    }
    Ok(())
}

/// Operates, and receives the event that comes of it where posts arrive.
async fn operated(
    cx: &mut CheckContext,
    event: &Event,
    operation: Map<String, Value>,
    made: &Event,
) -> CheckResult<(Connection, Arc<Frame>)> {
    let (connection, frame, cursor) = operate(cx, event, operation).await?;
    let contract = Arc::clone(cx.run.gate.contract());
    let about = frame.received.json().map(|it| About::of_event(&contract, event, it)).unwrap_or_default();
    let until = std::time::Instant::now() + cx.event_timeout();
    match wait_for_event_about(cx, &connection, cursor, made, &about, until).await {
        (EventMatch::Exact(reported) | EventMatch::Partial(reported), None) => Ok((connection, reported)),
        (EventMatch::Exact(reported) | EventMatch::Partial(reported), Some(difference)) => Violation::new(Text::both(
            format!("{} came, and not about who caused the event", made.name),
            format!("收到了 {}，但与引发事件的对象不符", made.name),
        ))
        .at(vec![difference])
        .with_evidence(&connection.evidence_of(&reported).into())
        .into_failure(),
        (EventMatch::None(_), _) => Violation::new(Text::both(
            format!("{} did not come of it", made.name),
            format!("没有因此出现 {}", made.name),
        ))
        .with_evidence(&connection.evidence_of(&frame).into())
        .into_failure(),
    }
}
