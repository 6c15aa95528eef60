//! Reading the envelope of an answer as the dialect defines it.

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::FailureKind;
use botspec_schema::{DATA, Kind, RETCODE, STATUS};
use serde_json::Value;

use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::received;

/// How a call ended, as its envelope reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOutcome {
    /// Done.
    Ok,
    /// Taken on for later.
    Deferred,
    /// Not done, with this retcode.
    Failed(i64),
    /// Status and retcode are none that the dialect defines, or contradict each other.
    Unclear,
}

/// How a call ended.
pub fn call_outcome(contract: &Contract, envelope: &Value) -> CallOutcome {
    let outcomes = &contract.file().envelope.outcomes;
    let (Some(status), Some(retcode)) =
        (envelope.get(STATUS).and_then(Value::as_str), envelope.get(RETCODE).and_then(Value::as_i64))
    else {
        return CallOutcome::Unclear;
    };
    let named = [Some(&outcomes.ok), outcomes.deferred.as_ref(), Some(&outcomes.failed)];
    let taken = |retcode: i64| named.iter().flatten().any(|outcome| outcome.retcode == Some(retcode));
    let is = |outcome: &botspec_schema::model::Outcome| {
        outcome.status == status && outcome.retcode.map_or(!taken(retcode), |wanted| wanted == retcode)
    };
    if is(&outcomes.ok) {
        CallOutcome::Ok
    } else if outcomes.deferred.as_ref().is_some_and(is) {
        CallOutcome::Deferred
    } else if is(&outcomes.failed) {
        CallOutcome::Failed(retcode)
    } else {
        CallOutcome::Unclear
    }
}

/// What is wrong with the envelope of an answer, without regard to what stands in `data`.
pub fn envelope_differences(contract: &Contract, called: &str, envelope: &Value) -> Vec<Difference> {
    split(contract, called, envelope).0
}

/// What is wrong with an answer: with its envelope, and with what stands in `data`.
pub fn split(contract: &Contract, called: &str, envelope: &Value) -> (Vec<Difference>, Vec<Difference>) {
    let known = contract.resolve(called).is_some();
    // An action that does not exist is answered in the same envelope as any other.
    let plainest = contract.roles().myself.as_ref().map(|role| role.action.as_str());
    let name = if known { Some(called) } else { plainest };
    let differences = contract.differences(Kind::Response, name, envelope);
    let has_data = envelope.get(DATA).is_some();
    differences.into_iter().partition(|difference| {
        let mut parts = difference.pointer.split('/').skip(1);
        let in_data = parts.next() == Some(DATA) && (has_data || parts.next().is_some());
        !in_data
    })
}

/// Whether the target answers that it has no such action.
pub(crate) fn is_unknown(contract: &Contract, exchange: &Exchange) -> bool {
    let Some(failure) = contract.file().failures.get(&FailureKind::UnknownAction) else { return false };
    let outcome = exchange.json().map(|envelope| call_outcome(contract, envelope));
    match (exchange.transport, outcome) {
        (Transport::Http, outcome) => {
            let wanted = failure.http.as_ref();
            wanted.is_some_and(|it| Some(it.status) == exchange.status && it.status >= 400)
                && !matches!(outcome, Some(CallOutcome::Ok | CallOutcome::Deferred))
        }
        (_, Some(CallOutcome::Failed(retcode))) => failure.ws.as_ref().is_some_and(|it| it.retcode == Some(retcode)),
        _ => false,
    }
}

/// What an answer holds under `data`, where it has that.
pub fn data(envelope: &Value) -> Option<&Value> {
    envelope.get(DATA)
}

/// The `data` of an answer as it is; words where there is none.
pub(crate) fn describe_data(data: Option<&Value>) -> Text {
    data.map_or_else(|| Text::both("no data at all", "完全没有 data"), |data| data.to_string().into())
}

/// How an answer ended, in a few words.
pub fn describe(contract: &Contract, exchange: &Exchange) -> Text {
    let Some(envelope) = exchange.json() else { return exchange.received.describe() };
    let reported = |key: &str| envelope.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string);
    match call_outcome(contract, envelope) {
        CallOutcome::Ok => Text::both("the call succeeded", "调用成功"),
        CallOutcome::Deferred => Text::both("the call was put off", "调用被推迟执行"),
        CallOutcome::Failed(retcode) => {
            Text::both(format!("the call failed with retcode {retcode}"), format!("调用失败，retcode 为 {retcode}"))
        }
        CallOutcome::Unclear if envelope.is_object() => Text::both(
            format!("an answer with status {} and retcode {}", reported(STATUS), reported(RETCODE)),
            format!("响应的 status 为 {}，retcode 为 {}", reported(STATUS), reported(RETCODE)),
        ),
        CallOutcome::Unclear => Text::both(
            format!("an answer that is {} and no envelope", received::kind(envelope)),
            format!("响应是 {}，不是响应外壳", received::kind(envelope)),
        ),
    }
}
