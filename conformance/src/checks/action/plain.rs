//! The plainest call: only what is required. Whether it succeeds, what it reports, and in which envelope.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::Action;

use super::{Called, bindings, call, minimal};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::exchange::Exchange;
use crate::not_passed::{CheckResult, Violation};
use crate::owners;
use crate::part::Part;
use crate::unit::Body;
use crate::unit::Verdicts;

pub(super) const MINIMAL: CheckTemplate = CheckTemplate {
    name: owners::MINIMAL,
    should: true,
    sentence: None,
    sends: ("the required parameters with real ids", "必需的参数，使用真实的 ID"),
    expects: ("the call succeeds", "调用成功"),
};

pub(super) const RESULT: CheckTemplate = CheckTemplate {
    name: owners::RESULT,
    should: false,
    sentence: None,
    sends: ("the required parameters with real ids", "必需的参数，使用真实的 ID"),
    expects: ("`data` matches the contract", "`data` 通过校验"),
};

pub(super) const ENVELOPE: CheckTemplate = CheckTemplate {
    name: owners::ENVELOPE,
    should: false,
    sentence: None,
    sends: ("the required parameters with real ids", "必需的参数，使用真实的 ID"),
    expects: (
        "the envelope is valid, `status` and `retcode` agree, the echo is returned",
        "外壳通过校验，status 与 retcode 一致，echo 原样返回",
    ),
};

pub(super) fn body(action: &Action) -> Body {
    let action = Arc::new(action.clone());
    Arc::new(move |cx| {
        let action = Arc::clone(&action);
        Box::pin(async move {
            match run(cx, &action).await {
                Ok(called) => parts(
                    called.judge_success(cx, &action),
                    called.judge_result(cx, &action),
                    called.judge_envelope(cx),
                ),
                Err(why) => match cx.gate().take_evidence_of_absence(&action.name) {
                    Some(exchange) => parts(absent(&exchange), Err(why.clone()), Err(why)),
                    None => parts(Err(why.clone()), Err(why.clone()), Err(why)),
                },
            }
        })
    })
}

fn absent(exchange: &Arc<Exchange>) -> CheckResult {
    let what = Text::both("the target does not have the action", "目标没有这个动作");
    Violation::new(what).with_evidence(exchange).into_failure()
}

fn parts(minimal: CheckResult, result: CheckResult, envelope: CheckResult) -> Verdicts {
    vec![(Part::Of(MINIMAL.name), minimal), (Part::Of(RESULT.name), result), (Part::Of(ENVELOPE.name), envelope)]
}

async fn run(cx: &mut CheckContext, action: &Action) -> CheckResult<Called> {
    let bindings = bindings(cx, action).await?;
    let params = minimal(cx, action, &bindings);
    call(cx, action, &params).await
}
