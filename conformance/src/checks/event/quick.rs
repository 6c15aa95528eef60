//! Checks derived from a quick operation: the answer to a post asks for something, and that is what happens. What a field
//! does is told by the action that the contract names beside it.

use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{Effect, Event, Trigger, TriggerBy};
use serde_json::{Map, Value};

use super::super::listen::{Ears, Heard, hear, note, settle};
use super::super::{Family, Subject, derived_as, provoke, talk};
use crate::answer::{self, Ended};
use crate::client::frames::{Frame, Mark};
use crate::contract::{Contract, Listed};
use crate::gate::{Line, stands_for};
use crate::probe::{Broken, Judged, Probe, untestable};
use crate::unit::{Body, Order, Unit};

const QUICK: Family = Family {
    name: "quick",
    should: false,
    sentence: ("What the answer to its post asks for is done.", "对其上报的回应所要求的操作会被执行。"),
    sends: ("what makes it happen, and a quick operation as the answer to its post", "触发它，并以快速操作回应上报"),
    expects: ("what was asked for", "所要求的操作生效"),
};

/// What a field of a quick operation does, as far as it can be seen.
#[derive(Debug, Clone)]
enum Does {
    /// Says something where the event came from.
    Says,
    /// Has what is said taken for plain text.
    Verbatim,
    /// Has what is said name who made the event happen.
    Names,
    /// Makes another event happen, as an action would.
    Makes(Box<Event>),
    /// Says how much of what the field beside it does; told by a field of the event that comes of it.
    Measures { primary: String, made: Box<Event>, told_as: String },
    /// Takes a message back, so that it cannot be read again.
    TakesBack,
    /// Lets somebody in, so that a list holds them; the value of a further field stands beside them.
    LetsIn { primary: String, beside: Option<String> },
}

/// One unit for each field whose effect can be seen.
pub(super) fn units(contract: &Contract, transports: &[Transport], event: &Event) -> Vec<Unit> {
    let spoken = contract.file().transports.webhook.as_ref().is_some_and(|webhook| webhook.quick_operations);
    if !spoken || !transports.contains(&Transport::Webhook) {
        return Vec::new();
    }
    fields(event).into_iter().filter_map(|field| unit(contract, event, field)).collect()
}

fn fields(event: &Event) -> Vec<&str> {
    let properties = event.quick_operation.as_ref().and_then(|it| it.get("properties")).and_then(Value::as_object);
    properties.into_iter().flat_map(|it| it.keys()).map(String::as_str).collect()
}

fn unit(contract: &Contract, event: &Event, field: &str) -> Option<Unit> {
    let does = does(contract, event, field)?;
    let (mut effect, mut spends) = provoke::cost(contract, event);
    for action in fields(event).iter().filter_map(|it| stands_for(event, it)) {
        // A field that says how is sent with the one that says what.
        if stands_for(event, field).is_none_or(|own| own.0 == action.0)
            && let Some(call) = contract.resolve(action.0)
        {
            let own = stands_for(event, field).map_or(Effect::Send, |_| call.action.effect);
            effect = effect.max(own);
            spends.extend(call.action.spends.iter().copied());
        }
    }
    let subject = Subject { kind: "event", name: &event.name, sources: &event.sources, effect };
    let name = format!("{}-{}", QUICK.name, field.replace('_', "-"));
    let mut info = derived_as(contract, &subject, &name, &QUICK, Some(Transport::Webhook));
    info.sentence = Text::both(
        format!("{}: what `{field}` in the answer to its post asks for is done.", event.name),
        format!("{}：回应中 `{field}` 所要求的操作会被执行。", event.name),
    );
    let (event, field, does) = (Arc::new(event.clone()), Arc::<str>::from(field), Arc::new(does));
    let body: Body = Arc::new(move |probe| {
        let (event, field, does) = (Arc::clone(&event), Arc::clone(&field), Arc::clone(&does));
        Box::pin(async move { vec![run(probe, &event, &field, &does).await] })
    });
    Some(Unit { checks: vec![info], order: Order::new(effect, &spends).alone(), body })
}

/// What a field does; nothing where nobody can see it.
fn does(contract: &Contract, event: &Event, field: &str) -> Option<Does> {
    let schema = event.quick_operation.as_ref()?.get("properties")?.get(field)?;
    let is_boolean = schema.get("type").is_some_and(|it| it == "boolean");
    let Some((name, param)) = stands_for(event, field) else {
        return (is_boolean && says(contract, event).is_some()).then_some(Does::Names);
    };
    let action = contract.resolve(name)?.action;
    if action.effect == Effect::Send {
        return if says(contract, event) == Some(field) {
            Some(Does::Says)
        } else {
            is_boolean.then_some(Does::Verbatim)
        };
    }
    let primary = fields(event).into_iter().find(|it| stands_for(event, it).is_some_and(|it| it.0 == name))?;
    let by_it = |it: &&Event| {
        it.triggers.iter().any(|trigger| trigger.by == TriggerBy::Itself && trigger.call.as_deref() == Some(name))
    };
    let made = contract.events().find(by_it).cloned().map(Box::new);
    let required = |kind: &str| {
        let params = contract.follow(&action.params);
        let list = params.get("required").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).any(|name| {
            let schema = params.pointer(&format!("/properties/{name}"));
            schema.is_some_and(|schema| contract.follow(schema).get("x-id").is_some_and(|it| it == kind))
        })
    };
    match (made, field == primary) {
        (Some(made), true) => Some(Does::Makes(made)),
        (Some(made), false) => {
            let told_as = param.filter(|param| made.data.pointer(&format!("/properties/{param}")).is_some())?;
            Some(Does::Measures { primary: primary.to_owned(), told_as: told_as.to_owned(), made })
        }
        (None, true) if required("message") => Some(Does::TakesBack),
        (None, is_primary) if required("request") => {
            let beside = (!is_primary).then(|| param.map(str::to_owned)).flatten();
            let visible = beside.as_ref().is_none_or(|key| lists_beside(contract, event, key));
            visible.then(|| Does::LetsIn { primary: primary.to_owned(), beside })
        }
        _ => None,
    }
}

/// The field that holds what is said.
fn says<'e>(contract: &Contract, event: &'e Event) -> Option<&'e str> {
    let properties = event.quick_operation.as_ref()?.get("properties")?.as_object()?;
    let sends = |field: &str| {
        let (action, param) = stands_for(event, field)?;
        let call = contract.resolve(action)?;
        let schema = call.action.params.pointer(&format!("/properties/{}", param?))?;
        (call.action.effect == Effect::Send && schema.get("$ref").is_some()).then_some(())
    };
    properties.keys().map(String::as_str).find(|field| sends(field).is_some())
}

/// Whether the list that shows who was let in tells a value beside them.
fn lists_beside(contract: &Contract, event: &Event, key: &str) -> bool {
    let Some((list, _)) = list_of(contract, event) else { return false };
    let Some(call) = contract.resolve(&list.action) else { return false };
    let place = list.list.replace('/', "/properties/");
    let listed = contract.follow(&call.action.result).pointer(&place).map(|listed| contract.follow(listed));
    let items = listed.and_then(|listed| listed.get("items")).map(|items| contract.follow(items));
    items.is_some_and(|items| items.pointer(&format!("/properties/{key}")).is_some())
}

/// The list that shows who was let in: of friends, or of the members of the group that the event names.
fn list_of(contract: &Contract, event: &Event) -> Option<(Listed, Option<String>)> {
    let roles = contract.roles();
    if let Some(group) = id_field(contract, event, "group") {
        return Some((roles.members.clone()?, Some(group)));
    }
    Some((roles.friends.clone()?, None))
}

/// The field of an event that holds an id of a kind, other than that of the account itself.
fn id_field(contract: &Contract, event: &Event, kind: &str) -> Option<String> {
    let own = contract.roles().self_field.as_deref();
    let properties = event.data.get("properties").and_then(Value::as_object)?;
    let is_it = |(name, schema): &(&String, &Value)| {
        own != Some(name.as_str()) && contract.follow(schema).get("x-id").is_some_and(|it| it == kind)
    };
    properties.iter().find(is_it).map(|(name, _)| name.clone())
}

const WORDS: &str = "botspec answers at once";

async fn run(probe: &mut Probe, event: &Event, field: &str, does: &Does) -> Judged {
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
async fn operate(probe: &mut Probe, event: &Event, operation: Map<String, Value>) -> Judged<(Line, Arc<Frame>, Mark)> {
    let trigger = trigger(probe, event)?;
    let line = probe.open_over(Transport::Webhook, botspec_schema::model::WsRole::Event, false).await?;
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
            .shown_by(&line.shows(crate::seen::Seen::Empty).into())
            .stop(),
    }
}

fn own_text(id: &Value) -> String {
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

async fn takes_back(probe: &mut Probe, event: &Event, operation: Map<String, Value>) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let role = contract.roles().read_message.clone().filter(|role| role.place.is_none());
    let (Some(role), Some(field)) = (role, id_field(&contract, event, "message")) else {
        return untestable("messages of the dialect cannot be read again", "该方言无法重新读取消息");
    };
    let (line, frame, _) = operate(probe, event, operation).await?;
    let id = frame.seen.json().and_then(|document| document.get(&field)).cloned().unwrap_or_default();
    let params = role.params(&id, &Value::Null, false);
    // The next post comes after the answer to this one was dealt with, so that most often one look is enough.
    settle(probe, [&line]).await;
    let until = Instant::now() + probe.event_timeout();
    loop {
        let exchange = probe.call(&role.action, &params).await?;
        if !matches!(exchange.json().map(|it| answer::ended(&contract, it)), Some(Ended::Ok)) {
            return Ok(());
        }
        if Instant::now() >= until {
            return Broken::new(Text::both("the message can still be read", "消息仍能读到"))
                .shown_by(&line.shows_frame(&frame).into())
                .stop();
        }
    }
}

async fn lets_in(probe: &mut Probe, event: &Event, operation: Map<String, Value>, beside: Option<&str>) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let (Some((list, group)), Some(user)) = (list_of(&contract, event), id_field(&contract, event, "user")) else {
        return untestable("no list of the dialect shows who was let in", "没有列表能看到通过的人");
    };
    let (line, frame, _) = operate(probe, event, operation).await?;
    let told = |field: &str| frame.seen.json().and_then(|it| it.get(field)).cloned().unwrap_or_default();
    let who = own_text(&told(&user));
    let params = group.and_then(|group| Some((list.param.clone()?, told(&group))));
    let params = Value::Object(params.into_iter().collect());
    settle(probe, [&line]).await;
    let until = Instant::now() + probe.event_timeout();
    loop {
        let found = probe.need(&list.action, &params).await?;
        let is_it = |item: &&Value| item.pointer(&list.id).is_some_and(|id| own_text(id) == who);
        let item = found.pointer(&list.list).and_then(Value::as_array).into_iter().flatten().find(is_it);
        match (item, beside) {
            (Some(_), None) => return Ok(()),
            (Some(item), Some(key)) if item.get(key) == Some(&Value::from(WORDS)) => return Ok(()),
            _ if Instant::now() < until => {}
            (Some(item), Some(key)) => {
                let found = item.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string);
                return Broken::new(Text::both("what was asked for is not there", "所要求的内容没有生效"))
                    .at(vec![Difference { pointer: format!("/{key}"), expected: WORDS.to_owned(), found }])
                    .shown_by(&line.shows_frame(&frame).into())
                    .stop();
            }
            (None, _) => {
                return Broken::new(Text::both(
                    format!("{} does not tell who asked", list.action),
                    format!("{} 中没有申请人", list.action),
                ))
                .shown_by(&line.shows_frame(&frame).into())
                .stop();
            }
        }
    }
}
