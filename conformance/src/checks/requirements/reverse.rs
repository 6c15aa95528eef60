//! The WebSocket that the target opens: its headers, what goes over it, and that it comes again.

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{ReverseWsTransport, WsRole};
use serde_json::{Value, json};

use super::plain::{account, nothing, plainest};
use super::{mismatch, rules, ws};
use crate::check_context::CheckContext;
use crate::checks::subscriptions::own_roles;
use crate::client::reverse::Attempt;
use crate::exchange::{Exchange, Sent};
use crate::gate::{Connection, proof_header};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::received::Received;

rules! {
    "transport/reverse-ws/self-id" Read self_id,
        "nothing; the target connects" "无，等待目标连接" => "the account in its header" "请求头带有账号";
    "transport/reverse-ws/role" Read role,
        "nothing; the target connects" "无，等待目标连接" => "a role of the dialect in its header" "请求头带有规定的角色";
    "transport/reverse-ws/user-agent" Read user_agent,
        "nothing; the target connects" "无，等待目标连接" => "the `User-Agent` of the dialect" "User-Agent 与规定一致";
    "transport/reverse-ws/api" Read ws::api,
        "a call over a connection for calls" "在承载调用的连接上调用" => "the call succeeds" "调用成功";
    "transport/reverse-ws/universal" Send universal,
        "a call over a universal connection" "在通用连接上调用" => "the call succeeds, and events arrive" "调用成功，且收到事件";
    "transport/reverse-ws/json-frames" Read ws::json_frames,
        "successful and failing calls" "成功与失败的调用" => "JSON in text frames only" "只收到 JSON 文本帧";
    "transport/reverse-ws/no-params" Read ws::no_params,
        "a call without parameters" "不带参数的调用" => "the call succeeds" "调用成功";
    "transport/reverse-ws/unknown-action" Read ws::unknown,
        "a call of an unknown action" "调用不存在的动作" => "a failure with its retcode and null `data`" "对应 retcode 的失败，data 为 null";
    "transport/reverse-ws/malformed-body" Read ws::malformed,
        "a truncated JSON frame" "中途截断的帧" => "a failure with its retcode" "对应 retcode 的失败";
    "transport/reverse-ws/frame-not-object" Read ws::not_an_object,
        "a frame that is JSON but not an object" "JSON 但不是对象的帧" => "a failure" "返回失败";
    "transport/reverse-ws/stays-open" Read ws::stays_open,
        "an invalid frame, then a call" "先发损坏的帧，再调用" => "the call is answered" "调用得到响应";
    "transport/reverse-ws/big-frame" Read ws::big_frame,
        "a call with a very long echo" "echo 很长的调用" => "the same echo" "原样返回";
    "transport/reverse-ws/fragments" Read ws::fragments,
        "a call in several fragments, split within a character" "拆成多个帧的调用，从字符中间断开" => "the same echo" "原样返回";
    "transport/reverse-ws/event-no-answers" Read ws::event_no_answers,
        "a call over an event connection" "在事件连接上调用" => "no answer" "没有响应";
    "transport/reverse-ws/reconnect" Read reconnect,
        "a close of each connection" "结束每个连接" => "a new connection of the same kind" "重新建立同类连接";
    "transport/reverse-ws/reconnect-refused" Read reconnect_refused,
        "a close of a connection, and a refusal of the next handshakes" "结束连接，并拒绝随后的几次连接" => "further handshakes until one is accepted" "持续重试直到成功";
    "auth/reverse-ws/header" Read where Token token,
        "nothing; the target connects" "无，等待目标连接" => "the token in its header" "请求头带有令牌";
    "auth/reverse-ws/absent" Read where NoToken no_token,
        "nothing; the target connects" "无，等待目标连接" => "no token" "未设置令牌时不带令牌";
}

fn spoken(cx: &CheckContext) -> CheckResult<ReverseWsTransport> {
    match &cx.contract().file().transports.reverse_ws {
        Some(spoken) => Ok(spoken.clone()),
        None => untestable("the dialect has no reverse WebSocket", "该方言没有反向 WebSocket"),
    }
}

/// The heads of all attempts to connect, after there was one.
async fn attempts(cx: &mut CheckContext) -> CheckResult<Vec<Attempt>> {
    let role = own_roles(cx).first().copied().unwrap_or(WsRole::Event);
    cx.open(role).await?;
    Ok(cx.gate().attempts())
}

/// Every attempt has to have a header with a value.
fn all_have(cx: &CheckContext, attempts: &[Attempt], name: &str, wanted: &str) -> CheckResult {
    match attempts.iter().find(|attempt| attempt.header(name) != Some(wanted)) {
        None => Ok(()),
        Some(attempt) => {
            let found = attempt.header(name).map_or_else(|| "nothing".to_owned(), str::to_owned);
            Violation::new(Text::both("the handshake has another header", "握手的请求头不符"))
                .at(vec![Difference { pointer: name.to_owned(), expected: wanted.to_owned(), found }])
                .with_evidence(&shows(cx, attempt).into())
                .into_failure()
        }
    }
}

/// An exchange that shows an attempt to connect.
fn shows(cx: &CheckContext, attempt: &Attempt) -> Exchange {
    let now = std::time::Instant::now();
    let url = cx.gate().target().endpoints().find(|(transport, _)| Some(*transport) == cx.transport);
    Exchange {
        transport: cx.connection_transport(),
        sent: Sent::Waiting {
            url: url.map(|(_, url)| url).unwrap_or_default(),
            headers: attempt.headers.clone(),
            text: None,
        },
        sent_at: now,
        received_at: now,
        status: None,
        headers: Vec::new(),
        received: Received::Empty,
        echo: None,
    }
}

async fn self_id(cx: &mut CheckContext) -> CheckResult {
    let header = spoken(cx)?.self_id_header;
    let account = account(cx).await?;
    let attempts = attempts(cx).await?;
    all_have(cx, &attempts, &header, &crate::contract::id_text(&account))
}

async fn role(cx: &mut CheckContext) -> CheckResult {
    let spoken = spoken(cx)?;
    for attempt in attempts(cx).await? {
        let reported = attempt.header(&spoken.role_header);
        if !reported.is_some_and(|reported| spoken.roles.values().any(|word| word == reported)) {
            let words: Vec<&str> = spoken.roles.values().map(String::as_str).collect();
            let found = reported.map_or_else(|| "nothing".to_owned(), str::to_owned);
            return Violation::new(Text::both("the handshake names no known role", "握手没有给出规定的角色"))
                .at(vec![Difference { pointer: spoken.role_header, expected: words.join(", "), found }])
                .with_evidence(&shows(cx, &attempt).into())
                .into_failure();
        }
    }
    Ok(())
}

/// HTTP's own name of the header.
const USER_AGENT: &str = "User-Agent";

async fn user_agent(cx: &mut CheckContext) -> CheckResult {
    let Some(agent) = spoken(cx)?.user_agent else {
        return untestable("the dialect names no user agent", "该方言没有规定 User-Agent");
    };
    let product = |agent: &str| agent.split('/').next().unwrap_or_default().to_owned();
    for attempt in attempts(cx).await? {
        let reported = attempt.header(USER_AGENT).unwrap_or_default();
        // What follows the slash is a version, which may be another one.
        if product(reported) != product(&agent) {
            let difference =
                Difference { pointer: USER_AGENT.to_owned(), expected: agent.clone(), found: reported.to_owned() };
            return Violation::new(Text::both("the handshake names another user agent", "握手的 User-Agent 不符"))
                .at(vec![difference])
                .with_evidence(&shows(cx, &attempt).into())
                .into_failure();
        }
    }
    Ok(())
}

async fn universal(cx: &mut CheckContext) -> CheckResult {
    let connection = cx.open(WsRole::Universal).await?;
    if connection.role() != WsRole::Universal {
        return untestable("no connection carries everything", "没有通用连接");
    }
    answers(cx, &connection).await?;
    let origin = super::delivery::comes_over(cx, connection).await?;
    origin.map_or(Ok(()), |violation| Err(crate::not_passed::NotPassed::Failed(Box::new(violation))))
}

/// A call over a connection has to succeed.
async fn answers(cx: &mut CheckContext, connection: &Connection) -> CheckResult {
    let action = plainest(cx)?;
    let exchange = cx.call_on(connection, &action, Some(&nothing()), Some(json!("botspec"))).await?;
    cx.succeeded(&exchange).map(drop)
}

async fn reconnect(cx: &mut CheckContext) -> CheckResult {
    // Before there is a connection, none can be ended.
    attempts(cx).await?;
    for role in cx.gate().open_roles() {
        let role = role.unwrap_or(WsRole::Universal);
        came_again(cx, role).await?;
    }
    Ok(())
}

/// How many attempts are turned away.
const REFUSED: usize = 2;

async fn reconnect_refused(cx: &mut CheckContext) -> CheckResult {
    attempts(cx).await?;
    let role = cx.gate().open_roles().into_iter().next().flatten().unwrap_or(WsRole::Universal);
    let before = cx.gate().attempt_count();
    cx.gate().refuse(REFUSED);
    let judged = came_again(cx, role).await;
    // Nobody else is to be turned away.
    cx.gate().refuse(0);
    judged?;
    let tried = cx.gate().attempt_count() - before;
    if tried > REFUSED {
        return Ok(());
    }
    untestable(format!("only {tried} attempts were seen"), format!("只看到 {tried} 次连接尝试"))
}

/// Ends the connection of a role; another one has to come, and has to serve.
async fn came_again(cx: &mut CheckContext, role: WsRole) -> CheckResult {
    let opened = cx.run.gate.open_anew(cx.connection_transport(), role, &crate::gate::Credentials::Valid).await?;
    let connection = match opened {
        Ok(connection) => connection,
        Err(exchange) => {
            let received = exchange.received.describe();
            let evidence = cx.note(exchange)?;
            return Violation::new(mismatch(("a new connection", "新的连接"), &received))
                .with_evidence(&evidence)
                .into_failure();
        }
    };
    cx.log.note(format!("{} came again", connection.url()));
    if connection.role() == WsRole::Event { Ok(()) } else { answers(cx, &connection).await }
}

async fn token(cx: &mut CheckContext) -> CheckResult {
    let transport = cx.connection_transport();
    let Some(token) = cx.gate().target().token(transport).cloned() else {
        return untestable("no token is set for this transport", "该传输方式没有设置令牌");
    };
    let attempts = attempts(cx).await?;
    let (name, value) = proof_header(&cx.contract().file().auth, &token);
    all_have(cx, &attempts, &name, &value)
}

async fn no_token(cx: &mut CheckContext) -> CheckResult {
    if cx.gate().target().token(cx.connection_transport()).is_some() {
        return untestable("a token is set for this transport", "该传输方式设置了令牌");
    }
    let header = cx.contract().file().auth.header.clone();
    for attempt in attempts(cx).await? {
        if let Some(reported) = attempt.header(&header) {
            let found = Value::from(reported).to_string();
            return Violation::new(Text::both("the handshake names a token", "握手带有令牌"))
                .at(vec![Difference { pointer: header, expected: "nothing".to_owned(), found }])
                .with_evidence(&shows(cx, &attempt).into())
                .into_failure();
        }
    }
    Ok(())
}
