//! What a connection reports of itself: that it stands, and that it lives.

use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Event, WsRole};
use serde_json::Value;

use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::event::duplicate_window;
use crate::checks::standing;
use crate::checks::subscriptions::{greeting, is_event, not_reported, note, own_roles};
use crate::contract::Contract;
use crate::gate::Connection;
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::received::Received;
use crate::unit::only;

/// The check that listens for as long as heartbeats take.
pub(super) const HEARTBEAT: &str = "delivery/heartbeat";

rules! {
    "delivery/lifecycle-connect" Read connect,
        "a connection of each kind that carries events" "建立每种接收事件的连接" => "the `connect` lifecycle event" "收到连接成功的事件";
    "delivery/lifecycle-first" Read first,
        "a connection of each kind that carries events" "建立每种接收事件的连接" => "the `connect` lifecycle event as the first frame" "第一帧就是该事件";
    "delivery/lifecycle-no-enable" Read no_enable,
        "a connection of each kind that carries events" "建立每种接收事件的连接" => "no `enable` or `disable` lifecycle event" "没有启用或停用的事件";
    HEARTBEAT Read heartbeat,
        "an event connection, for as long as the heartbeat interval" "保持事件连接" => "heartbeats, each within the interval that the previous one gave" "心跳按间隔到达";
}

fn greeting_of(contract: &Contract) -> CheckResult<Event> {
    match greeting(contract) {
        Some(event) => Ok(event.clone()),
        None => untestable("the dialect has no event for it", "该方言没有对应事件"),
    }
}

/// The greeting on a new connection of a role.
async fn greeted(cx: &mut CheckContext, role: WsRole) -> CheckResult<(Connection, Event, Value)> {
    let contract = Arc::clone(cx.run.gate.contract());
    let event = greeting_of(&contract)?;
    let connection = cx.open_anew(role).await?;
    match connection.event(connection.beginning(), cx.event_timeout(), |it| is_event(&contract, &event, it)).await {
        Ok(frame) => {
            note(cx, &connection, &frame);
            let document = frame.received.json().cloned().unwrap_or_default();
            Ok((connection, event, document))
        }
        Err(ended) => {
            let received = ended.map_or_else(|| Text::both("nothing", "什么也没有"), |received| received.describe());
            Violation::new(mismatch((&event.name, &event.name), &received))
                .with_evidence(&connection.evidence(Received::Empty).into())
                .into_failure()
        }
    }
}

/// How an event of the dialect's own example differs from one that came, in the fields that have a list of values.
fn unlike_example(event: &Event, document: &Value) -> Vec<Difference> {
    let listed = event.data.get("properties").and_then(Value::as_object).into_iter().flatten();
    let listed = listed.filter(|(_, schema)| schema.get("enum").is_some()).map(|(name, _)| name);
    let Some(example) = event.examples.first() else { return Vec::new() };
    listed
        .filter(|name| example.get(*name).is_some() && document.get(*name) != example.get(*name))
        .map(|name| Difference {
            pointer: format!("/{name}"),
            expected: example[name.as_str()].to_string(),
            found: document.get(name).map_or_else(|| "nothing".to_owned(), ToString::to_string),
        })
        .collect()
}

async fn connect(cx: &mut CheckContext) -> CheckResult {
    for role in own_roles(cx) {
        let (connection, event, document) = greeted(cx, role).await?;
        let differences = unlike_example(&event, &document);
        if !differences.is_empty() {
            return Violation::new(Text::both("it does not report that the connection is open", "没有说明连接已建立"))
                .at(differences)
                .with_evidence(&connection.evidence(Received::Json(document)).into())
                .into_failure();
        }
    }
    Ok(())
}

async fn first(cx: &mut CheckContext) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    for role in own_roles(cx) {
        let event = greeting_of(&contract)?;
        let connection = cx.open_anew(role).await?;
        let Ok(frame) = connection.wait(connection.beginning(), cx.event_timeout(), |_| true).await else {
            return untestable("no frame came at all", "没有收到任何帧");
        };
        note(cx, &connection, &frame);
        if !frame.received.json().is_some_and(|it| is_event(&contract, &event, it)) {
            let received = frame.received.json().map_or_else(|| frame.received.describe(), |it| it.to_string().into());
            return Violation::new(mismatch((&event.name, &event.name), &received))
                .with_evidence(&connection.evidence(frame.received.clone()).into())
                .into_failure();
        }
    }
    Ok(())
}

async fn no_enable(cx: &mut CheckContext) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let event = greeting_of(&contract)?;
    let mut looked = Vec::new();
    for role in own_roles(cx) {
        let connection = cx.open_anew(role).await?;
        let within = cx.event_timeout();
        if connection.event(connection.beginning(), within, |it| is_event(&contract, &event, it)).await.is_err() {
            return not_reported(cx, &event);
        }
        looked.push(connection);
    }
    let until = Instant::now() + duplicate_window(cx);
    cx.judge_afterwards(move |_| {
        Box::pin(async move {
            for connection in looked {
                if let Err(why) = tells_nothing_more(&contract, &event, &connection, until).await {
                    return only(Err(why));
                }
            }
            Vec::new()
        })
    });
    Ok(())
}

/// Nothing but that it stands is reported of a connection.
async fn tells_nothing_more(
    contract: &Contract,
    event: &Event,
    connection: &Connection,
    until: Instant,
) -> CheckResult {
    let mut found = Vec::new();
    let strange = connection.wait_until(connection.beginning(), until, |frame| {
        let is_it = frame.received.json().filter(|document| is_event(contract, event, document));
        found = is_it.map(|document| unlike_example(event, document)).unwrap_or_default();
        !found.is_empty()
    });
    let Ok(frame) = strange.await else { return Ok(()) };
    Violation::new(Text::both("it reports more than that the connection is open", "除连接外还报告了其他状态"))
        .at(found)
        .with_evidence(&connection.evidence(frame.received.clone()).into())
        .into_failure()
}

async fn heartbeat(cx: &mut CheckContext) -> CheckResult {
    standing::follow_each_other(cx).await
}
