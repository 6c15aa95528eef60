//! Checks derived from a message segment: sent, read again, seen by the other side, in all its forms.

mod forms;
pub(super) mod sent;
mod shown;

use botspec_reports::record::Transport;
use botspec_schema::model::{Effect, Fixture, Segment};
use serde_json::Value;

pub(super) use sent::message_event;

use super::talk::{self, Room};
use super::{Family, Subject, derived};
use crate::contract::Contract;
use crate::probe::{Judged, Probe, Stop};
use crate::unit::{Order, Unit};

/// Everything that follows from a segment.
pub(super) fn units(contract: &Contract, transports: &[Transport], segment: &Segment) -> Vec<Unit> {
    let roles = contract.roles();
    if roles.say_to_user.is_none() && roles.say_to_group.is_none() {
        return Vec::new();
    }
    let mut units = Vec::new();
    for &transport in transports {
        let mut add = |(families, body): (Vec<&Family>, crate::unit::Body)| {
            let subject =
                Subject { kind: "segment", name: &segment.name, sources: &segment.sources, effect: Effect::Send };
            units.push(Unit {
                checks: families.iter().map(|it| derived(contract, &subject, it, Some(transport))).collect(),
                order: Order::new(Effect::Send, &[]),
                body,
            });
        };
        if segment.send.is_some() {
            // What is refused where something is said is sent by the examples of the actions that take it.
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

/// Where a segment is said: in the group where it needs one, with the friend otherwise.
fn room(probe: &Probe, segment: &Segment) -> Judged<Room> {
    if is_for_groups(segment) { Room::group(probe) } else { Room::friend(probe) }
}

fn is_for_groups(segment: &Segment) -> bool {
    let group = [Fixture::Group, Fixture::Member].iter().any(|fixture| segment.needs.contains(fixture));
    // A recommendation needs a group to name, not one to be said in.
    group && !segment.needs.contains(&Fixture::Friend)
}

/// Whether the action that says something where the segment is said takes it.
fn is_taken(contract: &Contract, segment: &Segment) -> bool {
    let roles = contract.roles();
    let say = if is_for_groups(segment) { &roles.say_to_group } else { &roles.say_to_user };
    say.as_ref().is_none_or(|say| !segment.refused_by.contains(&say.action))
}

/// A message that holds a segment. One that only tells how to send needs something to be sent.
fn message(probe: &Probe, segment: &Segment, data: &Value) -> Value {
    let mut segments = vec![talk::segment(&segment.name, data)];
    if segment.vanishes
        && let Value::Array(text) = talk::text(probe.contract(), "botspec")
    {
        segments.extend(text);
    }
    talk::filled(probe, &segment.needs, &Value::Array(segments))
}

/// What a segment needs, before anything is said.
async fn ready(probe: &mut Probe, segment: &Segment) -> Judged {
    probe.cx.fixtures.renew();
    super::provision::provide(probe, &segment.needs).await?;
    probe.cx.bindings(&segment.needs).map(drop)
}

fn repeated(stop: &Stop, times: usize) -> Vec<Judged> {
    (0..times).map(|_| Err(stop.clone())).collect()
}
