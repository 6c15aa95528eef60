//! How parameters may be written.

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{Action, Effect, FailureKind};
use serde_json::{Map, Value, json};

use super::plain::{CONTENT_TYPE, http, is_http_failure, nothing, path_of, plainest, reports_id, user_info};
use super::rules;
use crate::check_context::CheckContext;
use crate::checks::action::{bindings, minimal, repeatable};
use crate::checks::compare;
use crate::fixtures::of_type;
use crate::gate::{Credentials, Form, RawHttp, form_parts};
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};

rules! {
    "params/query-strings" Read query_strings,
        "numbers and booleans in the query" "查询字符串中的数字和布尔值" => "they are converted" "能被识别";
    "params/form-strings" Read form_strings,
        "numbers and booleans in a form" "表单中的数字和布尔值" => "they are converted" "能被识别";
    "params/json-strings" Read json_strings,
        "numbers and booleans as JSON strings" "JSON 中以字符串写的数字和布尔值" => "they are converted" "能被识别";
    "params/ws-strings" Read ws_strings,
        "numbers and booleans as strings in a frame" "帧中以字符串写的数字和布尔值" => "they are converted" "能被识别";
    "params/percent-encoding" Read percent_encoding,
        "an id with every digit percent-encoded, in a query and in a form" "在查询字符串和表单中，把 ID 的每个数字都百分号编码" => "the requested object" "返回所查询的对象";
    "params/defaults" Read defaults,
        "each read with its defaults given, and omitted" "每个读取动作，分别给出默认值和省略" => "the same data" "数据相同";
    "params/null" Read null,
        "each read with its optional parameters null, and omitted" "每个读取动作，可选参分别为 null 和省略" => "the same data" "数据相同";
    "params/uin-range" Read uin_range,
        "a read of accounts below and above the allowed range" "查询范围之外的号码" => "the retcode for invalid parameters" "参数解析失败对应的失败";
    "params/aliases" Destructive aliases,
        "a parameter under each of its other names" "用参数的其他名字传参" => "the call succeeds" "调用成功";
    "params/extra" Read extra,
        "an unknown parameter" "多给一个未知参数" => "the call succeeds" "调用成功";
}

/// The parameters of a question about an account, the id as a string and every flag as a word.
fn as_strings(cx: &CheckContext, action: &str, param: &str, account: &Value) -> Value {
    let mut params = Map::new();
    params.insert(param.to_owned(), of_type(account, &Value::from("")));
    let properties = cx.contract().resolve(action).map(|call| call.action.params["properties"].clone());
    for (name, schema) in properties.as_ref().and_then(Value::as_object).into_iter().flatten() {
        if schema.get("type").is_some_and(|it| it == "boolean") {
            params.insert(name.clone(), "true".into());
        }
    }
    Value::Object(params)
}

async fn strings(cx: &mut CheckContext, transport: Transport, form: Form) -> CheckResult {
    if !cx.contract().file().string_params {
        return untestable("the dialect takes no strings for numbers", "该方言不接受用字符串表示数字");
    }
    if transport == Transport::Http && form_parts(&http(cx)?, form).is_none() {
        return untestable("the dialect has no such form", "该方言没有这种形式");
    }
    let (role, account) = user_info(cx)?;
    let params = as_strings(cx, &role.action, &role.param, &account);
    let exchange = cx.call_as(transport, &role.action, &params, form).await?;
    reports_id(cx, &exchange, &role, &account)
}

async fn query_strings(cx: &mut CheckContext) -> CheckResult {
    strings(cx, Transport::Http, Form::Query).await
}

async fn form_strings(cx: &mut CheckContext) -> CheckResult {
    strings(cx, Transport::Http, Form::Urlencoded).await
}

async fn json_strings(cx: &mut CheckContext) -> CheckResult {
    strings(cx, Transport::Http, Form::Json).await
}

async fn ws_strings(cx: &mut CheckContext) -> CheckResult {
    strings(cx, Transport::Ws, Form::Json).await
}

async fn percent_encoding(cx: &mut CheckContext) -> CheckResult {
    let (role, account) = user_info(cx)?;
    let digits = of_type(&account, &Value::from("")).as_str().unwrap_or_default().to_owned();
    let encoded: String = digits.bytes().flat_map(|byte| ['%'.to_string(), format!("{byte:02X}")]).collect();
    let pair = format!("{}={encoded}", role.param);
    let spoken = http(cx)?;
    let mut tried = false;
    for form in [Form::Query, Form::Urlencoded] {
        let (Some((method, content_type)), Some(path)) = (form_parts(&spoken, form), spoken.paths.first()) else {
            continue;
        };
        tried = true;
        let in_query = form == Form::Query;
        let exchange = cx
            .raw_http(RawHttp {
                method: method.to_owned(),
                path: path_of(path, &role.action),
                query: if in_query { pair.clone() } else { String::new() },
                headers: content_type.map(|it| (CONTENT_TYPE.to_owned(), it.to_owned())).into_iter().collect(),
                body: if in_query { Vec::new() } else { pair.clone().into_bytes() },
                credentials: Credentials::Valid,
            })
            .await?;
        reports_id(cx, &exchange, &role, &account)?;
    }
    if tried { Ok(()) } else { untestable("the dialect takes JSON alone", "该方言只接受 JSON") }
}

/// The parameters of an action that have a default.
fn defaulted(action: &Action) -> Vec<(String, Value)> {
    let properties = action.params.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.filter_map(|(name, schema)| Some((name.clone(), schema.get("default")?.clone()))).collect()
}

/// The parameters of an action that may be left out, and may be null.
fn nullable(action: &Action) -> Vec<(String, Value)> {
    let properties = action.params.get("properties").and_then(Value::as_object).into_iter().flatten();
    let is_null =
        |types: &Value| types == "null" || types.as_array().is_some_and(|all| all.iter().any(|it| it == "null"));
    let may_be_null = |schema: &Value| {
        let branches = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        branches.chain([schema]).any(|it| it.get("type").is_some_and(is_null))
    };
    properties.filter(|(_, schema)| may_be_null(schema)).map(|(name, _)| (name.clone(), Value::Null)).collect()
}

async fn defaults(cx: &mut CheckContext) -> CheckResult {
    means_the_same(cx, defaulted).await
}

async fn null(cx: &mut CheckContext) -> CheckResult {
    means_the_same(cx, nullable).await
}

/// Every read reports the same with some parameters given and with them left out.
async fn means_the_same(cx: &mut CheckContext, given: fn(&Action) -> Vec<(String, Value)>) -> CheckResult {
    let contract = std::sync::Arc::clone(cx.run.gate.contract());
    let mut compared = false;
    for action in contract.actions().filter(|it| it.effect == Effect::Read && !given(it).is_empty()) {
        let Ok(bindings) = bindings(cx, action).await else { continue };
        let short = minimal(cx, action, &bindings);
        let without = cx.call(&action.name, &short).await?;
        if cx.succeeded(&without).is_err() {
            continue;
        }
        let mut full = short.clone();
        for (name, value) in given(action) {
            full[name.as_str()] = value;
        }
        let with = cx.call(&action.name, &full).await?;
        cx.succeeded(&with).map_err(|why| why.titled(&action.name))?;
        compare::answers(cx, action, &with, &without).map_err(|why| why.titled(&action.name))?;
        compared = true;
    }
    if compared {
        Ok(())
    } else {
        untestable("no read with such a parameter succeeded", "没有成功的带此类参数的读取动作")
    }
}

/// Numbers just outside of what the contract allows for an account.
async fn uin_range(cx: &mut CheckContext) -> CheckResult {
    let (role, _) = user_info(cx)?;
    let schema = cx.contract().resolve(&role.action).map(|call| call.action.params["properties"][&role.param].clone());
    let schema = schema.unwrap_or_default();
    let bound = |key: &str, beyond: i64| schema.get(key).and_then(Value::as_i64).map(|bound| bound + beyond);
    let outside: Vec<i64> = bound("minimum", -1).into_iter().chain(bound("maximum", 1)).collect();
    if outside.is_empty() {
        return untestable("the dialect does not say which numbers accounts have", "该方言没有规定账号的范围");
    }
    for number in outside {
        let exchange = cx.call(&role.action, &json!({ role.param.clone(): number })).await?;
        is_http_failure(cx, &exchange, FailureKind::InvalidParams).map_err(|why| why.titled(&number.to_string()))?;
    }
    Ok(())
}

/// The other names of the parameters of an action.
fn other_names(action: &Action) -> Vec<(String, String)> {
    let properties = action.params.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut names = Vec::new();
    for (name, schema) in properties {
        let aliases = schema.get("x-aliases").and_then(Value::as_array).into_iter().flatten();
        names.extend(aliases.filter_map(Value::as_str).map(|alias| (name.clone(), alias.to_owned())));
    }
    names
}

async fn aliases(cx: &mut CheckContext) -> CheckResult {
    let contract = std::sync::Arc::clone(cx.run.gate.contract());
    let mut reason = None;
    let mut tried = false;
    for action in contract.actions() {
        for (name, alias) in other_names(action) {
            match aliased(cx, action, &name, &alias).await {
                Ok(()) => tried = true,
                Err(why @ (NotPassed::Failed(_) | NotPassed::Defect(_))) => {
                    return Err(why.titled(&format!("{}: {alias}", action.name)));
                }
                Err(other) => {
                    reason.get_or_insert(other);
                }
            }
        }
    }
    match (tried, reason) {
        (false, Some(why)) => Err(why),
        (false, None) => untestable("no parameter of the dialect has two names", "该方言没有双名参数"),
        (true, _) => Ok(()),
    }
}

async fn aliased(cx: &mut CheckContext, action: &Action, name: &str, alias: &str) -> CheckResult {
    // The one friend of an account is for the checks about friends.
    repeatable(cx, action)?;
    let bindings = bindings(cx, action).await?;
    // An example that gives the parameter, where the plainest call leaves it out.
    let mut params = minimal(cx, action, &bindings);
    if params.get(name).is_none() {
        let example = action.examples.iter().find(|example| example.params.get(name).is_some());
        let Some(example) = example else {
            return untestable("no example gives the parameter", "没有示例给出该参数");
        };
        params = cx.run.filled(action, &bindings, &example.params);
    }
    let named = params.clone();
    if let Some(params) = params.as_object_mut()
        && let Some(value) = params.shift_remove(name)
    {
        params.insert(alias.to_owned(), value);
    }
    let exchange = cx.call(&action.name, &params).await?;
    cx.run.fixtures.consume(&action.spends);
    let Err(refused) = cx.succeeded(&exchange) else { return Ok(()) };
    // An action that is not there, or does not work, proves nothing about names.
    let exchange = cx.call(&action.name, &named).await?;
    if cx.succeeded(&exchange).is_err() {
        return untestable("the call fails with the parameter's own name too", "使用参数本名调用也失败");
    }
    Err(refused)
}

async fn extra(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let mut params = nothing();
    params["botspec_extra"] = json!({"nobody": ["knows", "it"]});
    let exchange = cx.call(&action, &params).await?;
    if cx.succeeded(&exchange).is_ok() {
        return Ok(());
    }
    let received = crate::answer::describe(cx.contract(), &exchange);
    Violation::new(Text::both(
        format!("a parameter that the action does not know is not passed over: {}", received.en),
        format!("未知参数没有被忽略：{}", received.zh()),
    ))
    .with_evidence(&exchange)
    .into_failure()
}
