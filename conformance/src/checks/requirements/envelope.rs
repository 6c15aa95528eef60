//! What stands around every answer.

use botspec_reports::record::Text;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::plain::{failed, is_failed, nothing, plainest};
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
