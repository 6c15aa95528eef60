//! What a client states comes back, so that it knows which answer is whose.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Fixture, WsRole};
use serde_json::{Value, json};

use super::plain::{failing, nothing, plainest};
use super::rules;
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::contract::Contract;
use crate::fixtures::name;
use crate::gate::Connection;
use crate::not_passed::{CheckResult, Violation};
use crate::received::Received;

rules! {
    "echo/string" Read strings, "calls with a string as echo: a word, digits, white space around it, a long one" "echo 为字符串：单词、数字、首尾空白、很长" => "the same echo" "原样返回";
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
    "echo/matched" Read matched, "several different calls at once, each with an echo of its own" "同时发出多个不同的调用，echo 各不相同" => "each echo once, with the answer to its call" "每个 echo 各返回一次，内容是对应调用的结果";
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

/// How long an echo is that is longer than most.
const LONG: usize = 2_000;

async fn strings(cx: &mut CheckContext) -> CheckResult {
    let long = "botspec ".repeat(LONG / 8);
    for echo in ["Botspec-Echo", "0042", "7", " botspec\t\n", "true", "null", long.trim_end()] {
        let title = echo.chars().take(20).collect::<String>();
        same(cx, json!(echo)).await.map_err(|why| why.titled(title.trim()))?;
    }
    Ok(())
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

/// Reads that can be distinguished by what they answer: each has its own result, or is about somebody else.
fn different_reads(cx: &CheckContext) -> CheckResult<Vec<(String, Value)>> {
    let mut reads = vec![(plainest(cx)?, nothing())];
    if let Some(role) = cx.contract().roles().user_info.clone() {
        let bindings = cx.run.fixtures.bindings();
        let people = ["self", name(Fixture::Friend), name(Fixture::Member)];
        let mut known: Vec<Value> = people.iter().filter_map(|it| bindings.get(*it).cloned()).collect();
        known.dedup();
        reads.extend(known.into_iter().map(|user| (role.action.clone(), json!({ role.param.clone(): user }))));
    }
    reads.retain(|(action, _)| !cx.gate().is_absent(action));
    Ok(reads)
}

async fn matched(cx: &mut CheckContext) -> CheckResult {
    let reads = different_reads(cx)?;
    let connection = cx.open(WsRole::Api).await?;
    let keys = cx.call_keys()?.clone();
    let calls: Vec<(Value, &(String, Value))> = reads
        .iter()
        .cycle()
        .take(CALLS)
        .enumerate()
        .map(|(number, read)| (json!({ "botspec": number }), read))
        .collect();
    let frame = |(echo, (action, params)): &(Value, &(String, Value))| {
        json!({ keys.action.clone(): action, keys.params.clone(): params, keys.echo.clone(): echo }).to_string()
    };
    let frames: Vec<String> = calls.iter().map(frame).collect();
    let cursor = connection.cursor();
    if let Err(received) = cx.run.gate.raw_frames(&connection, &frames).await? {
        return Violation::new(received.describe()).into_failure();
    }
    let mut missing: Vec<&Value> = calls.iter().map(|(echo, _)| echo).collect();
    let mut answers: Vec<Value> = Vec::new();
    let limit = cx.gate().target().limits.timeout;
    let _ = connection
        .event(cursor, limit, |answer| {
            answers.push(answer.clone());
            missing.retain(|echo| answer.get(&keys.echo) != Some(echo));
            missing.is_empty()
        })
        .await;
    note_frames(cx, &connection, cursor);
    if !missing.is_empty() {
        let list = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Violation::new(Text::both(
            format!("no answer with the echo {list}"),
            format!("没有 echo 为 {list} 的响应"),
        ))
        .with_evidence(&connection.evidence(Received::Empty).into())
        .into_failure();
    }
    for (echo, (action, params)) in &calls {
        let answer = answers.iter().find(|answer| answer.get(&keys.echo) == Some(echo));
        let contract = cx.contract();
        let Some(answer) = answer.filter(|it| answer::call_outcome(contract, it) == CallOutcome::Ok) else { continue };
        if let Some(difference) = of_another_call(contract, action, params, answer) {
            return Violation::new(Text::both(
                format!("the answer with the echo {echo} is not that to its call of {action}"),
                format!("echo 为 {echo} 的响应不是 {action} 调用的结果"),
            ))
            .at(vec![difference])
            .into_failure();
        }
    }
    Ok(())
}

/// Where an answer is none to a call: its data is that of another action, or about somebody else.
fn of_another_call(contract: &Contract, action: &str, params: &Value, answer: &Value) -> Option<Difference> {
    let role = contract.roles().user_info.as_ref().filter(|role| role.action == action);
    if let Some(role) = role {
        let pointer = format!("/{}{}", botspec_schema::DATA, role.id);
        let (wanted, found) = (params.get(&role.param)?, answer.pointer(&pointer)?);
        let differs = crate::contract::id_text(wanted) != crate::contract::id_text(found);
        return differs.then(|| Difference { pointer, expected: wanted.to_string(), found: found.to_string() });
    }
    answer::split(contract, action, answer).1.into_iter().next()
}

fn note_frames(cx: &mut CheckContext, connection: &Connection, cursor: crate::client::frames::Cursor) {
    for frame in connection.since(cursor).iter().take(2 * CALLS) {
        cx.log.frame(connection, frame);
    }
}
