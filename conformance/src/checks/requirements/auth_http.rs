//! Who may call over HTTP.

use std::sync::Arc;

use botspec_schema::model::{FailureKind, Transport};
use serde_json::json;

use super::plain::{http, is_http_failure, nothing, path_of, plainest, post, reports_id, user_info};
use super::rules;
use crate::check_context::CheckContext;
use crate::exchange::Exchange;
use crate::gate::{Credentials, Form, RawHttp, form_parts, urlencoded};
use crate::not_passed::{CheckResult, untestable};

rules! {
    "auth/http/missing" Read where Token missing,
        "a call without a token" "不带令牌的调用" => "the HTTP status for a missing token" "缺少令牌对应的状态码";
    "auth/http/wrong" Read where Token wrong,
        "a call with a wrong token in the header" "请求头带错误令牌的调用" => "the HTTP status for a wrong token" "令牌错误对应的状态码";
    "auth/http/wrong-query" Read where Token wrong_query,
        "a call with a wrong token in the query" "查询字符串带错误令牌的调用" => "the HTTP status for a wrong token" "令牌错误对应的状态码";
    "auth/http/header" Read where Token header,
        "a call with the token in the header" "请求头带正确令牌的调用" => "the call succeeds" "调用成功";
    "auth/http/query" Read where Token query,
        "a call with the token in the query" "查询字符串带正确令牌的调用" => "the call succeeds" "调用成功";
    "auth/http/query-not-param" Read where Token query_not_param,
        "a GET request with the token and the parameters in the query" "GET 请求，令牌与参数同在查询字符串中" => "the requested object" "返回所查询的对象";
}

/// A token that is nobody's.
pub(super) const WRONG: &str = "botspec-wrong-token";

async fn with(cx: &mut CheckContext, credentials: Credentials) -> CheckResult<Arc<Exchange>> {
    if cx.gate().target().http.as_ref().is_none_or(|adapter| adapter.token.is_none()) {
        return untestable("the target has no token set for HTTP", "目标的 HTTP 没有设置令牌");
    }
    let in_query = matches!(credentials, Credentials::Query(_) | Credentials::ValidInQuery);
    if in_query && cx.contract().file().auth.query_over(Transport::Http).is_none() {
        return untestable("the dialect takes no token in the query", "该方言不接受查询字符串中的令牌");
    }
    let action = plainest(cx)?;
    let mut raw = post(cx, &action, &nothing())?;
    raw.credentials = credentials;
    cx.raw_http(raw).await
}

async fn missing(cx: &mut CheckContext) -> CheckResult {
    let exchange = with(cx, Credentials::None).await?;
    is_http_failure(cx, &exchange, FailureKind::TokenMissing)
}

async fn wrong(cx: &mut CheckContext) -> CheckResult {
    let exchange = with(cx, Credentials::Header(WRONG.to_owned())).await?;
    is_http_failure(cx, &exchange, FailureKind::TokenWrong)
}

async fn wrong_query(cx: &mut CheckContext) -> CheckResult {
    let exchange = with(cx, Credentials::Query(WRONG.to_owned())).await?;
    is_http_failure(cx, &exchange, FailureKind::TokenWrong)
}

async fn header(cx: &mut CheckContext) -> CheckResult {
    let exchange = with(cx, Credentials::Valid).await?;
    cx.succeeded(&exchange).map(drop)
}

async fn query(cx: &mut CheckContext) -> CheckResult {
    let exchange = with(cx, Credentials::ValidInQuery).await?;
    cx.succeeded(&exchange).map(drop)
}

async fn query_not_param(cx: &mut CheckContext) -> CheckResult {
    with(cx, Credentials::ValidInQuery).await?;
    let (role, account) = user_info(cx)?;
    let spoken = http(cx)?;
    let (Some((method, _)), Some(path)) = (form_parts(&spoken, Form::Query), spoken.paths.first()) else {
        return untestable("the dialect takes no parameters in the query", "该方言不接受查询字符串参数");
    };
    let exchange = cx
        .raw_http(RawHttp {
            method: method.to_owned(),
            path: path_of(path, &role.action),
            query: urlencoded(&json!({ role.param.clone(): account })),
            headers: Vec::new(),
            body: Vec::new(),
            credentials: Credentials::ValidInQuery,
        })
        .await?;
    reports_id(cx, &exchange, &role, &account)
}
