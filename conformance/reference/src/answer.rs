//! Answers: how the end of a call looks from outside, as the dialect states.

use botspec_schema::model::{DialectFile, FailureKind, Outcome, Transport};
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
pub(crate) enum HandlerOutcome {
    /// With a result.
    Done(Value),
    /// With a result that is written already.
    Written(String),
    /// With success, and without data.
    Quiet,
    /// With a result in parts.
    Streamed(Vec<Value>),
    /// It was taken on; nothing will be reported.
    Deferred,
    /// Without success.
    Failed(Failure),
}

/// How a call ended, without what it reported.
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

impl Answer {
    /// Every envelope of the answer.
    pub(crate) fn envelopes_mut(&mut self) -> &mut [Map<String, Value>] {
        match &mut self.body {
            Body::Envelope(envelope) | Body::Written(envelope, _) => std::slice::from_mut(envelope),
            Body::Parts(parts) => parts,
            Body::Text(_) => &mut [],
        }
    }
}

/// What an answer holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// The envelope of the dialect.
    Envelope(Map<String, Value>),
    /// The envelope of the dialect around data that is written already.
    Written(Map<String, Value>, String),
    /// An envelope for each part.
    Parts(Vec<Map<String, Value>>),
    /// A text for people.
    Text(String),
}

impl Body {
    /// Each part of it as a text by itself; `spelled` writes an envelope where that is not as always.
    pub(crate) fn texts(self, spelled: impl Fn(&Map<String, Value>) -> Option<String>) -> Vec<String> {
        let whole = |envelope: &Map<String, Value>| spelled(envelope).unwrap_or_else(|| text(envelope, None));
        match self {
            Self::Envelope(envelope) => vec![whole(&envelope)],
            Self::Written(envelope, data) => vec![text(&envelope, Some(&data))],
            Self::Parts(parts) => parts.iter().map(whole).collect(),
            Self::Text(text) => vec![text],
        }
    }
}

/// An envelope as it is sent; `data` stands in the place of its data, where that is written already.
fn text(envelope: &Map<String, Value>, data: Option<&str>) -> String {
    // Enough for what stands around the data of most answers.
    const AROUND: usize = 160;
    let mut text = Vec::with_capacity(AROUND + data.map_or(AROUND, str::len));
    for (number, (key, value)) in envelope.iter().enumerate() {
        text.push(if number == 0 { b'{' } else { b',' });
        // Nothing that is written into memory fails.
        let _ = serde_json::to_writer(&mut text, key);
        text.push(b':');
        match data.filter(|_| key == DATA) {
            Some(data) => text.extend_from_slice(data.as_bytes()),
            None => drop(serde_json::to_writer(&mut text, value)),
        }
    }
    text.extend_from_slice(if envelope.is_empty() { b"{}" } else { b"}" });
    String::from_utf8(text).unwrap_or_default()
}

/// The answer that the dialect gives to this end of a call on this transport.
pub(crate) fn answer(dialect: &DialectFile, wire: Transport, ending: HandlerOutcome) -> Answer {
    let outcomes = &dialect.envelope.outcomes;
    let body = |outcome: &Outcome, data: Value| Body::Envelope(whole(dialect, outcome, data));
    let quiet = || {
        let mut envelope = whole(dialect, &outcomes.ok, Value::Null);
        envelope.shift_remove(DATA);
        Body::Envelope(envelope)
    };
    match ending {
        HandlerOutcome::Done(data) => Answer { end: End::Done, status: DONE, body: body(&outcomes.ok, data) },
        HandlerOutcome::Written(data) => {
            let envelope = whole(dialect, &outcomes.ok, Value::Null);
            Answer { end: End::Done, status: DONE, body: Body::Written(envelope, data) }
        }
        HandlerOutcome::Quiet => Answer { end: End::Done, status: DONE, body: quiet() },
        HandlerOutcome::Deferred => {
            let outcome = outcomes.deferred.as_ref().unwrap_or(&outcomes.ok);
            Answer { end: End::Deferred, status: DONE, body: body(outcome, Value::Null) }
        }
        HandlerOutcome::Streamed(parts) => {
            let parts = parts.into_iter().map(|data| part(dialect, whole(dialect, &outcomes.ok, data)));
            Answer { end: End::Done, status: DONE, body: Body::Parts(parts.collect()) }
        }
        HandlerOutcome::Failed(failure) => failed(dialect, wire, failure),
    }
}

const DONE: u16 = 200;

/// The envelope of something that did not fail.
fn whole(dialect: &DialectFile, outcome: &Outcome, data: Value) -> Map<String, Value> {
    let retcode = outcome.retcode.unwrap_or_default();
    envelope(dialect, outcome, retcode, data, "")
}

/// The same envelope as one of several.
fn part(dialect: &DialectFile, mut envelope: Map<String, Value>) -> Map<String, Value> {
    if let Some(mark) = &dialect.envelope.stream {
        envelope.insert(mark.key.clone(), mark.part.as_str().into());
    }
    envelope
}

fn failed(dialect: &DialectFile, wire: Transport, failure: Failure) -> Answer {
    let look = dialect.failures.get(&failure.kind);
    let http = look.and_then(|look| look.http.as_ref()).filter(|_| wire == Transport::Http);
    let ws = look.and_then(|look| look.ws.as_ref()).filter(|_| wire == Transport::Ws);
    let status = http.map_or(DONE, |http| http.status);
    if http.is_some_and(|http| !http.envelope) {
        return Answer { end: End::Failed, status, body: Body::Text(failure.text) };
    }
    let named = http.and_then(|http| http.retcode).or_else(|| ws.and_then(|ws| ws.retcode));
    let outcome = &dialect.envelope.outcomes.failed;
    let retcode = named.or(outcome.retcode).unwrap_or_else(|| free_retcode(dialect, failure.kind));
    let envelope = envelope(dialect, outcome, retcode, Value::Null, &failure.text);
    Answer { end: End::Failed, status, body: Body::Envelope(envelope) }
}

/// An envelope with every key that the dialect puts around an answer, the echo aside. A key that some outcomes ask for by
/// name stands in those only.
fn envelope(dialect: &DialectFile, outcome: &Outcome, retcode: i64, data: Value, text: &str) -> Map<String, Value> {
    let outcomes = &dialect.envelope.outcomes;
    let names = |outcome: &Outcome, key: &str| outcome.required.iter().any(|known| known == key);
    let all = [Some(&outcomes.ok), outcomes.deferred.as_ref(), Some(&outcomes.failed)];
    let belongs = |key: &str| names(outcome, key) || !all.iter().flatten().any(|other| names(other, key));
    let fixed = [(STATUS, outcome.status.as_str().into()), (RETCODE, retcode.into()), (DATA, data)];
    let texts = dialect.envelope.texts.iter().map(|key| (key.as_str(), text.into()));
    let mark = dialect.envelope.stream.iter().map(|mark| (mark.key.as_str(), mark.whole.as_str().into()));
    let entries = fixed.into_iter().chain(texts).chain(mark).filter(|(key, _)| belongs(key));
    entries.map(|(key, value)| (key.to_owned(), value)).collect()
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

    pub(crate) fn empty(envelope: &mut Map<String, Value>, key: &str) {
        if let Some(text) = envelope.get_mut(key) {
            *text = "".into();
        }
    }

    /// Drops data that reports nothing: null, or an empty object where there must be one.
    pub(crate) fn drop_empty_data(envelope: &mut Map<String, Value>, required: &[String]) {
        let an_object = required.iter().any(|key| key == DATA);
        let empty = |data: &Value| data.is_null() || an_object && data.as_object().is_some_and(Map::is_empty);
        if envelope.get(DATA).is_some_and(empty) {
            envelope.shift_remove(DATA);
        }
    }
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;
    use serde_json::json;

    use super::*;

    fn rendered(dialect: &str, ending: HandlerOutcome) -> Vec<Value> {
        let dialect = Catalog::builtin().dialect(dialect).expect("the dialect");
        let texts = answer(&dialect.file, Transport::Ws, ending).body.texts(|_| None);
        texts.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect()
    }

    #[test]
    fn an_envelope_has_the_keys_of_its_dialect() {
        let failure = || HandlerOutcome::Failed(Failure::action("no"));
        let plain = json!({ "status": "ok", "retcode": 0, "data": null });
        assert_eq!(rendered("onebot11", HandlerOutcome::Done(Value::Null)), [plain]);
        let around = |status: &str, retcode: i64, text: &str| json!({ "status": status, "retcode": retcode, "message": text, "wording": text, "stream": "normal-action" });
        assert_eq!(rendered("napcat", HandlerOutcome::Quiet), [around("ok", 0, "")]);
        let with_null = |mut envelope: Value| {
            envelope["data"] = Value::Null;
            envelope
        };
        assert_eq!(rendered("napcat", HandlerOutcome::Done(Value::Null)), [with_null(around("ok", 0, ""))]);
        let failed = with_null(around("failed", 1200, "no"));
        assert_eq!(rendered("napcat", failure()), [failed]);
    }

    #[test]
    fn a_key_of_one_outcome_stands_in_no_other() {
        let done = json!({ "status": "ok", "retcode": 0, "data": {} });
        assert_eq!(rendered("milky", HandlerOutcome::Done(json!({}))), [done]);
        let [failed] = &rendered("milky", HandlerOutcome::Failed(Failure::action("no")))[..] else {
            panic!("one answer")
        };
        assert_eq!((&failed["status"], &failed["message"]), (&json!("failed"), &json!("no")));
        assert_eq!(failed.get("data"), None);
    }

    #[test]
    fn an_answer_in_parts_is_marked_as_such() {
        let parts = rendered("napcat", HandlerOutcome::Streamed(vec![json!(1), json!(2)]));
        let seen: Vec<(&Value, &Value)> = parts.iter().map(|part| (&part["data"], &part["stream"])).collect();
        let mark = json!("stream-action");
        assert_eq!(seen, [(&json!(1), &mark), (&json!(2), &mark)]);
    }
}
