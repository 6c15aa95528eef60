//! Actions over HTTP: methods, paths, status codes, content types.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::FailureKind;
use serde_json::{Value, json};

use super::plain::{
    CONTENT_TYPE, about_user, failed, has_status, http, is_http_failure, nothing, path_of, plainest, post, tells,
    tells_at, unknown_action,
};
use super::{rules, unlike};
use crate::answer::{self, Ended};
use crate::checks::talk::{self, Room};
use crate::gate::{Form, form_parts};
use crate::probe::{Broken, Judged, Probe, untestable};
use crate::seen::Seen;

rules! {
    "transport/http/get-query" Read get_query,
        "a GET with the parameters in the query" "GET 请求，参数放在查询字符串中" => "what was asked for" "返回所查询的对象";
    "transport/http/post-json" Read post_json,
        "a POST with the parameters as JSON" "POST 请求，参数为 JSON" => "what was asked for" "返回所查询的对象";
    "transport/http/post-form" Read post_form,
        "a POST with the parameters as a form" "POST 请求，参数为表单" => "what was asked for" "返回所查询的对象";
    "transport/http/trailing-slash" Read trailing_slash,
        "a call with a slash behind the name" "在动作名后加斜杠" => "the call succeeds" "调用成功";
    "transport/http/success-status" Read success_status,
        "a call that succeeds" "会成功的调用" => "status 200" "状态码 200";
    "transport/http/failure-status" Read failure_status,
        "a call that is understood and cannot succeed" "能被理解但不会成功的调用" => "the status of a failed action" "动作失败对应的状态码";
    "transport/http/unknown-action" Read unknown,
        "a call of an action that does not exist" "调用不存在的动作" => "the status of an unknown action" "未知动作对应的状态码";
    "transport/http/malformed-body" Read malformed_body,
        "a body that ends in the middle" "中途截断的请求体" => "the status of a malformed body" "请求体格式错误对应的状态码";
    "transport/http/unsupported-content-type" Read unsupported_content_type,
        "a body of another content type" "其他内容类型的请求体" => "the status of an unsupported content type" "不支持的内容类型对应的状态码";
    "transport/http/body-not-object" Read not_an_object,
        "bodies that are JSON and no object" "JSON 但不是对象的请求体" => "failures" "返回失败";
    "transport/http/big-body" Read big_body,
        "a body of half a megabyte" "半兆字节的请求体" => "what was asked for" "返回所查询的对象";
    "transport/http/split-body" Send split_body,
        "a message whose body comes in pieces, cut within a character" "请求体分块发送，从字符中间断开" => "the same text" "读回的文本相同";
    "transport/http/several-clients" Read several_clients,
        "calls about two accounts at once" "同时查询两个账号" => "each is told what it asked for" "各自得到所查询的对象";
    "transport/http/get-no-call" Read get_no_call,
        "a GET of an action" "以 GET 调用动作" => "it is not served" "不提供服务";
    "transport/http/empty-object" Read empty_object,
        "an empty object as body" "请求体为空对象" => "the call succeeds" "调用成功";
    "transport/http/utf8" Send utf8,
        "a message in many scripts" "含多种文字的消息" => "the same text" "读回的文本相同";
    "transport/http/json-body" Read json_body,
        "a call that succeeds and one that does not" "成功与失败的调用各一次" => "a JSON body with status 200" "状态码 200 时响应体为 JSON";
    "transport/http/json-content-type" Read json_content_type,
        "a call that succeeds" "会成功的调用" => "a header that says JSON" "响应头标明为 JSON";
    "transport/http/content-type-charset" Read content_type_charset,
        "a JSON body whose content type names a charset" "内容类型带 charset 的 JSON 请求体" => "the call succeeds" "调用成功";
}

async fn asked_as(probe: &mut Probe, form: Form) -> Judged {
    if form_parts(&http(probe)?, form).is_none() {
        return untestable("the dialect has no such form", "该方言没有这种形式");
    }
    let (role, account) = about_user(probe)?;
    let params = json!({ role.param.clone(): account });
    let exchange = probe.call_as(Transport::Http, &role.action, &params, form).await?;
    tells(probe, &exchange, &role, &account)
}

async fn get_query(probe: &mut Probe) -> Judged {
    asked_as(probe, Form::Query).await
}

async fn post_json(probe: &mut Probe) -> Judged {
    asked_as(probe, Form::Json).await
}

async fn post_form(probe: &mut Probe) -> Judged {
    asked_as(probe, Form::Urlencoded).await
}

async fn trailing_slash(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let others: Vec<String> = http(probe)?.paths.into_iter().skip(1).collect();
    if others.is_empty() {
        return untestable("the dialect has one path alone", "该方言只有一种路径");
    }
    for path in others {
        let mut raw = post(probe, &action, &nothing())?;
        raw.path = path_of(&path, &action);
        let exchange = probe.raw_http(raw).await?;
        probe.succeeded(&exchange)?;
    }
    Ok(())
}

/// HTTP's own code for success.
const OK: u16 = 200;

async fn success_status(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let exchange = probe.call(&action, &nothing()).await?;
    probe.needed(&action, &exchange)?;
    has_status(&exchange, OK)
}

async fn failure_status(probe: &mut Probe) -> Judged {
    let exchange = failed(probe).await?;
    is_http_failure(probe, &exchange, FailureKind::ActionFailed)
}

async fn unknown(probe: &mut Probe) -> Judged {
    let exchange = probe.call(&unknown_action(), &nothing()).await?;
    is_http_failure(probe, &exchange, FailureKind::UnknownAction)
}

async fn malformed_body(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let mut raw = post(probe, &action, &nothing())?;
    raw.body = b"{\"botspec\":".to_vec();
    let exchange = probe.raw_http(raw).await?;
    is_http_failure(probe, &exchange, FailureKind::MalformedBody)
}

async fn not_an_object(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    for body in ["[1,2]", "\"botspec\"", "7"] {
        let mut raw = post(probe, &action, &nothing())?;
        raw.body = body.into();
        let exchange = probe.raw_http(raw).await?;
        let ended = exchange.json().map(|it| answer::ended(probe.contract(), it));
        let refused = exchange.status.is_some_and(|status| status >= 400);
        if !refused && !matches!(ended, Some(Ended::Failed(_))) {
            let seen = answer::describe(probe.contract(), &exchange);
            return Broken::new(unlike(("a failure", "失败"), &seen)).shown_by(&exchange).stop();
        }
    }
    Ok(())
}

/// How long a body may be that nobody can call too long.
const BIG: usize = 512 << 10;

async fn big_body(probe: &mut Probe) -> Judged {
    let (role, account) = about_user(probe)?;
    let mut raw = post(probe, &role.action, &json!({ role.param.clone(): account }))?;
    // White space around what a document says belongs to it.
    raw.body.splice(1..1, std::iter::repeat_n(b' ', BIG));
    let exchange = probe.raw_http(raw).await?;
    tells(probe, &exchange, &role, &account)
}

async fn split_body(probe: &mut Probe) -> Judged {
    arrives(probe, Form::Pieces).await
}

async fn utf8(probe: &mut Probe) -> Judged {
    arrives(probe, Form::Json).await
}

/// A text in many scripts has to arrive as it is.
async fn arrives(probe: &mut Probe, form: Form) -> Judged {
    let room = Room::any(probe)?;
    let words = "分片 \u{1f389} é";
    let params = room.params(&talk::text(probe.contract(), words), None);
    let exchange = probe.call_as(Transport::Http, &room.say.action, &params, form).await?;
    let id = talk::id_of(probe, &room, &exchange)?;
    let read = talk::read(probe, &room, &id).await?;
    if talk::words(probe.contract(), &read).as_deref() == Some(words) {
        return Ok(());
    }
    let seen = Value::from(read).to_string();
    Broken::new(unlike((words, words), &seen.into())).stop()
}

/// How many calls are under way at once.
const AT_ONCE: usize = 8;

async fn several_clients(probe: &mut Probe) -> Judged {
    let (role, account) = about_user(probe)?;
    let own = super::plain::account(probe).await?;
    let Some(myself) = probe.contract().roles().myself.clone() else { return Ok(()) };
    let cx = Arc::clone(&probe.cx);
    let about = json!({ role.param.clone(): account.clone() });
    let none = nothing();
    let asked = [(&myself.action, &none), (&role.action, &about)];
    let calls = asked.iter().cycle().take(AT_ONCE).map(|(action, params)| {
        let gate = &cx.gate;
        async move { gate.call(Transport::Http, action, params, Form::Json).await }
    });
    let answers = futures_util::future::join_all(calls).await;
    for (answer, wanted) in answers.into_iter().zip([(&myself.id, &own), (&role.id, &account)].into_iter().cycle()) {
        let exchange = probe.note(answer?)?;
        tells_at(probe, &exchange, wanted.0, wanted.1)?;
    }
    Ok(())
}

async fn get_no_call(probe: &mut Probe) -> Judged {
    const GET: &str = "GET";
    if http(probe)?.methods.iter().any(|method| method == GET) {
        return untestable("the dialect takes calls by GET", "该方言可用 GET 调用");
    }
    let action = plainest(probe)?;
    let mut raw = post(probe, &action, &nothing())?;
    GET.clone_into(&mut raw.method);
    raw.body.clear();
    let exchange = probe.raw_http(raw).await?;
    match exchange.json().map(|it| answer::ended(probe.contract(), it)) {
        Some(Ended::Ok | Ended::Deferred) => {
            Broken::new(Text::both("the GET was served", "GET 请求得到了服务")).shown_by(&exchange).stop()
        }
        _ => Ok(()),
    }
}

async fn empty_object(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let raw = post(probe, &action, &nothing())?;
    let exchange = probe.raw_http(raw).await?;
    probe.succeeded(&exchange).map(drop)
}

async fn unsupported_content_type(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let mut raw = post(probe, &action, &nothing())?;
    raw.headers = vec![(CONTENT_TYPE.to_owned(), "text/x-botspec".to_owned())];
    let exchange = probe.raw_http(raw).await?;
    is_http_failure(probe, &exchange, FailureKind::UnsupportedContentType)
}

async fn json_body(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let mut looked = false;
    for exchange in [probe.call(&action, &nothing()).await?, failed(probe).await?] {
        if exchange.status.is_none() {
            return Broken::new(exchange.seen.describe()).shown_by(&exchange).stop();
        }
        if exchange.status == Some(OK) && !matches!(exchange.seen, Seen::Json(_)) {
            let seen = exchange.seen.describe();
            return Broken::new(unlike(("JSON", " JSON"), &seen)).shown_by(&exchange).stop();
        }
        looked |= exchange.status == Some(OK);
    }
    if looked { Ok(()) } else { untestable("no answer had status 200", "没有状态码为 200 的响应") }
}

async fn json_content_type(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let exchange = probe.call(&action, &nothing()).await?;
    probe.needed(&action, &exchange)?;
    let spoken = http(probe)?;
    let wanted = form_parts(&spoken, Form::Json).and_then(|(_, content_type)| content_type).unwrap_or_default();
    let told = exchange.header(CONTENT_TYPE).unwrap_or("nothing");
    let bare = told.split(';').next().unwrap_or_default().trim();
    if bare.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Broken::new(unlike((wanted, wanted), &told.into())).shown_by(&exchange).stop()
}

async fn content_type_charset(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let mut raw = post(probe, &action, &nothing())?;
    for (_, value) in &mut raw.headers {
        value.push_str("; charset=utf-8");
    }
    let exchange = probe.raw_http(raw).await?;
    probe.succeeded(&exchange).map(drop)
}
