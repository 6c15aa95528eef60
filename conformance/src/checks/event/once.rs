//! Looking for a second event that equals one that came. The checks of other events go on meanwhile.

use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Event;

use super::super::about::About;
use super::super::subscriptions::{self, EventSubscriptions};
use super::{ONCE, Plan, duplicate_window};
use crate::check_context::CheckContext;
use crate::client::frames::Cursor;
use crate::gate::Connection;
use crate::not_passed::{CheckResult, Violation};
use crate::part::Part;

/// Looks on every connection over which an event came whether it comes again, for the same time on all of them.
pub(super) async fn look(
    cx: &mut CheckContext,
    event: &Event,
    plan: &Plan,
    about: About,
    subscriptions: EventSubscriptions,
    arrived: impl Fn(Transport) -> bool,
) {
    let wanted = |transport: Transport| {
        plan.once.then_some(Part::Over(ONCE.name, transport)).filter(|part| arrived(transport) && cx.wants(*part))
    };
    let looked: Vec<(Part, Connection, Cursor)> = subscriptions
        .connections
        .into_iter()
        .filter_map(|(connection, cursor)| Some((wanted(connection.transport())?, connection, cursor)))
        .collect();
    if looked.is_empty() {
        return;
    }
    let until = Instant::now() + duplicate_window(cx);
    let event = event.clone();
    cx.judge_afterwards(move |cx| {
        Box::pin(async move {
            let mut judged = Vec::new();
            for (part, connection, cursor) in &looked {
                judged.push((*part, once(cx, &event, &about, connection, *cursor, until).await));
            }
            judged
        })
    });
    if cx.gate().is_restored() {
        // In a world that begins anew, what happens next may equal what happened.
        cx.judge_now().await;
    }
}

/// No event equal to one that came before, and about the same: what an earlier step caused may be on its way still.
async fn once(
    cx: &mut CheckContext,
    event: &Event,
    about: &About,
    connection: &Connection,
    cursor: Cursor,
    until: Instant,
) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let mut received: Vec<serde_json::Value> = Vec::new();
    let twice = connection
        .wait_until(cursor, until, |frame| {
            let Some(document) = frame.received.json() else { return false };
            let is_it = subscriptions::is_event(&contract, event, document)
                && about.contradiction(&contract, event, document).is_none();
            let again = is_it && received.contains(document);
            if is_it {
                received.push(document.clone());
            }
            again
        })
        .await;
    let Ok(frame) = twice else { return Ok(()) };
    subscriptions::note(cx, connection, &frame);
    Violation::new(Text::both(
        format!("the same event came twice over {}", connection.url()),
        format!("{} 上同一事件出现了两次", connection.url()),
    ))
    .with_evidence(&connection.evidence_of(&frame).into())
    .into_failure()
}
