//! Listening to events over several transports at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{Event, MetaEvents, Trigger, TriggerBy, WsRole};
use serde_json::Value;

use super::about::About;
use crate::check_context::CheckContext;
use crate::client::frames::{Cursor, Frame};
use crate::contract::Contract;
use crate::gate::{Connection, Credentials, Gate};
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::received::Received;
use crate::target::{TRANSPORTS, Target};

/// Connections that events come over, each with the place from which on they count.
#[derive(Debug, Default)]
pub(super) struct EventSubscriptions {
    pub(super) connections: Vec<(Connection, Cursor)>,
    /// The transports that could not be listened to, each with the reason.
    pub(super) failed: Vec<(Transport, NotPassed)>,
}

/// How long a connection may take until it reports that it stands. One that never does is listened to all the same.
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

/// What a transport reports of itself.
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

/// Whether an event comes over a transport: what reports of connections and of time does not come over all of them.
pub(super) fn comes_over(contract: &Contract, event: &Event, transport: Transport) -> bool {
    let by = |wanted: TriggerBy| event.triggers.iter().any(|trigger| trigger.by == wanted);
    let meta = meta(contract, transport);
    // Nobody connects to a webhook.
    let greets = meta.is_some_and(|meta| !meta.lifecycle.is_empty()) && transport != Transport::Webhook;
    let beats = meta.is_some_and(|meta| meta.heartbeat);
    (!by(TriggerBy::Connect) || greets) && (!by(TriggerBy::Clock) || beats)
}

impl EventSubscriptions {
    /// Opens one connection for each role over the transport of the check.
    pub(super) async fn open(cx: &mut CheckContext, roles: &[WsRole]) -> CheckResult<Self> {
        let mut subscriptions = Self::default();
        for role in roles {
            let connection = cx.open(*role).await?;
            subscriptions.add(cx.contract(), connection).await;
        }
        Ok(subscriptions)
    }

    /// Opens a connection over each of several transports; over a WebSocket that the target serves, one for each role.
    pub(super) async fn over(cx: &mut CheckContext, transports: &[Transport], anew: bool) -> Self {
        let mut subscriptions = Self::default();
        for &transport in transports {
            let roles = if transport == Transport::Ws { roles(cx.contract()) } else { vec![WsRole::Event] };
            for role in roles {
                match cx.open_over(transport, role, anew).await {
                    Ok(connection) => subscriptions.add(cx.contract(), connection).await,
                    Err(why) => subscriptions.failed.push((transport, why)),
                }
            }
        }
        subscriptions
    }

    /// Opens a connection over each transport that carries events; at least one of them has to work.
    pub(super) async fn everywhere(cx: &mut CheckContext) -> CheckResult<Self> {
        let transports = transports(cx.contract(), cx.gate().target());
        let mut subscriptions = Self::over(cx, &transports, false).await;
        if !subscriptions.connections.is_empty() {
            return Ok(subscriptions);
        }
        match subscriptions.failed.pop() {
            Some((_, why)) => Err(why),
            None => Violation::new(Text::both("there is no connection for events", "没有事件连接")).untestable(),
        }
    }

    /// The subscriptions of the second account, to what happens in the group or elsewhere.
    pub(super) async fn of_actor(cx: &mut CheckContext, in_group: bool) -> CheckResult<Self> {
        if in_group {
            cx.actor_is_in_group()?;
        }
        let run = Arc::clone(&cx.run);
        let arrived = |gate: &Gate| transports(gate.contract(), gate.target()).into_iter().next();
        let Some((gate, transport)) = run.actor.as_ref().and_then(|gate| Some((gate, arrived(gate)?))) else {
            return Violation::new(Text::both(
                "there is no second account that could see it (--actor-ws)",
                "没有能看到它的第二个账号（--actor-ws）",
            ))
            .untestable();
        };
        let role = roles(cx.contract()).into_iter().next().unwrap_or(WsRole::Event);
        let connection = match gate.open(transport, role, &Credentials::Valid).await? {
            Ok(connection) => connection,
            Err(exchange) => return cx.not_connected(exchange),
        };
        cx.log.note(format!("second account connected to {}", connection.url()));
        let mut subscriptions = Self::default();
        subscriptions.add(cx.contract(), connection).await;
        Ok(subscriptions)
    }

    /// Listens to a connection from now on, once it reports that it stands.
    pub(super) async fn add(&mut self, contract: &Contract, connection: Connection) {
        greeted(contract, &connection).await;
        let cursor = connection.cursor();
        self.connections.push((connection, cursor));
    }

    /// The id that a message with some words has in the event that brings it; nothing where none comes in time.
    pub(super) async fn message_with(&self, cx: &CheckContext, words: &str) -> Option<Value> {
        let contract = Arc::clone(cx.run.gate.contract());
        let until = Instant::now() + cx.event_timeout();
        let id_in = |frame: &Frame| {
            let event = frame.received.json()?;
            let held =
                contract.message_in(event).is_some_and(|message| super::messages::holds(&contract, message, words));
            let known = contract.dialect().recognise_event(event).filter(|_| held)?;
            let within = format!("{}/", contract.roles().message_field.as_deref().unwrap_or_default());
            let ids = contract.ids_at(&known.data, event, "").into_iter();
            let id = ids.into_iter().find(|id| id.kind == "message" && !id.pointer.starts_with(&within))?;
            event.pointer(&id.pointer).cloned()
        };
        for (connection, cursor) in &self.connections {
            if let Ok(frame) = connection.wait_until(*cursor, until, |frame| id_in(frame).is_some()).await {
                return id_in(&frame);
            }
        }
        None
    }

    /// What came until now counts no more, nor what is still on its way.
    pub(super) async fn discard_pending(&mut self, cx: &mut CheckContext) {
        flush_barrier(cx, self.connections.iter().map(|(connection, _)| connection)).await;
        for (connection, cursor) in &mut self.connections {
            *cursor = connection.cursor();
        }
    }
}

/// Waits until everything that happened before has been reported, where a connection is one that others use too. In a
/// simulated world something is sent that nobody else states; as events come in their order, nothing from before comes
/// behind it.
pub(super) async fn flush_barrier<'l>(cx: &mut CheckContext, connections: impl IntoIterator<Item = &'l Connection>) {
    let connections: Vec<&Connection> =
        connections.into_iter().filter(|connection| cx.gate().has_barrier(connection.transport())).collect();
    let shared = |connection: &&Connection| matches!(connection.transport(), Transport::ReverseWs | Transport::Webhook);
    if !cx.gate().has_control() || !connections.iter().any(shared) {
        return;
    }
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(trigger) = message_steps(&contract).next() else { return };
    let words = format!("botspec settles {}", cx.gate().next_barrier());
    let send_accepted = super::trigger::with_text(&contract, trigger, &words);
    let params = crate::run_context::resolve(&cx.run.fixtures.bindings(), &send_accepted.params.unwrap_or_default());
    let (Ok(params), Some(step)) = (params, send_accepted.call) else { return };
    let cursors: Vec<Cursor> = connections.iter().map(|connection| connection.cursor()).collect();
    let run = Arc::clone(&cx.run);
    if !matches!(run.gate.step(&step, &params).await, Ok(Ok(_))) {
        return;
    }
    let until = Instant::now() + cx.event_timeout();
    let reported = |frame: &Frame| frame.received.json().is_some_and(|event| event.to_string().contains(&words));
    for (connection, cursor) in connections.into_iter().zip(cursors) {
        if connection.wait_until(cursor, until, reported).await.is_err() {
            // Events that do not come at all are the business of checks.
            cx.gate().barrier_missed(connection.transport());
        }
    }
}

/// Steps of the world that send something.
fn message_steps(contract: &Contract) -> impl Iterator<Item = &Trigger> {
    let events = contract.events().filter(|event| contract.carries_message(event));
    events.flat_map(|event| &event.triggers).filter(|trigger| trigger.by == TriggerBy::World)
}

/// The roles of connections that carry events.
pub(in crate::checks) fn roles(contract: &Contract) -> Vec<WsRole> {
    let endpoints = contract.file().transports.ws.iter().flat_map(|ws| &ws.endpoints);
    endpoints.map(|endpoint| endpoint.role).filter(|role| *role != WsRole::Api).collect()
}

/// The roles of connections over the transport of a check that carry events: those that the target serves, or those with
/// which it has connected.
pub(super) fn own_roles(cx: &CheckContext) -> Vec<WsRole> {
    match cx.connection_transport() {
        Transport::Ws => roles(cx.contract()),
        Transport::ReverseWs => {
            let connected = cx.gate().open_roles().into_iter().flatten();
            let carrying: Vec<WsRole> = connected.filter(|role| *role != WsRole::Api).collect();
            if carrying.is_empty() { vec![WsRole::Event] } else { carrying }
        }
        _ => vec![WsRole::Event],
    }
}

/// The event that reports that a connection stands.
pub(super) fn greeting(contract: &Contract) -> Option<&Event> {
    contract.events().find(|event| event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Connect))
}

/// Waits until a new connection reports that it stands, so that no event is missed that is provoked next.
pub(super) async fn greeted(contract: &Contract, connection: &Connection) {
    let is_new = connection.beginning() == Cursor::default();
    if is_new && greeting(contract).is_some_and(|event| comes_over(contract, event, connection.transport())) {
        // Whether it must come is the business of other checks.
        let _ = connection.wait(connection.beginning(), GREETING, |_| true).await;
    }
}

/// What was received of an event on one connection.
#[derive(Debug, Clone)]
pub(super) enum EventMatch {
    /// The event.
    Exact(Arc<Frame>),
    /// No such event, but something like it that no event of the dialect is.
    Partial(Arc<Frame>),
    /// Nothing of the kind; how the connection ended, where it did.
    None(Option<Received>),
}

/// How long a frame that is no event of the dialect may be followed by the one that was waited for: the thirtieth part of
/// what an event may take.
pub(super) fn grace(cx: &CheckContext) -> Duration {
    cx.event_timeout() / 30
}

/// Waits for the event that a trigger caused: others may cause some of its kind in between.
pub(super) async fn wait_for_event(
    cx: &mut CheckContext,
    connection: &Connection,
    from: Cursor,
    event: &Event,
    about: &About,
) -> EventMatch {
    let until = Instant::now() + cx.event_timeout();
    wait_for_event_about(cx, connection, from, event, about, until).await.0
}

/// Waits for the event of a message that an account sent: others may send some in between.
pub(super) async fn wait_for_message_by(
    cx: &mut CheckContext,
    connection: &Connection,
    from: Cursor,
    event: &Event,
    sender: &Value,
) -> EventMatch {
    let contract = Arc::clone(cx.run.gate.contract());
    let until = Instant::now() + cx.event_timeout();
    let by_sender = |frame: &Frame| frame.received.json().is_none_or(|it| names_somebody(&contract, event, it, sender));
    wait_for(cx, connection, from, event, until, by_sender).await
}

/// Whether an event names an account beside the one that receives it; one that names nobody may be by anybody.
fn names_somebody(contract: &Contract, event: &Event, document: &Value, account: &Value) -> bool {
    let receiver = contract.roles().self_field.as_deref();
    let mut people = contract.ids_at(&event.data, document, "");
    people.retain(|id| id.kind == "user" && Some(&id.pointer[1..]) != receiver);
    let account = crate::contract::id_text(account);
    people.is_empty() || people.iter().any(|id| id.value == account)
}

/// Waits for an event on a connection that is about something. One that is about something else is taken only where no other
/// came in time, and with what it should be about.
pub(super) async fn wait_for_event_about(
    cx: &mut CheckContext,
    connection: &Connection,
    from: Cursor,
    event: &Event,
    about: &About,
    until: Instant,
) -> (EventMatch, Option<Difference>) {
    let contract = Arc::clone(cx.run.gate.contract());
    let other = |frame: &Frame| {
        let document = frame.received.json().filter(|document| is_event(&contract, event, document))?;
        about.contradiction(&contract, event, document)
    };
    let arrived = wait_for(cx, connection, from, event, until, |frame| other(frame).is_none()).await;
    let EventMatch::None(None) = arrived else { return (arrived, None) };
    match connection.wait_until(from, until, |frame| other(frame).is_some()).await {
        Ok(frame) => {
            note(cx, connection, &frame);
            let difference = other(&frame);
            (EventMatch::Exact(frame), difference)
        }
        Err(_) => (arrived, None),
    }
}

/// An event did not come that was caused: the check about its coming judges that.
pub(super) fn not_reported<T>(cx: &CheckContext, event: &Event) -> CheckResult<T> {
    Violation::new(Text::both(format!("{} did not come", event.name), format!("没有收到 {}", event.name)))
        .blocked_by(crate::owners::delivered(cx.contract(), &event.name))
        .untestable()
}

/// Waits for an event on a connection. A frame that is something like it and no event of the dialect is most often what
/// came of the trigger: the event itself then has little time left.
async fn wait_for(
    cx: &mut CheckContext,
    connection: &Connection,
    from: Cursor,
    event: &Event,
    until: Instant,
    wanted: impl Fn(&Frame) -> bool,
) -> EventMatch {
    let contract = Arc::clone(cx.run.gate.contract());
    let is_it = |frame: &Frame| frame.received.json().is_some_and(|it| is_event(&contract, event, it)) && wanted(frame);
    let is_near = |frame: &Frame| frame.received.json().is_some_and(|it| is_nearly(&contract, event, it));
    let first = connection.wait_until(from, until, |frame| is_it(frame) || is_near(frame)).await;
    let arrived = match first {
        Ok(frame) if is_it(&frame) => EventMatch::Exact(frame),
        Ok(frame) => match connection.wait(from, grace(cx), is_it).await {
            Ok(frame) => EventMatch::Exact(frame),
            Err(_) => EventMatch::Partial(frame),
        },
        Err(ended) => EventMatch::None(ended),
    };
    if let EventMatch::Exact(frame) | EventMatch::Partial(frame) = &arrived {
        note(cx, connection, frame);
    }
    arrived
}

/// Keeps a frame for the finding, and its secrets out of it.
pub(super) fn note(cx: &mut CheckContext, connection: &Connection, frame: &Frame) {
    if let Some(event) = frame.received.json() {
        cx.run.gate.learn_event(event);
    }
    cx.log.frame(connection, frame);
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
    // What names the kind of another family is an event of that, which the dialect need not have.
    let text = |key: &String| document.get(key).and_then(Value::as_str);
    let is_another = contract.events().any(|other| {
        let in_its_place = |(key, wanted): (&String, &String)| {
            let found = text(key).filter(|found| found != wanted);
            found.is_some() && found == other.identify.get(key).map(String::as_str)
        };
        event.identify.iter().any(in_its_place) && other.identify.keys().all(|key| text(key).is_some())
    });
    (shares || has_the_rest)
        && !is_another
        && !contract.is_answer(document)
        && contract.dialect().recognise_event(document).is_none()
}

/// What stands beside an event: the group that it is about.
pub(crate) fn needs_group(contract: &Contract, event: &Event) -> bool {
    let required = event.data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    required.into_iter().any(|field| {
        let schema = event.data.pointer(&format!("/properties/{field}"));
        schema.is_some_and(|schema| contract.follow(schema).get("x-id").is_some_and(|kind| kind == "group"))
    })
}
