//! Who may connect over a WebSocket.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{FailureKind, Wire, WsRole};
use serde_json::json;

use super::auth_http::WRONG;
use super::delivery::comes_over;
use super::plain::{nothing, plainest, ws_failure};
use super::{rules, unlike};
use crate::answer::{self, Ended};
use crate::checks::event::quiet;
use crate::exchange::Exchange;
use crate::gate::{Line, Proof};
use crate::probe::{Broken, Judged, Probe, untestable};
use crate::seen::Seen;

rules! {
    "auth/ws/missing" Read missing,
        "a connection without a token, and a call over it" "不带令牌连接并调用" => "nothing is served" "不提供服务";
    "auth/ws/wrong" Read wrong,
        "a connection with another token in the header, and a call over it" "请求头带错误令牌连接并调用" => "nothing is served" "不提供服务";
    "auth/ws/wrong-query" Read wrong_query,
        "a connection with another token in the query, and a call over it" "查询字符串带错误令牌连接并调用" => "nothing is served" "不提供服务";
    "auth/ws/missing-status" Read missing_status,
        "a handshake without a token" "不带令牌的握手" => "it is refused with the status of a missing token" "以缺少令牌对应的状态码拒绝";
    "auth/ws/wrong-status" Read wrong_status,
        "a handshake with another token" "带错误令牌的握手" => "it is refused with the status of a wrong token" "以令牌错误对应的状态码拒绝";
    "auth/ws/close" Read closed,
        "connections without a token and with another one" "不带令牌与带错误令牌的连接" => "they are ended with the code for it" "以对应的关闭码断开";
    "auth/ws/no-frame" Read no_frame,
        "connections without a token and with another one" "不带令牌与带错误令牌的连接" => "no frame comes" "收不到任何帧";
    "auth/ws/header" Read header,
        "a connection with the token in the header, and a call over it" "请求头带正确令牌连接并调用" => "the call succeeds" "调用成功";
    "auth/ws/query" Read query,
        "a connection with the token in the query, and a call over it" "查询字符串带正确令牌连接并调用" => "the call succeeds" "调用成功";
}

/// Opens a connection; what was seen where there is none.
async fn with(probe: &mut Probe, proof: &Proof) -> Judged<Result<Line, Arc<Exchange>>> {
    if probe.gate().target().ws.as_ref().is_none_or(|adapter| adapter.token.is_none()) {
        return untestable("the target has no token set for WebSocket", "目标的 WebSocket 没有设置令牌");
    }
    let in_query = matches!(proof, Proof::Query(_) | Proof::RightQuery);
    if in_query && probe.contract().file().auth.query_over(Wire::Ws).is_none() {
        return untestable("the dialect takes no token in the query", "该方言不接受查询字符串中的令牌");
    }
    let role = if probe.contract().call_keys().is_some() { WsRole::Universal } else { WsRole::Event };
    match probe.cx.gate.open(Transport::Ws, role, proof).await? {
        Ok(line) => {
            probe.log.note(format!("connected to {}", line.url()));
            Ok(Ok(line))
        }
        Err(exchange) => Ok(Err(probe.note(exchange)?)),
    }
}

/// A connection without the right token must not serve: a call over it must not succeed, and where it takes none, no event
/// may come.
async fn not_served(probe: &mut Probe, proof: Proof) -> Judged {
    let Ok(line) = with(probe, &proof).await? else { return Ok(()) };
    if probe.contract().call_keys().is_none() {
        let shown = line.shows(Seen::Empty).into();
        return match comes_over(probe, line).await? {
            Some(_) => Ok(()),
            None => Broken::new(Text::both("an event was told", "推送了事件")).shown_by(&shown).stop(),
        };
    }
    let action = plainest(probe)?;
    let exchange = probe.call_on(&line, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    match exchange.json().map(|it| answer::ended(probe.contract(), it)) {
        Some(Ended::Ok | Ended::Deferred) => {
            Broken::new(Text::both("the call was served", "调用得到了服务")).shown_by(&exchange).stop()
        }
        _ => Ok(()),
    }
}

async fn missing(probe: &mut Probe) -> Judged {
    not_served(probe, Proof::None).await
}

async fn wrong(probe: &mut Probe) -> Judged {
    not_served(probe, Proof::Header(WRONG.to_owned())).await
}

async fn wrong_query(probe: &mut Probe) -> Judged {
    not_served(probe, Proof::Query(WRONG.to_owned())).await
}

async fn refused_with(probe: &mut Probe, proof: Proof, kind: FailureKind) -> Judged {
    let Some(wanted) = ws_failure(probe, kind)?.handshake_status else {
        return untestable("the dialect does not refuse the handshake", "该方言不在握手时拒绝");
    };
    match with(probe, &proof).await? {
        Err(exchange) if exchange.status == Some(wanted) => Ok(()),
        Err(exchange) => {
            let seen = exchange.status.map_or_else(|| exchange.seen.describe(), |it| format!("HTTP {it}").into());
            let (en, zh) = (format!("HTTP {wanted}"), format!(" HTTP {wanted}"));
            Broken::new(unlike((&en, &zh), &seen)).shown_by(&exchange).stop()
        }
        Ok(line) => Broken::new(Text::both("the handshake succeeded", "握手成功了"))
            .shown_by(&line.shows(Seen::Empty).into())
            .stop(),
    }
}

async fn missing_status(probe: &mut Probe) -> Judged {
    refused_with(probe, Proof::None, FailureKind::TokenMissing).await
}

async fn wrong_status(probe: &mut Probe) -> Judged {
    refused_with(probe, Proof::Header(WRONG.to_owned()), FailureKind::TokenWrong).await
}

async fn no_frame(probe: &mut Probe) -> Judged {
    for proof in [Proof::None, Proof::Header(WRONG.to_owned())] {
        let Ok(line) = with(probe, &proof).await? else { continue };
        if let Ok(frame) = line.wait(line.beginning(), quiet(probe), |_| true).await {
            probe.log.frame(&line, &frame);
            return Broken::new(Text::both("a frame came", "收到了帧"))
                .shown_by(&line.shows(frame.seen.clone()).into())
                .stop();
        }
    }
    Ok(())
}

async fn closed(probe: &mut Probe) -> Judged {
    let proofs = [(Proof::None, FailureKind::TokenMissing), (Proof::Header(WRONG.to_owned()), FailureKind::TokenWrong)];
    for (proof, kind) in proofs {
        let Some(code) = ws_failure(probe, kind)?.close else {
            return untestable("the dialect names no code", "该方言没有规定关闭码");
        };
        let line = match with(probe, &proof).await? {
            Ok(line) => line,
            Err(exchange) => {
                return Broken::new(unlike(("a connection that is then ended", "先连接再断开"), &seen_in(&exchange)))
                    .shown_by(&exchange)
                    .stop();
            }
        };
        let ended = line.wait(line.beginning(), probe.event_timeout(), |_| false).await.err().flatten();
        let seen = ended.as_ref().map_or_else(|| Text::both("it stayed open", "连接没有断开"), Seen::describe);
        if !matches!(&ended, Some(Seen::Closed(how)) if how.contains(&format!(" {code}"))) {
            let (en, zh) = (format!("a close with {code}"), format!("以 {code} 关闭"));
            return Broken::new(unlike((&en, &zh), &seen)).shown_by(&line.shows(Seen::Empty).into()).stop();
        }
    }
    Ok(())
}

fn seen_in(exchange: &Exchange) -> Text {
    exchange.status.map_or_else(|| exchange.seen.describe(), |status| format!("HTTP {status}").into())
}

async fn served(probe: &mut Probe, proof: Proof) -> Judged {
    let line = match with(probe, &proof).await? {
        Ok(line) => line,
        Err(exchange) => {
            let seen = exchange.status.map_or_else(|| exchange.seen.describe(), |it| format!("HTTP {it}").into());
            return Broken::new(unlike(("a connection", "可以连接"), &seen)).shown_by(&exchange).stop();
        }
    };
    if probe.contract().call_keys().is_none() {
        return comes_over(probe, line).await?.map_or(Ok(()), Broken::stop);
    }
    let action = plainest(probe)?;
    let exchange = probe.call_on(&line, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    probe.succeeded(&exchange).map(drop)
}

async fn header(probe: &mut Probe) -> Judged {
    served(probe, Proof::Right).await
}

async fn query(probe: &mut Probe) -> Judged {
    served(probe, Proof::RightQuery).await
}
