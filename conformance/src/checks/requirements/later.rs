//! Calls that are answered before they are done.

use std::sync::Arc;

use botspec_reports::record::Text;
use serde_json::Value;

use super::plain::{nothing, plainest};
use super::{mismatch, rules};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::messages::{self, Conversation};
use crate::checks::segment::message_event;
use crate::checks::subscriptions::{EventSubscriptions, is_event};
use crate::exchange::Exchange;
use crate::not_passed::{CheckResult, Violation, untestable};

rules! {
    "envelope/async" Read deferred,
        "a call with the `_async` suffix" "带异步后缀的调用" => "`async` with its retcode" "推迟执行的响应";
    "envelope/rate-limited" Read rate_limited,
        "a call with the `_rate_limited` suffix" "带限速后缀的调用" => "`async` with its retcode" "推迟执行的响应";
    "envelope/suffix-async" Read |cx| alike(cx, Suffix::Deferred),
        "the same call with and without the `_async` suffix" "带异步后缀与不带后缀的同一调用" => "the same answer" "响应相同";
    "envelope/suffix-rate-limited" Read |cx| alike(cx, Suffix::RateLimited),
        "the same call with and without the `_rate_limited` suffix" "带限速后缀与不带后缀的同一调用" => "the same answer" "响应相同";
    "envelope/async-data" Read deferred_data,
        "a call with the `_async` suffix of an action with a result" "异步调用有返回内容的动作" => "`data` is null" "data 为 null";
    "envelope/async-executes" Send executes,
        "a message to the second account, sent with the `_async` suffix" "异步向第二个账号发送消息" => "the second account gets the message" "第二个账号收到该消息";
    "envelope/rate-limited-order" Send in_order,
        "three messages to the second account, sent with the `_rate_limited` suffix" "限速向第二个账号发送三条消息" => "they arrive in this order" "按顺序收到";
}

enum Suffix {
    Deferred,
    RateLimited,
}

fn named(cx: &CheckContext, action: &str, suffix: &Suffix) -> CheckResult<String> {
    match &cx.contract().file().suffixes {
        Some(suffixes) => Ok(match suffix {
            Suffix::Deferred => format!("{action}{}", suffixes.deferred),
            Suffix::RateLimited => format!("{action}{}", suffixes.rate_limited),
        }),
        None => untestable("the dialect has no such calls", "该方言没有这种调用"),
    }
}

async fn put_off(cx: &mut CheckContext, suffix: Suffix) -> CheckResult<Arc<Exchange>> {
    let action = named(cx, &plainest(cx)?, &suffix)?;
    let exchange = cx.call(&action, &nothing()).await?;
    let envelope = cx.envelope(&exchange)?;
    if answer::call_outcome(cx.contract(), envelope) == CallOutcome::Deferred {
        Ok(exchange)
    } else {
        let received = answer::describe(cx.contract(), &exchange);
        Violation::new(mismatch(("the answer for later", "推迟执行的响应"), &received))
            .with_evidence(&exchange)
            .into_failure()
    }
}

async fn deferred(cx: &mut CheckContext) -> CheckResult {
    put_off(cx, Suffix::Deferred).await.map(drop)
}

async fn rate_limited(cx: &mut CheckContext) -> CheckResult {
    put_off(cx, Suffix::RateLimited).await.map(drop)
}

/// Where no call is for later, a suffix is a part of a further name.
async fn alike(cx: &mut CheckContext, suffix: Suffix) -> CheckResult {
    let action = plainest(cx)?;
    let plain = cx.need(&action, &nothing()).await?;
    let exchange = cx.call(&named(cx, &action, &suffix)?, &nothing()).await?;
    let reported = cx.succeeded(&exchange)?;
    if reported == plain {
        return Ok(());
    }
    let wanted = plain.to_string();
    Violation::new(mismatch((&wanted, &wanted), &reported.to_string().into())).with_evidence(&exchange).into_failure()
}

async fn deferred_data(cx: &mut CheckContext) -> CheckResult {
    let action = named(cx, &plainest(cx)?, &Suffix::Deferred)?;
    let exchange = cx.call(&action, &nothing()).await?;
    let envelope = cx.envelope(&exchange)?;
    match answer::data(envelope) {
        Some(Value::Null) => Ok(()),
        reported => {
            let received = answer::describe_data(reported);
            Violation::new(mismatch(("null as data", "data 为 null"), &received))
                .with_evidence(&exchange)
                .into_failure()
        }
    }
}

/// Has messages put off to the second account, and gives the words in the order in which it is reported them.
async fn sent_and_arrived(cx: &mut CheckContext, suffix: Suffix, words: &[&str]) -> CheckResult<Vec<String>> {
    let conversation = Conversation::actor(cx)?;
    let direct = conversation.send.action.clone();
    let action = named(cx, &direct, &suffix)?;
    // How a call for later ends nobody learns: whether it can succeed at all shows one that is made at once.
    let exchange = cx.call(&direct, &conversation.params(&messages::text(cx.contract(), "botspec now"), None)).await?;
    cx.needed(&direct, &exchange)?;
    let mut subscriptions = EventSubscriptions::of_actor(cx, false).await?;
    subscriptions.discard_pending(cx).await;
    for word in words {
        let message = messages::text(cx.contract(), word);
        let exchange = cx.call(&action, &conversation.params(&message, None)).await?;
        let ended = exchange.json().map(|envelope| answer::call_outcome(cx.contract(), envelope));
        if !matches!(ended, Some(CallOutcome::Deferred | CallOutcome::Ok)) {
            let received = answer::describe(cx.contract(), &exchange);
            return Violation::new(received).with_evidence(&exchange).untestable();
        }
    }
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(event) = message_event(&contract, false) else {
        return untestable("the dialect has no message event", "该方言没有消息事件");
    };
    let mut arrived: Vec<String> = Vec::new();
    if let Some((connection, cursor)) = subscriptions.connections.first() {
        let _ = connection
            .event(*cursor, cx.event_timeout(), |document| {
                if is_event(&contract, event, document) {
                    let segments = contract.message_in(document).map(|message| contract.segments_of(message));
                    let text = segments.and_then(|segments| messages::words(&contract, &segments));
                    arrived.extend(text.filter(|text| words.contains(&text.as_str())));
                }
                arrived.len() >= words.len()
            })
            .await;
    }
    Ok(arrived)
}

async fn executes(cx: &mut CheckContext) -> CheckResult {
    let arrived = sent_and_arrived(cx, Suffix::Deferred, &["botspec later"]).await?;
    if arrived.is_empty() {
        return Violation::new(Text::both("the message never came", "消息始终没有到达")).into_failure();
    }
    Ok(())
}

async fn in_order(cx: &mut CheckContext) -> CheckResult {
    let words = ["botspec one", "botspec two", "botspec three"];
    let arrived = sent_and_arrived(cx, Suffix::RateLimited, &words).await?;
    if arrived == words {
        return Ok(());
    }
    let received = if arrived.is_empty() { "nothing".to_owned() } else { arrived.join(", ") };
    Violation::new(mismatch((&words.join(", "), &words.join("、")), &received.into())).into_failure()
}
