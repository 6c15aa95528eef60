//! What was written is what is read afterwards.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::DATA;
use botspec_schema::model::{Action, Effect};
use serde_json::{Map, Value};

use super::{bindings, call, minimal};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::contract::{Contract, Id};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::unit::Body;
use crate::unit::only;

pub(super) const TAKES_EFFECT: CheckTemplate = CheckTemplate {
    name: "takes-effect",
    should: false,
    sentence: Some(("A written value is returned by a later read.", "写入的值随后能读到。")),
    sends: ("a new value, a read of it, then the old value again", "写入新值，读取同一对象，再写回旧值"),
    expects: ("the read returns the new value", "读到新值"),
};

/// A read that reports what an action writes.
#[derive(Debug, Clone, PartialEq)]
struct Reader {
    action: Action,
    /// The parameters that both have.
    shared: Vec<String>,
    /// The parameter that is written.
    param: String,
    /// Where in the result of the read it stands, with `*` for the items of a list.
    at: String,
}

/// Only actions that write a text which a read reports: under the same name and about the same ids, or where the contract states.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    if action.effect != Effect::Write {
        return None;
    }
    let readers = readers(contract, action);
    if readers.is_empty() {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let (action, readers) = (Arc::clone(&action), readers.clone());
        Box::pin(async move { only(run_all(cx, &action, &readers).await) })
    }))
}

fn readers(contract: &Contract, action: &Action) -> Vec<Reader> {
    let stated = action.reads_back.iter().filter_map(|stated| {
        let param = stated.param.strip_prefix('/')?;
        let schema = contract.follow(action.params.pointer(&format!("/properties/{param}"))?);
        let is_text = schema.get("type").is_some_and(|it| it == "string") && schema.get("enum").is_none();
        let read = contract.actions().find(|read| is_text && read.name == stated.by)?;
        let own = action.params.get("properties")?;
        let shared = required(read).filter(|name| own.get(name).is_some()).map(str::to_owned).collect();
        Some(Reader { action: read.clone(), shared, param: param.to_owned(), at: stated.at.clone() })
    });
    let stated: Vec<Reader> = stated.collect();
    if stated.is_empty() { of_same_name(contract, action).into_iter().collect() } else { stated }
}

fn required(action: &Action) -> impl Iterator<Item = &str> {
    action.params.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn of_same_name(contract: &Contract, action: &Action) -> Option<Reader> {
    let params = action.params.get("properties")?.as_object()?;
    let is_id = |schema: &Value| contract.follow(schema).get("x-id").is_some();
    let ids: Vec<String> = params.iter().filter(|(_, schema)| is_id(schema)).map(|(name, _)| name.clone()).collect();
    let is_text = |schema: &Value| !is_id(schema) && schema.get("type").is_some_and(|it| it == "string");
    let texts: Vec<&String> = params.iter().filter(|(_, schema)| is_text(schema)).map(|(name, _)| name).collect();
    contract.actions().filter(|read| read.effect == Effect::Read).find_map(|read| {
        let shared: Vec<String> = required(read).map(str::to_owned).collect();
        let result = contract.follow(&read.result).get("properties").and_then(Value::as_object)?;
        let field = texts.iter().find(|name| result.contains_key(name.as_str()))?;
        (shared == ids && !shared.is_empty()).then(|| Reader {
            action: read.clone(),
            shared,
            param: (*field).clone(),
            at: format!("/{field}"),
        })
    })
}

/// A text that nobody has there by chance, and short enough for a title.
const WRITTEN: &str = "botspec";

async fn run_all(cx: &mut CheckContext, action: &Action, readers: &[Reader]) -> CheckResult {
    for reader in readers {
        run(cx, action, reader).await.map_err(|why| why.titled(&reader.param))?;
    }
    Ok(())
}

/// The text that is written, as long as the parameter may be.
fn written(action: &Action, reader: &Reader) -> String {
    let most = action.params.pointer(&format!("/properties/{}/maxLength", reader.param)).and_then(Value::as_u64);
    let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    WRITTEN.chars().take(most).collect()
}

async fn run(cx: &mut CheckContext, action: &Action, reader: &Reader) -> CheckResult {
    let bindings = bindings(cx, action).await?;
    let mut params = minimal(cx, action, &bindings);
    let Some((_, before)) = read(cx, &action.name, reader, &params).await? else {
        return untestable(
            format!("{} does not show what is written", reader.action.name),
            format!("{} 没有显示所写入的对象", reader.action.name),
        );
    };
    let text = written(action, reader);
    params[reader.param.as_str()] = text.clone().into();
    let done = call(cx, action, &params).await?;
    cx.needed(&action.name, &done.exchange)?;
    let reported = read(cx, &action.name, reader, &params).await;
    // Where nothing was there before, nothing is put back by an empty text.
    params[reader.param.as_str()] = if before.is_string() { before } else { "".into() };
    call(cx, action, &params).await?;
    let (pointer, reported) = reported?.unwrap_or_else(|| (reader.at.clone(), Value::Null));
    if reported == text {
        return Ok(());
    }
    Violation::new(Text::both(
        format!("{} still returns another value", reader.action.name),
        format!("{} 读到的仍是其他内容", reader.action.name),
    ))
    .at(vec![Difference {
        pointer: format!("/{DATA}{pointer}"),
        expected: Value::from(text).to_string(),
        found: reported.to_string(),
    }])
    .into_failure()
}

/// What is reported now of what the parameters name, and where; past every cache that can be bypassed.
async fn read(
    cx: &mut CheckContext,
    writer: &str,
    reader: &Reader,
    params: &Value,
) -> CheckResult<Option<(String, Value)>> {
    let contract = Arc::clone(cx.run.gate.contract());
    let bindings = cx.run.fixtures.bindings();
    let mut asked = Map::new();
    for name in required(&reader.action) {
        let schema = reader.action.params.pointer(&format!("/properties/{name}")).unwrap_or(&Value::Null);
        let is_account = contract.follow(schema).get("x-id").is_some_and(|kind| kind == "user");
        let own = || bindings.get("self").filter(|_| is_account).cloned();
        let value = if reader.shared.iter().any(|it| it == name) { params.get(name).cloned() } else { own() };
        asked.insert(name.to_owned(), value.unwrap_or_default());
    }
    let properties = reader.action.params.get("properties").and_then(Value::as_object).into_iter().flatten();
    for (name, schema) in properties {
        if schema.get("type").is_some_and(may_be_boolean) {
            asked.insert(name.clone(), true.into());
        }
    }
    let reported = cx.need(&reader.action.name, &Value::Object(asked)).await?;
    let Some((list, below)) = reader.at.split_once("/*") else {
        return Ok(Some((reader.at.clone(), reported.pointer(&reader.at).cloned().unwrap_or_default())));
    };
    // What all items have in common, such as their group or their folder, does not distinguish one from the others.
    let named = contract.ids_in(writer, params);
    let ids = contract.ids_at(&reader.action.result, &reported, "");
    let items = reported.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
    let alike = |item: &String| {
        let own = |id: &&Id| id.pointer.strip_prefix(item.as_str()).is_some_and(|rest| rest.rfind('/') == Some(0));
        let is_named = |id: &Id| named.iter().any(|it| it.kind == id.kind && it.value == id.value);
        ids.iter().filter(own).filter(|id| id.kind != GROUP && is_named(id)).count()
    };
    let all = (0..items).map(|index| format!("{list}/{index}")).map(|item| (alike(&item), item)).rev();
    let of_it = all.max_by_key(|(alike, _)| *alike).filter(|(alike, _)| *alike > 0).map(|(_, item)| item);
    Ok(of_it.map(|item| {
        let pointer = format!("{item}{below}");
        let value = reported.pointer(&pointer).cloned().unwrap_or_default();
        (pointer, value)
    }))
}

fn may_be_boolean(types: &Value) -> bool {
    types == "boolean" || types.as_array().is_some_and(|all| all.iter().any(|it| it == "boolean"))
}

/// The kind of id that all items of a list of a group have.
const GROUP: &str = "group";
