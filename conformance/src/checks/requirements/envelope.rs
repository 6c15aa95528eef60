//! What stands around every answer.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Action, Effect, FailureKind};
use serde_json::{Map, Value, json};

use super::plain::{failed, is_failed, is_http_failure, nothing, plainest, user_info};
use super::{mismatch, rules};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::action::{bindings, minimal};
use crate::not_passed::{CheckResult, Violation, untestable};

rules! {
    "envelope/keys" Read keys,
        "a successful and a failing call" "成功与失败的调用各一次" => "every required key" "包含所有必需的键";
    "envelope/ok" Read ok,
        "a successful call" "会成功的调用" => "the status and the retcode of success" "成功的 status 与 retcode 同时出现";
    "envelope/failed" Read failure,
        "a call that must fail" "不会成功的调用" => "the status of failure and a failure retcode" "失败的 status，retcode 不属于其他结果";
    "envelope/null-data" Send null_data,
        "a call of an action without a result" "调用没有返回内容的动作" => "`data` is null" "data 存在且为 null";
    "envelope/empty-data" Send empty_data,
        "a call of an action without a result" "调用没有返回内容的动作" => "`data` is an empty object" "data 存在且为空对象";
    "envelope/failed-message" Read failed_message,
        "a call that must fail" "不会成功的调用" => "a reason that is not empty" "包含说明原因的文字";
    "envelope/invalid-params" Read invalid_params,
        "a call with a parameter of a wrong type, and one without it" "参数类型错误的调用，以及缺少参数的调用" => "the retcode for invalid parameters" "参数解析失败对应的失败";
    "envelope/not-logged-in" Lifecycle not_logged_in,
        "a call while the account is logged off (needs a control URL)" "在模拟环境中账号下线时调用" => "the retcode for it" "未登录对应的失败";
    "envelope/failed-data" Read failed_data,
        "a call that must fail" "不会成功的调用" => "`data` is null" "data 为 null";
    "envelope/always-async" Lifecycle always_async,
        "a call of an action that cannot answer after it ran" "调用无法在完成后响应的动作" => "`async` with its retcode" "推迟执行的响应";
}

async fn keys(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    for exchange in [cx.call(&action, &nothing()).await?, failed(cx).await?] {
        let envelope = cx.envelope(&exchange)?;
        let differences = answer::envelope_differences(cx.contract(), &action, envelope);
        let missing: Vec<_> = differences.into_iter().filter(|it| envelope.pointer(&it.pointer).is_none()).collect();
        if !missing.is_empty() {
            return Violation::new(Text::both("the envelope lacks a key", "响应外壳缺少键"))
                .at(missing)
                .with_evidence(&exchange)
                .into_failure();
        }
    }
    Ok(())
}

async fn ok(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let exchange = cx.call(&action, &nothing()).await?;
    cx.succeeded(&exchange).map(drop)
}

async fn failure(cx: &mut CheckContext) -> CheckResult {
    let exchange = failed(cx).await?;
    let envelope = cx.envelope(&exchange)?;
    is_failed(cx, &exchange, envelope, None)
}

/// The action that has nothing to report and does least.
fn silent_action(cx: &CheckContext) -> Option<Action> {
    let silent = cx.contract().actions().filter(|action| {
        let is_null = action.result.get("type").is_some_and(|it| it == "null");
        is_null && !action.always_async && action.effect != Effect::Lifecycle
    });
    silent.min_by_key(|action| (action.effect, action.spends.len(), action.needs.len())).cloned()
}

async fn null_data(cx: &mut CheckContext) -> CheckResult {
    let Some(action) = silent_action(cx) else {
        return untestable("every action of the dialect returns data", "该方言的每个动作都有返回内容");
    };
    let bindings = bindings(cx, &action).await?;
    let params = minimal(cx, &action, &bindings);
    let exchange = cx.call(&action.name, &params).await?;
    cx.needed(&action.name, &exchange)?;
    is_null(cx.envelope(&exchange)?, &exchange)
}

fn is_null(envelope: &Value, exchange: &std::sync::Arc<crate::exchange::Exchange>) -> CheckResult {
    match answer::data(envelope) {
        Some(Value::Null) => Ok(()),
        reported => {
            let received = answer::describe_data(reported);
            Violation::new(mismatch(("null as data", "data 为 null"), &received)).with_evidence(exchange).into_failure()
        }
    }
}

async fn empty_data(cx: &mut CheckContext) -> CheckResult {
    let tells_nothing = |schema: &Value| {
        let properties = schema.get("properties").and_then(Value::as_object);
        schema.get("type").is_some_and(|it| it == "object") && properties.is_none_or(Map::is_empty)
    };
    let silent = cx.contract().actions().filter(|it| tells_nothing(&it.result) && it.effect != Effect::Lifecycle);
    let mildest = silent.min_by_key(|action| (action.effect, action.spends.len(), action.needs.len())).cloned();
    let Some(action) = mildest else {
        return untestable("every action of the dialect returns data", "该方言的每个动作都有返回内容");
    };
    let bindings = bindings(cx, &action).await?;
    let params = minimal(cx, &action, &bindings);
    let exchange = cx.call(&action.name, &params).await?;
    let envelope = cx.envelope(&exchange)?;
    if !matches!(answer::call_outcome(cx.contract(), envelope), CallOutcome::Ok) {
        return Violation::new(answer::describe(cx.contract(), &exchange)).with_evidence(&exchange).untestable();
    }
    match answer::data(envelope) {
        Some(Value::Object(data)) if data.is_empty() => Ok(()),
        reported => {
            let received = answer::describe_data(reported);
            Violation::new(mismatch(("an empty object as data", " data 为空对象"), &received))
                .with_evidence(&exchange)
                .into_failure()
        }
    }
}

async fn failed_message(cx: &mut CheckContext) -> CheckResult {
    let exchange = failed(cx).await?;
    let envelope = cx.envelope(&exchange)?;
    let keys = &cx.contract().file().envelope.texts;
    let reported = |key: &String| envelope.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    match keys.iter().find(|key| !reported(key)) {
        None if keys.is_empty() => {
            untestable("the envelope has no key for the reason of a failure", "响应外壳没有说明原因的键")
        }
        None => Ok(()),
        Some(key) => Violation::new(Text::both("the reason of the failure is missing", "没有说明失败原因"))
            .at(vec![Difference {
                pointer: format!("/{key}"),
                expected: "words".to_owned(),
                found: envelope.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string),
            }])
            .with_evidence(&exchange)
            .into_failure(),
    }
}

async fn invalid_params(cx: &mut CheckContext) -> CheckResult {
    let (role, _) = user_info(cx)?;
    for params in [json!({ role.param.clone(): ["botspec"] }), nothing()] {
        let exchange = cx.call(&role.action, &params).await?;
        is_http_failure(cx, &exchange, FailureKind::InvalidParams)?;
    }
    Ok(())
}

/// The step of the simulated world after which the account is not logged in.
const LOG_OFF: &str = "log_off";

async fn not_logged_in(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    if !cx.gate().has_control() {
        return untestable(
            "only a step of a simulated world logs the account off (--control)",
            "只有模拟环境的步骤能让账号下线（--control）",
        );
    }
    cx.step(LOG_OFF, &nothing()).await?;
    let exchange = cx.call(&action, &nothing()).await;
    // Whatever came of it, the next check finds the account as it was.
    cx.run.refresh().await;
    is_http_failure(cx, &exchange?, FailureKind::NotLoggedIn)
}

async fn failed_data(cx: &mut CheckContext) -> CheckResult {
    let exchange = failed(cx).await?;
    is_null(cx.envelope(&exchange)?, &exchange)
}

async fn always_async(cx: &mut CheckContext) -> CheckResult {
    let Some(action) = cx.contract().actions().find(|action| action.always_async).cloned() else {
        return untestable("the dialect has no such action", "该方言没有这样的动作");
    };
    let bindings = bindings(cx, &action).await?;
    let params = minimal(cx, &action, &bindings);
    let exchange = cx.call(&action.name, &params).await?;
    let envelope = cx.envelope(&exchange)?;
    if answer::call_outcome(cx.contract(), envelope) == CallOutcome::Deferred {
        Ok(())
    } else {
        let received = answer::describe(cx.contract(), &exchange);
        Violation::new(mismatch(("the answer for later", "推迟执行的响应"), &received))
            .with_evidence(&exchange)
            .into_failure()
    }
}
