//! Values at the edge of what is allowed.

use std::sync::Arc;

use botspec_schema::generate;
use botspec_schema::model::Action;

use super::{again, bindings, call, odd_values, options, repeatable, waits_too_long};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::not_passed::CheckResult;
use crate::unit::Body;
use crate::unit::only;

pub(super) const BOUNDARY: CheckTemplate = CheckTemplate {
    name: "boundary",
    should: false,
    sentence: None,
    sends: (
        "each parameter at its limits: least, greatest, empty, long, each listed value, omitted",
        "每个参数的边界值：最小、最大、空、很长、每个枚举值、省略",
    ),
    expects: ("a valid envelope, and valid `data` if the call succeeds", "外壳有效；调用成功时 `data` 有效"),
};

pub(super) fn body(action: &Action) -> Option<Body> {
    if !has_params(action) {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let action = Arc::clone(&action);
        Box::pin(async move { only(run(cx, &action).await) })
    }))
}

/// Whether there is anything to vary.
pub(super) fn has_params(action: &Action) -> bool {
    action.params.get("properties").and_then(serde_json::Value::as_object).is_some_and(|it| !it.is_empty())
}

async fn run(cx: &mut CheckContext, action: &Action) -> CheckResult {
    odd_values(cx, action)?;
    repeatable(cx, action)?;
    let known = bindings(cx, action).await?;
    let options = options(cx, action, &known);
    let dialect = cx.contract().dialect();
    let cases = generate::boundary(&dialect.params(action), dialect.defs(), &options);
    let tried = cases.into_iter().filter(|(_, params)| !waits_too_long(action, params));
    let tried: Vec<_> = tried.filter(|(_, params)| cx.gate().is_gentle(&action.name, params)).collect();
    for (label, params) in tried {
        again(cx, action).await?;
        let called = call(cx, action, &params).await?;
        called.judge_form(cx, action).map_err(|why| why.titled(&label))?;
    }
    Ok(())
}
