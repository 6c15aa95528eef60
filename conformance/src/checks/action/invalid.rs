//! Parameters with one defect each. That such a call fails is asserted only where a requirement defines it.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::generate::{self, Mutation};
use botspec_schema::model::Action;
use botspec_schema::{Dialect, Kind};
use serde_json::Value;

use super::{again, bindings, call, options, repeatable};
use crate::answer::CallOutcome;
use crate::check_context::{CheckContext, CheckResult, Violation};
use crate::checks::CheckTemplate;
use crate::contract::Contract;
use crate::unit::Body;

pub(super) const INVALID: CheckTemplate = CheckTemplate {
    name: "invalid",
    should: true,
    sentence: None,
    sends: (
        "the required parameters with one omitted, null, or of a wrong type",
        "必需参数中缺一个、为 null 或类型错误",
    ),
    expects: ("the call fails", "调用失败"),
};

/// Nothing is asserted where no requirement of the dialect defines the error.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    contract.requirement(&format!("{}/action/{}/{}", contract.name(), action.name, INVALID.name))?;
    let properties = action.params.get("properties").and_then(serde_json::Value::as_object);
    if properties.is_none_or(serde_json::Map::is_empty) {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let action = Arc::clone(&action);
        Box::pin(async move { vec![run(cx, &action).await] })
    }))
}

async fn run(cx: &mut CheckContext, action: &Action) -> CheckResult {
    repeatable(cx, action)?;
    let known = bindings(cx, action).await?;
    let options = options(cx, action, &known);
    let defects = generate::defects(&action.params, cx.contract().dialect().defs(), &options);
    let dialect = cx.contract().dialect();
    let asserted: Vec<_> = defects
        .into_iter()
        .filter(|defect| {
            let own = defect.pointer.matches('/').count() == 1;
            own && matches!(defect.mutation, Mutation::Missing | Mutation::WrongType | Mutation::Null)
        })
        .filter(|defect| !is_taken(dialect, action, &defect.value))
        .collect();
    for defect in asserted {
        again(cx, action).await?;
        let called = call(cx, action, &defect.value).await?;
        if matches!(called.ended, Some(CallOutcome::Ok | CallOutcome::Deferred)) {
            return Violation::new(Text::both(
                format!("{}: the call succeeded", defect.label),
                format!("{}：调用却成功了", defect.label),
            ))
            .with_evidence(&called.exchange)
            .into_failure();
        }
    }
    Ok(())
}

/// Whether the build takes such parameters, though it does not document them.
fn is_taken(dialect: &Dialect, action: &Action, params: &Value) -> bool {
    let checked = dialect.check_as_taken(Kind::ActionParams, Some(&action.name), params);
    checked.is_ok_and(|checked| checked.violations.is_empty())
}
