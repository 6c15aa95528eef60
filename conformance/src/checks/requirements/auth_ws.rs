//! Who may connect over a WebSocket.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{FailureKind, WsRole};
use serde_json::json;

use super::auth_http::WRONG;
use super::delivery::comes_over;
use super::plain::{nothing, plainest, ws_failure};
use super::{mismatch, rules};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::event::duplicate_window;
use crate::exchange::Exchange;
use crate::gate::{Connection, Credentials};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::received::Received;

rules! {
    "auth/ws/missing" Read where Token missing,
        "a connection without a token, and a call over it" "不带令牌连接并调用" => "no answer and no event" "不提供服务";
    "auth/ws/wrong" Read where Token wrong,
        "a connection with a wrong token in the header, and a call over it" "请求头带错误令牌连接并调用" => "no answer and no event" "不提供服务";
    "auth/ws/wrong-query" Read where Token wrong_query,
        "a connection with a wrong token in the query, and a call over it" "查询字符串带错误令牌连接并调用" => "no answer and no event" "不提供服务";
    "auth/ws/missing-status" Read where Token missing_status,
        "a handshake without a token" "不带令牌的握手" => "HTTP status for a missing token" "以缺少令牌对应的状态码拒绝";
    "auth/ws/wrong-status" Read where Token wrong_status,
        "a handshake with a wrong token" "带错误令牌的握手" => "HTTP status for a wrong token" "以令牌错误对应的状态码拒绝";
    "auth/ws/close" Read where Token closed,
        "connections without a token and with a wrong one" "不带令牌与带错误令牌的连接" => "the close code of the dialect" "以对应的关闭码断开";
    "auth/ws/no-frame" Read where Token no_frame,
        "connections without a token and with a wrong one" "不带令牌与带错误令牌的连接" => "no frame" "收不到任何帧";
    "auth/ws/header" Read where Token header,
        "a connection with the token in the header, and a call over it" "请求头带正确令牌连接并调用" => "the call succeeds" "调用成功";
    "auth/ws/query" Read where Token query,
        "a connection with the token in the query, and a call over it" "查询字符串带正确令牌连接并调用" => "the call succeeds" "调用成功";
}

/// Opens a connection; what was seen where there is none.
async fn with(cx: &mut CheckContext, credentials: &Credentials) -> CheckResult<Result<Connection, Arc<Exchange>>> {
    if cx.gate().target().ws.as_ref().is_none_or(|adapter| adapter.token.is_none()) {
        return untestable("the target has no token set for WebSocket", "目标的 WebSocket 没有设置令牌");
    }
    let in_query = matches!(credentials, Credentials::Query(_) | Credentials::ValidInQuery);
    if in_query && cx.contract().file().auth.query_over(Transport::Ws).is_none() {
        return untestable("the dialect takes no token in the query", "该方言不接受查询字符串中的令牌");
    }
    let role = if cx.contract().call_keys().is_some() { WsRole::Universal } else { WsRole::Event };
    match cx.run.gate.open_alone(role, None, credentials).await? {
        Ok(connection) => {
            cx.log.note(format!("connected to {}", connection.url()));
            Ok(Ok(connection))
        }
        Err(exchange) => Ok(Err(cx.note(exchange)?)),
    }
}

/// A connection without the right token must not serve: a call over it must not succeed, and where it takes none, no event
/// may come.
async fn not_served(cx: &mut CheckContext, credentials: Credentials) -> CheckResult {
    let Ok(connection) = with(cx, &credentials).await? else { return Ok(()) };
    if cx.contract().call_keys().is_none() {
        let evidence = connection.evidence(Received::Empty).into();
        return match comes_over(cx, connection).await? {
            Some(_) => Ok(()),
            None => Violation::new(Text::both("an event came", "推送了事件")).with_evidence(&evidence).into_failure(),
        };
    }
    let action = plainest(cx)?;
    let exchange = cx.call_on(&connection, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    match exchange.json().map(|it| answer::call_outcome(cx.contract(), it)) {
        Some(CallOutcome::Ok | CallOutcome::Deferred) => {
            Violation::new(Text::both("the call was served", "调用得到了服务")).with_evidence(&exchange).into_failure()
        }
        _ => Ok(()),
    }
}

async fn missing(cx: &mut CheckContext) -> CheckResult {
    not_served(cx, Credentials::None).await
}

async fn wrong(cx: &mut CheckContext) -> CheckResult {
    not_served(cx, Credentials::Header(WRONG.to_owned())).await
}

async fn wrong_query(cx: &mut CheckContext) -> CheckResult {
    not_served(cx, Credentials::Query(WRONG.to_owned())).await
}

async fn refused_with(cx: &mut CheckContext, credentials: Credentials, kind: FailureKind) -> CheckResult {
    let Some(wanted) = ws_failure(cx, kind)?.handshake_status else {
        return untestable("the dialect does not refuse the handshake", "该方言不在握手时拒绝");
    };
    match with(cx, &credentials).await? {
        Err(exchange) if exchange.status == Some(wanted) => Ok(()),
        Err(exchange) => {
            let received =
                exchange.status.map_or_else(|| exchange.received.describe(), |it| format!("HTTP {it}").into());
            let (en, zh) = (format!("HTTP {wanted}"), format!(" HTTP {wanted}"));
            Violation::new(mismatch((&en, &zh), &received)).with_evidence(&exchange).into_failure()
        }
        Ok(connection) => Violation::new(Text::both("the handshake succeeded", "握手成功了"))
            .with_evidence(&connection.evidence(Received::Empty).into())
            .into_failure(),
    }
}

async fn missing_status(cx: &mut CheckContext) -> CheckResult {
    refused_with(cx, Credentials::None, FailureKind::TokenMissing).await
}

async fn wrong_status(cx: &mut CheckContext) -> CheckResult {
    refused_with(cx, Credentials::Header(WRONG.to_owned()), FailureKind::TokenWrong).await
}

async fn no_frame(cx: &mut CheckContext) -> CheckResult {
    for credentials in [Credentials::None, Credentials::Header(WRONG.to_owned())] {
        let Ok(connection) = with(cx, &credentials).await? else { continue };
        if let Ok(frame) = connection.wait(connection.beginning(), duplicate_window(cx), |_| true).await {
            cx.log.frame(&connection, &frame);
            return Violation::new(Text::both("a frame came", "收到了帧"))
                .with_evidence(&connection.evidence(frame.received.clone()).into())
                .into_failure();
        }
    }
    Ok(())
}

async fn closed(cx: &mut CheckContext) -> CheckResult {
    let proofs = [
        (Credentials::None, FailureKind::TokenMissing),
        (Credentials::Header(WRONG.to_owned()), FailureKind::TokenWrong),
    ];
    for (credentials, kind) in proofs {
        let Some(code) = ws_failure(cx, kind)?.close else {
            return untestable("the dialect names no code", "该方言没有规定关闭码");
        };
        let connection = match with(cx, &credentials).await? {
            Ok(connection) => connection,
            Err(exchange) => {
                return Violation::new(mismatch(
                    ("a connection that is then ended", "先连接再断开"),
                    &seen_in(&exchange),
                ))
                .with_evidence(&exchange)
                .into_failure();
            }
        };
        let ended = connection.wait(connection.beginning(), cx.event_timeout(), |_| false).await.err().flatten();
        let received = ended.as_ref().map_or_else(|| Text::both("it stayed open", "连接没有断开"), Received::describe);
        if !matches!(&ended, Some(Received::Closed(how)) if how.contains(&format!(" {code}"))) {
            let (en, zh) = (format!("a close with {code}"), format!("以 {code} 关闭"));
            return Violation::new(mismatch((&en, &zh), &received))
                .with_evidence(&connection.evidence(Received::Empty).into())
                .into_failure();
        }
    }
    Ok(())
}

fn seen_in(exchange: &Exchange) -> Text {
    exchange.status.map_or_else(|| exchange.received.describe(), |status| format!("HTTP {status}").into())
}

async fn served(cx: &mut CheckContext, credentials: Credentials) -> CheckResult {
    let connection = match with(cx, &credentials).await? {
        Ok(connection) => connection,
        Err(exchange) => {
            let received =
                exchange.status.map_or_else(|| exchange.received.describe(), |it| format!("HTTP {it}").into());
            return Violation::new(mismatch(("a connection", "可以连接"), &received))
                .with_evidence(&exchange)
                .into_failure();
        }
    };
    if cx.contract().call_keys().is_none() {
        return comes_over(cx, connection).await?.map_or(Ok(()), Violation::into_failure);
    }
    let action = plainest(cx)?;
    let exchange = cx.call_on(&connection, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    cx.succeeded(&exchange).map(drop)
}

async fn header(cx: &mut CheckContext) -> CheckResult {
    served(cx, Credentials::Valid).await
}

async fn query(cx: &mut CheckContext) -> CheckResult {
    served(cx, Credentials::ValidInQuery).await
}
