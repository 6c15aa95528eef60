//! Making what a check needs and the target does not show by itself.

use botspec_schema::model::{Effect, Fixture};
use serde_json::Value;

use super::messages::{self, Conversation};
use super::seen;
use crate::check_context::{CheckContext, CheckResult};
use crate::fixtures;

/// Makes what is missing of a list, as far as the target allows. What cannot be made stays missing, and the check that
/// needs it states so.
pub(super) async fn provide(cx: &mut CheckContext, needs: &[Fixture]) -> CheckResult {
    let bindings = cx.run.fixtures.bindings();
    for fixture in cx.run.fixtures.missing(&bindings, needs) {
        if fixture == Fixture::OwnMessage
            && cx.gate().target().allow.contains(&Effect::Send)
            && let Some(message) = own_message(cx).await
        {
            cx.run.fixtures.learn(fixtures::name(fixture), message);
        }
        if fixture == Fixture::GroupMessage
            && let Some(message) = actor_message(cx, &bindings).await
        {
            cx.run.fixtures.learn(fixtures::name(fixture), message);
        }
    }
    Ok(())
}

/// Sends something to the friend or to the group, whichever is known.
async fn own_message(cx: &mut CheckContext) -> Option<Value> {
    for conversation in [Conversation::friend(cx), Conversation::group(cx)] {
        let Ok(conversation) = conversation else { continue };
        let text = messages::text(cx.contract(), "botspec says hello");
        if let Ok(message) = messages::send_accepted(cx, &conversation, &text, None).await {
            return Some(message);
        }
    }
    None
}

/// The second account sends something in the group.
async fn actor_message(cx: &mut CheckContext, bindings: &fixtures::Bindings) -> Option<Value> {
    let group = bindings.get(fixtures::name(Fixture::Group))?;
    seen::actor_sends(cx, true, group, "botspec says hello").await.ok().map(|sent| sent.as_receiver)
}
