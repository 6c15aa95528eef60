//! The calls that requirement checks are made of: one that succeeds, one that fails, one of what does not exist.

use std::sync::Arc;

use botspec_schema::model::{FailureKind, Fixture, HttpFailure, HttpTransport, WsFailure};
use serde_json::{Map, Value};

use super::mismatch;
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::messages::Conversation;
use crate::contract::UserInfoRole;
use crate::exchange::Exchange;
use crate::fixtures::name;
pub(super) use crate::gate::unknown_action;
use crate::gate::{Credentials, RawHttp, encode};
use crate::not_passed::{CheckResult, Violation, untestable};

/// The plainest action: it needs nothing and changes nothing.
pub(super) fn plainest(cx: &CheckContext) -> CheckResult<String> {
    match &cx.contract().roles().myself {
        Some(role) => Ok(role.action.clone()),
        None => untestable("the dialect has no action that needs nothing", "该方言没有无需参数的动作"),
    }
}

/// The account of the target.
pub(super) async fn account(cx: &mut CheckContext) -> CheckResult<Value> {
    let Some(role) = cx.contract().roles().myself.clone() else {
        return untestable("the dialect has no action that names the account", "该方言不提供当前账号信息");
    };
    match cx.need(&role.action, &nothing()).await?.pointer(&role.id) {
        Some(account) => Ok(account.clone()),
        None => untestable("the target does not name its account", "目标没有给出当前账号"),
    }
}

/// No parameters.
pub(super) fn nothing() -> Value {
    Value::Object(Map::new())
}

/// A read that reports the account it was asked for, with a real account to ask for.
pub(super) fn user_info(cx: &CheckContext) -> CheckResult<(UserInfoRole, Value)> {
    let Some(role) = cx.contract().roles().user_info.clone() else {
        return untestable("the dialect has no action that asks about an account", "该方言没有查询账号的动作");
    };
    let bindings = cx.run.fixtures.bindings();
    // Who may be asked about is a friend alone in some dialects.
    let needed = cx.contract().resolve(&role.action).map(|call| call.action.fixtures()).unwrap_or_default();
    let mut known = vec![name(Fixture::Friend)];
    if !needed.contains(&Fixture::Friend) {
        known.extend([name(Fixture::Member), "self"]);
    }
    let account = known.into_iter().find_map(|it| bindings.get(it));
    match account {
        Some(account) => Ok((role, account.clone())),
        None => untestable("no account is known to ask about", "没有可查询的账号"),
    }
}

/// A call that is understood and cannot succeed: it asks for a message that nobody sent.
pub(super) fn failing(cx: &CheckContext) -> CheckResult<(String, Value)> {
    match &cx.contract().roles().read_message {
        Some(role) if role.place.is_none() => {
            Ok((role.action.clone(), role.params(&NO_MESSAGE.into(), &Value::Null, false)))
        }
        Some(role) => {
            let conversation = Conversation::any(cx)?;
            Ok((role.action.clone(), role.params(&NO_MESSAGE.into(), &conversation.to, conversation.is_group)))
        }
        None => untestable("the dialect has no action that must fail", "该方言没有必定失败的动作"),
    }
}

/// Message ids are drawn from the whole range; that one of them is 3 happens on no account.
const NO_MESSAGE: i64 = 3;

/// The answer to a call that cannot succeed; one that does all the same shows nothing.
pub(in crate::checks) async fn failed(cx: &mut CheckContext) -> CheckResult<Arc<Exchange>> {
    let (action, params) = failing(cx)?;
    let exchange = cx.call(&action, &params).await?;
    if exchange.json().map(|it| answer::call_outcome(cx.contract(), it)) == Some(CallOutcome::Ok) {
        return Violation::new("the call that should fail succeeded").with_evidence(&exchange).untestable();
    }
    Ok(exchange)
}

/// How the dialect speaks HTTP.
pub(super) fn http(cx: &CheckContext) -> CheckResult<HttpTransport> {
    match &cx.contract().file().transports.http {
        Some(http) => Ok(http.clone()),
        None => untestable("the dialect does not speak HTTP", "该方言不使用 HTTP"),
    }
}

/// A POST of an action with a JSON body, to be changed by who sends it.
pub(super) fn post(cx: &CheckContext, action: &str, body: &Value) -> CheckResult<RawHttp> {
    let spoken = http(cx)?;
    let (Some((method, content_type)), Some(path)) =
        (crate::gate::form_parts(&spoken, crate::gate::Form::Json), spoken.paths.first())
    else {
        return untestable("the dialect takes no JSON body", "该方言不接受 JSON 请求体");
    };
    Ok(RawHttp {
        method: method.to_owned(),
        path: path_of(path, action),
        query: String::new(),
        headers: content_type.map(|it| (CONTENT_TYPE.to_owned(), it.to_owned())).into_iter().collect(),
        body: body.to_string().into_bytes(),
        credentials: Credentials::Valid,
    })
}

/// HTTP's own name of the header.
pub(super) const CONTENT_TYPE: &str = "Content-Type";

/// A path of the dialect for an action.
pub(super) fn path_of(path: &str, action: &str) -> String {
    path.replace("{action}", &encode(action))
}

/// How a failure has to look over HTTP.
pub(super) fn http_failure(cx: &CheckContext, kind: FailureKind) -> CheckResult<HttpFailure> {
    match cx.contract().file().failures.get(&kind).and_then(|failure| failure.http.clone()) {
        Some(failure) => Ok(failure),
        None => untestable("the dialect does not say how this failure looks", "该方言没有规定这种失败的形式"),
    }
}

/// How a failure has to look over a WebSocket.
pub(super) fn ws_failure(cx: &CheckContext, kind: FailureKind) -> CheckResult<WsFailure> {
    match cx.contract().file().failures.get(&kind).and_then(|failure| failure.ws.clone()) {
        Some(failure) if failure.silent => {
            untestable("the dialect does not answer this failure", "该方言不回应这种失败")
        }
        Some(failure) => Ok(failure),
        None => untestable("the dialect does not say how this failure looks", "该方言没有规定这种失败的形式"),
    }
}

/// An exchange has to have a status code.
pub(super) fn has_status(exchange: &Arc<Exchange>, wanted: u16) -> CheckResult {
    if exchange.status == Some(wanted) {
        return Ok(());
    }
    let received = match exchange.status {
        Some(status) => format!("HTTP {status}").into(),
        None => exchange.received.describe(),
    };
    let (en, zh) = (format!("HTTP {wanted}"), format!(" HTTP {wanted}"));
    Violation::new(mismatch((&en, &zh), &received)).with_evidence(exchange).into_failure()
}

/// An exchange has to be the failure that the dialect defines.
pub(super) fn is_http_failure(cx: &CheckContext, exchange: &Arc<Exchange>, kind: FailureKind) -> CheckResult {
    let failure = http_failure(cx, kind)?;
    has_status(exchange, failure.status)?;
    if !failure.envelope {
        return Ok(());
    }
    let envelope = cx.envelope(exchange)?;
    is_failed(cx, exchange, envelope, failure.retcode)
}

/// An envelope has to state that the call failed, with a retcode where one is given.
pub(super) fn is_failed(
    cx: &CheckContext,
    exchange: &Arc<Exchange>,
    envelope: &Value,
    retcode: Option<i64>,
) -> CheckResult {
    match (answer::call_outcome(cx.contract(), envelope), retcode) {
        (CallOutcome::Failed(_), None) => Ok(()),
        (CallOutcome::Failed(reported), Some(wanted)) if reported == wanted => Ok(()),
        (_, wanted) => {
            let code = wanted.map(|wanted| wanted.to_string());
            let en = code.as_ref().map_or("a failure".to_owned(), |code| format!("a failure with retcode {code}"));
            let zh = code.map_or("失败".to_owned(), |code| format!("失败且 retcode 为 {code}"));
            let received = answer::describe(cx.contract(), exchange);
            Violation::new(mismatch((&en, &zh), &received)).with_evidence(exchange).into_failure()
        }
    }
}

/// An answer has to report the account that it was asked for.
pub(super) fn reports_id(
    cx: &CheckContext,
    exchange: &Arc<Exchange>,
    role: &UserInfoRole,
    account: &Value,
) -> CheckResult {
    reports_id_at(cx, exchange, &role.id, account)
}

/// An answer has to report an account at a place.
pub(super) fn reports_id_at(cx: &CheckContext, exchange: &Arc<Exchange>, place: &str, account: &Value) -> CheckResult {
    let data = cx.succeeded(exchange)?;
    let reported = data.pointer(place).unwrap_or(&Value::Null);
    if reported == account || reported.to_string().trim_matches('"') == account.to_string().trim_matches('"') {
        return Ok(());
    }
    Violation::new(mismatch(("what was asked for", "所查询的对象"), &format!("{place}: {reported}").into()))
        .at(vec![botspec_reports::record::Difference {
            pointer: format!("/{}{place}", botspec_schema::DATA),
            expected: account.to_string(),
            found: reported.to_string(),
        }])
        .with_evidence(exchange)
        .into_failure()
}
