//! Making an event happen for the checks about how events come, and receiving it.

use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::Transport;
use botspec_schema::model::{Event, Trigger, TriggerBy, WsRole};

use crate::check_context::CheckContext;
use crate::checks::about::About;
use crate::checks::subscriptions::{
    EventMatch, EventSubscriptions, roles, transports, wait_for_event, wait_for_event_about,
};
use crate::checks::trigger::{can_fire, fire_with_text};
use crate::client::frames::Cursor;
use crate::gate::Connection;
use crate::not_passed::{CheckResult, untestable};
use crate::shared_event::{Arrival, SharedEvent};

/// An event, and what came of it over each connection.
pub(super) struct Arrived {
    pub(super) event: Event,
    /// The connections over which it was waited for; none where it was made for several checks, and came over all of them.
    pub(super) connections: Vec<(Connection, Cursor)>,
    pub(super) matches: Vec<EventMatch>,
    /// What the event is about; nothing where it is known that those that came are it.
    pub(super) about: About,
}

impl Arrived {
    /// What came of an event that was made for several checks.
    fn shared(cx: &mut CheckContext, event: &Event, arrivals: &[&Arrival]) -> Self {
        for arrival in arrivals {
            cx.log.frame_over(arrival.transport, &arrival.url, &arrival.frame);
        }
        Self {
            event: event.clone(),
            connections: Vec::new(),
            matches: arrivals.iter().map(|it| EventMatch::Exact(Arc::clone(&it.frame))).collect(),
            about: About::default(),
        }
    }
}

/// The mildest way to make an event happen that this target allows: by the second account before by a step of the world.
pub(in crate::checks::requirements) fn provocation(cx: &CheckContext) -> CheckResult<(Event, Trigger)> {
    let contract = Arc::clone(cx.run.gate.contract());
    let mut reason = None;
    // What is sent can be distinguished from what else happens.
    let (event_transports, others): (Vec<&Event>, Vec<&Event>) =
        contract.events().partition(|event| contract.carries_message(event));
    for by in [TriggerBy::Actor, TriggerBy::World, TriggerBy::Itself] {
        for event in event_transports.iter().chain(&others).copied() {
            for trigger in event.triggers.iter().filter(|trigger| trigger.by == by) {
                let milder = trigger.call.as_deref().and_then(|call| contract.resolve(call)).is_none_or(|call| {
                    call.action.effect == botspec_schema::model::Effect::Send && call.action.spends.is_empty()
                });
                match can_fire(cx, trigger) {
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
        Some(why) => Err(why),
        None => untestable("nothing is known that makes an event", "没有已知的触发方式"),
    }
}

/// Makes an event happen that no other check makes, where it carries words.
pub(in crate::checks::requirements) async fn fire_marked(
    cx: &mut CheckContext,
    event: &Event,
    trigger: &Trigger,
) -> CheckResult<About> {
    let words = cx.run.unique("botspec event");
    fire_with_text(cx, event, trigger, &words).await
}

/// Makes an event happen and receives it on each connection.
async fn arrived_on(
    cx: &mut CheckContext,
    (event, trigger): (Event, Trigger),
    mut subscriptions: EventSubscriptions,
) -> CheckResult<Arrived> {
    subscriptions.discard_pending(cx).await;
    let about = fire_marked(cx, &event, &trigger).await?;
    let mut matches = Vec::new();
    for (connection, cursor) in &subscriptions.connections {
        matches.push(wait_for_event(cx, connection, *cursor, &event, &about).await);
    }
    Ok(Arrived { event, connections: subscriptions.connections, matches, about })
}

/// Makes an event happen and receives it on connections of the roles, which nobody else listens to.
pub(super) async fn arrived_anew(cx: &mut CheckContext, roles: &[WsRole]) -> CheckResult<Arrived> {
    let provoked = provocation(cx)?;
    let subscriptions = EventSubscriptions::open(cx, roles).await?;
    arrived_on(cx, provoked, subscriptions).await
}

/// An event on connections of the roles: where messages are few the one that is made for several checks, if it came over all
/// of them.
pub(super) async fn arrived(cx: &mut CheckContext, roles: &[WsRole]) -> CheckResult<Arrived> {
    if let Some(shared) = shared_event(cx).await
        && let Some(arrivals) = shared.over(cx.connection_transport(), roles)
    {
        return Ok(Arrived::shared(cx, &shared.event, &arrivals));
    }
    arrived_anew(cx, roles).await
}

/// The same over the check's transport and over another one.
pub(super) async fn arrived_elsewhere(cx: &mut CheckContext) -> CheckResult<Arrived> {
    let own = cx.connection_transport();
    let all = transports(cx.contract(), cx.gate().target());
    let Some(other) = all.into_iter().find(|it| *it != own) else {
        return untestable("the target sends events over one transport only", "目标只通过一种传输方式推送事件");
    };
    if let Some(shared) = shared_event(cx).await {
        let over = |transport| shared.over(transport, &[WsRole::Event]);
        if let (Some(here), Some(there)) = (over(own), over(other)) {
            return Ok(Arrived::shared(cx, &shared.event, &[here, there].concat()));
        }
    }
    let provoked = provocation(cx)?;
    let mut subscriptions = EventSubscriptions::over(cx, &[own, other], false).await;
    match subscriptions.failed.pop() {
        Some((_, why)) => Err(why),
        None => arrived_on(cx, provoked, subscriptions).await,
    }
}

/// The event that is made once, in a run that sends few messages; nothing where it cannot be made, as each check then finds
/// out why.
async fn shared_event(cx: &mut CheckContext) -> Option<Arc<SharedEvent>> {
    if !cx.run.has_few_messages() {
        return None;
    }
    let run = Arc::clone(&cx.run);
    run.shared_event.get_or_init(|| async { make_shared(cx).await.ok().map(Arc::new) }).await.clone()
}

/// Makes an event happen and receives it over every transport, twice in each role that a check may ask for twice.
async fn make_shared(cx: &mut CheckContext) -> CheckResult<SharedEvent> {
    let (event, trigger) = provocation(cx)?;
    let mut subscriptions = EventSubscriptions::default();
    let mut opened_for = Vec::new();
    for transport in transports(cx.contract(), cx.gate().target()) {
        let roles = if transport == Transport::Ws { roles(cx.contract()).repeat(2) } else { vec![WsRole::Event] };
        for role in roles {
            if let Ok(connection) = cx.open_over(transport, role, false).await {
                subscriptions.add(cx.contract(), connection).await;
                opened_for.push(role);
            }
        }
    }
    subscriptions.discard_pending(cx).await;
    let about = fire_marked(cx, &event, &trigger).await?;
    let until = Instant::now() + cx.event_timeout();
    let mut arrivals = Vec::new();
    for ((connection, cursor), role) in subscriptions.connections.into_iter().zip(opened_for) {
        let (arrived, difference) = wait_for_event_about(cx, &connection, cursor, &event, &about, until).await;
        if let (EventMatch::Exact(frame), None) = (arrived, difference) {
            arrivals.push(Arrival { role, transport: connection.transport(), url: connection.url().to_owned(), frame });
        }
    }
    Ok(SharedEvent { event, arrivals })
}
