//! What stands around every answer.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Action, Effect, FailureKind};
use serde_json::{Map, Value, json};

use super::plain::{about_user, failed, is_failed, is_http_failure, nothing, plainest};
use super::{rules, unlike};
use crate::answer::{self, Ended};
use crate::checks::action::{bindings, minimal};
use crate::probe::{Broken, Judged, Probe, untestable};

rules! {
    "envelope/keys" Read keys,
        "a call that succeeds and one that does not" "成功与失败的调用各一次" => "every key that is required" "包含所有必需的键";
    "envelope/ok" Read ok,
        "a call that succeeds" "会成功的调用" => "the status and the retcode of success, together" "成功的 status 与 retcode 同时出现";
    "envelope/failed" Read failure,
        "a call that cannot succeed" "不会成功的调用" => "the status of failure, with a retcode of its own" "失败的 status，retcode 不属于其他结果";
    "envelope/null-data" Send null_data,
        "a call of an action that has nothing to tell" "调用没有返回内容的动作" => "data is there, and null" "data 存在且为 null";
    "envelope/empty-data" Send empty_data,
        "a call of an action that has nothing to tell" "调用没有返回内容的动作" => "data is there, and an empty object" "data 存在且为空对象";
    "envelope/failed-message" Read failed_message,
        "a call that cannot succeed" "不会成功的调用" => "words that say what went wrong" "包含说明原因的文字";
    "envelope/invalid-params" Read invalid_params,
        "a call with a parameter of another type, and one without it" "参数类型错误的调用，以及缺少参数的调用" => "the failure for parameters that cannot be read" "参数解析失败对应的失败";
    "envelope/not-logged-in" Lifecycle not_logged_in,
        "a call while the account is logged off, in a simulated world" "在模拟环境中账号下线时调用" => "the failure for it" "未登录对应的失败";
    "envelope/failed-data" Read failed_data,
        "a call that cannot succeed" "不会成功的调用" => "data is null" "data 为 null";
    "envelope/always-async" Lifecycle always_async,
        "a call of an action that cannot answer after its deed" "调用无法在完成后响应的动作" => "the answer for later" "推迟执行的响应";
}

async fn keys(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    for exchange in [probe.call(&action, &nothing()).await?, failed(probe).await?] {
        let envelope = probe.envelope(&exchange)?;
        let differences = answer::envelope_differences(probe.contract(), &action, envelope);
        let missing: Vec<_> = differences.into_iter().filter(|it| envelope.pointer(&it.pointer).is_none()).collect();
        if !missing.is_empty() {
            return Broken::new(Text::both("the envelope lacks a key", "响应外壳缺少键"))
                .at(missing)
                .shown_by(&exchange)
                .stop();
        }
    }
    Ok(())
}

async fn ok(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let exchange = probe.call(&action, &nothing()).await?;
    probe.succeeded(&exchange).map(drop)
}

async fn failure(probe: &mut Probe) -> Judged {
    let exchange = failed(probe).await?;
    let envelope = probe.envelope(&exchange)?;
    is_failed(probe, &exchange, envelope, None)
}

/// The action that has nothing to tell and does least.
fn silent_action(probe: &Probe) -> Option<Action> {
    let silent = probe.contract().actions().filter(|action| {
        let is_null = action.result.get("type").is_some_and(|it| it == "null");
        is_null && !action.always_async && action.effect != Effect::Lifecycle
    });
    silent.min_by_key(|action| (action.effect, action.spends.len(), action.needs.len())).cloned()
}

async fn null_data(probe: &mut Probe) -> Judged {
    let Some(action) = silent_action(probe) else {
        return untestable("every action of the dialect tells something", "该方言的每个动作都有返回内容");
    };
    let bindings = bindings(probe, &action).await?;
    let params = minimal(probe, &action, &bindings);
    let exchange = probe.call(&action.name, &params).await?;
    probe.needed(&action.name, &exchange)?;
    is_null(probe.envelope(&exchange)?, &exchange)
}

fn is_null(envelope: &Value, exchange: &std::sync::Arc<crate::exchange::Exchange>) -> Judged {
    match answer::data(envelope) {
        Some(Value::Null) => Ok(()),
        told => {
            let seen = told.map_or_else(|| "no data at all".to_owned(), ToString::to_string);
            Broken::new(unlike(("null as data", "data 为 null"), &seen.into())).shown_by(exchange).stop()
        }
    }
}

async fn empty_data(probe: &mut Probe) -> Judged {
    let tells_nothing = |schema: &Value| {
        let properties = schema.get("properties").and_then(Value::as_object);
        schema.get("type").is_some_and(|it| it == "object") && properties.is_none_or(Map::is_empty)
    };
    let silent = probe.contract().actions().filter(|it| tells_nothing(&it.result) && it.effect != Effect::Lifecycle);
    let mildest = silent.min_by_key(|action| (action.effect, action.spends.len(), action.needs.len())).cloned();
    let Some(action) = mildest else {
        return untestable("every action of the dialect tells something", "该方言的每个动作都有返回内容");
    };
    let bindings = bindings(probe, &action).await?;
    let params = minimal(probe, &action, &bindings);
    let exchange = probe.call(&action.name, &params).await?;
    let envelope = probe.envelope(&exchange)?;
    if !matches!(answer::ended(probe.contract(), envelope), Ended::Ok) {
        return Broken::new(answer::describe(probe.contract(), &exchange)).shown_by(&exchange).untestable();
    }
    match answer::data(envelope) {
        Some(Value::Object(data)) if data.is_empty() => Ok(()),
        told => {
            let seen = told.map_or_else(|| "no data at all".to_owned(), ToString::to_string);
            Broken::new(unlike(("an empty object as data", " data 为空对象"), &seen.into())).shown_by(&exchange).stop()
        }
    }
}

async fn failed_message(probe: &mut Probe) -> Judged {
    let exchange = failed(probe).await?;
    let envelope = probe.envelope(&exchange)?;
    let keys = &probe.contract().file().envelope.texts;
    let told = |key: &String| envelope.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    match keys.iter().find(|key| !told(key)) {
        None if keys.is_empty() => {
            untestable("no key of the envelope says what went wrong", "响应外壳没有说明原因的键")
        }
        None => Ok(()),
        Some(key) => Broken::new(Text::both("nothing says what went wrong", "没有说明失败原因"))
            .at(vec![Difference {
                pointer: format!("/{key}"),
                expected: "words".to_owned(),
                found: envelope.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string),
            }])
            .shown_by(&exchange)
            .stop(),
    }
}

async fn invalid_params(probe: &mut Probe) -> Judged {
    let (role, _) = about_user(probe)?;
    for params in [json!({ role.param.clone(): ["botspec"] }), nothing()] {
        let exchange = probe.call(&role.action, &params).await?;
        is_http_failure(probe, &exchange, FailureKind::InvalidParams)?;
    }
    Ok(())
}

/// The step of the simulated world after which the account is not logged in.
const LOG_OFF: &str = "log_off";

async fn not_logged_in(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let Some(control) = probe.gate().target().control.clone() else {
        return untestable("only an account of a simulated world can be logged off", "只有模拟环境中的账号可以下线");
    };
    probe.log.note(format!("step {LOG_OFF}"));
    if let Err(why) = control.step(LOG_OFF, &nothing()) {
        return Broken::new(Text::from(why)).untestable();
    }
    let exchange = probe.call(&action, &nothing()).await;
    // Whatever came of it, the next check finds the account as it was.
    probe.cx.fixtures.renew();
    is_http_failure(probe, &exchange?, FailureKind::NotLoggedIn)
}

async fn failed_data(probe: &mut Probe) -> Judged {
    let exchange = failed(probe).await?;
    is_null(probe.envelope(&exchange)?, &exchange)
}

async fn always_async(probe: &mut Probe) -> Judged {
    let Some(action) = probe.contract().actions().find(|action| action.always_async).cloned() else {
        return untestable("the dialect has no such action", "该方言没有这样的动作");
    };
    let bindings = bindings(probe, &action).await?;
    let params = minimal(probe, &action, &bindings);
    let exchange = probe.call(&action.name, &params).await?;
    let envelope = probe.envelope(&exchange)?;
    if answer::ended(probe.contract(), envelope) == Ended::Deferred {
        Ok(())
    } else {
        let seen = answer::describe(probe.contract(), &exchange);
        Broken::new(unlike(("the answer for later", "推迟执行的响应"), &seen)).shown_by(&exchange).stop()
    }
}
