//! Answering a post with a quick operation, and hearing what comes of it.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{Event, Trigger, TriggerBy, WsRole};
use serde_json::{Map, Value};

use super::lasting::{lets_in, takes_back};
use super::{Does, id_field, says};
use crate::checks::listen::{Ears, Heard, hear, note, settle};
use crate::checks::{provoke, talk};
use crate::client::frames::{Frame, Mark};
use crate::contract::Contract;
use crate::gate::Line;
use crate::probe::{Broken, Judged, Probe, untestable};
use crate::seen::Seen;

pub(super) const WORDS: &str = "botspec answers at once";

pub(super) async fn run(probe: &mut Probe, event: &Event, field: &str, does: &Does) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let said = || says(&contract, event).unwrap_or_default().to_owned();
    let with = |pairs: &[(&str, Value)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    match does {
        Does::Says => {
            let segments = answered(probe, event, with(&[(field, WORDS.into())])).await?.1;
            holds_words(&contract, &segments, WORDS)
        }
        Does::Verbatim => {
            let Some(code) = &contract.file().cq_code else {
                return untestable("the dialect has no codes", "该方言没有 CQ 码");
            };
            let words = format!("{}{}{}", code.open, code.text_segment, code.close);
            let operation = with(&[(said().as_str(), words.as_str().into()), (field, true.into())]);
            let segments = answered(probe, event, operation).await?.1;
            holds_words(&contract, &segments, &words)
        }
        Does::Names => names(probe, event, field, &said()).await,
        Does::Makes(made) => operated(probe, event, with(&[(field, true.into())]), made).await.map(drop),
        Does::Measures { primary, made, told_as } => {
            let much = Value::from(MUCH);
            let operation = with(&[(primary.as_str(), true.into()), (field, much.clone())]);
            let (line, frame) = operated(probe, event, operation, made).await?;
            let told = frame.seen.json().and_then(|it| it.get(told_as)).cloned().unwrap_or_default();
            if told == much {
                return Ok(());
            }
            Broken::new(Text::both("it was done to another measure", "执行的程度不同"))
                .at(vec![Difference {
                    pointer: format!("/{told_as}"),
                    expected: much.to_string(),
                    found: told.to_string(),
                }])
                .shown_by(&line.shows_frame(&frame).into())
                .stop()
        }
        Does::TakesBack => takes_back(probe, event, with(&[(field, true.into())])).await,
        Does::LetsIn { primary, beside } => {
            let mut operation = with(&[(primary.as_str(), true.into())]);
            if beside.is_some() {
                operation.insert(field.to_owned(), WORDS.into());
            }
            lets_in(probe, event, operation, beside.as_deref()).await
        }
    }
}

/// How many seconds, or of whatever else, that nobody has by chance.
const MUCH: u32 = 120;

/// The ways to make the event happen: by the second account before by a step of the world, since the former hears what is
/// answered.
fn trigger(probe: &Probe, event: &Event) -> Judged<Trigger> {
    let mut why_not = None;
    for by in [TriggerBy::Actor, TriggerBy::World] {
        for trigger in event.triggers.iter().filter(|trigger| trigger.by == by) {
            match provoke::feasible(probe, trigger) {
                Ok(()) => return Ok(trigger.clone()),
                Err(why) => {
                    why_not.get_or_insert(why);
                }
            }
        }
    }
    match why_not {
        Some(why) => Broken::new(why).untestable(),
        None => untestable("nothing is known that makes it happen", "没有已知的触发方式"),
    }
}

/// Makes the event happen and answers its post with a quick operation; gives where posts arrive, the event,
/// and the place before it.
pub(super) async fn operate(
    probe: &mut Probe,
    event: &Event,
    operation: Map<String, Value>,
) -> Judged<(Line, Arc<Frame>, Mark)> {
    let trigger = trigger(probe, event)?;
    let line = probe.open_over(Transport::Webhook, WsRole::Event, false).await?;
    settle(probe, [&line]).await;
    let mark = line.mark();
    probe.log.note(format!("the answer will be {}", Value::Object(operation.clone())));
    let cx = Arc::clone(&probe.cx);
    let planned = cx.gate.plan_operation(event, operation)?;
    provoke::pull(probe, event, &trigger).await?;
    let heard = hear(probe, &line, mark, event).await;
    if planned.was_held_back() {
        return untestable(
            "the event was about somebody who is no declared fixture of this account",
            "事件涉及的对象不是已声明的测试对象",
        );
    }
    match heard {
        Heard::It(frame) | Heard::Near(frame) => Ok((line, frame, mark)),
        Heard::Nothing(_) => {
            untestable(format!("{} was not posted", event.name), format!("没有收到 {} 的上报", event.name))
        }
    }
}

/// Operates, and hears what the second account is told of it: the event, and the segments of the answer.
async fn answered(probe: &mut Probe, event: &Event, operation: Map<String, Value>) -> Judged<(Arc<Frame>, Vec<Value>)> {
    let contract = Arc::clone(probe.cx.gate.contract());
    let Some(own) = probe.cx.fixtures.bindings().get("self").cloned() else {
        return untestable("it is not known which account this is", "不知道当前账号");
    };
    let mut ears = Ears::of_actor(probe).await?;
    ears.forget(probe).await;
    let (_, frame, _) = operate(probe, event, operation).await?;
    let Some((line, mark)) = ears.lines.first() else { return untestable("nobody listens", "没有监听者") };
    // The second account may also be told what it says itself, with this one as whom it says it to.
    let by_us = |document: &Value| {
        let told = contract.dialect().recognise_event(document).filter(|_| contract.message_in(document).is_some());
        let from = told.and_then(|told| document.get(&id_field(&contract, told, "user")?));
        from.is_some_and(|from| own_text(from) == own_text(&own))
    };
    match line.event(*mark, probe.event_timeout(), by_us).await {
        Ok(told) => {
            note(probe, line, &told);
            let message =
                told.seen.json().and_then(|document| contract.message_in(document)).cloned().unwrap_or_default();
            Ok((frame, contract.segments_of(&message)))
        }
        Err(_) => Broken::new(Text::both("no answer was said", "没有发出回复"))
            .shown_by(&line.shows(Seen::Empty).into())
            .stop(),
    }
}

pub(super) fn own_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn holds_words(contract: &Contract, segments: &[Value], words: &str) -> Judged {
    let text: String = segments.iter().filter_map(|it| talk::words(contract, std::slice::from_ref(it))).collect();
    if text.contains(words) {
        return Ok(());
    }
    let seen = Value::from(segments.to_vec()).to_string();
    Broken::new(Text::both("the answer says something else", "回复的内容不同"))
        .at(vec![Difference { pointer: String::new(), expected: words.to_owned(), found: seen }])
        .stop()
}

/// The answer names who made the event happen, or does not, as the field says; where it is left out, as its default says.
async fn names(probe: &mut Probe, event: &Event, field: &str, said: &str) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let default = event.quick_operation.as_ref().and_then(|it| it.pointer(&format!("/properties/{field}/default")));
    let cases = [Some(true), Some(false), None];
    for wanted in cases {
        let Some(named) = wanted.or_else(|| default.and_then(Value::as_bool)) else { continue };
        let mut operation = Map::from_iter([(said.to_owned(), Value::from(WORDS))]);
        operation.extend(wanted.map(|value| (field.to_owned(), value.into())));
        let (frame, segments) = answered(probe, event, operation).await?;
        let document = frame.seen.json().cloned().unwrap_or_default();
        let who = id_field(&contract, event, "user").and_then(|name| document.get(&name)).map(own_text);
        let schema = contract.dialect().defs().get("message_array");
        let told = Value::from(segments.clone());
        let ids = schema.map(|schema| contract.ids_at(schema, &told, "")).unwrap_or_default();
        let found = ids.iter().any(|id| id.kind == "user" && Some(&id.value) == who.as_ref());
        if found != named {
            let (en, zh) = if named { ("is not named", "没有提及") } else { ("is named", "提及了") };
            let how = wanted.map_or_else(|| "left out".to_owned(), |value| value.to_string());
            return Broken::new(Text::both(
                format!("with `{field}` {how}, who wrote {en} in the answer"),
                format!("`{field}` 为 {how} 时，回复{zh}发送者"),
            ))
            .at(vec![Difference {
                pointer: String::new(),
                expected: format!("a segment that names {}", who.unwrap_or_default()),
                found: told.to_string(),
            }])
            .stop();
        }
    }
    Ok(())
}

/// Operates, and hears the event that comes of it where posts arrive.
async fn operated(
    probe: &mut Probe,
    event: &Event,
    operation: Map<String, Value>,
    made: &Event,
) -> Judged<(Line, Arc<Frame>)> {
    let (line, frame, mark) = operate(probe, event, operation).await?;
    match hear(probe, &line, mark, made).await {
        Heard::It(told) | Heard::Near(told) => Ok((line, told)),
        Heard::Nothing(_) => {
            Broken::new(Text::both(format!("{} did not come of it", made.name), format!("没有因此出现 {}", made.name)))
                .shown_by(&line.shows_frame(&frame).into())
                .stop()
        }
    }
}
