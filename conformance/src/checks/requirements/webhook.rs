//! Events that the target posts: how a post looks, and what its answer may and may not do.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Event, Signature, Trigger, WebhookTransport, WsRole};
use serde_json::Value;

use super::delivery::{fire_marked, provocation};
use super::plain::{CONTENT_TYPE, nothing, plainest};
use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::event::duplicate_window;
use crate::checks::subscriptions::{EventMatch, flush_barrier, is_event, not_reported, wait_for_event};
use crate::checks::trigger::fire_with_text;
use crate::client::frames::{Frame, Post};
use crate::contract::id_text;
use crate::gate::{Connection, InertReply, proof_header};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::signature::sign;

rules! {
    "transport/webhook/post-json" Send post_json,
        "a trigger of an event" "触发事件" => "a POST of a JSON object with a JSON content type" "以 POST 上报 JSON 对象，Content-Type 相符";
    "transport/webhook/self-id" Send self_id,
        "a trigger of an event" "触发事件" => "the account of the event in its header" "请求头带有事件所属账号";
    "transport/webhook/signature" Send where Token signature,
        "events with text in many scripts" "触发含多种文字的事件" => "a signature of each body, byte for byte" "签名与正文的原始字节一致";
    "transport/webhook/unsigned" Send where NoToken unsigned,
        "a trigger of an event" "触发事件" => "no signature" "未设置密钥时没有签名";
    "transport/webhook/token" Send where Token token,
        "a trigger of an event" "触发事件" => "the token in its header" "请求头带有令牌";
    "transport/webhook/no-token" Send where NoToken no_token,
        "a trigger of an event" "触发事件" => "no token" "未设置令牌时不带令牌";
    SEVERAL_ADDRESSES Send where SeveralWebhooks several_addresses,
        "a trigger of an event" "触发事件" => "the event at both addresses" "两个地址都收到事件";
    "transport/webhook/no-content" Send |cx| harmless(cx, InertReply::NoContent),
        "HTTP status 204 as the answer to an event" "以 204 回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/empty-body" Send |cx| harmless(cx, InertReply::Empty),
        "an empty answer to an event" "以空正文回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/no-fields" Send |cx| harmless(cx, InertReply::Nothing),
        "an empty object as the answer to an event" "以空对象回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/no-json" Send |cx| harmless(cx, InertReply::NoJson),
        "an answer that is not JSON" "以非 JSON 的正文回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/no-object" Send |cx| harmless(cx, InertReply::NoObject),
        "an answer that is JSON but not an object" "以不是对象的 JSON 回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/error-status" Send |cx| harmless(cx, InertReply::Error),
        "a server error as the answer to an event" "以服务器错误回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/redirect" Send |cx| harmless(cx, InertReply::Redirect),
        "a redirect as the answer to an event" "以重定向回应事件" => "no effect, and the next event is posted" "不产生任何操作，后续事件照常上报";
    "transport/webhook/slow" Send slow,
        "a late answer to an event, and calls meanwhile" "暂不回应事件，同时调用动作" => "the calls are answered, and the next event is posted" "调用得到响应，后续事件照常上报";
}

fn spoken(cx: &CheckContext) -> CheckResult<WebhookTransport> {
    match &cx.contract().file().transports.webhook {
        Some(spoken) => Ok(spoken.clone()),
        None => untestable("the dialect has no webhook", "该方言没有 webhook"),
    }
}

/// Makes an event happen that sends some words, and receives it where posts arrive.
async fn reported(
    cx: &mut CheckContext,
    connection: &Connection,
    trigger: &(Event, Trigger),
    words: &str,
) -> CheckResult<EventMatch> {
    let (event, trigger) = trigger;
    flush_barrier(cx, [connection]).await;
    let cursor = connection.cursor();
    let about = fire_with_text(cx, event, trigger, words).await?;
    Ok(wait_for_event(cx, connection, cursor, event, &about).await)
}

/// The post of an event. That it comes is the business of other checks.
async fn posted(cx: &mut CheckContext, words: &str) -> CheckResult<(Connection, Arc<Frame>)> {
    let trigger = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    match reported(cx, &connection, &trigger, words).await? {
        EventMatch::Exact(frame) | EventMatch::Partial(frame) => Ok((connection, frame)),
        EventMatch::None(_) => not_reported(cx, &trigger.0),
    }
}

const PLAIN: &str = "botspec makes an event";

/// What is wrong with the head of a post.
fn unlike_head<T>(
    connection: &Connection,
    frame: &Frame,
    name: &str,
    expected: &str,
    found: Option<&str>,
) -> CheckResult<T> {
    let found = found.map_or_else(|| "nothing".to_owned(), str::to_owned);
    Violation::new(Text::both("the post looks otherwise", "上报请求不符"))
        .at(vec![Difference { pointer: name.to_owned(), expected: expected.to_owned(), found }])
        .with_evidence(&connection.evidence_of(frame).into())
        .into_failure()
}

fn post(frame: &Frame) -> CheckResult<&Post> {
    frame.post().map_or_else(|| untestable("it came in no post", "不是通过上报收到"), Ok)
}

async fn post_json(cx: &mut CheckContext) -> CheckResult {
    let wanted = spoken(cx)?.content_type;
    let trigger = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    flush_barrier(cx, [&connection]).await;
    let cursor = connection.cursor();
    fire_with_text(cx, &trigger.0, &trigger.1, PLAIN).await?;
    // Whatever is posted first is meant: what is no JSON is no event. Where nothing is, whatever came in its place.
    let posted = connection.wait(cursor, cx.event_timeout(), |frame| frame.post().is_some()).await.ok();
    let Some(frame) = posted.or_else(|| connection.since(cursor).pop()) else {
        return untestable("nothing was posted", "没有收到上报");
    };
    cx.log.frame(&connection, &frame);
    let Some(post) = frame.post() else {
        let received = frame.received.describe();
        return Violation::new(mismatch(("a request", "请求"), &received))
            .with_evidence(&connection.evidence_of(&frame).into())
            .into_failure();
    };
    if post.method != POST {
        return unlike_head(&connection, &frame, "method", POST, Some(&post.method));
    }
    if !frame.received.json().is_some_and(Value::is_object) {
        let received = frame.received.describe();
        return Violation::new(mismatch(("a JSON object", " JSON 对象"), &received))
            .with_evidence(&connection.evidence_of(&frame).into())
            .into_failure();
    }
    let reported = post.header(CONTENT_TYPE);
    let kind = reported.and_then(|reported| reported.split(';').next()).map(str::trim);
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case(&wanted)) {
        return Ok(());
    }
    unlike_head(&connection, &frame, CONTENT_TYPE, &wanted, reported)
}

/// HTTP's own name of the method.
const POST: &str = "POST";

async fn self_id(cx: &mut CheckContext) -> CheckResult {
    let (Some(header), Some(field)) = (spoken(cx)?.self_id_header, cx.contract().roles().self_field.clone()) else {
        return untestable("no header of the dialect names the account", "该方言的请求头不含账号");
    };
    let (connection, frame) = posted(cx, PLAIN).await?;
    let Some(account) = frame.received.json().and_then(|event| event.get(&field)) else {
        return untestable("the event names no account", "事件没有给出账号");
    };
    let (wanted, reported) = (id_text(account), post(&frame)?.header(&header));
    if reported == Some(&wanted) { Ok(()) } else { unlike_head(&connection, &frame, &header, &wanted, reported) }
}

/// Texts of which a signature over anything but the bytes goes wrong.
const TEXTS: [&str; 3] = ["botspec", "签名 \u{1f389} é", "\"\\ / <>&\u{2028}"];

fn signature_of(cx: &CheckContext) -> CheckResult<Signature> {
    let none = || untestable("the dialect signs no posts", "该方言不对上报签名");
    spoken(cx)?.signature.map_or_else(none, Ok)
}

async fn signature(cx: &mut CheckContext) -> CheckResult {
    let signature = signature_of(cx)?;
    let Some(secret) = cx.gate().target().token(cx.connection_transport()).cloned() else {
        return untestable("no secret is set for the webhook", "webhook 没有设置密钥");
    };
    for words in TEXTS {
        let (connection, frame) = posted(cx, words).await?;
        let post = post(&frame)?;
        let wanted = sign(&signature, secret.expose(), &post.body);
        let reported = post.header(&signature.header);
        if !reported.is_some_and(|reported| reported.eq_ignore_ascii_case(&wanted)) {
            return unlike_head(&connection, &frame, &signature.header, &wanted, reported);
        }
    }
    Ok(())
}

async fn unsigned(cx: &mut CheckContext) -> CheckResult {
    let signature = signature_of(cx)?;
    if cx.gate().target().token(cx.connection_transport()).is_some() {
        return untestable("a secret is set for the webhook", "webhook 设置了密钥");
    }
    let (connection, frame) = posted(cx, PLAIN).await?;
    match post(&frame)?.header(&signature.header) {
        None => Ok(()),
        Some(reported) => unlike_head(&connection, &frame, &signature.header, "nothing", Some(reported)),
    }
}

async fn token(cx: &mut CheckContext) -> CheckResult {
    let Some(token) = cx.gate().target().token(cx.connection_transport()).cloned() else {
        return untestable("no token is set for the webhook", "webhook 没有设置令牌");
    };
    let (name, value) = proof_header(&cx.contract().file().auth, &token);
    let (connection, frame) = posted(cx, PLAIN).await?;
    let reported = post(&frame)?.header(&name);
    if reported == Some(&value) { Ok(()) } else { unlike_head(&connection, &frame, &name, &value, reported) }
}

async fn no_token(cx: &mut CheckContext) -> CheckResult {
    if cx.gate().target().token(cx.connection_transport()).is_some() {
        return untestable("a token is set for the webhook", "webhook 设置了令牌");
    }
    let name = cx.contract().file().auth.header.clone();
    let (connection, frame) = posted(cx, PLAIN).await?;
    match post(&frame)?.header(&name) {
        None => Ok(()),
        Some(reported) => unlike_head(&connection, &frame, &name, "nothing", Some(reported)),
    }
}

/// What the requirement is called that posts go to several addresses: only then a second one is waited at.
pub(crate) const SEVERAL_ADDRESSES: &str = "transport/webhook/several-addresses";

async fn several_addresses(cx: &mut CheckContext) -> CheckResult {
    let Some(again) = cx.gate().posts_again() else {
        return untestable("no second address is declared ([webhook-again])", "没有声明第二个地址（[webhook-again]）");
    };
    let (event, trigger) = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    flush_barrier(cx, [&connection]).await;
    let (cursor, cursor_again) = (connection.cursor(), again.cursor());
    let about = fire_marked(cx, &event, &trigger).await?;
    if let EventMatch::None(_) = wait_for_event(cx, &connection, cursor, &event, &about).await {
        return not_reported(cx, &event);
    }
    match wait_for_event(cx, &again, cursor_again, &event, &about).await {
        EventMatch::Exact(_) | EventMatch::Partial(_) => Ok(()),
        EventMatch::None(_) => Violation::new(Text::both(
            "the event was posted to one of two addresses alone",
            "两个地址中只有一个收到事件",
        ))
        .with_evidence(&again.evidence(crate::received::Received::Empty).into())
        .into_failure(),
    }
}

/// An answer that asks for nothing: the event is not reported again, nothing else comes of it, and the next event comes.
async fn harmless(cx: &mut CheckContext, reply: InertReply) -> CheckResult {
    let trigger = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    flush_barrier(cx, [&connection]).await;
    let contract = Arc::clone(cx.run.gate.contract());
    let event = trigger.0.clone();
    let plan = cx.run.gate.plan_reply(move |document| is_event(&contract, &event, document), reply, 1);
    let (EventMatch::Exact(first) | EventMatch::Partial(first)) = reported(cx, &connection, &trigger, PLAIN).await?
    else {
        return not_reported(cx, &trigger.0);
    };
    let after = connection.cursor();
    drop(plan);
    let second = reported(cx, &connection, &trigger, "botspec makes another event").await?;
    if matches!(second, EventMatch::None(_)) {
        return Violation::new(Text::both("the next event did not come", "没有收到后续事件"))
            .with_evidence(&connection.evidence_of(&first).into())
            .into_failure();
    }
    let strange =
        connection.event(after, duplicate_window(cx), |document| first.received.json() == Some(document)).await;
    match strange {
        Err(_) => Ok(()),
        Ok(frame) => Violation::new(Text::both("the same event was posted again", "同一事件被再次上报"))
            .with_evidence(&connection.evidence_of(&frame).into())
            .into_failure(),
    }
}

async fn slow(cx: &mut CheckContext) -> CheckResult {
    let trigger = provocation(cx)?;
    let connection = cx.open(WsRole::Event).await?;
    flush_barrier(cx, [&connection]).await;
    let contract = Arc::clone(cx.run.gate.contract());
    let event = trigger.0.clone();
    let plan = cx.run.gate.plan_reply(move |document| is_event(&contract, &event, document), InertReply::Never, 1);
    if let EventMatch::None(_) = reported(cx, &connection, &trigger, PLAIN).await? {
        return not_reported(cx, &trigger.0);
    }
    let action = plainest(cx)?;
    let exchange = cx.call(&action, &nothing()).await?;
    cx.succeeded(&exchange)?;
    drop(plan);
    match reported(cx, &connection, &trigger, "botspec makes another event").await? {
        EventMatch::Exact(_) | EventMatch::Partial(_) => Ok(()),
        EventMatch::None(_) => Violation::new(Text::both("the next event did not come", "没有收到后续事件"))
            .with_evidence(&connection.evidence(crate::received::Received::Empty).into())
            .into_failure(),
    }
}
