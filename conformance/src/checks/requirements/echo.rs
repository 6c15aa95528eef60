//! What a client says comes back, so that it knows which answer is whose.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::WsRole;
use serde_json::{Value, json};

use super::plain::{failing, nothing, plainest};
use super::rules;
use crate::gate::Line;
use crate::probe::{Broken, Judged, Probe};
use crate::seen::Seen;

rules! {
    "echo/string" Read |probe| same(probe, json!("Botspec-Echo")), "a call with a string as echo" "echo 为字符串" => "the same echo" "原样返回";
    "echo/unicode" Read |probe| same(probe, json!("回声 \"\\ \u{1f389}")), "a call with an echo in many scripts" "echo 含多种文字" => "the same echo" "原样返回";
    "echo/integer" Read |probe| same(probe, json!(9_007_199_254_740_991_i64)), "a call with an integer as echo" "echo 为整数" => "the same echo" "原样返回";
    "echo/fraction" Read |probe| same(probe, json!(-0.5)), "a call with a fraction as echo" "echo 为小数" => "the same echo" "原样返回";
    "echo/true" Read |probe| same(probe, json!(true)), "a call with true as echo" "echo 为 true" => "the same echo" "原样返回";
    "echo/object" Read |probe| same(probe, json!({"a": {"b": [1, null]}})), "a call with an object as echo" "echo 为对象" => "the same echo" "原样返回";
    "echo/array" Read |probe| same(probe, json!(["a", {"b": 1}, []])), "a call with an array as echo" "echo 为数组" => "the same echo" "原样返回";
    "echo/empty-string" Read |probe| same(probe, json!("")), "a call with an empty string as echo" "echo 为空字符串" => "the same echo" "原样返回";
    "echo/zero" Read |probe| same(probe, json!(0)), "a call with 0 as echo" "echo 为 0" => "the same echo" "原样返回";
    "echo/false" Read |probe| same(probe, json!(false)), "a call with false as echo" "echo 为 false" => "the same echo" "原样返回";
    "echo/empty-object" Read |probe| same(probe, json!({})), "a call with an empty object as echo" "echo 为空对象" => "the same echo" "原样返回";
    "echo/empty-array" Read |probe| same(probe, json!([])), "a call with an empty array as echo" "echo 为空数组" => "the same echo" "原样返回";
    "echo/null" Read |probe| same(probe, Value::Null), "a call with null as echo" "echo 为 null" => "null as echo" "echo 为 null";
    "echo/absent" Read absent, "a call without an echo" "不带 echo 的调用" => "no echo, or null" "没有 echo 或为 null";
    "echo/failure" Read on_failure, "a call that cannot succeed, with an echo" "不会成功的调用，带 echo" => "the same echo" "原样返回";
    "echo/matched" Read matched, "several calls at once, each with an echo of its own" "同时发出多个调用，echo 各不相同" => "each echo once" "每个 echo 各返回一次";
}

fn comes_back(key: &str, answer: &Value, echo: &Value) -> Option<Difference> {
    let told = answer.get(key);
    (told != Some(echo)).then(|| Difference {
        pointer: format!("/{key}"),
        expected: echo.to_string(),
        found: told.map_or_else(|| "nothing".to_owned(), ToString::to_string),
    })
}

async fn called(probe: &mut Probe, action: &str, params: &Value, echo: Value) -> Judged {
    let line = probe.open(WsRole::Api).await?;
    let exchange = probe.call_on(&line, action, Some(params), Some(echo.clone())).await?;
    let answer = probe.envelope(&exchange)?;
    match comes_back(&probe.call_keys()?.echo, answer, &echo) {
        None => Ok(()),
        Some(difference) => Broken::new(Text::both("the echo came back changed", "echo 没有原样返回"))
            .at(vec![difference])
            .shown_by(&exchange)
            .stop(),
    }
}

async fn same(probe: &mut Probe, echo: Value) -> Judged {
    let action = plainest(probe)?;
    called(probe, &action, &nothing(), echo).await
}

async fn on_failure(probe: &mut Probe) -> Judged {
    let (action, params) = failing(probe)?;
    called(probe, &action, &params, json!("botspec failure")).await
}

async fn absent(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let line = probe.open(WsRole::Api).await?;
    let exchange = probe.call_on(&line, &action, Some(&nothing()), None).await?;
    let answer = probe.envelope(&exchange)?;
    let key = &probe.call_keys()?.echo;
    match answer.get(key) {
        None | Some(Value::Null) => Ok(()),
        Some(told) => Broken::new(Text::both("an echo came back that nobody sent", "返回了未发送的 echo"))
            .at(vec![Difference {
                pointer: format!("/{key}"),
                expected: "nothing, or null".into(),
                found: told.to_string(),
            }])
            .shown_by(&exchange)
            .stop(),
    }
}

/// How many calls are under way at once.
const CALLS: usize = 8;

async fn matched(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let line = probe.open(WsRole::Api).await?;
    let keys = probe.call_keys()?.clone();
    let echoes: Vec<Value> = (0..CALLS).map(|number| json!({ "botspec": number })).collect();
    let frames: Vec<String> = echoes
        .iter()
        .map(|echo| {
            json!({ keys.action.clone(): action, keys.params.clone(): {}, keys.echo.clone(): echo }).to_string()
        })
        .collect();
    let mark = line.mark();
    if let Err(seen) = probe.cx.gate.raw_frames(&line, &frames).await? {
        return Broken::new(seen.describe()).stop();
    }
    let mut missing = echoes;
    let limit = probe.gate().target().limits.timeout;
    let _ = line
        .event(mark, limit, |answer| {
            missing.retain(|echo| answer.get(&keys.echo) != Some(echo));
            missing.is_empty()
        })
        .await;
    note_frames(probe, &line, mark);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Broken::new(Text::both(format!("no answer with the echo {list}"), format!("没有 echo 为 {list} 的响应")))
        .shown_by(&line.shows(Seen::Empty).into())
        .stop()
}

fn note_frames(probe: &mut Probe, line: &Line, mark: crate::client::frames::Mark) {
    for frame in line.since(mark).iter().take(2 * CALLS) {
        probe.log.frame(line, frame);
    }
}
