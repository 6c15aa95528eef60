//! Making what a check needs and the target does not show by itself.

use botspec_schema::model::{Effect, Fixture};
use serde_json::Value;

use super::talk::{self, Room};
use crate::fixtures;
use crate::probe::{Judged, Probe};

/// Makes what is missing of a list, as far as the target allows. What cannot be made stays missing, and the check that
/// needs it says so.
pub(super) async fn provide(probe: &mut Probe, needs: &[Fixture]) -> Judged {
    let bindings = probe.cx.fixtures.bindings();
    for fixture in probe.cx.fixtures.missing(&bindings, needs) {
        if fixture == Fixture::OwnMessage
            && probe.gate().target().allow.contains(&Effect::Send)
            && let Some(message) = own_message(probe).await
        {
            probe.cx.fixtures.learn(fixtures::name(fixture), message);
        }
        if fixture == Fixture::GroupMessage
            && let Some(message) = actor_message(probe, &bindings).await
        {
            probe.cx.fixtures.learn(fixtures::name(fixture), message);
        }
    }
    Ok(())
}

/// Says something to the friend or to the group, whichever is known.
async fn own_message(probe: &mut Probe) -> Option<Value> {
    for room in [Room::friend(probe), Room::group(probe)] {
        let Ok(room) = room else { continue };
        let text = talk::text(probe.contract(), "botspec says hello");
        if let Ok(message) = talk::said(probe, &room, &text, None).await {
            return Some(message);
        }
    }
    None
}

/// The second account says something in the group.
async fn actor_message(probe: &mut Probe, bindings: &fixtures::Bindings) -> Option<Value> {
    let group = bindings.get(fixtures::name(Fixture::Group))?;
    talk::actor_says(probe, true, group, "botspec says hello").await.ok()
}
