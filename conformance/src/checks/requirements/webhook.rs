//! Events that the target posts: how a post looks, and what its answer may and may not do.

use std::fmt::Write as _;
use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Event, Signature, SignatureAlgorithm, Trigger, WebhookTransport, WsRole};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;

use super::delivery::provocation;
use super::plain::{CONTENT_TYPE, id_text, nothing, plainest};
use super::{rules, unlike};
use crate::checks::event::quiet;
use crate::checks::listen::{Heard, hear, is_event, settle};
use crate::checks::provoke::pull_saying;
use crate::client::frames::{Frame, Post};
use crate::gate::{Harmless, Line, proof_header};
use crate::probe::{Broken, Judged, Probe, untestable};

rules! {
    "transport/webhook/post-json" Send post_json,
        "something that makes an event" "触发事件" => "a POST of a JSON object, with the content type that says so" "以 POST 上报 JSON 对象，Content-Type 相符";
    "transport/webhook/self-id" Send self_id,
        "something that makes an event" "触发事件" => "the account of the event in the header for it" "请求头带有事件所属账号";
    "transport/webhook/signature" Send signature,
        "events with text in many scripts" "触发含多种文字的事件" => "a signature over the very bytes of each body" "签名与正文的原始字节一致";
    "transport/webhook/unsigned" Send unsigned,
        "something that makes an event" "触发事件" => "no signature where no secret is set" "未设置密钥时没有签名";
    "transport/webhook/token" Send token,
        "something that makes an event" "触发事件" => "the token in the header for it" "请求头带有令牌";
    "transport/webhook/no-token" Send no_token,
        "something that makes an event" "触发事件" => "no token where none is set" "未设置令牌时不带令牌";
    "transport/webhook/several-addresses" Send several_addresses,
        "something that makes an event" "触发事件" => "the event at both addresses" "两个地址都收到事件";
    "transport/webhook/no-content" Send |probe| harmless(probe, Harmless::NoContent),
        "status 204 as answer to an event" "以 204 回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/empty-body" Send |probe| harmless(probe, Harmless::Empty),
        "an empty answer to an event" "以空正文回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/no-fields" Send |probe| harmless(probe, Harmless::Nothing),
        "an empty object as answer to an event" "以空对象回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/no-json" Send |probe| harmless(probe, Harmless::NoJson),
        "an answer that is no JSON" "以非 JSON 的正文回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/no-object" Send |probe| harmless(probe, Harmless::NoObject),
        "an answer that is JSON and no object" "以不是对象的 JSON 回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/error-status" Send |probe| harmless(probe, Harmless::Error),
        "an error of the server as answer to an event" "以服务器错误回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/redirect" Send |probe| harmless(probe, Harmless::Redirect),
        "a redirect as answer to an event" "以重定向回应事件" => "nothing comes of it, and the next event comes" "不产生任何操作，后续事件照常上报";
    "transport/webhook/slow" Send slow,
        "no answer to an event for a while, and calls meanwhile" "暂不回应事件，同时调用动作" => "the calls are answered, and the next event comes" "调用得到响应，后续事件照常上报";
}

fn spoken(probe: &Probe) -> Judged<WebhookTransport> {
    match &probe.contract().file().transports.webhook {
        Some(spoken) => Ok(spoken.clone()),
        None => untestable("the dialect has no webhook", "该方言没有 webhook"),
    }
}

/// Makes an event happen that says some words, and hears it where posts arrive.
async fn told(probe: &mut Probe, line: &Line, trigger: &(Event, Trigger), words: &str) -> Judged<Heard> {
    let (event, trigger) = trigger;
    settle(probe, [line]).await;
    let mark = line.mark();
    pull_saying(probe, event, trigger, words).await?;
    Ok(hear(probe, line, mark, event).await)
}

/// The post of an event. That it comes is the business of other checks.
async fn posted(probe: &mut Probe, words: &str) -> Judged<(Line, Arc<Frame>)> {
    let trigger = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    match told(probe, &line, &trigger, words).await? {
        Heard::It(frame) | Heard::Near(frame) => Ok((line, frame)),
        Heard::Nothing(_) => {
            untestable(format!("{} was not posted", trigger.0.name), format!("没有收到 {} 的上报", trigger.0.name))
        }
    }
}

const PLAIN: &str = "botspec makes an event";

/// What is wrong with the head of a post.
fn unlike_head<T>(line: &Line, frame: &Frame, name: &str, expected: &str, found: Option<&str>) -> Judged<T> {
    let found = found.map_or_else(|| "nothing".to_owned(), str::to_owned);
    Broken::new(Text::both("the post looks otherwise", "上报请求不符"))
        .at(vec![Difference { pointer: name.to_owned(), expected: expected.to_owned(), found }])
        .shown_by(&line.shows_frame(frame).into())
        .stop()
}

fn post(frame: &Frame) -> Judged<&Post> {
    frame.post().map_or_else(|| untestable("it came in no post", "不是通过上报收到"), Ok)
}

async fn post_json(probe: &mut Probe) -> Judged {
    let wanted = spoken(probe)?.content_type;
    let trigger = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    settle(probe, [&line]).await;
    let mark = line.mark();
    pull_saying(probe, &trigger.0, &trigger.1, PLAIN).await?;
    // Whatever is posted first is meant: what is no JSON is no event. Where nothing is, whatever came in its place.
    let posted = line.wait(mark, probe.event_timeout(), |frame| frame.post().is_some()).await.ok();
    let Some(frame) = posted.or_else(|| line.since(mark).pop()) else {
        return untestable("nothing was posted", "没有收到上报");
    };
    probe.log.frame(&line, &frame);
    let Some(post) = frame.post() else {
        let seen = frame.seen.describe();
        return Broken::new(unlike(("a request", "请求"), &seen)).shown_by(&line.shows_frame(&frame).into()).stop();
    };
    if post.method != POST {
        return unlike_head(&line, &frame, "method", POST, Some(&post.method));
    }
    if !frame.seen.json().is_some_and(Value::is_object) {
        let seen = frame.seen.describe();
        return Broken::new(unlike(("a JSON object", " JSON 对象"), &seen))
            .shown_by(&line.shows_frame(&frame).into())
            .stop();
    }
    let told = post.header(CONTENT_TYPE);
    let kind = told.and_then(|told| told.split(';').next()).map(str::trim);
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case(&wanted)) {
        return Ok(());
    }
    unlike_head(&line, &frame, CONTENT_TYPE, &wanted, told)
}

/// HTTP's own name of the method.
const POST: &str = "POST";

async fn self_id(probe: &mut Probe) -> Judged {
    let (Some(header), Some(field)) = (spoken(probe)?.self_id_header, probe.contract().roles().self_field.clone())
    else {
        return untestable("no header of the dialect names the account", "该方言的请求头不含账号");
    };
    let (line, frame) = posted(probe, PLAIN).await?;
    let Some(account) = frame.seen.json().and_then(|event| event.get(&field)) else {
        return untestable("the event names no account", "事件没有给出账号");
    };
    let (wanted, told) = (id_text(account), post(&frame)?.header(&header));
    if told == Some(&wanted) { Ok(()) } else { unlike_head(&line, &frame, &header, &wanted, told) }
}

/// Texts of which a signature over anything but the bytes goes wrong.
const TEXTS: [&str; 3] = ["botspec", "签名 \u{1f389} é", "\"\\ / <>&\u{2028}"];

fn signed(signature: &Signature, secret: &str, body: &[u8]) -> String {
    let SignatureAlgorithm::HmacSha1 = signature.algorithm;
    let mut signed = signature.prefix.clone();
    // A key of any length will do.
    if let Ok(mut mac) = Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()) {
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            // Writing into a string cannot fail.
            let _ = write!(signed, "{byte:02x}");
        }
    }
    signed
}

fn signature_of(probe: &Probe) -> Judged<Signature> {
    let none = || untestable("the dialect signs no posts", "该方言不对上报签名");
    spoken(probe)?.signature.map_or_else(none, Ok)
}

async fn signature(probe: &mut Probe) -> Judged {
    let signature = signature_of(probe)?;
    let Some(secret) = probe.gate().target().token(probe.line_transport()).cloned() else {
        return untestable("no secret is set for the webhook", "webhook 没有设置密钥");
    };
    for words in TEXTS {
        let (line, frame) = posted(probe, words).await?;
        let post = post(&frame)?;
        let wanted = signed(&signature, secret.expose(), &post.body);
        let told = post.header(&signature.header);
        if !told.is_some_and(|told| told.eq_ignore_ascii_case(&wanted)) {
            return unlike_head(&line, &frame, &signature.header, &wanted, told);
        }
    }
    Ok(())
}

async fn unsigned(probe: &mut Probe) -> Judged {
    let signature = signature_of(probe)?;
    if probe.gate().target().token(probe.line_transport()).is_some() {
        return untestable("a secret is set for the webhook", "webhook 设置了密钥");
    }
    let (line, frame) = posted(probe, PLAIN).await?;
    match post(&frame)?.header(&signature.header) {
        None => Ok(()),
        Some(told) => unlike_head(&line, &frame, &signature.header, "nothing", Some(told)),
    }
}

async fn token(probe: &mut Probe) -> Judged {
    let Some(token) = probe.gate().target().token(probe.line_transport()).cloned() else {
        return untestable("no token is set for the webhook", "webhook 没有设置令牌");
    };
    let (name, value) = proof_header(&probe.contract().file().auth, &token);
    let (line, frame) = posted(probe, PLAIN).await?;
    let told = post(&frame)?.header(&name);
    if told == Some(&value) { Ok(()) } else { unlike_head(&line, &frame, &name, &value, told) }
}

async fn no_token(probe: &mut Probe) -> Judged {
    if probe.gate().target().token(probe.line_transport()).is_some() {
        return untestable("a token is set for the webhook", "webhook 设置了令牌");
    }
    let name = probe.contract().file().auth.header.clone();
    let (line, frame) = posted(probe, PLAIN).await?;
    match post(&frame)?.header(&name) {
        None => Ok(()),
        Some(told) => unlike_head(&line, &frame, &name, "nothing", Some(told)),
    }
}

/// What the requirement is called that posts go to several addresses: only then a second one is waited at.
pub(crate) const SEVERAL_ADDRESSES: &str = "transport/webhook/several-addresses";

async fn several_addresses(probe: &mut Probe) -> Judged {
    let Some(again) = probe.gate().posts_again() else {
        return untestable("no second address is declared ([webhook-again])", "没有声明第二个地址（[webhook-again]）");
    };
    let trigger = provocation(probe)?;
    let mark = again.mark();
    let line = probe.open(WsRole::Event).await?;
    if let Heard::Nothing(_) = told(probe, &line, &trigger, PLAIN).await? {
        return untestable(format!("{} was not posted", trigger.0.name), format!("没有收到 {} 的上报", trigger.0.name));
    }
    match hear(probe, &again, mark, &trigger.0).await {
        Heard::It(_) | Heard::Near(_) => Ok(()),
        Heard::Nothing(_) => {
            Broken::new(Text::both("the event was posted to one of two addresses alone", "两个地址中只有一个收到事件"))
                .shown_by(&again.shows(crate::seen::Seen::Empty).into())
                .stop()
        }
    }
}

/// An answer that asks for nothing: the event is not told again, nothing else comes of it, and the next event comes.
async fn harmless(probe: &mut Probe, reply: Harmless) -> Judged {
    let trigger = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    settle(probe, [&line]).await;
    let contract = Arc::clone(probe.cx.gate.contract());
    let event = trigger.0.clone();
    let plan = probe.cx.gate.plan_reply(move |document| is_event(&contract, &event, document), reply, 1);
    let (Heard::It(first) | Heard::Near(first)) = told(probe, &line, &trigger, PLAIN).await? else {
        return untestable(format!("{} was not posted", trigger.0.name), format!("没有收到 {} 的上报", trigger.0.name));
    };
    let after = line.mark();
    drop(plan);
    let second = told(probe, &line, &trigger, "botspec makes another event").await?;
    if matches!(second, Heard::Nothing(_)) {
        return Broken::new(Text::both("the next event did not come", "没有收到后续事件"))
            .shown_by(&line.shows_frame(&first).into())
            .stop();
    }
    let strange = line.event(after, quiet(probe), |document| first.seen.json() == Some(document)).await;
    match strange {
        Err(_) => Ok(()),
        Ok(frame) => Broken::new(Text::both("the same event was posted again", "同一事件被再次上报"))
            .shown_by(&line.shows_frame(&frame).into())
            .stop(),
    }
}

async fn slow(probe: &mut Probe) -> Judged {
    let trigger = provocation(probe)?;
    let line = probe.open(WsRole::Event).await?;
    settle(probe, [&line]).await;
    let contract = Arc::clone(probe.cx.gate.contract());
    let event = trigger.0.clone();
    let plan = probe.cx.gate.plan_reply(move |document| is_event(&contract, &event, document), Harmless::Never, 1);
    if let Heard::Nothing(_) = told(probe, &line, &trigger, PLAIN).await? {
        return untestable(format!("{} was not posted", trigger.0.name), format!("没有收到 {} 的上报", trigger.0.name));
    }
    let action = plainest(probe)?;
    let exchange = probe.call(&action, &nothing()).await?;
    probe.succeeded(&exchange)?;
    drop(plan);
    match told(probe, &line, &trigger, "botspec makes another event").await? {
        Heard::It(_) | Heard::Near(_) => Ok(()),
        Heard::Nothing(_) => Broken::new(Text::both("the next event did not come", "没有收到后续事件"))
            .shown_by(&line.shows(crate::seen::Seen::Empty).into())
            .stop(),
    }
}
