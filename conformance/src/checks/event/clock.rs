//! Listening to what the clock makes happen: nothing is sent, and what came while other checks were made counts.

use std::time::Instant;

use botspec_reports::record::Transport;
use botspec_schema::model::Event;

use super::super::about::About;
use super::super::subscriptions::{EventMatch, wait_for_event_about};
use super::super::{standing, wait_budget};
use super::{Plan, Seen, first, missing, shape};
use crate::check_context::CheckContext;
use crate::journal::Standing;
use crate::not_passed::CheckResult;
use crate::received::Received;

/// Judges an event that the clock makes happen over every transport; whatever stops it stops a transport alone.
pub(super) async fn run(cx: &mut CheckContext, event: &Event, plan: &Plan, verdicts: &mut Seen) {
    for &transport in &plan.transports {
        if let Err(why) = over(cx, event, transport, verdicts).await {
            verdicts.over(transport).not_judged(&why);
        }
    }
}

async fn over(cx: &mut CheckContext, event: &Event, transport: Transport, verdicts: &mut Seen) -> CheckResult {
    for standing in standing::over(cx, transport).await? {
        let Standing { connection, since, from } = &*standing;
        let about = About::default();
        let mut arrived = wait_for_event_about(cx, connection, *from, event, &about, Instant::now()).await.0;
        let mut budget = None;
        if let EventMatch::None(None) = arrived {
            let left = wait_budget::first(cx, transport, *since)?;
            budget = Some(left);
            arrived = wait_for_event_about(cx, connection, *from, event, &about, *since + left.within).await.0;
        }
        match (arrived, budget) {
            (EventMatch::Exact(frame) | EventMatch::Partial(frame), _) => {
                verdicts.over(transport).arrived = true;
                first(&mut verdicts.over(transport).shape, shape(cx, event, &frame, connection));
            }
            (EventMatch::None(None), Some(budget)) => {
                let judged = wait_budget::none_came(budget, |violation| {
                    violation.with_evidence(&connection.evidence(Received::Empty).into())
                });
                first(&mut verdicts.over(transport).delivered, judged);
            }
            (EventMatch::None(ended), _) => {
                let judged = missing(connection.url(), ended.as_ref().map(Received::describe));
                first(&mut verdicts.over(transport).delivered, judged);
            }
        }
    }
    Ok(())
}
