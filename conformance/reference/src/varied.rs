//! The variations that a server has, and where they act.

mod postponed;
mod shape;
mod spelling;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use botspec_schema::Dialect;
use botspec_schema::model::{DialectFile, FailureKind, Transport};
use serde_json::{Map, Value};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::answer::{Answer, End, parts};
use crate::session::Session;
use crate::variations::Variation;
use postponed::Postponed;
use shape::{Change, EXTRA, Shape, find_id};
use spelling::{Space, Spelling};

/// How late events are, one after the other: most come soon.
const LATE_MS: [u64; 12] = [0, 30, 0, 120, 10, 0, 400, 0, 60, 0, 2_000, 20];
/// How long answers take where they are slow.
const SLOW_MS: [u64; 5] = [200, 350, 260, 500, 300];
/// How long answers take where they come in another order.
const UNORDERED_MS: [u64; 7] = [40, 0, 25, 5, 35, 0, 15];
/// How much later than an answer its event comes.
const BEHIND: Duration = Duration::from_millis(30);
/// How far events of conversations are apart that come in another order.
const APART_MS: u64 = 45;
/// What failures say, in the place of what the stand-in says.
const WORDS: [&str; 3] = ["操作失败", "The request could not be completed.", "错误：请稍后再试"];
/// The first of the large retcodes.
const LARGE: i64 = 2_000_000_000;

/// The variations that are on.
#[derive(Default)]
pub(crate) struct Varied {
    on: BTreeSet<Variation>,
    shape: Shape,
    spelling: Spelling,
    postponed: Postponed,
    lists: AtomicUsize,
    events: AtomicUsize,
    answers: AtomicUsize,
}

impl Varied {
    pub(crate) fn new(on: &[Variation]) -> Self {
        let on: BTreeSet<Variation> = on.iter().copied().collect();
        let has = |variation: Variation| on.contains(&variation);
        let changes = [
            (Variation::ExtraKeys, Change::Extra),
            (Variation::OptionalAbsent, Change::Absent),
            (Variation::OptionalNull, Change::Null),
            (Variation::OptionalEmpty, Change::Empty),
            (Variation::OtherTypes, Change::OtherTypes),
        ];
        let shape = Shape::new(changes.into_iter().filter(|(it, _)| has(*it)).map(|(_, change)| change));
        let spelling = Spelling {
            reversed: has(Variation::KeyOrder),
            space: has(Variation::WhiteSpace).then_some(Space::Lines),
            escaped: has(Variation::Escapes),
        };
        Self { on, shape, spelling, ..Self::default() }
    }

    /// Whether one is on.
    pub(crate) fn on(&self, variation: Variation) -> bool {
        self.on.contains(&variation)
    }

    /// Whether none is on.
    pub(crate) fn is_empty(&self) -> bool {
        self.on.is_empty()
    }

    /// An answer as it is written; nothing where it is written as always.
    pub(crate) fn spelled_answer(&self, entries: &Map<String, Value>) -> Option<String> {
        (self.spelling != Spelling::default()).then(|| self.spelling.object(entries))
    }

    /// An event as it is written, in one line, as a stream of events needs it; nothing where it is written as always.
    pub(crate) fn spelled_event(&self, event: &Value) -> Option<String> {
        let spelling = Spelling { space: self.spelling.space.map(|_| Space::InLine), ..self.spelling };
        let entries = event.as_object().filter(|_| self.spelling != Spelling::default())?;
        Some(spelling.object(entries))
    }

    /// The result of an action as it is reported.
    pub(crate) fn result(&self, dialect: &Dialect, action: &str, data: &mut Value) {
        let turned = self.on(Variation::ListOrder) && self.lists.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        let shape = if turned { self.shape.with(Change::Turned) } else { self.shape.clone() };
        if let Some(action) = dialect.actions.get(action).filter(|_| !shape.is_plain()) {
            shape.apply(dialect, &action.result, data);
        }
    }

    /// An event as it is reported.
    pub(crate) fn event(&self, dialect: &Dialect, name: &str, event: &mut Value) {
        if let Some(contract) = dialect.events.get(name).filter(|_| !self.shape.is_plain()) {
            self.shape.apply(dialect, &contract.data, event);
        }
    }

    /// What stands around a result, as it is reported.
    pub(crate) fn answer(
        &self,
        contract: &DialectFile,
        wire: Transport,
        failed: Option<FailureKind>,
        answer: &mut Answer,
    ) {
        let is_open = |kind: FailureKind| {
            let look = contract.failures.get(&kind);
            let http = look.and_then(|look| look.http.as_ref()?.retcode).filter(|_| wire == Transport::Http);
            let ws = look.and_then(|look| look.ws.as_ref()?.retcode).filter(|_| wire == Transport::Ws);
            http.or(ws).or(contract.envelope.outcomes.failed.retcode).is_none()
        };
        let retcode = failed.filter(|kind| is_open(*kind)).and_then(|kind| self.retcode(kind));
        let words = failed.and_then(|kind| self.words(kind)).filter(|_| answer.end == End::Failed);
        for envelope in answer.envelopes_mut() {
            if let Some(retcode) = retcode {
                parts::set_retcode(envelope, retcode.into());
            }
            for key in &contract.envelope.texts {
                if let (Some(words), Some(text)) = (words, envelope.get_mut(key)) {
                    *text = words.into();
                }
            }
            if self.shape.has(Change::Extra) {
                envelope.insert(EXTRA.to_owned(), 1.into());
            }
        }
    }

    fn words(&self, kind: FailureKind) -> Option<&'static str> {
        match () {
            () if self.on(Variation::Wording) => Some(WORDS[kind as usize % WORDS.len()]),
            () if self.on(Variation::WordingSame) => Some(WORDS[0]),
            () => None,
        }
    }

    fn retcode(&self, kind: FailureKind) -> Option<i64> {
        match () {
            () if self.on(Variation::RetcodeNegative) => Some(-1),
            () if self.on(Variation::RetcodeLarge) => Some(LARGE + kind as i64),
            () => None,
        }
    }

    /// How long an answer takes besides.
    pub(crate) fn answer_delay(&self) -> Option<Duration> {
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let of = |delays: &[u64]| Some(Duration::from_millis(delays[number % delays.len()]));
        match () {
            () if self.on(Variation::SlowAnswers) => of(&SLOW_MS),
            () if self.on(Variation::AnswersUnordered) => of(&UNORDERED_MS),
            () => None,
        }
    }

    /// How late an event is; nothing where it is sent when it happens. All of one event are equally late.
    pub(crate) fn event_delay(&self, conversation: Option<i64>) -> Option<Duration> {
        let number = self.events.fetch_add(1, Ordering::Relaxed);
        match () {
            () if self.on(Variation::LateEvents) => Some(Duration::from_millis(LATE_MS[number % LATE_MS.len()])),
            () if self.on(Variation::EventsReordered) => {
                Some(Duration::from_millis(conversation.map_or(0, |it| it.unsigned_abs() % 3 * APART_MS)))
            }
            () if self.on(Variation::EventsBehindAnswers) => Some(BEHIND),
            () => None,
        }
    }

    /// Sends a session an event late, behind those before it: of the same conversation, where others may come first.
    pub(crate) fn push_late(
        &self,
        conversation: Option<i64>,
        session: &Arc<Session>,
        frame: Utf8Bytes,
        delay: Duration,
    ) {
        let conversation = conversation.filter(|_| self.on(Variation::EventsReordered));
        self.postponed.push(&conversation.map(|it| it.to_string()).unwrap_or_default(), session, frame, delay);
    }

    /// The conversation that an event is about: its group, or else the person who is not the account itself.
    pub(crate) fn conversation(&self, dialect: &Dialect, account: i64, event: &Value) -> Option<i64> {
        if !self.on(Variation::EventsReordered) {
            return None;
        }
        let contract = dialect.recognise_event(event)?;
        let first = |kind: &str| find_id(dialect, &contract.data, event, kind, account);
        ["group", "peer", "user"].into_iter().find_map(first)
    }
}
