//! Actions that a target does not have. How it answers to a name that nobody has is found out once for each transport; an
//! answer that looks the same states that an action is not there, and so do words that state it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use botspec_reports::record::{Actions, Transport};
use botspec_schema::{RETCODE, STATUS};
use serde_json::Value;

use super::{Form, Gate, Refusal, unknown_action};
use crate::answer::{self, CallOutcome};
use crate::exchange::Exchange;

/// Message ids are drawn from the whole range; that one of them is 3 happens on no account.
const NO_MESSAGE: i64 = 3;

/// What stands in the place of a name in the words of an answer.
const NAME: &str = "{action}";

/// Words by which implementations state that they do not have an action, in small letters.
const WORDS: &[&str] = &[
    "not implemented",
    "unsupported action",
    "unknown action",
    "no such action",
    "action not found",
    "api not found",
    "不支持的api",
    "不支持的 api",
    "不支持的动作",
    "未实现",
    "api不存在",
    "api 不存在",
];

/// The codes by which HTTP signals that nothing is there, or that it does not do what is asked.
const NO_SUCH_PLACE: [u16; 3] = [404, 405, 501];

/// What is known of actions that are not there.
#[derive(Debug, Default)]
pub(super) struct Absence {
    /// How a name that nobody has is answered over the transports that were asked; nothing where that states nothing.
    answers: Mutex<BTreeMap<Transport, Option<Answer>>>,
    /// The answer that showed it, and whether a check has reported it.
    absent: Mutex<BTreeMap<String, (Arc<Exchange>, bool)>>,
    /// The actions that were called and answered.
    answered: Mutex<BTreeSet<String>>,
}

/// How a call was answered, apart from the name in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    status: Option<u16>,
    outcome: Option<(String, String)>,
    words: Vec<String>,
}

impl Answer {
    /// `echo` is the key of what comes back as it was sent, and differs each time.
    fn of(exchange: &Exchange, echo: Option<&str>, action: &str) -> Option<Self> {
        let envelope = exchange.json().filter(|it| it.is_object());
        // What came to nothing at all proves nothing.
        if envelope.is_none() && exchange.status.is_none() {
            return None;
        }
        let part = |key: &str| envelope.and_then(|it| it.get(key)).map_or_else(String::new, Value::to_string);
        let fields = envelope.and_then(Value::as_object).into_iter().flatten();
        let words = fields.filter(|(key, _)| key.as_str() != STATUS && Some(key.as_str()) != echo);
        Some(Self {
            status: exchange.status,
            outcome: envelope.map(|_| (part(STATUS), part(RETCODE))),
            words: words.filter_map(|(_, value)| Some(value.as_str()?.replace(action, NAME))).collect(),
        })
    }

    /// Whether it is a page that states that nothing is at the address, in place of an answer.
    fn is_page_of_nothing(&self) -> bool {
        self.outcome.is_none() && self.status.is_some_and(|status| NO_SUCH_PLACE.contains(&status))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gate {
    /// Finds out how names that nobody has are answered. What is answered like a call that fails for another reason states
    /// nothing of names.
    pub(crate) async fn learn_absence(&self) {
        let nothing = Value::Object(serde_json::Map::new());
        let unknown = unknown_action();
        let reads = self.contract.roles().read_message.as_ref().filter(|role| role.place.is_none());
        let failing = reads.map(|role| (role.action.clone(), role.params(&NO_MESSAGE.into(), &Value::Null, false)));
        let mut transports: Vec<Transport> =
            crate::target::TRANSPORTS.into_iter().filter(|it| self.speaks(*it)).collect();
        // Whether a connection that the target opened takes calls is not known yet; frames are answered alike on both.
        if transports.contains(&Transport::Ws) {
            transports.retain(|it| *it != Transport::ReverseWs);
        }
        for transport in transports {
            let Ok(exchange) = self.call(transport, &unknown, &nothing, Form::Json).await else { continue };
            let mut answer = self.answer_of(&exchange, &unknown).filter(|_| !self.succeeded(&exchange));
            if let Some((action, params)) = &failing
                && let Ok(exchange) = self.call(transport, action, params, Form::Json).await
                && (answer.is_some() && self.answer_of(&exchange, action) == answer
                    || answer::is_unknown(&self.contract, &exchange))
            {
                answer = None;
            }
            locked(&self.absence.answers).insert(transport, answer);
        }
    }

    fn answer_of(&self, exchange: &Exchange, action: &str) -> Option<Answer> {
        Answer::of(exchange, self.contract.call_keys().map(|keys| keys.echo.as_str()), action)
    }

    fn succeeded(&self, exchange: &Exchange) -> bool {
        let outcome = exchange.json().map(|envelope| answer::call_outcome(&self.contract, envelope));
        matches!(outcome, Some(CallOutcome::Ok | CallOutcome::Deferred))
    }

    /// Whether an action may be there, as far as is known.
    pub(super) fn is_there(&self, called: &str) -> Result<(), Refusal> {
        let absent = self.contract.resolve(called).filter(|call| self.is_absent(&call.action.name));
        absent.map_or(Ok(()), |call| Err(Refusal::Absent(call.action.name.clone())))
    }

    /// Looks at the answer to a call: whether it states that the action is not there.
    pub(super) fn note_absence(&self, action: &str, exchange: &Exchange) {
        let Some(call) = self.contract.resolve(action) else { return };
        let name = call.action.name.clone();
        if self.shows_absence(action, exchange) {
            locked(&self.absence.absent).entry(name).or_insert_with(|| (Arc::new(exchange.clone()), false));
        } else if exchange.json().is_some() {
            locked(&self.absence.answered).insert(name);
        }
    }

    /// Whether it is known how the target answers to a name that nobody has.
    pub(super) fn knows_absence(&self, transport: Transport) -> bool {
        matches!(locked(&self.absence.answers).get(&transport), Some(Some(_)))
    }

    /// Whether an answer states that an action is not there: as one to an unknown name does, or in words.
    pub(super) fn shows_absence(&self, action: &str, exchange: &Exchange) -> bool {
        if self.succeeded(exchange) {
            return false;
        }
        let Some(own) = self.answer_of(exchange, action) else { return false };
        let asked = match exchange.transport {
            Transport::ReverseWs if self.speaks(Transport::Ws) => Transport::Ws,
            other => other,
        };
        let Some(unknown) = locked(&self.absence.answers).get(&asked).cloned() else { return false };
        let says_so = own.words.iter().any(|words| {
            let words = words.to_lowercase();
            WORDS.iter().any(|it| words.contains(it))
        });
        let like_unknown = unknown.is_some_and(|unknown| {
            unknown == own || own.is_page_of_nothing() || answer::is_unknown(&self.contract, exchange)
        });
        like_unknown || says_so
    }

    /// Whether an action of the dialect answered as one that is there; nothing where it was not called.
    pub(super) fn was_present(&self, action: &str) -> Option<bool> {
        if self.is_absent(action) {
            return Some(false);
        }
        locked(&self.absence.answered).contains(action).then_some(true)
    }

    /// Whether an action was seen not to be there.
    pub(crate) fn is_absent(&self, action: &str) -> bool {
        locked(&self.absence.absent).contains_key(action)
    }

    /// The answer that showed that an action is not there, for the first check that asks: it is reported once.
    pub(crate) fn take_evidence_of_absence(&self, action: &str) -> Option<Arc<Exchange>> {
        let mut absent = locked(&self.absence.absent);
        let (exchange, reported) = absent.get_mut(action)?;
        (!std::mem::replace(reported, true)).then(|| Arc::clone(exchange))
    }

    /// Which actions of the dialect the target has, and which it has not.
    pub(crate) fn actions(&self) -> Actions {
        let (absent, answered) = (locked(&self.absence.absent), locked(&self.absence.answered));
        let mut actions = Actions::default();
        for action in self.contract.actions() {
            actions.total += 1;
            if absent.contains_key(&action.name) {
                actions.absent.entry(action.category.clone()).or_default().push(action.name.clone());
            } else if !answered.contains(&action.name) {
                actions.not_asked.push(action.name.clone());
            }
        }
        actions
    }
}
