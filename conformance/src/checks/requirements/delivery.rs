//! How events come: where, once, in order, the same everywhere.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Event, Trigger, TriggerBy, WsRole};
use serde_json::Value;

use super::plain::{nothing, plainest};
use super::{rules, unlike};
use crate::checks::compare;
use crate::checks::event::quiet;
use crate::checks::listen::{Ears, Heard, hear, is_event, roles, settle, transports};
use crate::checks::provoke::{feasible, pull, pull_saying};
use crate::gate::Line;
use crate::probe::{Broken, Judged, Probe, Stop, untestable};
use crate::seen::Seen;

rules! {
    "delivery/event-endpoint" Send event_endpoint,
        "something that makes an event, two connections for events" "触发事件，同时保持两个事件连接" => "the event on both" "两个连接都收到事件";
    "delivery/universal-endpoint" Send universal_endpoint,
        "something that makes an event, two connections for everything" "触发事件，同时保持两个通用连接" => "the event on both" "两个连接都收到事件";
    "delivery/api-endpoint" Send api_endpoint,
        "something that makes an event, a connection for calls" "触发事件，同时保持 API 连接" => "no event over it" "API 连接上没有事件";
    "delivery/same" Send same,
        "something that makes an event" "触发事件" => "the same event on every connection" "各连接收到的事件相同";
    "delivery/once" Send once,
        "something that makes an event" "触发事件" => "one event on each connection" "每个连接只收到一次";
    "delivery/order" Send order,
        "several things that make events, one after the other" "依次触发多个事件" => "the events in that order" "事件按顺序到达";
    "delivery/common-fields" Send common_fields,
        "something that makes an event" "触发事件" => "the fields that every event has" "包含所有事件共有的字段";
    "delivery/self-id" Send self_id,
        "something that makes an event" "触发事件" => "the account of the target" "为目标账号";
    "delivery/post-type" Send post_type,
        "something that makes an event" "触发事件" => "one of the kinds of the dialect" "为规定的类型之一";
    "delivery/known-event" Send known_event,
        "something that makes an event" "触发事件" => "an event that the dialect describes" "为规定的事件";
}

/// The mildest way to make an event happen that this target allows: by the second account before by a step of the world.
pub(super) fn provocation(probe: &Probe) -> Judged<(Event, Trigger)> {
    let contract = Arc::clone(probe.cx.gate.contract());
    let mut reason = None;
    // What is said can be told apart from what else happens.
    let (telling, others): (Vec<&Event>, Vec<&Event>) =
        contract.events().partition(|event| contract.tells_message(event));
    for by in [TriggerBy::Actor, TriggerBy::World, TriggerBy::Itself] {
        for event in telling.iter().chain(&others).copied() {
            for trigger in event.triggers.iter().filter(|trigger| trigger.by == by) {
                let milder = trigger.call.as_deref().and_then(|call| contract.resolve(call)).is_none_or(|call| {
                    call.action.effect == botspec_schema::model::Effect::Send && call.action.spends.is_empty()
                });
                match feasible(probe, trigger) {
                    Ok(()) if milder => return Ok((event.clone(), trigger.clone())),
                    Ok(()) => {}
                    Err(why) => {
                        reason.get_or_insert(why);
                    }
                }
            }
        }
    }
    match reason {
        Some(why) => Broken::new(why).untestable(),
        None => untestable("nothing is known that makes an event", "没有已知的触发方式"),
    }
}

/// Makes an event happen and hears it on connections of the roles.
async fn heard(probe: &mut Probe, roles: &[WsRole]) -> Judged<(Event, Ears, Vec<Heard>)> {
    let (event, trigger) = provocation(probe)?;
    let mut ears = Ears::open(probe, roles).await?;
    ears.forget(probe).await;
    pull(probe, &event, &trigger).await?;
    let mut all = Vec::new();
    for (line, mark) in &ears.lines {
        all.push(hear(probe, line, *mark, &event).await);
    }
    Ok((event, ears, all))
}

/// Whether an event comes over a connection that is open; what was seen in place of it.
pub(super) async fn comes_over(probe: &mut Probe, line: Line) -> Judged<Option<Broken>> {
    let (event, trigger) = provocation(probe)?;
    settle(probe, [&line]).await;
    let mark = line.mark();
    pull(probe, &event, &trigger).await?;
    Ok(match hear(probe, &line, mark, &event).await {
        Heard::It(_) | Heard::Near(_) => None,
        Heard::Nothing(_) => Some(
            Broken::new(Text::both(
                format!("{} did not come over {}", event.name, line.url()),
                format!("{} 上没有收到 {}", line.url(), event.name),
            ))
            .shown_by(&line.shows(Seen::Empty).into()),
        ),
    })
}

pub(super) async fn on_both(probe: &mut Probe, role: WsRole) -> Judged {
    let (event, ears, heard) = heard(probe, &[role, role]).await?;
    for ((line, _), heard) in ears.lines.iter().zip(&heard) {
        if let Heard::Nothing(ended) = heard {
            let why = ended.as_ref().map(|seen| format!(" ({})", seen.describe().en)).unwrap_or_default();
            return Broken::new(Text::both(
                format!("{} did not come over {}{why}", event.name, line.url()),
                format!("{} 上没有收到 {}", line.url(), event.name),
            ))
            .shown_by(&line.shows(Seen::Empty).into())
            .stop();
        }
    }
    Ok(())
}

async fn event_endpoint(probe: &mut Probe) -> Judged {
    on_both(probe, WsRole::Event).await
}

async fn universal_endpoint(probe: &mut Probe) -> Judged {
    on_both(probe, WsRole::Universal).await
}

async fn api_endpoint(probe: &mut Probe) -> Judged {
    let api = probe.open(WsRole::Api).await?;
    if api.role() != WsRole::Api {
        return untestable("no connection carries calls alone", "没有只用于调用动作的连接");
    }
    let (event, ears, heard) = heard(probe, &[WsRole::Event]).await?;
    if heard.iter().any(|heard| matches!(heard, Heard::Nothing(_))) {
        return untestable("the event came over no connection", "任何连接都没有收到事件");
    }
    drop(ears);
    // An answer shows that whatever was sent before has come.
    let action = plainest(probe)?;
    probe.call_on(&api, &action, Some(&nothing()), Some("botspec".into())).await?;
    let contract = Arc::clone(probe.cx.gate.contract());
    let strange = api
        .since(api.beginning())
        .into_iter()
        .find(|frame| frame.seen.json().is_some_and(|it| !contract.is_answer(it)));
    match strange {
        None => Ok(()),
        Some(frame) => Broken::new(Text::both(
            format!("{} or another event came over {}", event.name, api.url()),
            format!("{} 上收到了事件", api.url()),
        ))
        .shown_by(&api.shows(frame.seen.clone()).into())
        .stop(),
    }
}

/// The document that was heard on the first connection.
async fn one(probe: &mut Probe) -> Judged<(Event, Value)> {
    let (event, ears, heard) = heard(probe, &[WsRole::Event]).await?;
    match (heard.into_iter().next(), ears.lines.first()) {
        (Some(Heard::It(frame) | Heard::Near(frame)), Some((line, _))) => {
            if let Some(document) = frame.seen.json() {
                Ok((event, document.clone()))
            } else {
                let shown = line.shows(frame.seen.clone());
                Broken::new(frame.seen.describe()).shown_by(&shown.into()).stop()
            }
        }
        _ => untestable(format!("{} was not told", event.name), format!("没有收到 {}", event.name)),
    }
}

/// The connections of the check's transport over which an event comes: two of different kinds, where the target serves
/// such.
fn both(probe: &Probe) -> &'static [WsRole] {
    let universal = roles(probe.contract()).contains(&WsRole::Universal);
    if probe.line_transport() == Transport::Ws && universal {
        &[WsRole::Event, WsRole::Universal]
    } else {
        &[WsRole::Event]
    }
}

/// Hears an event over the check's transport and over another one.
async fn heard_elsewhere(probe: &mut Probe) -> Judged<(Event, Vec<Heard>)> {
    let own = probe.line_transport();
    let all = transports(probe.contract(), probe.gate().target());
    let Some(other) = all.into_iter().find(|it| *it != own) else {
        return untestable("the target tells events over one transport alone", "目标只通过一种传输方式推送事件");
    };
    let (event, trigger) = provocation(probe)?;
    let mut ears = Ears::over(probe, &[own, other], false).await;
    if let Some((_, stop)) = ears.deaf.pop() {
        return Err(stop);
    }
    ears.forget(probe).await;
    pull(probe, &event, &trigger).await?;
    let mut heard = Vec::new();
    for (line, mark) in &ears.lines {
        heard.push(hear(probe, line, *mark, &event).await);
    }
    Ok((event, heard))
}

async fn same(probe: &mut Probe) -> Judged {
    let across = both(probe).len() == 1;
    let (event, heard) = if across {
        heard_elsewhere(probe).await?
    } else {
        let (event, _, heard) = heard(probe, both(probe)).await?;
        (event, heard)
    };
    let told: Vec<&Value> = heard
        .iter()
        .filter_map(|heard| match heard {
            Heard::It(frame) | Heard::Near(frame) => frame.seen.json(),
            Heard::Nothing(_) => None,
        })
        .collect();
    let [one, other, ..] = told[..] else {
        return untestable("the event did not come over both connections", "两个连接没有都收到事件");
    };
    let differences = if across {
        compare::events(probe.contract(), &event, one, other)
    } else {
        compare::differences(one, other, "")
    };
    if differences.is_empty() {
        return Ok(());
    }
    Broken::new(Text::both("two connections told it differently", "两个连接收到的内容不同")).at(differences).stop()
}

async fn once(probe: &mut Probe) -> Judged {
    let (event, ears, heard) = heard(probe, both(probe)).await?;
    let contract = Arc::clone(probe.cx.gate.contract());
    for ((line, mark), heard) in ears.lines.iter().zip(&heard) {
        if matches!(heard, Heard::Nothing(_)) {
            continue;
        }
        let mut seen: Vec<Value> = Vec::new();
        let twice = line.event(*mark, quiet(probe), |document| {
            let again = is_event(&contract, &event, document) && seen.contains(document);
            seen.push(document.clone());
            again
        });
        if let Ok(frame) = twice.await {
            return Broken::new(Text::both(
                format!("the same event came twice over {}", line.url()),
                format!("{} 上同一事件出现了两次", line.url()),
            ))
            .shown_by(&line.shows(frame.seen.clone()).into())
            .stop();
        }
    }
    Ok(())
}

/// How many events are provoked to see their order.
const ORDERED: usize = 4;

async fn order(probe: &mut Probe) -> Judged {
    let (event, trigger) = provocation(probe)?;
    let contract = Arc::clone(probe.cx.gate.contract());
    if !contract.tells_message(&event) {
        return untestable("events that can be told apart cannot be made", "无法制造可区分的事件");
    }
    let mut ears = Ears::open(probe, &[WsRole::Event]).await?;
    ears.forget(probe).await;
    let sent: Vec<String> = (0..ORDERED).map(|number| format!("botspec number {number}")).collect();
    for words in &sent {
        pull_saying(probe, &event, &trigger, words).await?;
    }
    let Some((line, mark)) = ears.lines.first() else { return Ok(()) };
    let mut heard: Vec<String> = Vec::new();
    let _ = line
        .event(*mark, probe.event_timeout(), |document| {
            if is_event(&contract, &event, document) {
                let segments =
                    contract.message_in(document).map(|message| contract.segments_of(message)).unwrap_or_default();
                heard.extend(crate::checks::talk::words(&contract, &segments).filter(|words| sent.contains(words)));
            }
            heard.len() >= sent.len()
        })
        .await;
    for frame in line.since(*mark).iter().take(2 * ORDERED) {
        probe.log.frame(line, frame);
    }
    // An event that does not come is another check's business; out of order are those that come are here.
    if heard.is_empty() {
        return untestable("no event came", "没有收到事件");
    }
    let expected: Vec<&String> = sent.iter().filter(|words| heard.contains(words)).collect();
    if heard.iter().collect::<Vec<_>>() == expected {
        return Ok(());
    }
    let wanted = sent.join(", ");
    Broken::new(unlike((&wanted, &wanted), &heard.join(", ").into())).stop()
}

/// The fields that every event of the dialect requires.
fn common(probe: &Probe) -> Vec<String> {
    let required = |event: &Event| -> Vec<String> {
        let list = event.data.get("required").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut all = probe.contract().events().map(required);
    let first = all.next().unwrap_or_default();
    all.fold(first, |common, other| common.into_iter().filter(|name| other.contains(name)).collect())
}

async fn common_fields(probe: &mut Probe) -> Judged {
    let (_, document) = one(probe).await?;
    let missing: Vec<Difference> = common(probe)
        .into_iter()
        .filter(|name| document.get(name).is_none())
        .map(|name| Difference { pointer: format!("/{name}"), expected: "a value".into(), found: "nothing".into() })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Broken::new(Text::both("a field is missing that every event has", "缺少所有事件共有的字段")).at(missing).stop()
}

async fn self_id(probe: &mut Probe) -> Judged {
    let Some(field) = probe.contract().roles().self_field.clone() else {
        return untestable("the events of the dialect do not name an account", "该方言的事件不含账号");
    };
    let wanted = super::plain::account(probe).await?;
    let (_, document) = one(probe).await?;
    let told = document.get(&field).cloned().unwrap_or_default();
    if told == wanted {
        return Ok(());
    }
    Broken::new(Text::both("the event is of another account", "事件属于另一个账号"))
        .at(vec![Difference { pointer: format!("/{field}"), expected: wanted.to_string(), found: told.to_string() }])
        .stop()
}

async fn post_type(probe: &mut Probe) -> Judged {
    let (_, document) = one(probe).await?;
    let contract = Arc::clone(probe.cx.gate.contract());
    for key in contract.event_keys() {
        let kinds: Vec<&String> = contract.events().filter_map(|event| event.identify.get(key)).collect();
        let told = document.get(key).and_then(Value::as_str);
        if !told.is_some_and(|told| kinds.iter().any(|kind| *kind == told)) {
            let found = document.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let mut list: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            list.sort_unstable();
            list.dedup();
            return Broken::new(Text::both("the kind of the event is not known", "事件类型未知"))
                .at(vec![Difference { pointer: format!("/{key}"), expected: list.join(", "), found }])
                .stop();
        }
    }
    Ok(())
}

async fn known_event(probe: &mut Probe) -> Judged {
    let (_, document) = one(probe).await?;
    if probe.contract().dialect().recognise_event(&document).is_some() {
        return Ok(());
    }
    let differences = probe.contract().differences(Kind::Event, None, &document);
    Err(Stop::Broken(Box::new(
        Broken::new(Text::both("the dialect describes no such event", "该方言没有描述这个事件")).at(differences),
    )))
}
