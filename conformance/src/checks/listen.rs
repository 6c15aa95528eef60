//! Listening to events over several transports at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{Event, MetaEvents, Trigger, TriggerBy, WsRole};
use serde_json::Value;

use crate::client::frames::{Frame, Mark};
use crate::contract::Contract;
use crate::gate::{Gate, Line, Proof};
use crate::probe::{Broken, Judged, Probe, Stop};
use crate::seen::Seen;
use crate::target::{TRANSPORTS, Target};

/// Connections that events come over, each with the place from which on they count.
#[derive(Debug, Default)]
pub(super) struct Ears {
    pub(super) lines: Vec<(Line, Mark)>,
    /// The transports that could not be listened to, each with the reason.
    pub(super) deaf: Vec<(Transport, Stop)>,
}

/// How long a connection may take until it tells that it stands. One that never does is listened to all the same.
const GREETING: Duration = Duration::from_millis(300);

/// The transports over which events come, of those that both the dialect and the target have.
pub(super) fn transports(contract: &Contract, target: &Target) -> Vec<Transport> {
    let spoken = &contract.file().transports;
    let carries = |transport: &Transport| match transport {
        Transport::Http => false,
        Transport::Ws => !roles(contract).is_empty(),
        Transport::ReverseWs => spoken.reverse_ws.is_some(),
        Transport::Webhook => spoken.webhook.is_some(),
        Transport::Sse => spoken.sse.is_some(),
    };
    let has = |transport: &Transport| target.adapter(*transport).is_some() || target.listen(*transport).is_some();
    TRANSPORTS.into_iter().filter(|transport| carries(transport) && has(transport)).collect()
}

/// What a transport tells of itself.
pub(super) fn meta(contract: &Contract, transport: Transport) -> Option<&MetaEvents> {
    let spoken = &contract.file().transports;
    match transport {
        Transport::Http => None,
        Transport::Ws => spoken.ws.as_ref().map(|it| &it.meta),
        Transport::ReverseWs => spoken.reverse_ws.as_ref().map(|it| &it.meta),
        Transport::Webhook => spoken.webhook.as_ref().map(|it| &it.meta),
        Transport::Sse => spoken.sse.as_ref().map(|it| &it.meta),
    }
}

/// Whether an event comes over a transport: what tells of connections and of time does not come over all of them.
pub(super) fn comes_over(contract: &Contract, event: &Event, transport: Transport) -> bool {
    let by = |wanted: TriggerBy| event.triggers.iter().any(|trigger| trigger.by == wanted);
    let meta = meta(contract, transport);
    // Nobody connects to a webhook.
    let greets = meta.is_some_and(|meta| !meta.lifecycle.is_empty()) && transport != Transport::Webhook;
    let beats = meta.is_some_and(|meta| meta.heartbeat);
    (!by(TriggerBy::Connect) || greets) && (!by(TriggerBy::Clock) || beats)
}

impl Ears {
    /// Opens one connection for each role over the transport of the check.
    pub(super) async fn open(probe: &mut Probe, roles: &[WsRole]) -> Judged<Self> {
        let mut ears = Self::default();
        for role in roles {
            let line = probe.open(*role).await?;
            ears.add(probe.contract(), line).await;
        }
        Ok(ears)
    }

    /// Opens a connection over each of several transports; over a WebSocket that the target serves, one for each role.
    pub(super) async fn over(probe: &mut Probe, transports: &[Transport], anew: bool) -> Self {
        let mut ears = Self::default();
        for &transport in transports {
            let roles = if transport == Transport::Ws { roles(probe.contract()) } else { vec![WsRole::Event] };
            for role in roles {
                match probe.open_over(transport, role, anew).await {
                    Ok(line) => ears.add(probe.contract(), line).await,
                    Err(stop) => ears.deaf.push((transport, stop)),
                }
            }
        }
        ears
    }

    /// Opens a connection over each transport that carries events; at least one of them has to work.
    pub(super) async fn everywhere(probe: &mut Probe) -> Judged<Self> {
        let transports = transports(probe.contract(), probe.gate().target());
        let mut ears = Self::over(probe, &transports, false).await;
        if !ears.lines.is_empty() {
            return Ok(ears);
        }
        match ears.deaf.pop() {
            Some((_, stop)) => Err(stop),
            None => Broken::new(Text::both("there is no connection for events", "没有事件连接")).untestable(),
        }
    }

    /// The ears of the second account.
    pub(super) async fn of_actor(probe: &mut Probe) -> Judged<Self> {
        let cx = Arc::clone(&probe.cx);
        let heard = |gate: &Gate| transports(gate.contract(), gate.target()).into_iter().next();
        let Some((gate, transport)) = cx.actor.as_ref().and_then(|gate| Some((gate, heard(gate)?))) else {
            return Broken::new(Text::both(
                "there is no second account that could see it (--actor-ws)",
                "没有能看到它的第二个账号（--actor-ws）",
            ))
            .untestable();
        };
        let role = roles(probe.contract()).into_iter().next().unwrap_or(WsRole::Event);
        let line = match gate.open(transport, role, &Proof::Right).await? {
            Ok(line) => line,
            Err(exchange) => return probe.not_connected(exchange),
        };
        probe.log.note(format!("second account connected to {}", line.url()));
        let mut ears = Self::default();
        ears.add(probe.contract(), line).await;
        Ok(ears)
    }

    async fn add(&mut self, contract: &Contract, line: Line) {
        greeted(contract, &line).await;
        let mark = line.mark();
        self.lines.push((line, mark));
    }

    /// What came until now counts no more, nor what is still on its way.
    pub(super) async fn forget(&mut self, probe: &mut Probe) {
        settle(probe, self.lines.iter().map(|(line, _)| line)).await;
        for (line, mark) in &mut self.lines {
            *mark = line.mark();
        }
    }
}

/// Waits until everything that happened before has been told, where a connection is one that others use too. In a
/// simulated world something is said that nobody else says; as events come in their order, nothing from before comes
/// behind it.
pub(super) async fn settle<'l>(probe: &mut Probe, lines: impl IntoIterator<Item = &'l Line>) {
    let lines: Vec<&Line> = lines.into_iter().filter(|line| probe.gate().settles(line.transport())).collect();
    let shared = |line: &&Line| matches!(line.transport(), Transport::ReverseWs | Transport::Webhook);
    let Some(control) = probe.gate().target().control.clone().filter(|_| lines.iter().any(shared)) else { return };
    let contract = Arc::clone(probe.cx.gate.contract());
    let Some(trigger) = sayings(&contract).next() else { return };
    let words = format!("botspec settles {}", probe.gate().next_settling());
    let said = super::provoke::saying(&contract, trigger, &words);
    let params = crate::context::resolve(&probe.cx.fixtures.bindings(), &said.params.unwrap_or_default());
    let (Ok(params), Some(step)) = (params, said.call) else { return };
    let marks: Vec<Mark> = lines.iter().map(|line| line.mark()).collect();
    if control.step(&step, &params).is_err() {
        return;
    }
    let until = Instant::now() + probe.event_timeout();
    let told = |frame: &Frame| frame.seen.json().is_some_and(|event| event.to_string().contains(&words));
    for (line, mark) in lines.into_iter().zip(marks) {
        if line.wait_until(mark, until, told).await.is_err() {
            // Events that do not come at all are the business of checks.
            probe.gate().never_settles(line.transport());
        }
    }
}

/// Steps of the world that say something.
fn sayings(contract: &Contract) -> impl Iterator<Item = &Trigger> {
    let events = contract.events().filter(|event| contract.tells_message(event));
    events.flat_map(|event| &event.triggers).filter(|trigger| trigger.by == TriggerBy::World)
}

/// The roles of connections that carry events.
pub(in crate::checks) fn roles(contract: &Contract) -> Vec<WsRole> {
    let endpoints = contract.file().transports.ws.iter().flat_map(|ws| &ws.endpoints);
    endpoints.map(|endpoint| endpoint.role).filter(|role| *role != WsRole::Api).collect()
}

/// The roles of connections over the transport of a check that carry events: those that the target serves, or those with
/// which it has connected.
pub(super) fn own_roles(probe: &Probe) -> Vec<WsRole> {
    match probe.line_transport() {
        Transport::Ws => roles(probe.contract()),
        Transport::ReverseWs => {
            let connected = probe.gate().connected_roles().into_iter().flatten();
            let carrying: Vec<WsRole> = connected.filter(|role| *role != WsRole::Api).collect();
            if carrying.is_empty() { vec![WsRole::Event] } else { carrying }
        }
        _ => vec![WsRole::Event],
    }
}

/// The event that tells that a connection stands.
pub(super) fn greeting(contract: &Contract) -> Option<&Event> {
    contract.events().find(|event| event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Connect))
}

/// Waits until a new connection tells that it stands, so that no event is missed that is provoked next.
async fn greeted(contract: &Contract, line: &Line) {
    let is_new = line.beginning() == Mark::default();
    if is_new && greeting(contract).is_some_and(|event| comes_over(contract, event, line.transport())) {
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
pub(super) const NEAR: Duration = Duration::from_millis(150);

/// Waits for an event on a connection.
pub(super) async fn hear(probe: &mut Probe, line: &Line, from: Mark, event: &Event) -> Heard {
    let until = Instant::now() + probe.event_timeout();
    hear_until(probe, line, from, event, until).await
}

/// Waits for an event on a connection. In a simulated world nothing happens by itself: there what is something like the
/// event is what came of it, and nothing else is waited for.
pub(super) async fn hear_until(probe: &mut Probe, line: &Line, from: Mark, event: &Event, until: Instant) -> Heard {
    let contract = Arc::clone(probe.cx.gate.contract());
    let is_it = |frame: &Frame| frame.seen.json().is_some_and(|it| is_event(&contract, event, it));
    let is_near = |frame: &Frame| frame.seen.json().is_some_and(|it| is_nearly(&contract, event, it));
    let simulated = probe.gate().target().is_simulated();
    let first = line.wait_until(from, until, |frame| is_it(frame) || simulated && is_near(frame)).await;
    let heard = match first {
        Ok(frame) if is_it(&frame) => Heard::It(frame),
        Ok(frame) => match line.wait(from, NEAR, is_it).await {
            Ok(frame) => Heard::It(frame),
            Err(_) => Heard::Near(frame),
        },
        Err(ended) => {
            let near = line.since(from).into_iter().find(|frame| is_near(frame));
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

/// Whether a document is no event of the dialect, and has something of this one: it lacks a field that identifies it. Where
/// one field alone does that, what is left to share is every other field that it must have.
fn is_nearly(contract: &Contract, event: &Event, document: &Value) -> bool {
    let shares = event.identify.iter().any(|(key, wanted)| document.get(key).is_some_and(|found| found == wanted));
    let required = event.data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut others = required.filter(|key| !event.identify.contains_key(*key)).peekable();
    let has_the_rest =
        event.identify.len() == 1 && others.peek().is_some() && others.all(|key| document.get(key).is_some());
    (shares || has_the_rest) && !contract.is_answer(document) && contract.dialect().recognise_event(document).is_none()
}

/// What stands beside an event: the group that it is about.
pub(super) fn needs_group(contract: &Contract, event: &Event) -> bool {
    let required = event.data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    required.into_iter().any(|field| {
        let schema = event.data.pointer(&format!("/properties/{field}"));
        schema.is_some_and(|schema| contract.follow(schema).get("x-id").is_some_and(|kind| kind == "group"))
    })
}
