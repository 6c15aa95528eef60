//! An id as a number and as a string is the same id.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::{bindings, call, minimal, repeatable};
use crate::answer;
use crate::check_context::CheckContext;
use crate::checks::{CheckTemplate, compare};
use crate::contract::Contract;
use crate::fixtures::of_type;
use crate::not_passed::{CheckResult, Violation};
use crate::owners;
use crate::unit::Body;
use crate::unit::only;

pub(super) const ID_FORMS: CheckTemplate = CheckTemplate {
    name: "id-forms",
    should: false,
    sentence: None,
    sends: ("the same call twice, its ids as numbers and as strings", "同一调用两次，ID 分别用数字和字符串"),
    expects: ("both calls have the same outcome", "两次调用结果相同"),
};

/// Only ids that the contract writes as numbers have another form.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    let ids = integer_ids(contract, action);
    if ids.is_empty() || !contract.file().string_params {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let (action, ids) = (Arc::clone(&action), ids.clone());
        Box::pin(async move { only(run(cx, &action, &ids).await) })
    }))
}

fn integer_ids(contract: &Contract, action: &Action) -> Vec<String> {
    let properties = action.params.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties
        .filter(|(_, schema)| {
            let schema = contract.follow(schema);
            schema.get("x-id").is_some() && schema.get("type").is_some_and(|it| it == "integer")
        })
        .map(|(name, _)| name.clone())
        .collect()
}

async fn run(cx: &mut CheckContext, action: &Action, ids: &[String]) -> CheckResult {
    repeatable(cx, action)?;
    let mut answers = Vec::new();
    let mut first = None;
    for like in [Value::from(0), Value::from("")] {
        let bindings = bindings(cx, action).await?;
        // A read asks about the same thing twice, whatever others make meanwhile; anything else needs a new one.
        let again = first.take().filter(|_| action.effect == Effect::Read);
        let mut params = again.unwrap_or_else(|| minimal(cx, action, &bindings));
        first = Some(params.clone());
        for name in ids {
            if let Some(id) = params.get_mut(name) {
                *id = of_type(id, &like);
            }
        }
        answers.push(call(cx, action, &params).await?);
    }
    let [number, string] = &answers[..] else { return Ok(()) };
    if number.ended.is_none() || number.judge_success(cx, action).is_err() {
        let received = answer::describe(cx.contract(), &number.exchange);
        return Violation::new(Text::both(
            format!("there is nothing to compare with: with numbers {}", received.en),
            format!("没有可比较的结果：用数字时{}", received.zh()),
        ))
        .blocked_by(owners::minimal(cx.contract(), &action.name))
        .with_evidence(&number.exchange)
        .untestable();
    }
    if string.judge_success(cx, action).is_err() {
        let received = answer::describe(cx.contract(), &string.exchange);
        return Violation::new(Text::both(
            format!("with numbers the call succeeded, with strings {}", received.en),
            format!("用数字时调用成功，用字符串时{}", received.zh()),
        ))
        .with_evidence(&string.exchange)
        .into_failure();
    }
    if action.effect != Effect::Read {
        return Ok(());
    }
    compare::answers(cx, action, &number.exchange, &string.exchange)
}
