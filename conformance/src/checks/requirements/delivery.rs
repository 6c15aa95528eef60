//! How events come: where, once, in order, the same everywhere.

mod provoke;

use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Event, WsRole};
use serde_json::Value;

use provoke::{Arrived, arrived, arrived_anew, arrived_elsewhere};
pub(super) use provoke::{fire_marked, provocation};

use super::plain::{nothing, plainest};
use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::compare;
use crate::checks::event::duplicate_window;
use crate::checks::subscriptions::{
    EventMatch, EventSubscriptions, flush_barrier, is_event, not_reported, roles, wait_for_event,
};
use crate::checks::trigger::fire_with_text;
use crate::client::frames::Cursor;
use crate::gate::Connection;
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};
use crate::received::Received;
use crate::unit::only;

rules! {
    "delivery/event-endpoint" Send event_endpoint,
        "a trigger of an event, two event connections" "触发事件，同时保持两个事件连接" => "the event on both connections" "两个连接都收到事件";
    "delivery/universal-endpoint" Send universal_endpoint,
        "a trigger of an event, two universal connections" "触发事件，同时保持两个通用连接" => "the event on both connections" "两个连接都收到事件";
    "delivery/api-endpoint" Send api_endpoint,
        "a trigger of an event, a connection for calls" "触发事件，同时保持 API 连接" => "no event over it" "API 连接上没有事件";
    "delivery/same" Send same,
        "a trigger of an event" "触发事件" => "the same event on every connection" "各连接收到的事件相同";
    "delivery/once" Send once,
        "a trigger of an event" "触发事件" => "one event on each connection" "每个连接只收到一次";
    "delivery/order" Send order,
        "triggers of several events, one after the other" "依次触发多个事件" => "the events in the order of their triggers" "事件按顺序到达";
    "delivery/common-fields" Send common_fields,
        "a trigger of an event" "触发事件" => "the fields that every event has" "包含所有事件共有的字段";
    "delivery/self-id" Send self_id,
        "a trigger of an event" "触发事件" => "the account of the target in `self_id`" "为目标账号";
    "delivery/post-type" Send post_type,
        "a trigger of an event" "触发事件" => "a kind of event that the dialect has" "为规定的类型之一";
    "delivery/known-event" Send known_event,
        "a trigger of an event" "触发事件" => "an event with a contract" "为规定的事件";
}

/// Whether an event comes over a connection that is open; what was seen in place of it.
pub(super) async fn comes_over(cx: &mut CheckContext, connection: Connection) -> CheckResult<Option<Violation>> {
    let (event, trigger) = provocation(cx)?;
    flush_barrier(cx, [&connection]).await;
    let cursor = connection.cursor();
    let about = fire_marked(cx, &event, &trigger).await?;
    Ok(match wait_for_event(cx, &connection, cursor, &event, &about).await {
        EventMatch::Exact(_) | EventMatch::Partial(_) => None,
        EventMatch::None(_) => Some(
            Violation::new(Text::both(
                format!("{} did not come over {}", event.name, connection.url()),
                format!("{} 上没有收到 {}", connection.url(), event.name),
            ))
            .with_evidence(&connection.evidence(Received::Empty).into()),
        ),
    })
}

pub(super) async fn on_both(cx: &mut CheckContext, role: WsRole) -> CheckResult {
    let arrived = arrived(cx, &[role, role]).await?;
    let event = &arrived.event;
    for ((connection, _), arrived) in arrived.connections.iter().zip(&arrived.matches) {
        if let EventMatch::None(ended) = arrived {
            let why = ended.as_ref().map(|received| format!(" ({})", received.describe().en)).unwrap_or_default();
            return Violation::new(Text::both(
                format!("{} did not come over {}{why}", event.name, connection.url()),
                format!("{} 上没有收到 {}", connection.url(), event.name),
            ))
            .with_evidence(&connection.evidence(Received::Empty).into())
            .into_failure();
        }
    }
    Ok(())
}

async fn event_endpoint(cx: &mut CheckContext) -> CheckResult {
    on_both(cx, WsRole::Event).await
}

async fn universal_endpoint(cx: &mut CheckContext) -> CheckResult {
    on_both(cx, WsRole::Universal).await
}

async fn api_endpoint(cx: &mut CheckContext) -> CheckResult {
    let api = cx.open(WsRole::Api).await?;
    if api.role() != WsRole::Api {
        return untestable("no connection carries calls alone", "没有只用于调用动作的连接");
    }
    let Arrived { event, connections, matches, .. } = arrived_anew(cx, &[WsRole::Event]).await?;
    if matches.iter().any(|arrived| matches!(arrived, EventMatch::None(_))) {
        return untestable("the event came over no connection", "任何连接都没有收到事件");
    }
    drop(connections);
    // An answer shows that whatever was sent before has come.
    let action = plainest(cx)?;
    cx.call_on(&api, &action, Some(&nothing()), Some("botspec".into())).await?;
    let contract = Arc::clone(cx.run.gate.contract());
    let strange = api
        .since(api.beginning())
        .into_iter()
        .find(|frame| frame.received.json().is_some_and(|it| !contract.is_answer(it)));
    match strange {
        None => Ok(()),
        Some(frame) => Violation::new(Text::both(
            format!("{} or another event came over {}", event.name, api.url()),
            format!("{} 上收到了事件", api.url()),
        ))
        .with_evidence(&api.evidence(frame.received.clone()).into())
        .into_failure(),
    }
}

/// The document that was received on the first connection.
async fn one(cx: &mut CheckContext) -> CheckResult<(Event, Value)> {
    let Arrived { event, connections, matches, .. } = arrived(cx, &[WsRole::Event]).await?;
    let Some(EventMatch::Exact(frame) | EventMatch::Partial(frame)) = matches.into_iter().next() else {
        return not_reported(cx, &event);
    };
    if let Some(document) = frame.received.json() {
        return Ok((event, document.clone()));
    }
    let violation = Violation::new(frame.received.describe());
    match connections.first() {
        Some((connection, _)) => violation.with_evidence(&connection.evidence(frame.received.clone()).into()),
        None => violation,
    }
    .into_failure()
}

/// The connections of the check's transport over which an event comes: two of different kinds, where the target serves
/// such.
fn both(cx: &CheckContext) -> &'static [WsRole] {
    let universal = roles(cx.contract()).contains(&WsRole::Universal);
    if cx.connection_transport() == Transport::Ws && universal {
        &[WsRole::Event, WsRole::Universal]
    } else {
        &[WsRole::Event]
    }
}

async fn same(cx: &mut CheckContext) -> CheckResult {
    let across = both(cx).len() == 1;
    let Arrived { event, matches, about, .. } =
        if across { arrived_elsewhere(cx).await? } else { arrived(cx, both(cx)).await? };
    let reported: Vec<&Value> = matches
        .iter()
        .filter_map(|arrived| match arrived {
            EventMatch::Exact(frame) | EventMatch::Partial(frame) => frame.received.json(),
            EventMatch::None(_) => None,
        })
        .collect();
    let [one, other, ..] = reported[..] else {
        return untestable("the event did not come over both connections", "两个连接没有都收到事件");
    };
    // The event of another cause in place of the one that did not come is another check's business.
    if [one, other].into_iter().any(|document| about.contradiction(cx.contract(), &event, document).is_some()) {
        return not_reported(cx, &event);
    }
    let differences =
        if across { compare::events(cx.contract(), &event, one, other) } else { compare::differences(one, other, "") };
    if differences.is_empty() {
        return Ok(());
    }
    Violation::new(Text::both("two connections received different contents", "两个连接收到的内容不同"))
        .at(differences)
        .into_failure()
}

async fn once(cx: &mut CheckContext) -> CheckResult {
    let Arrived { event, connections, matches, .. } = arrived_anew(cx, both(cx)).await?;
    let until = Instant::now() + duplicate_window(cx);
    let came = |arrived: &EventMatch| !matches!(arrived, EventMatch::None(_));
    let looked: Vec<_> = connections.into_iter().zip(&matches).filter(|(_, it)| came(it)).collect();
    let looked: Vec<(Connection, Cursor)> = looked.into_iter().map(|(connection, _)| connection).collect();
    cx.judge_afterwards(move |cx| {
        Box::pin(async move {
            let contract = Arc::clone(cx.run.gate.contract());
            for (connection, cursor) in looked {
                let mut received: Vec<Value> = Vec::new();
                let twice = connection.wait_until(cursor, until, |frame| {
                    let Some(document) = frame.received.json() else { return false };
                    let again = is_event(&contract, &event, document) && received.contains(document);
                    received.push(document.clone());
                    again
                });
                if let Ok(frame) = twice.await {
                    let what = Text::both(
                        format!("the same event came twice over {}", connection.url()),
                        format!("{} 上同一事件出现了两次", connection.url()),
                    );
                    let evidence = connection.evidence(frame.received.clone()).into();
                    return only(Violation::new(what).with_evidence(&evidence).into_failure());
                }
            }
            Vec::new()
        })
    });
    Ok(())
}

/// How many events are provoked to see their order.
const ORDERED: usize = 4;

async fn order(cx: &mut CheckContext) -> CheckResult {
    let (event, trigger) = provocation(cx)?;
    let contract = Arc::clone(cx.run.gate.contract());
    if !contract.carries_message(&event) {
        return untestable("no events can be made that differ from each other", "无法制造可区分的事件");
    }
    let mut subscriptions = EventSubscriptions::open(cx, &[WsRole::Event]).await?;
    subscriptions.discard_pending(cx).await;
    let sent: Vec<String> = (0..ORDERED).map(|number| format!("botspec number {number}")).collect();
    for words in &sent {
        fire_with_text(cx, &event, &trigger, words).await?;
    }
    let Some((connection, cursor)) = subscriptions.connections.first() else { return Ok(()) };
    let mut arrived: Vec<String> = Vec::new();
    let _ = connection
        .event(*cursor, cx.event_timeout(), |document| {
            if is_event(&contract, &event, document) {
                let segments =
                    contract.message_in(document).map(|message| contract.segments_of(message)).unwrap_or_default();
                arrived
                    .extend(crate::checks::messages::words(&contract, &segments).filter(|words| sent.contains(words)));
            }
            arrived.len() >= sent.len()
        })
        .await;
    for frame in connection.since(*cursor).iter().take(2 * ORDERED) {
        cx.log.frame(connection, frame);
    }
    // An event that does not come is another check's business; out of order are those that come are here.
    if arrived.is_empty() {
        return untestable("no event came", "没有收到事件");
    }
    let expected: Vec<&String> = sent.iter().filter(|words| arrived.contains(words)).collect();
    if arrived.iter().collect::<Vec<_>>() == expected {
        return Ok(());
    }
    let wanted = sent.join(", ");
    Violation::new(mismatch((&wanted, &wanted), &arrived.join(", ").into())).into_failure()
}

/// The fields that every event of the dialect requires.
fn common(cx: &CheckContext) -> Vec<String> {
    let required = |event: &Event| -> Vec<String> {
        let list = event.data.get("required").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut all = cx.contract().events().map(required);
    let first = all.next().unwrap_or_default();
    all.fold(first, |common, other| common.into_iter().filter(|name| other.contains(name)).collect())
}

async fn common_fields(cx: &mut CheckContext) -> CheckResult {
    let (_, document) = one(cx).await?;
    let missing: Vec<Difference> = common(cx)
        .into_iter()
        .filter(|name| document.get(name).is_none())
        .map(|name| Difference { pointer: format!("/{name}"), expected: "a value".into(), found: "nothing".into() })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Violation::new(Text::both("a field is missing that every event has", "缺少所有事件共有的字段"))
        .at(missing)
        .into_failure()
}

async fn self_id(cx: &mut CheckContext) -> CheckResult {
    let Some(field) = cx.contract().roles().self_field.clone() else {
        return untestable("the events of the dialect do not name an account", "该方言的事件不含账号");
    };
    let wanted = super::plain::account(cx).await?;
    let (_, document) = one(cx).await?;
    let reported = document.get(&field).cloned().unwrap_or_default();
    if reported == wanted {
        return Ok(());
    }
    Violation::new(Text::both("the event is of another account", "事件属于另一个账号"))
        .at(vec![Difference {
            pointer: format!("/{field}"),
            expected: wanted.to_string(),
            found: reported.to_string(),
        }])
        .into_failure()
}

async fn post_type(cx: &mut CheckContext) -> CheckResult {
    let (_, document) = one(cx).await?;
    let contract = Arc::clone(cx.run.gate.contract());
    for key in contract.event_keys() {
        let kinds: Vec<&String> = contract.events().filter_map(|event| event.identify.get(key)).collect();
        let reported = document.get(key).and_then(Value::as_str);
        if !reported.is_some_and(|reported| kinds.iter().any(|kind| *kind == reported)) {
            let found = document.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let mut list: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            list.sort_unstable();
            list.dedup();
            return Violation::new(Text::both("the kind of the event is not known", "事件类型未知"))
                .at(vec![Difference { pointer: format!("/{key}"), expected: list.join(", "), found }])
                .into_failure();
        }
    }
    Ok(())
}

async fn known_event(cx: &mut CheckContext) -> CheckResult {
    let (_, document) = one(cx).await?;
    if cx.contract().dialect().recognise_event(&document).is_some() {
        return Ok(());
    }
    let differences = cx.contract().differences(Kind::Event, None, &document);
    Err(NotPassed::Failed(Box::new(
        Violation::new(Text::both("the dialect describes no such event", "该方言没有描述这个事件")).at(differences),
    )))
}
