//! The same call gives the same answer over every transport.

use std::sync::Arc;

use botspec_reports::record::Transport;
use botspec_schema::model::{Action, Effect};

use super::{bindings, minimal};
use crate::checks::{Family, compare};
use crate::exchange::Exchange;
use crate::probe::{Judged, Probe};
use crate::target::TRANSPORTS;
use crate::unit::Body;

pub(super) const SAME_ANSWER: Family = Family {
    name: "same-answer",
    should: true,
    sentence: ("The same call is answered the same over every transport.", "同一调用在各传输方式上的响应相同。"),
    sends: ("the required parameters with real ids, once over each transport", "在每种传输方式上各调用一次"),
    expects: ("the same `data`, but for what changes by itself", "除易变字段外，`data` 相同"),
};

/// What writes has an effect each time, and of an answer in parts each transport tells other parts together; only whole
/// reads can be compared.
pub(super) fn body(action: &Action) -> Option<Body> {
    if action.effect != Effect::Read || action.streams {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |probe| {
        let action = Arc::clone(&action);
        Box::pin(async move { vec![run(probe, &action).await] })
    }))
}

async fn run(probe: &mut Probe, action: &Action) -> Judged {
    let bindings = bindings(probe, action).await?;
    let params = minimal(probe, action, &bindings);
    let transports: Vec<Transport> = TRANSPORTS.into_iter().filter(|it| probe.gate().speaks(*it)).collect();
    let mut told: Option<Arc<Exchange>> = None;
    for transport in transports {
        let exchange = probe.call_over(transport, &action.name, &params).await?;
        probe.needed(&action.name, &exchange)?;
        match &told {
            None => told = Some(exchange),
            Some(first) => compare::answers(probe, action, first, &exchange)?,
        }
    }
    Ok(())
}
