//! Events as a stream: where it is, how it is framed, who may read it.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{FailureKind, SseTransport, Wire, WsRole};

use super::auth_http::WRONG;
use super::delivery::provocation;
use super::plain::{CONTENT_TYPE, http_failure};
use super::{rules, unlike};
use crate::checks::listen::{Ears, Heard, hear};
use crate::checks::provoke::{pull, pull_saying};
use crate::client::frames::Carried;
use crate::client::sse::reader::Defect;
use crate::exchange::Exchange;
use crate::gate::{EVENT_STREAM, Line, Proof};
use crate::probe::{Broken, Judged, Probe, untestable};
use crate::seen::Seen;

rules! {
    "transport/sse/stream" Read stream,
        "a request of each path" "请求每个路径" => "a stream of events" "返回事件流";
    "transport/sse/content-type" Read content_type,
        "a request of the stream" "请求事件流" => "the content type of server-sent events" "Content-Type 为 SSE 的类型";
    "transport/sse/framing" Send |probe| framed(probe, false),
        "things that make events" "触发若干事件" => "fields that clients know, each event ended by an empty line" "只有规定的字段，每个事件以空行结束";
    "transport/sse/plain-framing" Send |probe| framed(probe, true),
        "things that make events" "触发若干事件" => "nothing that careless clients trip over" "没有容易出错的写法";
    "transport/sse/event-name" Send event_name,
        "something that makes an event" "触发事件" => "the name of the dialect in the `event` line, or no such line" "event 字段与规定一致";
    "transport/sse/several-connections" Send several_clients,
        "something that makes an event, two streams open" "触发事件，同时打开两个流" => "the event on both" "两个流都收到事件";
    "transport/sse/data-json" Send data_json,
        "something that makes an event" "触发事件" => "events as JSON in the data" "data 为 JSON 事件";
    "transport/sse/stays-open" Send stays_open,
        "two things that make events, one after the other" "先后触发两个事件" => "both over the same stream" "同一个流上都收到";
    "auth/sse/missing" Read |probe| not_served(probe, Proof::None),
        "a request without a token" "不带令牌的请求" => "no stream" "不提供事件流";
    "auth/sse/wrong" Read |probe| not_served(probe, Proof::Header(WRONG.to_owned())),
        "a request with another token in the header" "请求头带错误令牌" => "no stream" "不提供事件流";
    "auth/sse/wrong-query" Read |probe| not_served(probe, Proof::Query(WRONG.to_owned())),
        "a request with another token in the query" "查询字符串带错误令牌" => "no stream" "不提供事件流";
    "auth/sse/missing-status" Read |probe| refused(probe, Proof::None, FailureKind::TokenMissing),
        "a request without a token" "不带令牌的请求" => "the status of a missing token" "缺少令牌对应的状态码";
    "auth/sse/wrong-status" Read |probe| refused(probe, Proof::Header(WRONG.to_owned()), FailureKind::TokenWrong),
        "a request with another token in the header" "请求头带错误令牌" => "the status of a wrong token" "令牌错误对应的状态码";
    "auth/sse/header" Read |probe| served(probe, Proof::Right),
        "a request with the token in the header" "请求头带正确令牌" => "a stream" "返回事件流";
    "auth/sse/query" Read |probe| served(probe, Proof::RightQuery),
        "a request with the token in the query" "查询字符串带正确令牌" => "a stream" "返回事件流";
}

fn spoken(probe: &Probe) -> Judged<SseTransport> {
    match &probe.contract().file().transports.sse {
        Some(spoken) => Ok(spoken.clone()),
        None => untestable("the dialect has no stream of events", "该方言没有事件流"),
    }
}

fn seen_in(exchange: &Exchange) -> Text {
    exchange.status.map_or_else(|| exchange.seen.describe(), |status| format!("HTTP {status}").into())
}

async fn stream(probe: &mut Probe) -> Judged {
    for path in spoken(probe)?.paths {
        if let Err(exchange) = probe.cx.gate.open_stream(&path, &Proof::Right).await? {
            let shown = probe.note(exchange)?;
            return Broken::new(unlike(("a stream", "事件流"), &seen_in(&shown))).shown_by(&shown).stop();
        }
    }
    Ok(())
}

async fn content_type(probe: &mut Probe) -> Judged {
    let line = probe.open(WsRole::Event).await?;
    let headers = line.answer().map(|(_, headers)| headers.to_vec()).unwrap_or_default();
    let told =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE)).map(|(_, value)| value.as_str());
    let kind = told.and_then(|told| told.split(';').next()).map(str::trim);
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case(EVENT_STREAM)) {
        return Ok(());
    }
    let found = told.map_or_else(|| "nothing".to_owned(), str::to_owned);
    Broken::new(Text::both("the answer is of another content type", "响应的 Content-Type 不符"))
        .at(vec![Difference { pointer: CONTENT_TYPE.to_owned(), expected: EVENT_STREAM.to_owned(), found }])
        .shown_by(&line.shows(Seen::Empty).into())
        .stop()
}

/// Texts that break a careless framing.
const TEXTS: [&str; 3] = ["botspec", "两行\n分开 \u{1f389}", "data: botspec\r\n\r\ndata: {}"];

/// Reads some events and looks at what is wrong with their framing: what the standard forbids, or what it allows and real
/// clients do not cope with.
async fn framed(probe: &mut Probe, legal: bool) -> Judged {
    let (event, trigger) = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    let mut came = false;
    for words in TEXTS {
        let mark = line.mark();
        pull_saying(probe, &event, &trigger, words).await?;
        came |= !matches!(hear(probe, &line, mark, &event).await, Heard::Nothing(_));
    }
    let defects = line.defects();
    match defects.iter().find(|defect| defect.is_legal() == legal) {
        Some(defect) => Broken::new(defect.describe()).shown_by(&shows(&line, defect)).stop(),
        None if came => Ok(()),
        None => untestable(format!("{} was not told", event.name), format!("没有收到 {}", event.name)),
    }
}

fn shows(line: &Line, defect: &Defect) -> Arc<Exchange> {
    let last = line.since(line.beginning()).pop();
    let seen = last.map_or_else(|| Seen::Text(defect.describe().en), |frame| frame.seen.clone());
    line.shows(seen).into()
}

async fn event_name(probe: &mut Probe) -> Judged {
    let wanted = spoken(probe)?.event;
    let (event, trigger) = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    let mark = line.mark();
    pull(probe, &event, &trigger).await?;
    let (Heard::It(frame) | Heard::Near(frame)) = hear(probe, &line, mark, &event).await else {
        return untestable(format!("{} was not told", event.name), format!("没有收到 {}", event.name));
    };
    let Carried::Event { name } = &frame.carried else {
        return untestable("it came over no stream", "不是通过事件流收到");
    };
    if *name == wanted {
        return Ok(());
    }
    let words = |name: &Option<String>| name.clone().unwrap_or_else(|| "no such line".to_owned());
    Broken::new(Text::both("the `event` line is another one", "event 字段不符"))
        .at(vec![Difference { pointer: "event".to_owned(), expected: words(&wanted), found: words(name) }])
        .shown_by(&line.shows_frame(&frame).into())
        .stop()
}

async fn several_clients(probe: &mut Probe) -> Judged {
    let (event, trigger) = provocation(probe)?;
    let mut ears = Ears::open(probe, &[WsRole::Event, WsRole::Event]).await?;
    ears.forget(probe).await;
    pull(probe, &event, &trigger).await?;
    for (line, mark) in &ears.lines {
        if let Heard::Nothing(ended) = hear(probe, line, *mark, &event).await {
            let why = ended.map_or_else(|| "nothing".into(), |seen| seen.describe());
            return Broken::new(unlike((&event.name, &event.name), &why))
                .shown_by(&line.shows(Seen::Empty).into())
                .stop();
        }
    }
    Ok(())
}

/// Opens the stream with a proof, where the target has a token to prove.
async fn with(probe: &mut Probe, proof: &Proof) -> Judged<Result<Line, Exchange>> {
    if probe.gate().target().token(Transport::Sse).is_none() {
        return untestable("the target has no token set for the stream", "目标的事件流没有设置令牌");
    }
    let in_query = matches!(proof, Proof::Query(_) | Proof::RightQuery);
    if in_query && probe.contract().file().auth.query_over(Wire::Sse).is_none() {
        return untestable("the dialect takes no token in the query", "该方言不接受查询字符串中的令牌");
    }
    Ok(probe.cx.gate.open(Transport::Sse, WsRole::Event, proof).await?)
}

/// Everything that comes over a stream is one event as JSON.
async fn data_json(probe: &mut Probe) -> Judged {
    let (event, trigger) = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    let mark = line.mark();
    pull_saying(probe, &event, &trigger, TEXTS[1]).await?;
    let Ok(frame) = line.wait(mark, probe.event_timeout(), |_| true).await else {
        return untestable("nothing came over the stream", "事件流上没有收到内容");
    };
    probe.log.frame(&line, &frame);
    if frame.seen.json().is_some_and(serde_json::Value::is_object) {
        return Ok(());
    }
    let seen = frame.seen.describe();
    Broken::new(unlike(("a JSON object", " JSON 对象"), &seen)).shown_by(&line.shows_frame(&frame).into()).stop()
}

async fn stays_open(probe: &mut Probe) -> Judged {
    let (event, trigger) = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    for round in 0..2 {
        let mark = line.mark();
        pull_saying(probe, &event, &trigger, TEXTS[0]).await?;
        if let Heard::Nothing(ended) = hear(probe, &line, mark, &event).await {
            if round == 0 {
                return untestable(format!("{} was not told", event.name), format!("没有收到 {}", event.name));
            }
            let seen = ended.map_or_else(|| "nothing".into(), |seen| seen.describe());
            return Broken::new(unlike((&event.name, &event.name), &seen))
                .shown_by(&line.shows(Seen::Empty).into())
                .stop();
        }
    }
    Ok(())
}

/// Without the right token no event may come.
async fn not_served(probe: &mut Probe, proof: Proof) -> Judged {
    match with(probe, &proof).await? {
        Err(_) => Ok(()),
        Ok(line) => Broken::new(Text::both("the stream was served", "事件流得到了服务"))
            .shown_by(&line.shows(Seen::Empty).into())
            .stop(),
    }
}

/// A stream is a request over HTTP, and is refused as one.
async fn refused(probe: &mut Probe, proof: Proof, kind: FailureKind) -> Judged {
    let wanted = http_failure(probe, kind)?.status;
    match with(probe, &proof).await? {
        Ok(line) => Broken::new(Text::both("the stream was served", "事件流得到了服务"))
            .shown_by(&line.shows(Seen::Empty).into())
            .stop(),
        Err(exchange) => {
            let shown = probe.note(exchange)?;
            super::plain::has_status(&shown, wanted)
        }
    }
}

async fn served(probe: &mut Probe, proof: Proof) -> Judged {
    match with(probe, &proof).await? {
        Ok(_) => Ok(()),
        Err(exchange) => {
            let shown = probe.note(exchange)?;
            Broken::new(unlike(("a stream", "事件流"), &seen_in(&shown))).shown_by(&shown).stop()
        }
    }
}
