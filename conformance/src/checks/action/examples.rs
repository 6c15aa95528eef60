//! The calls that the contract shows.

use std::sync::Arc;

use botspec_schema::model::Action;

use super::{bindings, call};
use crate::checks::Family;
use crate::probe::{Judged, Probe};
use crate::unit::Body;

pub(super) const EXAMPLES: Family = Family {
    name: "examples",
    should: true,
    sentence: (
        "The calls that its contract shows succeed, when what they need is there.",
        "契约中的示例调用在所需对象存在时成功。",
    ),
    sends: ("each example of the contract with real ids", "契约中的每个示例，使用真实的 ID"),
    expects: ("each call succeeds, and `data` validates", "每次调用都成功，`data` 通过校验"),
};

pub(super) fn body(action: &Action) -> Option<Body> {
    if action.examples.is_empty() {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |probe| {
        let action = Arc::clone(&action);
        Box::pin(async move { vec![run(probe, &action).await] })
    }))
}

async fn run(probe: &mut Probe, action: &Action) -> Judged {
    for example in &action.examples {
        let bindings = bindings(probe, action).await?;
        let params = probe.cx.filled(action, &bindings, &example.params);
        let called = call(probe, action, &params).await?;
        called.judge_success(probe, action).map_err(|stop| stop.titled(&example.title))?;
        called.judge_result(probe, action).map_err(|stop| stop.titled(&example.title))?;
        if !action.spends.is_empty() && !probe.gate().target().is_simulated() {
            break;
        }
    }
    Ok(())
}
