//! The calls that requirement checks are made of: one that succeeds, one that fails, one of what does not exist.

use std::sync::Arc;

use botspec_schema::model::{FailureKind, Fixture, HttpFailure, HttpTransport, WsFailure};
use serde_json::{Map, Value};

use super::unlike;
use crate::answer::{self, Ended};
use crate::checks::talk::Room;
use crate::contract::Asked;
use crate::exchange::Exchange;
use crate::fixtures::name;
use crate::gate::{Proof, RawHttp, UNKNOWN_PREFIX, encode};
use crate::probe::{Broken, Judged, Probe, untestable};

/// A name that no implementation has.
pub(super) fn unknown_action() -> String {
    format!("{UNKNOWN_PREFIX}no_such_action")
}

/// The plainest action: it needs nothing and changes nothing.
pub(super) fn plainest(probe: &Probe) -> Judged<String> {
    match &probe.contract().roles().myself {
        Some(role) => Ok(role.action.clone()),
        None => untestable("the dialect has no action that needs nothing", "该方言没有无需参数的动作"),
    }
}

/// The account of the target.
pub(super) async fn account(probe: &mut Probe) -> Judged<Value> {
    let Some(role) = probe.contract().roles().myself.clone() else {
        return untestable("the dialect does not tell which account this is", "该方言不提供当前账号信息");
    };
    match probe.need(&role.action, &nothing()).await?.pointer(&role.id) {
        Some(account) => Ok(account.clone()),
        None => untestable("the target does not tell which account this is", "目标没有给出当前账号"),
    }
}

/// An id as a header holds it.
pub(super) fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// No parameters.
pub(super) fn nothing() -> Value {
    Value::Object(Map::new())
}

/// A read that tells the account it was asked for, with a real account to ask for.
pub(super) fn about_user(probe: &Probe) -> Judged<(Asked, Value)> {
    let Some(role) = probe.contract().roles().about_user.clone() else {
        return untestable("the dialect has no action that asks about an account", "该方言没有查询账号的动作");
    };
    let bindings = probe.cx.fixtures.bindings();
    let account = [name(Fixture::Friend), name(Fixture::Member), "self"].iter().find_map(|it| bindings.get(*it));
    match account {
        Some(account) => Ok((role, account.clone())),
        None => untestable("no account is known to ask about", "没有可查询的账号"),
    }
}

/// A call that is understood and cannot succeed: it asks for a message that nobody sent.
pub(super) fn failing(probe: &Probe) -> Judged<(String, Value)> {
    match &probe.contract().roles().read_message {
        Some(role) if role.place.is_none() => {
            Ok((role.action.clone(), role.params(&NO_MESSAGE.into(), &Value::Null, false)))
        }
        Some(role) => {
            let room = Room::any(probe)?;
            Ok((role.action.clone(), role.params(&NO_MESSAGE.into(), &room.to, room.is_group)))
        }
        None => untestable("the dialect has no action that must fail", "该方言没有必定失败的动作"),
    }
}

/// Message ids are drawn from the whole range; that one of them is 3 happens on no account.
const NO_MESSAGE: i64 = 3;

/// The answer to a call that cannot succeed; one that does all the same shows nothing.
pub(super) async fn failed(probe: &mut Probe) -> Judged<Arc<Exchange>> {
    let (action, params) = failing(probe)?;
    let exchange = probe.call(&action, &params).await?;
    if exchange.json().map(|it| answer::ended(probe.contract(), it)) == Some(Ended::Ok) {
        return Broken::new("the call that should fail succeeded").shown_by(&exchange).untestable();
    }
    Ok(exchange)
}

/// How the dialect speaks HTTP.
pub(super) fn http(probe: &Probe) -> Judged<HttpTransport> {
    match &probe.contract().file().transports.http {
        Some(http) => Ok(http.clone()),
        None => untestable("the dialect does not speak HTTP", "该方言不使用 HTTP"),
    }
}

/// A POST of an action with a JSON body, to be changed by who sends it.
pub(super) fn post(probe: &Probe, action: &str, body: &Value) -> Judged<RawHttp> {
    let spoken = http(probe)?;
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
        proof: Proof::Right,
    })
}

/// HTTP's own name of the header.
pub(super) const CONTENT_TYPE: &str = "Content-Type";

/// A path of the dialect for an action.
pub(super) fn path_of(path: &str, action: &str) -> String {
    path.replace("{action}", &encode(action))
}

/// How a failure has to look over HTTP.
pub(super) fn http_failure(probe: &Probe, kind: FailureKind) -> Judged<HttpFailure> {
    match probe.contract().file().failures.get(&kind).and_then(|failure| failure.http.clone()) {
        Some(failure) => Ok(failure),
        None => untestable("the dialect does not say how this failure looks", "该方言没有规定这种失败的形式"),
    }
}

/// How a failure has to look over a WebSocket.
pub(super) fn ws_failure(probe: &Probe, kind: FailureKind) -> Judged<WsFailure> {
    match probe.contract().file().failures.get(&kind).and_then(|failure| failure.ws.clone()) {
        Some(failure) if failure.silent => untestable("the dialect does not tell this failure", "该方言不回应这种失败"),
        Some(failure) => Ok(failure),
        None => untestable("the dialect does not say how this failure looks", "该方言没有规定这种失败的形式"),
    }
}

/// An exchange has to have a status code.
pub(super) fn has_status(exchange: &Arc<Exchange>, wanted: u16) -> Judged {
    if exchange.status == Some(wanted) {
        return Ok(());
    }
    let seen = match exchange.status {
        Some(status) => format!("HTTP {status}").into(),
        None => exchange.seen.describe(),
    };
    let (en, zh) = (format!("HTTP {wanted}"), format!(" HTTP {wanted}"));
    Broken::new(unlike((&en, &zh), &seen)).shown_by(exchange).stop()
}

/// An exchange has to be the failure that the dialect defines.
pub(super) fn is_http_failure(probe: &Probe, exchange: &Arc<Exchange>, kind: FailureKind) -> Judged {
    let failure = http_failure(probe, kind)?;
    has_status(exchange, failure.status)?;
    if !failure.envelope {
        return Ok(());
    }
    let envelope = probe.envelope(exchange)?;
    is_failed(probe, exchange, envelope, failure.retcode)
}

/// An envelope has to say that the call failed, with a retcode where one is given.
pub(super) fn is_failed(probe: &Probe, exchange: &Arc<Exchange>, envelope: &Value, retcode: Option<i64>) -> Judged {
    match (answer::ended(probe.contract(), envelope), retcode) {
        (Ended::Failed(_), None) => Ok(()),
        (Ended::Failed(told), Some(wanted)) if told == wanted => Ok(()),
        (_, wanted) => {
            let code = wanted.map(|wanted| wanted.to_string());
            let en = code.as_ref().map_or("a failure".to_owned(), |code| format!("a failure with retcode {code}"));
            let zh = code.map_or("失败".to_owned(), |code| format!("失败且 retcode 为 {code}"));
            let seen = answer::describe(probe.contract(), exchange);
            Broken::new(unlike((&en, &zh), &seen)).shown_by(exchange).stop()
        }
    }
}

/// An answer has to tell the account that it was asked for.
pub(super) fn tells(probe: &Probe, exchange: &Arc<Exchange>, role: &Asked, account: &Value) -> Judged {
    tells_at(probe, exchange, &role.id, account)
}

/// An answer has to tell an account at a place.
pub(super) fn tells_at(probe: &Probe, exchange: &Arc<Exchange>, place: &str, account: &Value) -> Judged {
    let data = probe.succeeded(exchange)?;
    let told = data.pointer(place).unwrap_or(&Value::Null);
    if told == account || told.to_string().trim_matches('"') == account.to_string().trim_matches('"') {
        return Ok(());
    }
    Broken::new(unlike(("what was asked for", "所查询的对象"), &format!("{place}: {told}").into()))
        .at(vec![botspec_reports::record::Difference {
            pointer: format!("/{}{place}", botspec_schema::DATA),
            expected: account.to_string(),
            found: told.to_string(),
        }])
        .shown_by(exchange)
        .stop()
}
