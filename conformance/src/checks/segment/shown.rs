//! A segment that nobody sends as it is, made to appear in what others say.

use botspec_reports::record::Text;
use botspec_schema::model::{Segment, TriggerBy};
use serde_json::Value;

use crate::checks::talk::{self, Room};
use crate::context::resolve;
use crate::probe::{Broken, Judged, Probe, Stop, untestable};

/// What a step of the world tells of what was said: its id.
const ID: &str = "message";
/// And its number in the conversation, where that is what a message is known by.
const NUMBER: &str = "number";

/// The segments of a message in which the segment was made to appear; nothing where this target has no way to do so.
pub(super) async fn shown(probe: &mut Probe, segment: &Segment) -> Judged<Option<Vec<Value>>> {
    let Some(control) = probe.gate().target().control.clone() else { return Ok(None) };
    let numbered = probe.contract().roles().read_message.as_ref().is_some_and(|role| role.place.is_some());
    let said = if numbered { NUMBER } else { ID };
    for trigger in segment.shown_by.iter().filter(|trigger| trigger.by == TriggerBy::World) {
        probe.cx.fixtures.renew();
        let call = trigger.call.as_deref().unwrap_or_default();
        let bindings = probe.cx.fixtures.bindings();
        let wanted = trigger.params.clone().unwrap_or_default();
        let Ok(params) = resolve(&bindings, &wanted) else { continue };
        probe.log.note(format!("step {call} {params}"));
        let told = control.step(call, &params);
        let told = told.map_err(|why| Stop::Untestable(Box::new(Broken::new(Text::from(why)))))?;
        if let Some(id) = told.get(said) {
            let room = Room::friend(probe)?;
            let message = talk::read_message(probe, &room, id).await?;
            if message.is_string() && !segment.cq {
                return untestable(
                    "messages are told as strings, and it has no string form",
                    "消息以字符串形式给出，而该消息段没有字符串形式",
                );
            }
            return Ok(Some(probe.contract().segments_of(&message)));
        }
    }
    Ok(None)
}
