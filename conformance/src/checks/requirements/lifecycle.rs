//! What a connection tells of itself: that it stands, and that it lives.

use std::sync::Arc;
use std::time::Duration;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Event, TriggerBy, WsRole};
use serde_json::Value;

use super::{rules, unlike};
use crate::checks::event::quiet;
use crate::checks::listen::{greeting, is_event, note, own_roles};
use crate::checks::patience::{self, Patience};
use crate::client::frames::{Frame, Mark};
use crate::contract::Contract;
use crate::gate::Line;
use crate::probe::{Broken, Judged, Probe, untestable};
use crate::seen::Seen;

rules! {
    "delivery/lifecycle-connect" Read connect,
        "a connection of each kind that takes events" "建立每种接收事件的连接" => "the event that tells that it stands" "收到连接成功的事件";
    "delivery/lifecycle-first" Read first,
        "a connection of each kind that takes events" "建立每种接收事件的连接" => "that event as the first frame" "第一帧就是该事件";
    "delivery/lifecycle-no-enable" Read no_enable,
        "a connection of each kind that takes events" "建立每种接收事件的连接" => "no event that tells of turning on or off" "没有启用或停用的事件";
    "delivery/heartbeat" Read heartbeat,
        "a connection for events, and patience" "保持事件连接" => "heartbeats, each within the interval of the one before" "心跳按间隔到达";
}

fn greeting_of(contract: &Contract) -> Judged<Event> {
    match greeting(contract) {
        Some(event) => Ok(event.clone()),
        None => untestable("the dialect has no event for it", "该方言没有对应事件"),
    }
}

/// The greeting on a new connection of a role.
async fn greeted(probe: &mut Probe, role: WsRole) -> Judged<(Line, Event, Value)> {
    let contract = Arc::clone(probe.cx.gate.contract());
    let event = greeting_of(&contract)?;
    let line = probe.open_anew(role).await?;
    match line.event(line.beginning(), probe.event_timeout(), |it| is_event(&contract, &event, it)).await {
        Ok(frame) => {
            note(probe, &line, &frame);
            let document = frame.seen.json().cloned().unwrap_or_default();
            Ok((line, event, document))
        }
        Err(ended) => {
            let seen = ended.map_or_else(|| Text::both("nothing", "什么也没有"), |seen| seen.describe());
            Broken::new(unlike((&event.name, &event.name), &seen)).shown_by(&line.shows(Seen::Empty).into()).stop()
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

async fn connect(probe: &mut Probe) -> Judged {
    for role in own_roles(probe) {
        let (line, event, document) = greeted(probe, role).await?;
        let differences = unlike_example(&event, &document);
        if !differences.is_empty() {
            return Broken::new(Text::both("it does not tell that the connection stands", "没有说明连接已建立"))
                .at(differences)
                .shown_by(&line.shows(Seen::Json(document)).into())
                .stop();
        }
    }
    Ok(())
}

async fn first(probe: &mut Probe) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    for role in own_roles(probe) {
        let event = greeting_of(&contract)?;
        let line = probe.open_anew(role).await?;
        let Ok(frame) = line.wait(line.beginning(), probe.event_timeout(), |_| true).await else {
            return untestable("no frame came at all", "没有收到任何帧");
        };
        note(probe, &line, &frame);
        if !frame.seen.json().is_some_and(|it| is_event(&contract, &event, it)) {
            let seen = frame.seen.json().map_or_else(|| frame.seen.describe(), |it| it.to_string().into());
            return Broken::new(unlike((&event.name, &event.name), &seen))
                .shown_by(&line.shows(frame.seen.clone()).into())
                .stop();
        }
    }
    Ok(())
}

async fn no_enable(probe: &mut Probe) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let event = greeting_of(&contract)?;
    for role in own_roles(probe) {
        let line = probe.open_anew(role).await?;
        let within = probe.event_timeout();
        if line.event(line.beginning(), within, |it| is_event(&contract, &event, it)).await.is_err() {
            return untestable(format!("{} never came", event.name), format!("没有收到 {}", event.name));
        }
        let mut found = Vec::new();
        let strange = line
            .event(line.beginning(), quiet(probe), |document| {
                let is_it = is_event(&contract, &event, document);
                if is_it {
                    found = unlike_example(&event, document);
                }
                is_it && !found.is_empty()
            })
            .await;
        if let Ok(frame) = strange {
            return Broken::new(Text::both(
                "it tells more than that the connection stands",
                "除连接外还报告了其他状态",
            ))
            .at(found)
            .shown_by(&line.shows(frame.seen.clone()).into())
            .stop();
        }
    }
    Ok(())
}

async fn heartbeat(probe: &mut Probe) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let by_clock = |event: &&Event| event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Clock);
    let Some(event) = contract.events().find(by_clock).cloned() else {
        return untestable("the dialect has no heartbeat", "该方言没有心跳");
    };
    let mut patience = patience::first(probe, probe.line_transport())?;
    let line = probe.open(WsRole::Event).await?;
    let heard = beat(probe, &line, &event, line.beginning(), patience).await?;
    let from = line.mark();
    if let Some(every) = heard.seen.json().and_then(|it| interval(&contract, &event, it)) {
        patience = Patience { within: patience::next(probe, every)? + quiet(probe), due: true };
    }
    beat(probe, &line, &event, from, patience).await.map(drop)
}

/// The next heartbeat on a connection.
async fn beat(probe: &mut Probe, line: &Line, event: &Event, from: Mark, patience: Patience) -> Judged<Arc<Frame>> {
    let contract = Arc::clone(probe.cx.gate.contract());
    let Ok(frame) = line.event(from, patience.within, |it| is_event(&contract, event, it)).await else {
        return patience::none_came(patience, |broken| broken.shown_by(&line.shows(Seen::Empty).into()));
    };
    note(probe, line, &frame);
    Ok(frame)
}

/// The interval that a heartbeat names: its only number that is neither an id nor changes by itself.
fn interval(contract: &Contract, event: &Event, document: &Value) -> Option<Duration> {
    let properties = event.data.get("properties")?.as_object()?;
    let (name, _) = properties.iter().find(|(_, schema)| {
        let schema = contract.follow(schema);
        let other = ["x-id", "x-volatile"].iter().any(|key| schema.get(key).is_some());
        schema.get("type").is_some_and(|it| it == "integer") && !other
    })?;
    document.get(name)?.as_u64().map(Duration::from_millis)
}
