//! Actions over a WebSocket: paths, frames, several connections.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{FailureKind, WsRole};
use serde_json::{Value, json};

use super::delivery::{on_both, provocation};
use super::plain::{failing, is_failed, nothing, plainest, unknown_action, ws_failure};
use super::{mismatch, rules};
use crate::answer;
use crate::check_context::CheckContext;
use crate::checks::event::duplicate_window;
use crate::checks::subscriptions::{greeting, is_event, not_reported};
use crate::checks::trigger::fire;
use crate::client::frames::FrameOrigin;
use crate::exchange::Exchange;
use crate::gate::{Connection, Credentials, within_characters};
use crate::not_passed::{CheckResult, Violation, untestable, violation};
use crate::received::Received;

rules! {
    "transport/ws/api" Read api,
        "a call over the connection for calls" "在 API 连接上调用" => "the call succeeds" "调用成功";
    "transport/ws/universal" Read universal,
        "a call over a universal connection" "在通用连接上调用" => "the call succeeds" "调用成功";
    "transport/ws/trailing-slash" Read trailing_slash,
        "a connection at each further path" "连接其余每个路径" => "the connection works like that of the first path" "与首选路径行为一致";
    "transport/ws/json-frames" Read json_frames,
        "successful and failing calls" "成功与失败的调用" => "JSON in text frames only" "只收到 JSON 文本帧";
    "transport/ws/no-params" Read no_params,
        "a call without parameters" "不带参数的调用" => "the call succeeds" "调用成功";
    "transport/ws/unknown-action" Read unknown,
        "a call of an unknown action" "调用不存在的动作" => "a failure with its retcode and null `data`" "对应 retcode 的失败，data 为 null";
    "transport/ws/malformed-body" Read malformed,
        "a truncated JSON frame" "中途截断的帧" => "a failure with its retcode" "对应 retcode 的失败";
    "transport/ws/frame-not-object" Read not_an_object,
        "a frame that is JSON but not an object" "JSON 但不是对象的帧" => "a failure" "返回失败";
    "transport/ws/big-frame" Read big_frame,
        "a call with a very long echo" "echo 很长的调用" => "the same echo" "原样返回";
    "transport/ws/fragments" Read fragments,
        "a call in several fragments, split within a character" "拆成多个帧的调用，从字符中间断开" => "the same echo" "原样返回";
    "transport/ws/stays-open" Read stays_open,
        "an invalid frame, then a call" "先发损坏的帧，再调用" => "the call is answered" "调用得到响应";
    "transport/ws/event-no-answers" Read event_no_answers,
        "a call over an event connection" "在事件连接上调用" => "no answer" "没有响应";
    "transport/ws/upgrade" Read upgrade,
        "requests for the same path, with and without an upgrade to WebSocket" "对同一路径的请求，分别请求与不请求升级" => "a WebSocket, and an event stream" "分别得到 WebSocket 与事件流";
    "transport/ws/several-connections" Send several_connections,
        "calls, or a trigger of an event, with two open connections" "同时保持两个连接，调用动作或触发事件" => "each gets its own answers only, and every event" "各自只收到自己的响应，且都收到事件";
}

async fn served(cx: &mut CheckContext, role: WsRole) -> CheckResult {
    let action = plainest(cx)?;
    let connection = match own_path(cx, role).await? {
        Some(connection) => connection,
        None => cx.open(role).await?,
    };
    let exchange = cx.call_on(&connection, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    cx.succeeded(&exchange).map(drop)
}

/// A connection at the very path that the dialect has for a role, over a WebSocket that the target serves; that it is refused
/// there is a failure, though another path may do in its place. Nothing where the dialect has no path of its own for it.
async fn own_path(cx: &mut CheckContext, role: WsRole) -> CheckResult<Option<Connection>> {
    let endpoints = cx.contract().file().transports.ws.clone().map(|ws| ws.endpoints).unwrap_or_default();
    let path = endpoints.into_iter().find(|it| it.role == role).and_then(|it| it.paths.into_iter().next());
    let Some(path) = path.filter(|_| cx.connection_transport() == Transport::Ws) else { return Ok(None) };
    match cx.run.gate.open_alone(role, Some(&path), &Credentials::Valid).await? {
        Ok(connection) => Ok(Some(connection)),
        Err(exchange) => {
            let received =
                exchange.status.map_or_else(|| exchange.received.describe(), |it| format!("HTTP {it}").into());
            let evidence = cx.note(exchange)?;
            Violation::new(mismatch(
                (&format!("a connection at `{path}`"), &format!("可在 `{path}` 建立连接")),
                &received,
            ))
            .with_evidence(&evidence)
            .into_failure()
        }
    }
}

pub(super) async fn api(cx: &mut CheckContext) -> CheckResult {
    served(cx, WsRole::Api).await
}

async fn universal(cx: &mut CheckContext) -> CheckResult {
    served(cx, WsRole::Universal).await
}

async fn trailing_slash(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let endpoints = cx.contract().file().transports.ws.clone().map(|ws| ws.endpoints).unwrap_or_default();
    let mut tried = false;
    for endpoint in endpoints {
        // One that is not served at all has a check of its own.
        if own_path(cx, endpoint.role).await.is_err() {
            continue;
        }
        for path in endpoint.paths.iter().skip(1) {
            tried = true;
            let connection = match cx.run.gate.open_alone(endpoint.role, Some(path), &Credentials::Valid).await? {
                Ok(connection) => connection,
                Err(exchange) => {
                    let received = exchange.received.describe();
                    let evidence = cx.note(exchange)?;
                    return Violation::new(mismatch(("a connection", "可以连接"), &received))
                        .with_evidence(&evidence)
                        .into_failure();
                }
            };
            if endpoint.role == WsRole::Event {
                greeted(cx, &connection).await?;
            } else {
                let exchange = cx.call_on(&connection, &action, Some(&nothing()), Some(json!("botspec"))).await?;
                cx.succeeded(&exchange)?;
            }
        }
    }
    if tried { Ok(()) } else { untestable("the dialect has no further path", "该方言没有其他路径") }
}

/// A connection that takes events has to report that it stands, where the dialect requires it.
async fn greeted(cx: &mut CheckContext, connection: &Connection) -> CheckResult {
    let contract = std::sync::Arc::clone(cx.run.gate.contract());
    let Some(greeting) = greeting(&contract) else { return Ok(()) };
    let arrived =
        connection.event(connection.beginning(), cx.event_timeout(), |it| is_event(&contract, greeting, it)).await;
    match arrived {
        Ok(_) => Ok(()),
        Err(ended) => {
            let received = ended.map_or_else(|| Text::both("nothing", "什么也没有"), |received| received.describe());
            Violation::new(mismatch((&greeting.name, &greeting.name), &received))
                .with_evidence(&connection.evidence(Received::Empty).into())
                .into_failure()
        }
    }
}

/// Every frame is JSON: the answers to calls, or where none are taken, the events.
pub(super) async fn json_frames(cx: &mut CheckContext) -> CheckResult {
    if cx.contract().call_keys().is_none() {
        let connection = cx.open(WsRole::Event).await?;
        let (event, trigger) = provocation(cx)?;
        let cursor = connection.cursor();
        fire(cx, &event, &trigger).await?;
        if connection.wait(cursor, cx.event_timeout(), |_| true).await.is_err() {
            return not_reported(cx, &event);
        }
        return only_json(&connection);
    }
    let connection = cx.open(WsRole::Universal).await?;
    let (failing, params) = failing(cx)?;
    let calls = [(plainest(cx)?, nothing()), (failing, params), (unknown_action(), nothing())];
    for (action, params) in &calls {
        let exchange = cx.call_on(&connection, action, Some(params), Some(json!("botspec"))).await?;
        if exchange.json().is_none() {
            return Violation::new(mismatch(("JSON", " JSON"), &exchange.received.describe()))
                .with_evidence(&exchange)
                .into_failure();
        }
    }
    only_json(&connection)
}

fn only_json(connection: &Connection) -> CheckResult {
    for frame in connection.since(connection.beginning()) {
        if frame.origin == FrameOrigin::Binary {
            return violation("a binary frame came", "收到二进制帧");
        }
        if frame.received.json().is_none() {
            return Violation::new(mismatch(("JSON", " JSON"), &frame.received.describe()))
                .with_evidence(&connection.evidence(frame.received.clone()).into())
                .into_failure();
        }
    }
    Ok(())
}

pub(super) async fn no_params(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let connection = cx.open(WsRole::Api).await?;
    let exchange = cx.call_on(&connection, &action, None, Some(json!("botspec"))).await?;
    cx.succeeded(&exchange).map(drop)
}

pub(super) async fn unknown(cx: &mut CheckContext) -> CheckResult {
    let failure = ws_failure(cx, FailureKind::UnknownAction)?;
    let exchange = cx.call(&unknown_action(), &nothing()).await?;
    let envelope = cx.envelope(&exchange)?;
    is_failed(cx, &exchange, envelope, failure.retcode)?;
    match answer::data(envelope) {
        Some(Value::Null) => Ok(()),
        reported => {
            let received = reported.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            Violation::new(mismatch(("null as data", "data 为 null"), &received.into()))
                .with_evidence(&exchange)
                .into_failure()
        }
    }
}

/// Neither JSON nor the beginning of a call of anything.
const CUT: &str = "{\"botspec\":";

pub(super) async fn malformed(cx: &mut CheckContext) -> CheckResult {
    let failure = ws_failure(cx, FailureKind::MalformedBody)?;
    let connection = cx.open(WsRole::Api).await?;
    let exchange = cx.raw_frame(&connection, CUT).await?;
    let envelope = cx.envelope(&exchange)?;
    is_failed(cx, &exchange, envelope, failure.retcode)
}

pub(super) async fn not_an_object(cx: &mut CheckContext) -> CheckResult {
    let connection = cx.open(WsRole::Api).await?;
    for text in ["[1,2]", "\"botspec\"", "7"] {
        let exchange = cx.raw_frame(&connection, text).await?;
        let envelope = cx.envelope(&exchange)?;
        is_failed(cx, &exchange, envelope, None)?;
    }
    Ok(())
}

/// How long a frame may be that nobody can call too long.
const BIG: usize = 512 << 10;

pub(super) async fn big_frame(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let connection = cx.open(WsRole::Api).await?;
    let limit = BIG.min(cx.gate().target().limits.max_frame / 2);
    let echo = Value::from("长回声\u{1f389}".repeat(limit / 13));
    let exchange = cx.call_on(&connection, &action, Some(&nothing()), Some(echo.clone())).await?;
    came_back(cx, &exchange, &echo)
}

/// A call has to bring its echo back. A long one is not shown whole.
fn came_back(cx: &CheckContext, exchange: &Arc<Exchange>, echo: &Value) -> CheckResult {
    let answer = cx.envelope(exchange)?;
    match answer.get(&cx.call_keys()?.echo) {
        Some(reported) if reported == echo => Ok(()),
        reported => {
            let length =
                |value: &Value| format!("{} bytes of {}", value.to_string().len(), crate::received::kind(value));
            let received = reported.map_or_else(|| "no echo".to_owned(), length);
            Violation::new(mismatch((&length(echo), &length(echo)), &received.into()))
                .with_evidence(exchange)
                .into_failure()
        }
    }
}

pub(super) async fn fragments(cx: &mut CheckContext) -> CheckResult {
    let (action, keys) = (plainest(cx)?, cx.call_keys()?.clone());
    let connection = cx.open(WsRole::Api).await?;
    let echo = json!("分片 \u{1f389} é");
    let frame = json!({ keys.action: action, keys.params: {}, keys.echo: echo }).to_string().into_bytes();
    let mut from = 0;
    let cuts = within_characters(&frame).into_iter().chain([frame.len()]);
    let pieces: Vec<Vec<u8>> = cuts.map(|to| frame[std::mem::replace(&mut from, to)..to].to_vec()).collect();
    let exchange = cx.run.gate.raw_pieces(&connection, &pieces, echo.clone()).await?;
    let exchange = cx.note(exchange)?;
    came_back(cx, &exchange, &echo)
}

pub(super) async fn stays_open(cx: &mut CheckContext) -> CheckResult {
    let connection = cx.open(WsRole::Api).await?;
    let frames = [CUT.to_owned()];
    if let Err(received) = cx.run.gate.raw_frames(&connection, &frames).await? {
        return Violation::new(received.describe()).into_failure();
    }
    let (action, params) = failing(cx)?;
    cx.call_on(&connection, &action, Some(&params), Some(json!("first"))).await?;
    let action = plainest(cx)?;
    let exchange = cx.call_on(&connection, &action, Some(&nothing()), Some(json!("second"))).await?;
    match &exchange.received {
        Received::Json(_) => Ok(()),
        received => Violation::new(mismatch(("an answer", "有响应"), &received.describe()))
            .with_evidence(&exchange)
            .into_failure(),
    }
}

pub(super) async fn event_no_answers(cx: &mut CheckContext) -> CheckResult {
    let action = plainest(cx)?;
    let connection = match own_path(cx, WsRole::Event).await? {
        Some(connection) => connection,
        None => cx.open(WsRole::Event).await?,
    };
    if connection.role() != WsRole::Event {
        return untestable("no connection carries events alone", "没有只用于事件的连接");
    }
    let frame = json!({ cx.call_keys()?.action.clone(): action }).to_string();
    if let Err(received) = cx.run.gate.raw_frames(&connection, &[frame]).await? {
        // A connection that is closed for it answers nothing either.
        cx.log.note(received.describe().en);
        return Ok(());
    }
    let contract = std::sync::Arc::clone(cx.run.gate.contract());
    // An answer over a connection for calls shows that the target had the time to answer here too.
    cx.need(&plainest(cx)?, &nothing()).await?;
    // It ends with the check: a target may serve one such connection at a time, and other checks open theirs.
    let answered = connection.event(connection.beginning(), duplicate_window(cx), |it| contract.is_answer(it)).await;
    match answered {
        Ok(frame) => Violation::new(Text::both("the call was answered", "调用得到了响应"))
            .with_evidence(&connection.evidence(frame.received.clone()).into())
            .into_failure(),
        Err(_) => Ok(()),
    }
}

/// A path that is served as a stream and as a WebSocket, as the request asks.
async fn upgrade(cx: &mut CheckContext) -> CheckResult {
    let spoken = cx.contract().file().transports.clone();
    let streams: Vec<String> = spoken.sse.map(|sse| sse.paths).unwrap_or_default();
    let mut sockets = spoken.ws.into_iter().flat_map(|ws| ws.endpoints);
    let shared = sockets.find_map(|it| Some((it.role, it.paths.into_iter().find(|path| streams.contains(path))?)));
    let Some((role, path)) = shared else {
        return untestable("no path of the dialect is both", "该方言没有两用的路径");
    };
    let socket = cx.run.gate.open_alone(role, Some(&path), &Credentials::Valid).await?.map(drop);
    let stream = cx.run.gate.open_stream(&path, &Credentials::Valid).await?.map(drop);
    for (opened, en, zh) in [(socket, "a WebSocket", "WebSocket"), (stream, "a stream of events", "事件流")] {
        if let Err(exchange) = opened {
            let received =
                exchange.status.map_or_else(|| exchange.received.describe(), |it| format!("HTTP {it}").into());
            let evidence = cx.note(exchange)?;
            return Violation::new(mismatch((en, zh), &received)).with_evidence(&evidence).into_failure();
        }
    }
    Ok(())
}

async fn several_connections(cx: &mut CheckContext) -> CheckResult {
    if cx.contract().call_keys().is_none() {
        return on_both(cx, WsRole::Event).await;
    }
    let action = plainest(cx)?;
    let first = cx.open(WsRole::Api).await?;
    let second = cx.open(WsRole::Api).await?;
    let echoes = [json!("botspec first"), json!("botspec second")];
    for round in 0..2 {
        for (connection, echo) in [&first, &second].into_iter().zip(&echoes) {
            let exchange = cx.call_on(connection, &action, Some(&nothing()), Some(echo.clone())).await?;
            if round == 0 {
                cx.succeeded(&exchange)?;
            }
        }
    }
    let key = cx.call_keys()?.echo.clone();
    for (connection, echo) in [&first, &second].into_iter().zip(&echoes) {
        let strange = connection.since(connection.beginning()).into_iter().find(|frame| {
            let reported = frame.received.json().and_then(|it| it.get(&key));
            reported.is_some_and(|reported| reported != echo)
        });
        if let Some(frame) = strange {
            return Violation::new(Text::both("a connection got the answer of another", "收到了另一个连接的响应"))
                .with_evidence(&connection.evidence(frame.received.clone()).into())
                .into_failure();
        }
    }
    Ok(())
}
