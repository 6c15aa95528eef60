//! Listening to events on several connections at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::Text;
use botspec_schema::model::{Event, TriggerBy, WsRole};
use serde_json::Value;

use crate::client::frames::{Frame, Mark};
use crate::contract::Contract;
use crate::gate::{Gate, Line, Proof};
use crate::probe::{Broken, Judged, Probe};
use crate::seen::Seen;

/// Connections that events come over, each with the place from which on they count.
#[derive(Debug)]
pub(super) struct Ears {
    pub(super) lines: Vec<(Line, Mark)>,
}

/// How long a connection may take until it tells that it stands. One that never does is listened to all the same.
const GREETING: Duration = Duration::from_millis(300);

impl Ears {
    /// Opens one connection for each role.
    pub(super) async fn open(probe: &mut Probe, roles: &[WsRole]) -> Judged<Self> {
        let mut lines = Vec::new();
        for role in roles {
            let line = probe.open(*role).await?;
            greeted(probe.contract(), &line).await;
            let mark = line.mark();
            lines.push((line, mark));
        }
        Ok(Self { lines })
    }

    /// Opens a connection for each role that carries events.
    pub(super) async fn everywhere(probe: &mut Probe) -> Judged<Self> {
        let roles = roles(probe.contract());
        if roles.is_empty() {
            return Broken::new(Text::both("the dialect has no event connection", "该方言没有事件连接")).untestable();
        }
        Self::open(probe, &roles).await
    }

    /// The ears of the second account.
    pub(super) async fn of_actor(probe: &mut Probe) -> Judged<Self> {
        let cx = Arc::clone(&probe.cx);
        let Some(gate) = cx.actor.as_ref().filter(|gate| gate.target().ws.is_some()) else {
            return Broken::new(Text::both(
                "there is no second account that could see it (--actor-ws)",
                "没有能看到它的第二个账号（--actor-ws）",
            ))
            .untestable();
        };
        let line = open_on(probe, gate).await?;
        greeted(probe.contract(), &line).await;
        let mark = line.mark();
        Ok(Self { lines: vec![(line, mark)] })
    }

    /// What came until now counts no more.
    pub(super) fn forget(&mut self) {
        for (line, mark) in &mut self.lines {
            *mark = line.mark();
        }
    }
}

async fn open_on(probe: &mut Probe, gate: &Gate) -> Judged<Line> {
    let role = roles(probe.contract()).into_iter().next().unwrap_or(WsRole::Event);
    match gate.open(role, &Proof::Right).await? {
        Ok(line) => {
            probe.log.note(format!("second account connected to {}", line.url()));
            Ok(line)
        }
        Err(exchange) => probe.not_connected(exchange),
    }
}

/// The roles of connections that carry events.
pub(super) fn roles(contract: &Contract) -> Vec<WsRole> {
    let endpoints = contract.file().transports.ws.iter().flat_map(|ws| &ws.endpoints);
    endpoints.map(|endpoint| endpoint.role).filter(|role| *role != WsRole::Api).collect()
}

/// The event that tells that a connection stands.
pub(super) fn greeting(contract: &Contract) -> Option<&Event> {
    contract.events().find(|event| event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Connect))
}

/// Waits until a connection tells that it stands, so that no event is missed that is provoked next.
async fn greeted(contract: &Contract, line: &Line) {
    if greeting(contract).is_some() {
        // Whether it must come is the business of other checks.
        let _ = line.wait(line.beginning(), GREETING, |_| true).await;
    }
}

/// What was heard of an event on one connection.
#[derive(Debug, Clone)]
pub(super) enum Heard {
    /// The event.
    It(Arc<Frame>),
    /// No such event, but something like it that no event of the dialect is.
    Near(Arc<Frame>),
    /// Nothing of the kind; how the connection ended, where it did.
    Nothing(Option<Seen>),
}

/// How long a frame that is no event of the dialect may be followed by the one that was waited for.
const NEAR: Duration = Duration::from_millis(150);

/// Waits for an event on a connection. In a simulated world nothing happens by itself: there what is something like the
/// event is what came of it, and nothing else is waited for.
pub(super) async fn hear(probe: &mut Probe, line: &Line, from: Mark, event: &Event) -> Heard {
    let contract = Arc::clone(probe.cx.gate.contract());
    let is_it = |frame: &Frame| frame.seen.json().is_some_and(|it| is_event(&contract, event, it));
    let is_near = |frame: &Frame| frame.seen.json().is_some_and(|it| is_nearly(&contract, event, it));
    let simulated = probe.gate().target().is_simulated();
    let within = probe.event_timeout();
    let began = Instant::now();
    let first = line.wait(from, within, |frame| is_it(frame) || simulated && is_near(frame)).await;
    let heard = match first {
        Ok(frame) if is_it(&frame) => Heard::It(frame),
        Ok(frame) => match line.wait(from, NEAR, is_it).await {
            Ok(frame) => Heard::It(frame),
            Err(_) => Heard::Near(frame),
        },
        Err(ended) => {
            let near = line.since(from).into_iter().find(|frame| frame.at >= began && is_near(frame));
            near.map_or(Heard::Nothing(ended), Heard::Near)
        }
    };
    if let Heard::It(frame) | Heard::Near(frame) = &heard {
        note(probe, line, frame);
    }
    heard
}

/// Keeps a frame for the finding, and its secrets out of it.
pub(super) fn note(probe: &mut Probe, line: &Line, frame: &Frame) {
    if let Some(event) = frame.seen.json() {
        probe.cx.secrets.learn(probe.contract().secrets_in_event(event));
    }
    probe.log.frame(line, frame);
}

/// Whether a document is this event and no narrower one.
pub(super) fn is_event(contract: &Contract, event: &Event, document: &Value) -> bool {
    contract.dialect().recognise_event(document).is_some_and(|found| found.name == event.name)
}

/// Whether a document is no event of the dialect, and has something of this one: it lacks a field that identifies it.
fn is_nearly(contract: &Contract, event: &Event, document: &Value) -> bool {
    let shares = event.identify.iter().any(|(key, wanted)| document.get(key).is_some_and(|found| found == wanted));
    shares && !contract.is_answer(document) && contract.dialect().recognise_event(document).is_none()
}

/// What stands beside an event: the group that it is about.
pub(super) fn needs_group(contract: &Contract, event: &Event) -> bool {
    let required = event.data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    required.into_iter().any(|field| {
        let schema = event.data.pointer(&format!("/properties/{field}"));
        schema.is_some_and(|schema| contract.follow(schema).get("x-id").is_some_and(|kind| kind == "group"))
    })
}
