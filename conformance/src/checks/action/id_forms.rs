//! An id as a number and as a string is the same id.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::{bindings, call, minimal, repeatable};
use crate::answer;
use crate::checks::{Family, compare};
use crate::contract::Contract;
use crate::fixtures::of_type;
use crate::probe::{Broken, Judged, Probe};
use crate::unit::Body;

pub(super) const ID_FORMS: Family = Family {
    name: "id-forms",
    should: false,
    sentence: (
        "An id given as a number and the same id given as a string are equal.",
        "以数字和以字符串给出的同一 ID 等价。",
    ),
    sends: ("the same call twice, its ids as numbers and as strings", "同一调用两次，ID 分别用数字和字符串"),
    expects: ("both calls come to the same", "两次调用结果相同"),
};

/// Only ids that the contract writes as numbers have another form.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    let ids = integer_ids(contract, action);
    if ids.is_empty() || !contract.file().string_params {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |probe| {
        let (action, ids) = (Arc::clone(&action), ids.clone());
        Box::pin(async move { vec![run(probe, &action, &ids).await] })
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

async fn run(probe: &mut Probe, action: &Action, ids: &[String]) -> Judged {
    repeatable(probe, action)?;
    let mut answers = Vec::new();
    for like in [Value::from(0), Value::from("")] {
        let bindings = bindings(probe, action).await?;
        let mut params = minimal(probe, action, &bindings);
        for name in ids {
            if let Some(id) = params.get_mut(name) {
                *id = of_type(id, &like);
            }
        }
        answers.push(call(probe, action, &params).await?);
    }
    let [number, string] = &answers[..] else { return Ok(()) };
    if number.ended.is_none() || number.judge_success(probe, action).is_err() {
        let seen = answer::describe(probe.contract(), &number.exchange);
        return Broken::new(Text::both(
            format!("there is nothing to compare with: with numbers {}", seen.en),
            format!("没有可比较的结果：用数字时{}", seen.zh()),
        ))
        .shown_by(&number.exchange)
        .untestable();
    }
    if string.judge_success(probe, action).is_err() {
        let seen = answer::describe(probe.contract(), &string.exchange);
        return Broken::new(Text::both(
            format!("with numbers the call succeeded, with strings {}", seen.en),
            format!("用数字时调用成功，用字符串时{}", seen.zh()),
        ))
        .shown_by(&string.exchange)
        .stop();
    }
    if action.effect != Effect::Read {
        return Ok(());
    }
    compare::answers(probe, action, &number.exchange, &string.exchange)
}
