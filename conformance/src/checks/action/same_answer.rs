//! The same call gives the same answer over every transport.

use std::sync::Arc;

use botspec_reports::record::Transport;
use botspec_schema::model::{Action, Effect};

use super::{bindings, minimal};
use crate::check_context::CheckContext;
use crate::checks::{CheckTemplate, compare};
use crate::exchange::Exchange;
use crate::not_passed::CheckResult;
use crate::target::TRANSPORTS;
use crate::unit::Body;
use crate::unit::only;

pub(super) const SAME_ANSWER: CheckTemplate = CheckTemplate {
    name: "same-answer",
    should: false,
    sentence: Some(("The same call gets the same answer on every transport.", "同一调用在各传输方式上的响应相同。")),
    sends: ("the required parameters with real ids, once over each transport", "在每种传输方式上各调用一次"),
    expects: ("the same `data`, except volatile values", "除易变字段外，`data` 相同"),
};

/// What writes has an effect each time, and of an answer in parts each transport reports other parts together; only whole
/// reads can be compared.
pub(super) fn body(action: &Action) -> Option<Body> {
    if action.effect != Effect::Read || action.streams {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let action = Arc::clone(&action);
        Box::pin(async move { only(run(cx, &action).await) })
    }))
}

async fn run(cx: &mut CheckContext, action: &Action) -> CheckResult {
    cx.gate().may_repeat(action)?;
    let bindings = bindings(cx, action).await?;
    let params = minimal(cx, action, &bindings);
    let transports: Vec<Transport> = TRANSPORTS.into_iter().filter(|it| cx.gate().speaks(*it)).collect();
    let mut reported: Option<Arc<Exchange>> = None;
    for transport in transports {
        let exchange = cx.call_over(transport, &action.name, &params).await?;
        cx.needed(&action.name, &exchange)?;
        match &reported {
            None => reported = Some(exchange),
            Some(first) => compare::answers(cx, action, first, &exchange)?,
        }
    }
    Ok(())
}
