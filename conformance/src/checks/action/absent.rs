//! An id that names nobody is refused: an answer about something that is not there is made up.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{Action, Effect};
use serde_json::{Map, Value};

use super::{bindings, call, minimal};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::contract::Contract;
use crate::nobody::NOBODY;
use crate::not_passed::{CheckResult, Violation};
use crate::unit::Body;
use crate::unit::only;

pub(super) const ABSENT: CheckTemplate = CheckTemplate {
    name: "absent",
    should: true,
    sentence: Some(("A call with an id that does not exist fails.", "带有不存在的 ID 的调用会失败。")),
    sends: (
        "the required parameters with real ids, then with one replaced by an id that does not exist",
        "先用真实的 ID 调用，再把其中一个换成不存在的 ID",
    ),
    expects: ("the first call succeeds, the second fails", "第一次成功，第二次失败"),
};

/// Only reads about one thing, whose result reports the very id that was asked for, and lists of a group.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    let ids = subjects(contract, action);
    if ids.is_empty() {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let (action, ids) = (Arc::clone(&action), ids.clone());
        Box::pin(async move { only(run(cx, &action, &ids).await) })
    }))
}

/// The required parameters that name what the result is about: its own fields repeat them, or the items of its lists state that
/// they are of that group.
fn subjects(contract: &Contract, action: &Action) -> Vec<String> {
    if action.effect != Effect::Read {
        return Vec::new();
    }
    let properties = |schema: &Value| contract.follow(schema).get("properties").and_then(Value::as_object).cloned();
    let Some(params) = properties(&action.params) else { return Vec::new() };
    let result = properties(&action.result).unwrap_or_default();
    let lists = result.values().chain([&action.result]).filter_map(|field| contract.follow(field).get("items"));
    let items: Vec<_> = lists.filter_map(properties).collect();
    let kind = |schema: &Value| contract.follow(schema).get("x-id").and_then(Value::as_str).map(str::to_owned);
    let required =
        action.params.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let asked = required.filter(|name| {
        let asked = params.get(*name).and_then(&kind);
        let is_of = |fields: &Map<String, Value>| asked == fields.get(*name).and_then(&kind);
        asked.is_some() && (is_of(&result) || asked.as_deref() == Some(GROUP) && items.iter().any(is_of))
    });
    asked.map(str::to_owned).collect()
}

const GROUP: &str = "group";

async fn run(cx: &mut CheckContext, action: &Action, ids: &[String]) -> CheckResult {
    let known = bindings(cx, action).await?;
    let params = minimal(cx, action, &known);
    let real = call(cx, action, &params).await?;
    if real.ended != Some(CallOutcome::Ok) {
        let received = answer::describe(cx.contract(), &real.exchange);
        return Violation::new(Text::both(
            format!("there is nothing to compare with: with real ids {}", received.en),
            format!("没有可比较的结果：使用真实 ID 时{}", received.zh()),
        ))
        .with_evidence(&real.exchange)
        .untestable();
    }
    for name in ids {
        let mut odd = params.clone();
        let Some(id) = odd.get_mut(name) else { continue };
        *id = if id.is_string() { NOBODY.to_string().into() } else { NOBODY.into() };
        let called = call(cx, action, &odd).await?;
        if called.ended == Some(CallOutcome::Ok) {
            return Violation::new(Text::both(
                format!("`{name}` {NOBODY} names nothing, and the call succeeded"),
                format!("`{name}` {NOBODY} 不存在，调用却成功了"),
            ))
            .with_evidence(&called.exchange)
            .into_failure();
        }
    }
    Ok(())
}
