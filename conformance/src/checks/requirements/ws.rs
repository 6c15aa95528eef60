//! Actions over a WebSocket: paths, frames, several connections.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::model::{FailureKind, WsRole};
use serde_json::{Value, json};

use super::delivery::{on_both, provocation};
use super::plain::{failing, is_failed, nothing, plainest, unknown_action, ws_failure};
use super::{rules, unlike};
use crate::answer;
use crate::checks::event::quiet;
use crate::checks::listen::{greeting, is_event};
use crate::checks::provoke::pull;
use crate::client::frames::Carried;
use crate::exchange::Exchange;
use crate::gate::{Line, Proof, within_characters};
use crate::probe::{Broken, Judged, Probe, broken, untestable};
use crate::seen::Seen;

rules! {
    "transport/ws/api" Read api,
        "a call over the connection for calls" "在 API 连接上调用" => "an answer that succeeds" "调用成功";
    "transport/ws/universal" Read universal,
        "a call over the connection for everything" "在通用连接上调用" => "an answer that succeeds" "调用成功";
    "transport/ws/trailing-slash" Read trailing_slash,
        "a connection at each further path" "连接其余每个路径" => "the connection serves as the first path does" "与首选路径行为一致";
    "transport/ws/json-frames" Read json_frames,
        "calls that succeed and that do not" "成功与失败的调用" => "JSON in text frames alone" "只收到 JSON 文本帧";
    "transport/ws/no-params" Read no_params,
        "a call without parameters" "不带参数的调用" => "the call succeeds" "调用成功";
    "transport/ws/unknown-action" Read unknown,
        "a call of an action that does not exist" "调用不存在的动作" => "a failure with the retcode for it, and null as data" "对应 retcode 的失败，data 为 null";
    "transport/ws/malformed-body" Read malformed,
        "a frame that ends in the middle" "中途截断的帧" => "a failure with the retcode for it" "对应 retcode 的失败";
    "transport/ws/frame-not-object" Read not_an_object,
        "a frame that is JSON and no object" "JSON 但不是对象的帧" => "a failure" "返回失败";
    "transport/ws/big-frame" Read big_frame,
        "a call with a very long echo" "echo 很长的调用" => "the same echo" "原样返回";
    "transport/ws/fragments" Read fragments,
        "a call in several frames, cut within a character" "拆成多个帧的调用，从字符中间断开" => "the same echo" "原样返回";
    "transport/ws/stays-open" Read stays_open,
        "a broken frame, then a call" "先发损坏的帧，再调用" => "the call is answered" "调用得到响应";
    "transport/ws/event-no-answers" Read event_no_answers,
        "a call over the connection for events" "在事件连接上调用" => "no answer" "没有响应";
    "transport/ws/upgrade" Read upgrade,
        "requests of the same path, with and without asking for a WebSocket" "对同一路径的请求，分别请求与不请求升级" => "a WebSocket, and a stream of events" "分别得到 WebSocket 与事件流";
    "transport/ws/several-connections" Send several_connections,
        "calls, or something that makes an event, with two connections open" "同时保持两个连接，调用动作或触发事件" => "each gets its own answers alone, and every event" "各自只收到自己的响应，且都收到事件";
}

async fn served(probe: &mut Probe, role: WsRole) -> Judged {
    let action = plainest(probe)?;
    let line = probe.open(role).await?;
    let exchange = probe.call_on(&line, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    probe.succeeded(&exchange).map(drop)
}

pub(super) async fn api(probe: &mut Probe) -> Judged {
    served(probe, WsRole::Api).await
}

async fn universal(probe: &mut Probe) -> Judged {
    served(probe, WsRole::Universal).await
}

async fn trailing_slash(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let endpoints = probe.contract().file().transports.ws.clone().map(|ws| ws.endpoints).unwrap_or_default();
    let mut tried = false;
    for endpoint in endpoints {
        for path in endpoint.paths.iter().skip(1) {
            tried = true;
            let line = match probe.cx.gate.open_path(endpoint.role, path, &Proof::Right).await? {
                Ok(line) => line,
                Err(exchange) => {
                    let seen = exchange.seen.describe();
                    let shown = probe.note(exchange)?;
                    return Broken::new(unlike(("a connection", "可以连接"), &seen)).shown_by(&shown).stop();
                }
            };
            if endpoint.role == WsRole::Event {
                greeted(probe, &line).await?;
            } else {
                let exchange = probe.call_on(&line, &action, Some(&nothing()), Some(json!("botspec"))).await?;
                probe.succeeded(&exchange)?;
            }
        }
    }
    if tried { Ok(()) } else { untestable("the dialect has no further path", "该方言没有其他路径") }
}

/// A connection that takes events has to tell that it stands, where the dialect says so.
async fn greeted(probe: &mut Probe, line: &Line) -> Judged {
    let contract = std::sync::Arc::clone(probe.cx.gate.contract());
    let Some(greeting) = greeting(&contract) else { return Ok(()) };
    let heard = line.event(line.beginning(), probe.event_timeout(), |it| is_event(&contract, greeting, it)).await;
    match heard {
        Ok(_) => Ok(()),
        Err(ended) => {
            let seen = ended.map_or_else(|| Text::both("nothing", "什么也没有"), |seen| seen.describe());
            Broken::new(unlike((&greeting.name, &greeting.name), &seen))
                .shown_by(&line.shows(Seen::Empty).into())
                .stop()
        }
    }
}

/// Every frame is JSON: the answers to calls, or where none are taken, the events.
pub(super) async fn json_frames(probe: &mut Probe) -> Judged {
    if probe.contract().call_keys().is_none() {
        let line = probe.open(WsRole::Event).await?;
        let (event, trigger) = provocation(probe)?;
        let mark = line.mark();
        pull(probe, &event, &trigger).await?;
        if line.wait(mark, probe.event_timeout(), |_| true).await.is_err() {
            return untestable(format!("{} was not told", event.name), format!("没有收到 {}", event.name));
        }
        return only_json(&line);
    }
    let line = probe.open(WsRole::Universal).await?;
    let (failing, params) = failing(probe)?;
    let calls = [(plainest(probe)?, nothing()), (failing, params), (unknown_action(), nothing())];
    for (action, params) in &calls {
        let exchange = probe.call_on(&line, action, Some(params), Some(json!("botspec"))).await?;
        if exchange.json().is_none() {
            return Broken::new(unlike(("JSON", " JSON"), &exchange.seen.describe())).shown_by(&exchange).stop();
        }
    }
    only_json(&line)
}

fn only_json(line: &Line) -> Judged {
    for frame in line.since(line.beginning()) {
        if frame.carried == Carried::Binary {
            return broken("a binary frame came", "收到二进制帧");
        }
        if frame.seen.json().is_none() {
            return Broken::new(unlike(("JSON", " JSON"), &frame.seen.describe()))
                .shown_by(&line.shows(frame.seen.clone()).into())
                .stop();
        }
    }
    Ok(())
}

pub(super) async fn no_params(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let line = probe.open(WsRole::Api).await?;
    let exchange = probe.call_on(&line, &action, None, Some(json!("botspec"))).await?;
    probe.succeeded(&exchange).map(drop)
}

pub(super) async fn unknown(probe: &mut Probe) -> Judged {
    let failure = ws_failure(probe, FailureKind::UnknownAction)?;
    let exchange = probe.call(&unknown_action(), &nothing()).await?;
    let envelope = probe.envelope(&exchange)?;
    is_failed(probe, &exchange, envelope, failure.retcode)?;
    match answer::data(envelope) {
        Some(Value::Null) => Ok(()),
        told => {
            let seen = told.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            Broken::new(unlike(("null as data", "data 为 null"), &seen.into())).shown_by(&exchange).stop()
        }
    }
}

/// Neither JSON nor the beginning of a call of anything.
const CUT: &str = "{\"botspec\":";

pub(super) async fn malformed(probe: &mut Probe) -> Judged {
    let failure = ws_failure(probe, FailureKind::MalformedBody)?;
    let line = probe.open(WsRole::Api).await?;
    let exchange = probe.raw_frame(&line, CUT).await?;
    let envelope = probe.envelope(&exchange)?;
    is_failed(probe, &exchange, envelope, failure.retcode)
}

pub(super) async fn not_an_object(probe: &mut Probe) -> Judged {
    let line = probe.open(WsRole::Api).await?;
    for text in ["[1,2]", "\"botspec\"", "7"] {
        let exchange = probe.raw_frame(&line, text).await?;
        let envelope = probe.envelope(&exchange)?;
        is_failed(probe, &exchange, envelope, None)?;
    }
    Ok(())
}

/// How long a frame may be that nobody can call too long.
const BIG: usize = 512 << 10;

pub(super) async fn big_frame(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let line = probe.open(WsRole::Api).await?;
    let limit = BIG.min(probe.gate().target().limits.max_frame / 2);
    let echo = Value::from("长回声\u{1f389}".repeat(limit / 13));
    let exchange = probe.call_on(&line, &action, Some(&nothing()), Some(echo.clone())).await?;
    came_back(probe, &exchange, &echo)
}

/// A call has to bring its echo back. A long one is not shown whole.
fn came_back(probe: &Probe, exchange: &Arc<Exchange>, echo: &Value) -> Judged {
    let answer = probe.envelope(exchange)?;
    match answer.get(&probe.call_keys()?.echo) {
        Some(told) if told == echo => Ok(()),
        told => {
            let length = |value: &Value| format!("{} bytes of {}", value.to_string().len(), crate::seen::kind(value));
            let seen = told.map_or_else(|| "no echo".to_owned(), length);
            Broken::new(unlike((&length(echo), &length(echo)), &seen.into())).shown_by(exchange).stop()
        }
    }
}

pub(super) async fn fragments(probe: &mut Probe) -> Judged {
    let (action, keys) = (plainest(probe)?, probe.call_keys()?.clone());
    let line = probe.open(WsRole::Api).await?;
    let echo = json!("分片 \u{1f389} é");
    let frame = json!({ keys.action: action, keys.params: {}, keys.echo: echo }).to_string().into_bytes();
    let mut from = 0;
    let cuts = within_characters(&frame).into_iter().chain([frame.len()]);
    let pieces: Vec<Vec<u8>> = cuts.map(|to| frame[std::mem::replace(&mut from, to)..to].to_vec()).collect();
    let exchange = probe.cx.gate.raw_pieces(&line, &pieces, echo.clone()).await?;
    let exchange = probe.note(exchange)?;
    came_back(probe, &exchange, &echo)
}

pub(super) async fn stays_open(probe: &mut Probe) -> Judged {
    let line = probe.open(WsRole::Api).await?;
    let frames = [CUT.to_owned()];
    if let Err(seen) = probe.cx.gate.raw_frames(&line, &frames).await? {
        return Broken::new(seen.describe()).stop();
    }
    let (action, params) = failing(probe)?;
    probe.call_on(&line, &action, Some(&params), Some(json!("first"))).await?;
    let action = plainest(probe)?;
    let exchange = probe.call_on(&line, &action, Some(&nothing()), Some(json!("second"))).await?;
    match &exchange.seen {
        Seen::Json(_) => Ok(()),
        seen => Broken::new(unlike(("an answer", "有响应"), &seen.describe())).shown_by(&exchange).stop(),
    }
}

pub(super) async fn event_no_answers(probe: &mut Probe) -> Judged {
    let action = plainest(probe)?;
    let line = probe.open(WsRole::Event).await?;
    if line.role() != WsRole::Event {
        return untestable("no connection carries events alone", "没有只用于事件的连接");
    }
    let frame = json!({ probe.call_keys()?.action.clone(): action }).to_string();
    if let Err(seen) = probe.cx.gate.raw_frames(&line, &[frame]).await? {
        // A connection that is closed for it answers nothing either.
        probe.log.note(seen.describe().en);
        return Ok(());
    }
    let contract = std::sync::Arc::clone(probe.cx.gate.contract());
    // An answer over a connection for calls shows that the target had the time to answer here too.
    probe.need(&plainest(probe)?, &nothing()).await?;
    let answered = line.event(line.beginning(), quiet(probe), |it| contract.is_answer(it)).await;
    match answered {
        Ok(frame) => Broken::new(Text::both("the call was answered", "调用得到了响应"))
            .shown_by(&line.shows(frame.seen.clone()).into())
            .stop(),
        Err(_) => Ok(()),
    }
}

/// A path that is served as a stream and as a WebSocket, as the request asks.
async fn upgrade(probe: &mut Probe) -> Judged {
    let spoken = probe.contract().file().transports.clone();
    let streams: Vec<String> = spoken.sse.map(|sse| sse.paths).unwrap_or_default();
    let mut sockets = spoken.ws.into_iter().flat_map(|ws| ws.endpoints);
    let shared = sockets.find_map(|it| Some((it.role, it.paths.into_iter().find(|path| streams.contains(path))?)));
    let Some((role, path)) = shared else {
        return untestable("no path of the dialect is both", "该方言没有两用的路径");
    };
    let socket = probe.cx.gate.open_path(role, &path, &Proof::Right).await?.map(drop);
    let stream = probe.cx.gate.open_stream(&path, &Proof::Right).await?.map(drop);
    for (opened, en, zh) in [(socket, "a WebSocket", "WebSocket"), (stream, "a stream of events", "事件流")] {
        if let Err(exchange) = opened {
            let seen = exchange.status.map_or_else(|| exchange.seen.describe(), |it| format!("HTTP {it}").into());
            let shown = probe.note(exchange)?;
            return Broken::new(unlike((en, zh), &seen)).shown_by(&shown).stop();
        }
    }
    Ok(())
}

async fn several_connections(probe: &mut Probe) -> Judged {
    if probe.contract().call_keys().is_none() {
        return on_both(probe, WsRole::Event).await;
    }
    let action = plainest(probe)?;
    let first = probe.open(WsRole::Api).await?;
    let second = probe.open(WsRole::Api).await?;
    let echoes = [json!("botspec first"), json!("botspec second")];
    for round in 0..2 {
        for (line, echo) in [&first, &second].into_iter().zip(&echoes) {
            let exchange = probe.call_on(line, &action, Some(&nothing()), Some(echo.clone())).await?;
            if round == 0 {
                probe.succeeded(&exchange)?;
            }
        }
    }
    let key = probe.call_keys()?.echo.clone();
    for (line, echo) in [&first, &second].into_iter().zip(&echoes) {
        let strange = line.since(line.beginning()).into_iter().find(|frame| {
            let told = frame.seen.json().and_then(|it| it.get(&key));
            told.is_some_and(|told| told != echo)
        });
        if let Some(frame) = strange {
            return Broken::new(Text::both("a connection got the answer of another", "收到了另一个连接的响应"))
                .shown_by(&line.shows(frame.seen.clone()).into())
                .stop();
        }
    }
    Ok(())
}
