//! Who may call over HTTP.

use std::sync::Arc;

use botspec_schema::model::{FailureKind, Wire};
use serde_json::json;

use super::plain::{about_user, http, is_http_failure, nothing, path_of, plainest, post, tells};
use super::rules;
use crate::exchange::Exchange;
use crate::gate::{Form, Proof, RawHttp, form_parts, urlencoded};
use crate::probe::{Judged, Probe, untestable};

rules! {
    "auth/http/missing" Read missing,
        "a call without a token" "不带令牌的调用" => "the status of a missing token" "缺少令牌对应的状态码";
    "auth/http/wrong" Read wrong,
        "a call with another token in the header" "请求头带错误令牌的调用" => "the status of a wrong token" "令牌错误对应的状态码";
    "auth/http/wrong-query" Read wrong_query,
        "a call with another token in the query" "查询字符串带错误令牌的调用" => "the status of a wrong token" "令牌错误对应的状态码";
    "auth/http/header" Read header,
        "a call with the token in the header" "请求头带正确令牌的调用" => "the call succeeds" "调用成功";
    "auth/http/query" Read query,
        "a call with the token in the query" "查询字符串带正确令牌的调用" => "the call succeeds" "调用成功";
    "auth/http/query-not-param" Read query_not_param,
        "a GET with the token beside the parameters" "GET 请求，令牌与参数同在查询字符串中" => "what was asked for" "返回所查询的对象";
}

/// A token that is nobody's.
pub(super) const WRONG: &str = "botspec-wrong-token";

async fn with(probe: &mut Probe, proof: Proof) -> Judged<Arc<Exchange>> {
    if probe.gate().target().http.as_ref().is_none_or(|adapter| adapter.token.is_none()) {
        return untestable("the target has no token set for HTTP", "目标的 HTTP 没有设置令牌");
    }
    let in_query = matches!(proof, Proof::Query(_) | Proof::RightQuery);
    if in_query && probe.contract().file().auth.query_over(Wire::Http).is_none() {
        return untestable("the dialect takes no token in the query", "该方言不接受查询字符串中的令牌");
    }
    let action = plainest(probe)?;
    let mut raw = post(probe, &action, &nothing())?;
    raw.proof = proof;
    probe.raw_http(raw).await
}

async fn missing(probe: &mut Probe) -> Judged {
    let exchange = with(probe, Proof::None).await?;
    is_http_failure(probe, &exchange, FailureKind::TokenMissing)
}

async fn wrong(probe: &mut Probe) -> Judged {
    let exchange = with(probe, Proof::Header(WRONG.to_owned())).await?;
    is_http_failure(probe, &exchange, FailureKind::TokenWrong)
}

async fn wrong_query(probe: &mut Probe) -> Judged {
    let exchange = with(probe, Proof::Query(WRONG.to_owned())).await?;
    is_http_failure(probe, &exchange, FailureKind::TokenWrong)
}

async fn header(probe: &mut Probe) -> Judged {
    let exchange = with(probe, Proof::Right).await?;
    probe.succeeded(&exchange).map(drop)
}

async fn query(probe: &mut Probe) -> Judged {
    let exchange = with(probe, Proof::RightQuery).await?;
    probe.succeeded(&exchange).map(drop)
}

async fn query_not_param(probe: &mut Probe) -> Judged {
    with(probe, Proof::RightQuery).await?;
    let (role, account) = about_user(probe)?;
    let spoken = http(probe)?;
    let (Some((method, _)), Some(path)) = (form_parts(&spoken, Form::Query), spoken.paths.first()) else {
        return untestable("the dialect takes no parameters in the query", "该方言不接受查询字符串参数");
    };
    let exchange = probe
        .raw_http(RawHttp {
            method: method.to_owned(),
            path: path_of(path, &role.action),
            query: urlencoded(&json!({ role.param.clone(): account })),
            headers: Vec::new(),
            body: Vec::new(),
            proof: Proof::RightQuery,
        })
        .await?;
    tells(probe, &exchange, &role, &account)
}
