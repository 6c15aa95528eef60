//! Answers: how the end of a call looks from outside, as the dialect says.

use botspec_schema::model::{DialectFile, FailureKind, Outcome, Wire};
use botspec_schema::{DATA, RETCODE, STATUS};
use serde_json::{Map, Value};

use crate::world::Refusal;

/// Where a dialect leaves a retcode open, the reference counts from here.
pub(crate) const FIRST_FREE_RETCODE: i64 = 100;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) text: String,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// The action was tried and did not succeed.
    pub(crate) fn action(text: impl Into<String>) -> Self {
        Self::new(FailureKind::ActionFailed, text)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::action(refusal.to_string())
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ending {
    /// With a result.
    Done(Value),
    /// It was taken on; nothing will be told.
    Deferred,
    /// Without success.
    Failed(Failure),
}

/// How a call ended, without what it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    Deferred,
    Failed,
}

/// What goes back to the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// How the call ended.
    pub(crate) end: End,
    /// The HTTP status; nothing over a WebSocket.
    pub(crate) status: u16,
    pub(crate) body: Body,
}

/// What an answer holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// The envelope of the dialect.
    Envelope(Map<String, Value>),
    /// A text for people.
    Text(String),
}

/// The answer that the dialect gives to this end of a call on this transport.
pub(crate) fn answer(dialect: &DialectFile, wire: Wire, ending: Ending) -> Answer {
    let outcomes = &dialect.envelope.outcomes;
    match ending {
        Ending::Done(data) => success(End::Done, &outcomes.ok, data),
        Ending::Deferred => success(End::Deferred, outcomes.deferred.as_ref().unwrap_or(&outcomes.ok), Value::Null),
        Ending::Failed(failure) => failed(dialect, wire, failure),
    }
}

const DONE: u16 = 200;

fn success(end: End, outcome: &Outcome, data: Value) -> Answer {
    let retcode = outcome.retcode.unwrap_or_default();
    Answer { end, status: DONE, body: Body::Envelope(envelope(&outcome.status, retcode, data)) }
}

fn failed(dialect: &DialectFile, wire: Wire, failure: Failure) -> Answer {
    let look = dialect.failures.get(&failure.kind);
    let http = look.and_then(|look| look.http.as_ref()).filter(|_| wire == Wire::Http);
    let ws = look.and_then(|look| look.ws.as_ref()).filter(|_| wire == Wire::Ws);
    let status = http.map_or(DONE, |http| http.status);
    if http.is_some_and(|http| !http.envelope) {
        return Answer { end: End::Failed, status, body: Body::Text(failure.text) };
    }
    let named = http.and_then(|http| http.retcode).or_else(|| ws.and_then(|ws| ws.retcode));
    let outcome = &dialect.envelope.outcomes.failed;
    let retcode = named.or(outcome.retcode).unwrap_or_else(|| free_retcode(dialect, failure.kind));
    Answer { end: End::Failed, status, body: Body::Envelope(envelope(&outcome.status, retcode, Value::Null)) }
}

pub(crate) fn envelope(status: &str, retcode: i64, data: Value) -> Map<String, Value> {
    let entries = [(STATUS, status.into()), (RETCODE, retcode.into()), (DATA, data)];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A retcode of our own: one for each kind of failure, none that the dialect gives a meaning.
fn free_retcode(dialect: &DialectFile, kind: FailureKind) -> i64 {
    let outcomes = &dialect.envelope.outcomes;
    let taken: Vec<i64> = [Some(&outcomes.ok), outcomes.deferred.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|outcome| outcome.retcode)
        .chain(dialect.failures.values().filter_map(|look| look.http.as_ref()?.retcode))
        .chain(dialect.failures.values().filter_map(|look| look.ws.as_ref()?.retcode))
        .collect();
    let place = dialect.failures.keys().position(|other| *other == kind).unwrap_or_default();
    (FIRST_FREE_RETCODE..).filter(|code| !taken.contains(code)).nth(place).unwrap_or(FIRST_FREE_RETCODE)
}

/// Changes the parts of an envelope; for faults.
pub(crate) mod parts {
    use super::{DATA, Map, RETCODE, STATUS, Value};

    pub(crate) fn set_status(envelope: &mut Map<String, Value>, status: &str) {
        envelope.insert(STATUS.to_owned(), status.into());
    }

    pub(crate) fn set_retcode(envelope: &mut Map<String, Value>, retcode: Value) {
        envelope.insert(RETCODE.to_owned(), retcode);
    }

    pub(crate) fn set_data(envelope: &mut Map<String, Value>, data: Value) {
        envelope.insert(DATA.to_owned(), data);
    }

    pub(crate) fn retcode_as_string(envelope: &mut Map<String, Value>) {
        if let Some(retcode) = envelope.get_mut(RETCODE) {
            *retcode = retcode.to_string().into();
        }
    }

    pub(crate) fn drop_status(envelope: &mut Map<String, Value>) {
        envelope.shift_remove(STATUS);
    }

    pub(crate) fn drop_retcode(envelope: &mut Map<String, Value>) {
        envelope.shift_remove(RETCODE);
    }

    pub(crate) fn drop_null_data(envelope: &mut Map<String, Value>) {
        if envelope.get(DATA).is_some_and(Value::is_null) {
            envelope.shift_remove(DATA);
        }
    }
}
