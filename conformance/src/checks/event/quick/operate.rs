//! Making an event happen, and answering its post with a quick operation.

use std::sync::Arc;

use botspec_reports::record::Transport;
use botspec_schema::model::{Event, Trigger, TriggerBy, WsRole};
use serde_json::{Map, Value};

use crate::check_context::CheckContext;
use crate::checks::subscriptions::{EventMatch, flush_barrier, not_reported, wait_for_event};
use crate::checks::trigger;
use crate::client::frames::{Cursor, Frame};
use crate::gate::Connection;
use crate::not_passed::{CheckResult, untestable};

/// What is answered where words are.
pub(super) const WORDS: &str = "botspec answers at once";

/// The ways to make the event happen: by the second account before by a step of the world, since the former receives what is
/// answered.
fn trigger(cx: &CheckContext, event: &Event) -> CheckResult<Trigger> {
    let mut why_not = None;
    for by in [TriggerBy::Actor, TriggerBy::World] {
        for trigger in event.triggers.iter().filter(|trigger| trigger.by == by) {
            match trigger::can_fire(cx, trigger) {
                Ok(()) => return Ok(trigger.clone()),
                Err(why) => {
                    why_not.get_or_insert(why);
                }
            }
        }
    }
    match why_not {
        Some(why) => Err(why),
        None => untestable("nothing is known that makes it happen", "没有已知的触发方式"),
    }
}

/// Makes the event happen and answers its post with a quick operation; gives where posts arrive, the event,
/// and the place before it.
pub(super) async fn operate(
    cx: &mut CheckContext,
    event: &Event,
    operation: Map<String, Value>,
) -> CheckResult<(Connection, Arc<Frame>, Cursor)> {
    let trigger = trigger(cx, event)?;
    super::undo::prepare(cx, event, &operation, trigger.by).await;
    let connection = cx.open_over(Transport::Webhook, WsRole::Event, false).await?;
    flush_barrier(cx, [&connection]).await;
    let cursor = connection.cursor();
    cx.log.note(format!("the answer will be {}", Value::Object(operation.clone())));
    let run = Arc::clone(&cx.run);
    let planned = run.gate.plan_operation(event, operation)?;
    let about = trigger::fire(cx, event, &trigger).await?;
    let arrived = wait_for_event(cx, &connection, cursor, event, &about).await;
    if planned.was_held_back() {
        return untestable(
            "the event was about somebody who is no declared fixture of this account",
            "事件涉及的对象不是已声明的测试对象",
        );
    }
    match arrived {
        EventMatch::Exact(frame) | EventMatch::Partial(frame) => Ok((connection, frame, cursor)),
        EventMatch::None(_) => not_reported(cx, event),
    }
}
