//! Checks derived from a message segment: sent, read again, seen by the other side, in all its forms.

mod appears;
mod forms;
pub(super) mod sent;

use botspec_reports::record::Transport;
use botspec_schema::model::{Effect, Fixture, Segment};
use serde_json::Value;

pub(super) use sent::message_event;

use super::messages::{self, Conversation};
use super::{CheckTemplate, ContractRef, derived};
use crate::check_context::CheckContext;
use crate::contract::Contract;
use crate::fixtures::name;
use crate::not_passed::CheckResult;
use crate::unit::{Order, Unit};

/// Everything that follows from a segment.
pub(super) fn units(contract: &Contract, transports: &[Transport], segment: &Segment) -> Vec<Unit> {
    let roles = contract.roles();
    if roles.send_to_user.is_none() && roles.send_to_group.is_none() {
        return Vec::new();
    }
    let mut units = Vec::new();
    for &transport in transports {
        let mut add = |(templates, body): (Vec<&CheckTemplate>, crate::unit::Body)| {
            let contract_ref =
                ContractRef { kind: "segment", name: &segment.name, sources: &segment.sources, effect: Effect::Send };
            let checks = templates.iter().map(|it| derived(contract, &contract_ref, it, Some(transport))).collect();
            units.push(Unit::new(checks, Order::new(Effect::Send, &[]), body));
        };
        if segment.send.is_some() {
            // What is refused where something is sent is sent by the examples of the actions that take it.
            if is_taken(contract, segment) {
                add(sent::checks(segment));
                if contract.file().message_forms.send.len() > 1 {
                    add(forms::checks(segment));
                }
            }
        } else if segment.receive.is_some() {
            add(sent::received_only(segment));
        }
    }
    units
}

/// Where a segment is sent: in the group where it needs one, with the friend otherwise.
fn conversation(cx: &CheckContext, segment: &Segment) -> CheckResult<Conversation> {
    if is_for_groups(segment) { Conversation::group(cx) } else { Conversation::friend(cx) }
}

fn is_for_groups(segment: &Segment) -> bool {
    let needs = segment.fixtures();
    let group = [Fixture::Group, Fixture::Member].iter().any(|fixture| needs.contains(fixture));
    // A recommendation needs a group to name, not one to be sent in.
    group && !needs.contains(&Fixture::Friend)
}

/// Whether the action that sends something where the segment is sent takes it.
fn is_taken(contract: &Contract, segment: &Segment) -> bool {
    let roles = contract.roles();
    let send = if is_for_groups(segment) { &roles.send_to_group } else { &roles.send_to_user };
    send.as_ref().is_none_or(|send| !segment.refused_by.contains(&send.action))
}

/// The words of a message that is there to be pointed to.
const EARLIER: &str = "botspec comes back to this";

/// Whether a segment names a message.
fn points_back(contract: &Contract, segment: &Segment, data: &Value) -> bool {
    let ids = segment.send.as_ref().map(|schema| contract.ids_at(schema, data, "")).unwrap_or_default();
    ids.iter().any(|id| id.kind == "message")
}

/// A message that holds a segment, for a conversation. One that only reports how to send needs something to be sent; and one
/// that points to a message points to one of the same conversation.
async fn message(
    cx: &mut CheckContext,
    segment: &Segment,
    conversation: &Conversation,
    data: &Value,
) -> CheckResult<Value> {
    let mut bindings = cx.run.fixtures.bindings();
    let needs = segment.fixtures();
    if points_back(cx.contract(), segment, data) {
        let words = cx.run.unique(EARLIER);
        let id = messages::send_accepted(cx, conversation, &messages::text(cx.contract(), &words), None).await?;
        let names = [Fixture::OwnMessage, Fixture::OwnGroupMessage, Fixture::GroupMessage].map(name);
        bindings.extend(names.map(|it| (it.to_owned(), id.clone())));
    }
    let mut segments = vec![messages::segment(&segment.name, data)];
    if segment.vanishes
        && let Value::Array(text) = messages::text(cx.contract(), "botspec")
    {
        segments.extend(text);
    }
    Ok(messages::filled_with(cx, &bindings, &needs, &Value::Array(segments)))
}

/// What a segment needs, before anything is sent.
async fn ready(cx: &mut CheckContext, segment: &Segment) -> CheckResult {
    cx.run.refresh().await;
    super::provision::provide(cx, &segment.fixtures(), Effect::Send).await?;
    cx.run.bindings(&segment.fixtures()).map(drop)
}
