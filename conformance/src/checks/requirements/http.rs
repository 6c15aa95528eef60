//! Actions over HTTP: methods, paths, status codes, content types.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::FailureKind;
use serde_json::{Value, json};

use super::plain::{
    CONTENT_TYPE, failed, has_status, http, is_http_failure, nothing, path_of, plainest, post, reports_id,
    reports_id_at, unknown_action, user_info,
};
use super::{mismatch, rules};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::messages::{self, Conversation};
use crate::gate::{Form, form_parts};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::received::Received;

rules! {
    "transport/http/get-query" Read get_query,
        "a GET request with the parameters in the query" "GET 请求，参数放在查询字符串中" => "the requested object" "返回所查询的对象";
    "transport/http/post-json" Read post_json,
        "a POST request with the parameters as JSON" "POST 请求，参数为 JSON" => "the requested object" "返回所查询的对象";
    "transport/http/post-form" Read post_form,
        "a POST request with the parameters as a form" "POST 请求，参数为表单" => "the requested object" "返回所查询的对象";
    "transport/http/trailing-slash" Read trailing_slash,
        "a call with a trailing slash after the action name" "在动作名后加斜杠" => "the call succeeds" "调用成功";
    "transport/http/success-status" Read success_status,
        "a successful call" "会成功的调用" => "HTTP status 200" "状态码 200";
    "transport/http/failure-status" Read failure_status,
        "a valid call that must fail" "能被理解但不会成功的调用" => "the HTTP status of a failed action" "动作失败对应的状态码";
    "transport/http/unknown-action" Read unknown,
        "a call of an unknown action" "调用不存在的动作" => "the HTTP status for an unknown action" "未知动作对应的状态码";
    "transport/http/malformed-body" Read malformed_body,
        "a truncated JSON body" "中途截断的请求体" => "the HTTP status for a malformed body" "请求体格式错误对应的状态码";
    "transport/http/unsupported-content-type" Read unsupported_content_type,
        "a body with an unsupported content type" "其他内容类型的请求体" => "the HTTP status for an unsupported content type" "不支持的内容类型对应的状态码";
    "transport/http/body-not-object" Read not_an_object,
        "bodies that are JSON but not an object" "JSON 但不是对象的请求体" => "failures" "返回失败";
    "transport/http/big-body" Read big_body,
        "a body of 512 KiB" "半兆字节的请求体" => "the requested object" "返回所查询的对象";
    "transport/http/split-body" Send split_body,
        "a message whose body is split within a character" "请求体分块发送，从字符中间断开" => "the same text" "读回的文本相同";
    "transport/http/several-clients" Read several_clients,
        "concurrent calls about two accounts" "同时查询两个账号" => "each answer is about the requested account" "各自得到所查询的对象";
    "transport/http/get-no-call" Read get_no_call,
        "a GET request of an action" "以 GET 调用动作" => "no answer of the action" "不提供服务";
    "transport/http/empty-object" Read empty_object,
        "an empty object as body" "请求体为空对象" => "the call succeeds" "调用成功";
    "transport/http/utf8" Send utf8,
        "a message in many scripts" "含多种文字的消息" => "the same text" "读回的文本相同";
    "transport/http/json-body" Read json_body,
        "a successful and a failing call" "成功与失败的调用各一次" => "a JSON body with HTTP status 200" "状态码 200 时响应体为 JSON";
    "transport/http/json-content-type" Read json_content_type,
        "a successful call" "会成功的调用" => "a JSON content type" "响应头标明为 JSON";
    "transport/http/content-type-charset" Read content_type_charset,
        "a JSON body whose content type has a charset" "内容类型带 charset 的 JSON 请求体" => "the call succeeds" "调用成功";
}

async fn asked_as(cx: &mut CheckContext, form: Form) -> CheckResult {
    if form_parts(&http(cx)?, form).is_none() {
        return untestable("the dialect has no such form", "该方言没有这种形式");
    }
    let (role, account) = user_info(cx)?;
    let params = json!({ role.param.clone(): account });
    let exchange = cx.call_as(Transport::Http, &role.action, &params, form).await?;
    reports_id(cx, &exchange, &role, &account)
}

async fn get_query(cx: &mut CheckContext) -> CheckResult {
    asked_as(cx, Form::Query).await
}

async fn post_json(cx: &mut CheckContext) -> CheckResult {
    asked_as(cx, Form::Json).await
}

async fn post_form(cx: &mut CheckContext) -> CheckResult {
    asked_as(cx, Form::Urlencoded).await
}

async fn trailing_slash(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let others: Vec<String> = http(cx)?.paths.into_iter().skip(1).collect();
    if others.is_empty() {
        return untestable("the dialect has one path alone", "该方言只有一种路径");
    }
    for path in others {
        let mut raw = post(cx, &action, &nothing())?;
        raw.path = path_of(&path, &action);
        let exchange = cx.raw_http(raw).await?;
        cx.succeeded(&exchange)?;
    }
    Ok(())
}

/// HTTP's own code for success.
const OK: u16 = 200;

async fn success_status(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let exchange = cx.call(&action, &nothing()).await?;
    cx.needed(&action, &exchange)?;
    has_status(&exchange, OK)
}

async fn failure_status(cx: &mut CheckContext) -> CheckResult {
    let exchange = failed(cx).await?;
    is_http_failure(cx, &exchange, FailureKind::ActionFailed)
}

async fn unknown(cx: &mut CheckContext) -> CheckResult {
    let exchange = cx.call(&unknown_action(), &nothing()).await?;
    is_http_failure(cx, &exchange, FailureKind::UnknownAction)
}

async fn malformed_body(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let mut raw = post(cx, &action, &nothing())?;
    raw.body = b"{\"botspec\":".to_vec();
    let exchange = cx.raw_http(raw).await?;
    is_http_failure(cx, &exchange, FailureKind::MalformedBody)
}

async fn not_an_object(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    for body in ["[1,2]", "\"botspec\"", "7"] {
        let mut raw = post(cx, &action, &nothing())?;
        raw.body = body.into();
        let exchange = cx.raw_http(raw).await?;
        let ended = exchange.json().map(|it| answer::call_outcome(cx.contract(), it));
        let refused = exchange.status.is_some_and(|status| status >= 400);
        if !refused && ended.is_none() {
            return untestable(
                "the target answers with no envelope that could be judged",
                "目标的响应不含可判定的外壳",
            );
        }
        if !refused && !matches!(ended, Some(CallOutcome::Failed(_))) {
            let received = answer::describe(cx.contract(), &exchange);
            return Violation::new(mismatch(("a failure", "失败"), &received)).with_evidence(&exchange).into_failure();
        }
    }
    Ok(())
}

/// How long a body may be that nobody can call too long.
const BIG: usize = 512 << 10;

async fn big_body(cx: &mut CheckContext) -> CheckResult {
    let (role, account) = user_info(cx)?;
    let mut raw = post(cx, &role.action, &json!({ role.param.clone(): account }))?;
    // White space around what a document states belongs to it.
    raw.body.splice(1..1, std::iter::repeat_n(b' ', BIG));
    let exchange = cx.raw_http(raw).await?;
    reports_id(cx, &exchange, &role, &account)
}

async fn split_body(cx: &mut CheckContext) -> CheckResult {
    arrives(cx, Form::Pieces).await
}

async fn utf8(cx: &mut CheckContext) -> CheckResult {
    arrives(cx, Form::Json).await
}

/// A text in many scripts has to arrive as it is.
async fn arrives(cx: &mut CheckContext, form: Form) -> CheckResult {
    let conversation = Conversation::any(cx)?;
    let words = "分片 \u{1f389} é";
    let params = conversation.params(&messages::text(cx.contract(), words), None);
    let exchange = cx.call_as(Transport::Http, &conversation.send.action, &params, form).await?;
    let id = messages::id_of(cx, &conversation, &exchange)?;
    let read = messages::read(cx, &conversation, &id).await?;
    if messages::words(cx.contract(), &read).as_deref() == Some(words) {
        return Ok(());
    }
    let received = Value::from(read).to_string();
    Violation::new(mismatch((words, words), &received.into())).into_failure()
}

/// How many calls are under way at once.
const AT_ONCE: usize = 8;

async fn several_clients(cx: &mut CheckContext) -> CheckResult {
    let (role, account) = user_info(cx)?;
    let own = super::plain::account(cx).await?;
    let Some(myself) = cx.contract().roles().myself.clone() else { return Ok(()) };
    let run = Arc::clone(&cx.run);
    let about = json!({ role.param.clone(): account.clone() });
    let none = nothing();
    let asked = [(&myself.action, &none), (&role.action, &about)];
    let calls = asked.iter().cycle().take(AT_ONCE).map(|(action, params)| {
        let gate = &run.gate;
        async move { gate.call(Transport::Http, action, params, Form::Json).await }
    });
    let answers = futures_util::future::join_all(calls).await;
    for (answer, wanted) in answers.into_iter().zip([(&myself.id, &own), (&role.id, &account)].into_iter().cycle()) {
        let exchange = cx.note(answer?)?;
        reports_id_at(cx, &exchange, wanted.0, wanted.1)?;
    }
    Ok(())
}

async fn get_no_call(cx: &mut CheckContext) -> CheckResult {
    const GET: &str = "GET";
    if http(cx)?.methods.iter().any(|method| method == GET) {
        return untestable("the dialect takes calls by GET", "该方言可用 GET 调用");
    }
    let action = plainest(cx)?;
    let mut raw = post(cx, &action, &nothing())?;
    GET.clone_into(&mut raw.method);
    raw.body.clear();
    let exchange = cx.raw_http(raw).await?;
    match exchange.json().map(|it| answer::call_outcome(cx.contract(), it)) {
        Some(CallOutcome::Ok | CallOutcome::Deferred) => {
            Violation::new(Text::both("the GET was served", "GET 请求得到了服务"))
                .with_evidence(&exchange)
                .into_failure()
        }
        _ => Ok(()),
    }
}

async fn empty_object(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let raw = post(cx, &action, &nothing())?;
    let exchange = cx.raw_http(raw).await?;
    cx.succeeded(&exchange).map(drop)
}

async fn unsupported_content_type(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let mut raw = post(cx, &action, &nothing())?;
    raw.headers = vec![(CONTENT_TYPE.to_owned(), "text/x-botspec".to_owned())];
    let exchange = cx.raw_http(raw).await?;
    is_http_failure(cx, &exchange, FailureKind::UnsupportedContentType)
}

async fn json_body(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let mut looked = false;
    for exchange in [cx.call(&action, &nothing()).await?, failed(cx).await?] {
        if exchange.status.is_none() {
            return Violation::new(exchange.received.describe()).with_evidence(&exchange).into_failure();
        }
        if exchange.status == Some(OK) && !matches!(exchange.received, Received::Json(_)) {
            let received = exchange.received.describe();
            return Violation::new(mismatch(("JSON", " JSON"), &received)).with_evidence(&exchange).into_failure();
        }
        looked |= exchange.status == Some(OK);
    }
    if looked { Ok(()) } else { untestable("no answer had status 200", "没有状态码为 200 的响应") }
}

async fn json_content_type(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let exchange = cx.call(&action, &nothing()).await?;
    cx.needed(&action, &exchange)?;
    let spoken = http(cx)?;
    let wanted = form_parts(&spoken, Form::Json).and_then(|(_, content_type)| content_type).unwrap_or_default();
    let reported = exchange.header(CONTENT_TYPE).unwrap_or("nothing");
    let bare = reported.split(';').next().unwrap_or_default().trim();
    if bare.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Violation::new(mismatch((wanted, wanted), &reported.into())).with_evidence(&exchange).into_failure()
}

async fn content_type_charset(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let mut raw = post(cx, &action, &nothing())?;
    for (_, value) in &mut raw.headers {
        value.push_str("; charset=utf-8");
    }
    let exchange = cx.raw_http(raw).await?;
    cx.succeeded(&exchange).map(drop)
}
