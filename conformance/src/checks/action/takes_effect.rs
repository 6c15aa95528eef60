//! What was written is what is read afterwards.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::DATA;
use botspec_schema::model::{Action, Effect};
use serde_json::{Map, Value};

use super::{bindings, call, minimal};
use crate::check_context::{CheckContext, CheckResult, Violation};
use crate::checks::CheckTemplate;
use crate::contract::Contract;
use crate::unit::Body;

pub(super) const TAKES_EFFECT: CheckTemplate = CheckTemplate {
    name: "takes-effect",
    should: true,
    sentence: Some(("A written value is returned by a later read.", "写入的值随后能读到。")),
    sends: ("a new value, a read of it, then the old value again", "写入新值，读取同一对象，再写回旧值"),
    expects: ("the read returns the new value", "读到新值"),
};

/// A read that reports what an action writes.
#[derive(Debug, Clone)]
struct Reader {
    action: Action,
    /// The parameters that both have.
    shared: Vec<String>,
    /// The parameter of the one that is a field of the other's result.
    field: String,
}

/// Only actions that write a text which a read reports under the same name, about the same ids.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    if action.effect != Effect::Write {
        return None;
    }
    let reader = reader(contract, action)?;
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let (action, reader) = (Arc::clone(&action), reader.clone());
        Box::pin(async move { vec![run(cx, &action, &reader).await] })
    }))
}

fn reader(contract: &Contract, action: &Action) -> Option<Reader> {
    let params = action.params.get("properties")?.as_object()?;
    let is_id = |schema: &Value| contract.follow(schema).get("x-id").is_some();
    let ids: Vec<String> = params.iter().filter(|(_, schema)| is_id(schema)).map(|(name, _)| name.clone()).collect();
    let is_text = |schema: &Value| !is_id(schema) && schema.get("type").is_some_and(|it| it == "string");
    let texts: Vec<&String> = params.iter().filter(|(_, schema)| is_text(schema)).map(|(name, _)| name).collect();
    contract.actions().filter(|read| read.effect == Effect::Read).find_map(|read| {
        let required = read.params.get("required").and_then(Value::as_array)?;
        let shared: Vec<String> = required.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let result = contract.follow(&read.result).get("properties").and_then(Value::as_object)?;
        let field = texts.iter().find(|name| result.contains_key(name.as_str()))?;
        (shared == ids).then(|| Reader { action: read.clone(), shared, field: (*field).clone() })
    })
}

/// A text that nobody has there by chance.
const WRITTEN: &str = "botspec was here";

async fn run(cx: &mut CheckContext, action: &Action, reader: &Reader) -> CheckResult {
    let bindings = bindings(cx, action).await?;
    let mut params = minimal(cx, action, &bindings);
    let before = read(cx, reader, &params).await?;
    params[reader.field.as_str()] = WRITTEN.into();
    let written = call(cx, action, &params).await?;
    cx.needed(&action.name, &written.exchange)?;
    let reported = read(cx, reader, &params).await;
    params[reader.field.as_str()] = before;
    call(cx, action, &params).await?;
    let reported = reported?;
    if reported == WRITTEN {
        return Ok(());
    }
    Violation::new(Text::both(
        format!("{} still tells something else", reader.action.name),
        format!("{} 读到的仍是其他内容", reader.action.name),
    ))
    .at(vec![Difference {
        pointer: format!("/{DATA}/{}", reader.field),
        expected: Value::from(WRITTEN).to_string(),
        found: reported.to_string(),
    }])
    .into_failure()
}

/// What is reported now, past every cache that can be bypassed.
async fn read(cx: &mut CheckContext, reader: &Reader, params: &Value) -> CheckResult<Value> {
    let mut asked = Map::new();
    for name in &reader.shared {
        asked.insert(name.clone(), params.get(name).cloned().unwrap_or_default());
    }
    let properties = reader.action.params.get("properties").and_then(Value::as_object).into_iter().flatten();
    for (name, schema) in properties {
        if schema.get("type").is_some_and(|it| it == "boolean") {
            asked.insert(name.clone(), true.into());
        }
    }
    let reported = cx.need(&reader.action.name, &Value::Object(asked)).await?;
    Ok(reported.get(&reader.field).cloned().unwrap_or_default())
}
