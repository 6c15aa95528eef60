//! The calls that the contract shows.

use std::sync::Arc;

use botspec_schema::model::Action;

use super::{bindings, call};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::not_passed::CheckResult;
use crate::unit::Body;
use crate::unit::only;

pub(super) const EXAMPLES: CheckTemplate = CheckTemplate {
    name: "examples",
    should: true,
    sentence: None,
    sends: ("each example of the contract with real ids", "契约中的每个示例，使用真实的 ID"),
    expects: ("each call succeeds, and `data` matches the contract", "每次调用都成功，`data` 通过校验"),
};

pub(super) fn body(action: &Action) -> Option<Body> {
    if action.examples.is_empty() {
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
    for example in &action.examples {
        let bindings = bindings(cx, action).await?;
        let params = cx.run.filled(action, &bindings, &example.params);
        let called = call(cx, action, &params).await?;
        called.judge_success(cx, action).map_err(|why| why.titled(&example.title))?;
        called.judge_result(cx, action).map_err(|why| why.titled(&example.title))?;
        if !action.spends.is_empty() && !cx.gate().target().disposable {
            break;
        }
    }
    Ok(())
}
