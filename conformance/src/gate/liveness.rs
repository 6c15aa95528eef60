//! Whether the target still answers. One unanswered call makes a transport suspect: before the next one the plainest call
//! there is tried again for a while. A target that stays away is asked nothing more.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Effect;
use serde_json::{Map, Value};

use super::{Form, Gate, Refusal};
use crate::exchange::{Exchange, Sent};
use crate::received::Received;
use crate::target::TRANSPORTS;

const ANSWERING: u8 = 0;
const SUSPECT: u8 = 1;
const GONE: u8 = 2;

/// The pause between two attempts to reach a target again.
const PAUSE: Duration = Duration::from_millis(250);

/// How many times a target is taken to have fallen silent and come back; after that it is known.
const MOST_TOLD: usize = 20;

/// A target that has answered nothing at all is given up after so many calls.
const NEVER_AFTER: u32 = 3;

/// A target fell silent.
#[derive(Debug, Clone)]
pub(crate) struct Silence {
    /// The request after which it did.
    pub(crate) after: Exchange,
    /// What was seen in place of an answer.
    pub(crate) seen: Text,
    /// Whether it answered again later.
    pub(crate) recovered: bool,
}

#[derive(Debug, Default)]
pub(super) struct Liveness {
    states: [AtomicU8; TRANSPORTS.len()],
    probing: tokio::sync::Mutex<()>,
    seen: Mutex<Observed>,
}

#[derive(Debug, Default)]
struct Observed {
    /// The last request that was answered.
    answered: Option<Exchange>,
    /// The request after which nothing came any more, and what was seen then.
    suspect: Option<(Exchange, Text)>,
    told: Vec<Silence>,
    count: usize,
    /// Calls without any answer of a target that has answered nothing yet.
    unanswered: u32,
}

impl Liveness {
    fn observed(&self) -> MutexGuard<'_, Observed> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self, transport: Transport) -> &AtomicU8 {
        &self.states[TRANSPORTS.iter().position(|it| *it == transport).unwrap_or_default()]
    }

    /// Nobody is there over a transport, until somebody is seen there.
    pub(super) fn gone(&self, transport: Transport) {
        self.state(transport).store(GONE, Ordering::Release);
    }

    /// Somebody is there.
    pub(super) fn is_there(&self, transport: Transport) {
        self.state(transport).store(ANSWERING, Ordering::Release);
    }

    pub(super) fn is_gone(&self, transport: Transport) -> bool {
        self.state(transport).load(Ordering::Acquire) == GONE
    }
}

/// A request with what came back, without what came back.
fn request_of(exchange: &Exchange) -> Exchange {
    Exchange { headers: Vec::new(), received: Received::Empty, ..exchange.clone() }
}

/// Whether nothing at all came back.
fn is_nothing(exchange: &Exchange) -> bool {
    match &exchange.received {
        Received::TimedOut(_, got) => got.is_empty() && exchange.status.is_none(),
        Received::Closed(_) => exchange.status.is_none(),
        Received::ConnectFailed(_) | Received::TlsFailed(_) => true,
        _ => false,
    }
}

impl Gate {
    /// Looks at what came back of a request that has to be answered.
    pub(super) fn observe(&self, transport: Transport, exchange: &Exchange) {
        let mut observed = self.liveness.observed();
        if !is_nothing(exchange) {
            self.liveness.is_there(transport);
            (observed.suspect, observed.unanswered) = (None, 0);
            // A page or bytes without meaning are no sign of an implementation.
            if exchange.json().is_some_and(|answer| self.contract.is_answer(answer)) {
                observed.answered = Some(request_of(exchange));
            }
            return;
        }
        if observed.answered.is_none() {
            // It cannot fall silent: what its connections show is all that there is to be judged.
            observed.unanswered += u32::from(!matches!(exchange.received, Received::Closed(_)));
            if observed.unanswered >= NEVER_AFTER {
                self.liveness.gone(transport);
            }
            return;
        }
        let state = self.liveness.state(transport);
        let _ = state.compare_exchange(ANSWERING, SUSPECT, Ordering::AcqRel, Ordering::Acquire);
        if observed.suspect.is_none() {
            // A request that found nobody did no harm: the one before it was the last that anybody took.
            let after = if exchange.received.is_unreachable() { observed.answered.clone() } else { None };
            observed.suspect = Some((after.unwrap_or_else(|| request_of(exchange)), exchange.received.describe()));
        }
    }

    /// Whether a transport may be used: one that is suspect is tried first.
    pub(super) async fn answering(&self, transport: Transport) -> Result<(), Refusal> {
        let state = || self.liveness.state(transport).load(Ordering::Acquire);
        if state() == SUSPECT {
            let _turn = self.liveness.probing.lock().await;
            if state() == SUSPECT {
                self.try_again(transport).await;
            }
        }
        if state() == GONE { Err(Refusal::Silent(transport)) } else { Ok(()) }
    }

    async fn try_again(&self, transport: Transport) {
        let Some(plainest) = self.contract.roles().myself.as_ref().map(|role| role.action.clone()) else {
            return self.liveness.is_there(transport);
        };
        let suspect = self.liveness.observed().suspect.clone();
        let until = Instant::now() + self.target.limits.connect_timeout;
        let mut first = true;
        loop {
            let nothing = Value::Object(Map::new());
            let tried = self.exchange_over(transport, &plainest, &nothing, Form::Json).await;
            match tried {
                Ok(exchange) if is_nothing(&exchange) => {}
                _ => {
                    self.liveness.is_there(transport);
                    self.liveness.observed().suspect = None;
                    // Who answers at once was not away.
                    if !first {
                        self.tell_silence(suspect, true);
                    }
                    return;
                }
            }
            if Instant::now() >= until {
                break;
            }
            first = false;
            tokio::time::sleep(PAUSE).await;
        }
        self.liveness.gone(transport);
        self.tell_silence(suspect, false);
        for other in TRANSPORTS.into_iter().filter(|other| *other != transport && self.speaks(*other)) {
            let state = self.liveness.state(other);
            let _ = state.compare_exchange(ANSWERING, SUSPECT, Ordering::AcqRel, Ordering::Acquire);
        }
    }

    /// Keeps that the target fell silent, each time once. A restart that was asked for is none.
    fn tell_silence(&self, suspect: Option<(Exchange, Text)>, recovered: bool) {
        let Some((after, seen)) = suspect else { return };
        let asked_for = self.action_of(&after).and_then(|name| self.names.effect(&name)) == Some(Effect::Lifecycle);
        let mut observed = self.liveness.observed();
        let known = observed.told.iter().any(|told| told.after.sent == after.sent && told.recovered == recovered);
        if !(known || asked_for && recovered) && observed.count < MOST_TOLD {
            observed.count += 1;
            observed.told.push(Silence { after, seen, recovered });
        }
    }

    /// The action that a request names, where it can be reported.
    fn action_of(&self, exchange: &Exchange) -> Option<String> {
        match &exchange.sent {
            Sent::Http(request) => {
                let path = request.url.split(['?', '#']).next()?;
                Some(super::wire::decode(path.trim_end_matches('/').rsplit('/').next()?))
            }
            Sent::Frame { text, .. } | Sent::Waiting { text: Some(text), .. } => {
                let frame: Value = serde_json::from_str(text).ok()?;
                frame.get(&self.contract.call_keys()?.action)?.as_str().map(str::to_owned)
            }
            _ => None,
        }
    }

    /// Whether the target has answered anything as an implementation does.
    pub(super) fn has_answered(&self) -> bool {
        self.liveness.observed().answered.is_some()
    }

    /// How often the target fell silent since this was asked last.
    pub(crate) fn take_silences(&self) -> Vec<Silence> {
        std::mem::take(&mut self.liveness.observed().told)
    }

    /// Whether a target that did answer does so over none of its transports any more.
    pub(crate) fn is_gone(&self) -> bool {
        if !self.has_answered() {
            return false;
        }
        let mut calling = TRANSPORTS.into_iter().filter(|transport| self.speaks(*transport)).peekable();
        calling.peek().is_some() && calling.all(|transport| self.liveness.is_gone(transport))
    }
}
