//! Events as a stream: where it is, how it is framed, who may read it.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{FailureKind, SseTransport, WsRole};

use super::auth_http::WRONG;
use super::delivery::{fire_marked, provocation};
use super::plain::{CONTENT_TYPE, http_failure};
use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::subscriptions::{EventMatch, EventSubscriptions, not_reported, wait_for_event};
use crate::checks::trigger::fire_with_text;
use crate::client::frames::FrameOrigin;
use crate::client::sse::reader::Defect;
use crate::exchange::Exchange;
use crate::gate::{Connection, Credentials, EVENT_STREAM};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::received::Received;

rules! {
    "transport/sse/stream" Read stream,
        "a request for each path" "请求每个路径" => "an event stream" "返回事件流";
    "transport/sse/content-type" Read content_type,
        "a request for the stream" "请求事件流" => "content type `text/event-stream`" "Content-Type 为 SSE 的类型";
    "transport/sse/framing" Send |cx| framed(cx, false),
        "triggers of events" "触发若干事件" => "fields of the SSE format, each event ended by an empty line" "只有规定的字段，每个事件以空行结束";
    "transport/sse/plain-framing" Send |cx| framed(cx, true),
        "triggers of events" "触发若干事件" => "`data` on one line, line feeds only" "没有容易出错的写法";
    "transport/sse/event-name" Send event_name,
        "a trigger of an event" "触发事件" => "the event name of the dialect in the `event` field, or no such field" "event 字段与规定一致";
    "transport/sse/several-connections" Send several_clients,
        "a trigger of an event, two open streams" "触发事件，同时打开两个流" => "the event on both connections" "两个流都收到事件";
    "transport/sse/data-json" Send data_json,
        "a trigger of an event" "触发事件" => "events as JSON in `data`" "data 为 JSON 事件";
    "transport/sse/stays-open" Send stays_open,
        "triggers of two events, one after the other" "先后触发两个事件" => "both over the same stream" "同一个流上都收到";
    "auth/sse/missing" Read where Token |cx| not_served(cx, Credentials::None),
        "a request without a token" "不带令牌的请求" => "no stream" "不提供事件流";
    "auth/sse/wrong" Read where Token |cx| not_served(cx, Credentials::Header(WRONG.to_owned())),
        "a request with a wrong token in the header" "请求头带错误令牌" => "no stream" "不提供事件流";
    "auth/sse/wrong-query" Read where Token |cx| not_served(cx, Credentials::Query(WRONG.to_owned())),
        "a request with a wrong token in the query" "查询字符串带错误令牌" => "no stream" "不提供事件流";
    "auth/sse/missing-status" Read where Token |cx| refused(cx, Credentials::None, FailureKind::TokenMissing),
        "a request without a token" "不带令牌的请求" => "the HTTP status for a missing token" "缺少令牌对应的状态码";
    "auth/sse/wrong-status" Read where Token |cx| refused(cx, Credentials::Header(WRONG.to_owned()), FailureKind::TokenWrong),
        "a request with a wrong token in the header" "请求头带错误令牌" => "the HTTP status for a wrong token" "令牌错误对应的状态码";
    "auth/sse/header" Read where Token |cx| served(cx, Credentials::Valid),
        "a request with the token in the header" "请求头带正确令牌" => "a stream" "返回事件流";
    "auth/sse/query" Read where Token |cx| served(cx, Credentials::ValidInQuery),
        "a request with the token in the query" "查询字符串带正确令牌" => "a stream" "返回事件流";
}

fn spoken(cx: &CheckContext) -> CheckResult<SseTransport> {
    match &cx.contract().file().transports.sse {
        Some(spoken) => Ok(spoken.clone()),
        None => untestable("the dialect has no stream of events", "该方言没有事件流"),
    }
}

fn seen_in(exchange: &Exchange) -> Text {
    exchange.status.map_or_else(|| exchange.received.describe(), |status| format!("HTTP {status}").into())
}

async fn stream(cx: &mut CheckContext) -> CheckResult {
    for path in spoken(cx)?.paths {
        if let Err(exchange) = cx.run.gate.open_stream(&path, &Credentials::Valid).await? {
            let evidence = cx.note(exchange)?;
            return Violation::new(mismatch(("a stream", "事件流"), &seen_in(&evidence)))
                .with_evidence(&evidence)
                .into_failure();
        }
    }
    Ok(())
}

async fn content_type(cx: &mut CheckContext) -> CheckResult {
    let connection = cx.open(WsRole::Event).await?;
    let headers = connection.answer().map(|(_, headers)| headers.to_vec()).unwrap_or_default();
    let reported =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE)).map(|(_, value)| value.as_str());
    let kind = reported.and_then(|reported| reported.split(';').next()).map(str::trim);
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case(EVENT_STREAM)) {
        return Ok(());
    }
    let found = reported.map_or_else(|| "nothing".to_owned(), str::to_owned);
    Violation::new(Text::both("the answer is of another content type", "响应的 Content-Type 不符"))
        .at(vec![Difference { pointer: CONTENT_TYPE.to_owned(), expected: EVENT_STREAM.to_owned(), found }])
        .with_evidence(&connection.evidence(Received::Empty).into())
        .into_failure()
}

/// Texts that break a careless framing.
const TEXTS: [&str; 3] = ["botspec", "两行\n分开 \u{1f389}", "data: botspec\r\n\r\ndata: {}"];

/// Reads some events and looks at what is wrong with their framing: what the standard forbids, or what it allows and real
/// clients do not cope with.
async fn framed(cx: &mut CheckContext, legal: bool) -> CheckResult {
    let (event, trigger) = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    let mut came = false;
    for words in TEXTS {
        let cursor = connection.cursor();
        let about = fire_with_text(cx, &event, &trigger, words).await?;
        came |= !matches!(wait_for_event(cx, &connection, cursor, &event, &about).await, EventMatch::None(_));
    }
    let defects = connection.defects();
    match defects.iter().find(|defect| defect.is_legal() == legal) {
        Some(defect) => Violation::new(defect.describe()).with_evidence(&shows(&connection, defect)).into_failure(),
        None if came => Ok(()),
        None => not_reported(cx, &event),
    }
}

fn shows(connection: &Connection, defect: &Defect) -> Arc<Exchange> {
    let last = connection.since(connection.beginning()).pop();
    let received = last.map_or_else(|| Received::Text(defect.describe().en), |frame| frame.received.clone());
    connection.evidence(received).into()
}

async fn event_name(cx: &mut CheckContext) -> CheckResult {
    let wanted = spoken(cx)?.event;
    let (event, trigger) = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    let cursor = connection.cursor();
    let about = fire_marked(cx, &event, &trigger).await?;
    let (EventMatch::Exact(frame) | EventMatch::Partial(frame)) =
        wait_for_event(cx, &connection, cursor, &event, &about).await
    else {
        return not_reported(cx, &event);
    };
    let FrameOrigin::Event { name } = &frame.origin else {
        return untestable("it came over no stream", "不是通过事件流收到");
    };
    if *name == wanted {
        return Ok(());
    }
    let words = |name: &Option<String>| name.clone().unwrap_or_else(|| "no such line".to_owned());
    Violation::new(Text::both("the `event` line is another one", "event 字段不符"))
        .at(vec![Difference { pointer: "event".to_owned(), expected: words(&wanted), found: words(name) }])
        .with_evidence(&connection.evidence_of(&frame).into())
        .into_failure()
}

async fn several_clients(cx: &mut CheckContext) -> CheckResult {
    let (event, trigger) = provocation(cx)?;
    let mut subscriptions = EventSubscriptions::open(cx, &[WsRole::Event, WsRole::Event]).await?;
    subscriptions.discard_pending(cx).await;
    let about = fire_marked(cx, &event, &trigger).await?;
    for (connection, cursor) in &subscriptions.connections {
        if let EventMatch::None(ended) = wait_for_event(cx, connection, *cursor, &event, &about).await {
            let why = ended.map_or_else(|| "nothing".into(), |received| received.describe());
            return Violation::new(mismatch((&event.name, &event.name), &why))
                .with_evidence(&connection.evidence(Received::Empty).into())
                .into_failure();
        }
    }
    Ok(())
}

/// Opens the stream with a proof, where the target has a token to prove.
async fn with(cx: &mut CheckContext, credentials: &Credentials) -> CheckResult<Result<Connection, Exchange>> {
    if cx.gate().target().token(Transport::Sse).is_none() {
        return untestable("the target has no token set for the stream", "目标的事件流没有设置令牌");
    }
    let in_query = matches!(credentials, Credentials::Query(_) | Credentials::ValidInQuery);
    if in_query && cx.contract().file().auth.query_over(Transport::Sse).is_none() {
        return untestable("the dialect takes no token in the query", "该方言不接受查询字符串中的令牌");
    }
    Ok(cx.run.gate.open(Transport::Sse, WsRole::Event, credentials).await?)
}

/// Everything that comes over a stream is one event as JSON.
async fn data_json(cx: &mut CheckContext) -> CheckResult {
    let (event, trigger) = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    let cursor = connection.cursor();
    fire_with_text(cx, &event, &trigger, TEXTS[1]).await?;
    let Ok(frame) = connection.wait(cursor, cx.event_timeout(), |_| true).await else {
        return untestable("nothing came over the stream", "事件流上没有收到内容");
    };
    cx.log.frame(&connection, &frame);
    if frame.received.json().is_some_and(serde_json::Value::is_object) {
        return Ok(());
    }
    let received = frame.received.describe();
    Violation::new(mismatch(("a JSON object", " JSON 对象"), &received))
        .with_evidence(&connection.evidence_of(&frame).into())
        .into_failure()
}

async fn stays_open(cx: &mut CheckContext) -> CheckResult {
    let (event, trigger) = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    for round in 0..2 {
        let cursor = connection.cursor();
        let about = fire_marked(cx, &event, &trigger).await?;
        if let EventMatch::None(ended) = wait_for_event(cx, &connection, cursor, &event, &about).await {
            if round == 0 {
                return not_reported(cx, &event);
            }
            let received = ended.map_or_else(|| "nothing".into(), |received| received.describe());
            return Violation::new(mismatch((&event.name, &event.name), &received))
                .with_evidence(&connection.evidence(Received::Empty).into())
                .into_failure();
        }
    }
    Ok(())
}

/// Without the right token no event may come.
async fn not_served(cx: &mut CheckContext, credentials: Credentials) -> CheckResult {
    match with(cx, &credentials).await? {
        Err(_) => Ok(()),
        Ok(connection) => Violation::new(Text::both("the stream was served", "事件流得到了服务"))
            .with_evidence(&connection.evidence(Received::Empty).into())
            .into_failure(),
    }
}

/// A stream is a request over HTTP, and is refused as one.
async fn refused(cx: &mut CheckContext, credentials: Credentials, kind: FailureKind) -> CheckResult {
    let wanted = http_failure(cx, kind)?.status;
    match with(cx, &credentials).await? {
        Ok(connection) => Violation::new(Text::both("the stream was served", "事件流得到了服务"))
            .with_evidence(&connection.evidence(Received::Empty).into())
            .into_failure(),
        Err(exchange) => {
            let evidence = cx.note(exchange)?;
            super::plain::has_status(&evidence, wanted)
        }
    }
}

async fn served(cx: &mut CheckContext, credentials: Credentials) -> CheckResult {
    match with(cx, &credentials).await? {
        Ok(_) => Ok(()),
        Err(exchange) => {
            let evidence = cx.note(exchange)?;
            Violation::new(mismatch(("a stream", "事件流"), &seen_in(&evidence)))
                .with_evidence(&evidence)
                .into_failure()
        }
    }
}
