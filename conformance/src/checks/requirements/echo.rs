//! What a client states comes back, so that it knows which answer is whose.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::WsRole;
use serde_json::{Value, json};

use super::plain::{failing, nothing, plainest};
use super::rules;
use crate::check_context::{CheckContext, CheckResult, Violation};
use crate::gate::Connection;
use crate::received::Received;

rules! {
    "echo/string" Read |cx| same(cx, json!("Botspec-Echo")), "a call with a string as echo" "echo 为字符串" => "the same echo" "原样返回";
    "echo/unicode" Read |cx| same(cx, json!("回声 \"\\ \u{1f389}")), "a call with an echo in many scripts" "echo 含多种文字" => "the same echo" "原样返回";
    "echo/integer" Read |cx| same(cx, json!(9_007_199_254_740_991_i64)), "a call with an integer as echo" "echo 为整数" => "the same echo" "原样返回";
    "echo/fraction" Read |cx| same(cx, json!(-0.5)), "a call with a fraction as echo" "echo 为小数" => "the same echo" "原样返回";
    "echo/true" Read |cx| same(cx, json!(true)), "a call with true as echo" "echo 为 true" => "the same echo" "原样返回";
    "echo/object" Read |cx| same(cx, json!({"a": {"b": [1, null]}})), "a call with an object as echo" "echo 为对象" => "the same echo" "原样返回";
    "echo/array" Read |cx| same(cx, json!(["a", {"b": 1}, []])), "a call with an array as echo" "echo 为数组" => "the same echo" "原样返回";
    "echo/empty-string" Read |cx| same(cx, json!("")), "a call with an empty string as echo" "echo 为空字符串" => "the same echo" "原样返回";
    "echo/zero" Read |cx| same(cx, json!(0)), "a call with 0 as echo" "echo 为 0" => "the same echo" "原样返回";
    "echo/false" Read |cx| same(cx, json!(false)), "a call with false as echo" "echo 为 false" => "the same echo" "原样返回";
    "echo/empty-object" Read |cx| same(cx, json!({})), "a call with an empty object as echo" "echo 为空对象" => "the same echo" "原样返回";
    "echo/empty-array" Read |cx| same(cx, json!([])), "a call with an empty array as echo" "echo 为空数组" => "the same echo" "原样返回";
    "echo/null" Read |cx| same(cx, Value::Null), "a call with null as echo" "echo 为 null" => "null as echo" "echo 为 null";
    "echo/absent" Read absent, "a call without an echo" "不带 echo 的调用" => "no echo, or null" "没有 echo 或为 null";
    "echo/failure" Read on_failure, "a call that cannot succeed, with an echo" "不会成功的调用，带 echo" => "the same echo" "原样返回";
    "echo/matched" Read matched, "several calls at once, each with an echo of its own" "同时发出多个调用，echo 各不相同" => "each echo once" "每个 echo 各返回一次";
}

fn comes_back(key: &str, answer: &Value, echo: &Value) -> Option<Difference> {
    let reported = answer.get(key);
    (reported != Some(echo)).then(|| Difference {
        pointer: format!("/{key}"),
        expected: echo.to_string(),
        found: reported.map_or_else(|| "nothing".to_owned(), ToString::to_string),
    })
}

async fn called(cx: &mut CheckContext, action: &str, params: &Value, echo: Value) -> CheckResult {
    let connection = cx.open(WsRole::Api).await?;
    let exchange = cx.call_on(&connection, action, Some(params), Some(echo.clone())).await?;
    let answer = cx.envelope(&exchange)?;
    match comes_back(&cx.call_keys()?.echo, answer, &echo) {
        None => Ok(()),
        Some(difference) => Violation::new(Text::both("the echo came back changed", "echo 没有原样返回"))
            .at(vec![difference])
            .with_evidence(&exchange)
            .into_failure(),
    }
}

async fn same(cx: &mut CheckContext, echo: Value) -> CheckResult {
    let action = plainest(cx)?;
    called(cx, &action, &nothing(), echo).await
}

async fn on_failure(cx: &mut CheckContext) -> CheckResult {
    let (action, params) = failing(cx)?;
    called(cx, &action, &params, json!("botspec failure")).await
}

async fn absent(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let connection = cx.open(WsRole::Api).await?;
    let exchange = cx.call_on(&connection, &action, Some(&nothing()), None).await?;
    let answer = cx.envelope(&exchange)?;
    let key = &cx.call_keys()?.echo;
    match answer.get(key) {
        None | Some(Value::Null) => Ok(()),
        Some(reported) => Violation::new(Text::both("an echo came back that nobody sent", "返回了未发送的 echo"))
            .at(vec![Difference {
                pointer: format!("/{key}"),
                expected: "nothing, or null".into(),
                found: reported.to_string(),
            }])
            .with_evidence(&exchange)
            .into_failure(),
    }
}

/// How many calls are under way at once.
const CALLS: usize = 8;

async fn matched(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let connection = cx.open(WsRole::Api).await?;
    let keys = cx.call_keys()?.clone();
    let echoes: Vec<Value> = (0..CALLS).map(|number| json!({ "botspec": number })).collect();
    let frames: Vec<String> = echoes
        .iter()
        .map(|echo| {
            json!({ keys.action.clone(): action, keys.params.clone(): {}, keys.echo.clone(): echo }).to_string()
        })
        .collect();
    let cursor = connection.cursor();
    if let Err(received) = cx.run.gate.raw_frames(&connection, &frames).await? {
        return Violation::new(received.describe()).into_failure();
    }
    let mut missing = echoes;
    let limit = cx.gate().target().limits.timeout;
    let _ = connection
        .event(cursor, limit, |answer| {
            missing.retain(|echo| answer.get(&keys.echo) != Some(echo));
            missing.is_empty()
        })
        .await;
    note_frames(cx, &connection, cursor);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Violation::new(Text::both(format!("no answer with the echo {list}"), format!("没有 echo 为 {list} 的响应")))
        .with_evidence(&connection.evidence(Received::Empty).into())
        .into_failure()
}

fn note_frames(cx: &mut CheckContext, connection: &Connection, cursor: crate::client::frames::Cursor) {
    for frame in connection.since(cursor).iter().take(2 * CALLS) {
        cx.log.frame(connection, frame);
    }
}
