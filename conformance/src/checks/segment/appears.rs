//! A segment that nobody sends as it is, made to appear in what others send.

use botspec_schema::model::{Segment, TriggerBy};
use serde_json::Value;

use crate::check_context::CheckContext;
use crate::checks::messages::{self, Conversation};
use crate::not_passed::{CheckResult, untestable};
use crate::run_context::resolve;

/// What a step of the world reports of what was sent: its id.
const ID: &str = "message";
/// And its number in the conversation, where that is what a message is known by.
const NUMBER: &str = "number";

/// The segments of a message in which the segment was made to appear; nothing where this target has no way to do so.
pub(super) async fn made_to_appear(cx: &mut CheckContext, segment: &Segment) -> CheckResult<Option<Vec<Value>>> {
    if !cx.gate().has_control() {
        return Ok(None);
    }
    let numbered = cx.contract().roles().read_message.as_ref().is_some_and(|role| role.place.is_some());
    let place = if numbered { NUMBER } else { ID };
    for trigger in segment.shown_by.iter().filter(|trigger| trigger.by == TriggerBy::World) {
        cx.run.refresh().await;
        let call = trigger.call.as_deref().unwrap_or_default();
        let bindings = cx.run.fixtures.bindings();
        let wanted = trigger.params.clone().unwrap_or_default();
        let Ok(params) = resolve(&bindings, &wanted) else { continue };
        let answer = cx.step(call, &params).await?;
        if let Some(id) = answer.get(place) {
            let conversation = Conversation::friend(cx)?;
            let message = messages::read_message(cx, &conversation, id).await?;
            if message.is_string() && !segment.cq {
                return untestable(
                    "messages come as strings, and it has no string form",
                    "消息以字符串形式给出，而该消息段没有字符串形式",
                );
            }
            return Ok(Some(cx.contract().segments_of(&message)));
        }
    }
    Ok(None)
}
