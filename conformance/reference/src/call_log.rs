//! The calls that clients made, with their answers, for whoever tests a client.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use botspec_schema::DATA;
use botspec_schema::model::Transport;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::answer::{Answer, Body};
use crate::world::UserId;

/// Of the calls no more are kept, and no more bytes of all together; the oldest goes first.
const MOST: usize = 10_000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The calls to every account of a world, from the first time that somebody wants to know of them.
pub(crate) struct CallLog {
    kept: AtomicBool,
    calls: Mutex<Calls>,
    newest: watch::Sender<u64>,
}

#[derive(Default)]
struct Calls {
    list: VecDeque<(Call, usize)>,
    bytes: usize,
    last: u64,
}

/// A call and its answer.
#[derive(Clone)]
struct Call {
    number: u64,
    account: UserId,
    action: String,
    entry: Value,
}

/// Who called what, over what.
pub(crate) struct Caller<'c> {
    pub(crate) account: UserId,
    pub(crate) dialect: &'c str,
    pub(crate) transport: Transport,
    pub(crate) time: i64,
}

/// Which calls are asked for.
#[derive(Debug, Default, Clone)]
pub(crate) struct CallFilter {
    /// Only those behind this number.
    pub(crate) since: u64,
    pub(crate) account: Option<UserId>,
    pub(crate) action: Option<String>,
}

impl CallFilter {
    fn takes(&self, call: &Call) -> bool {
        call.number > self.since
            && self.account.is_none_or(|account| account == call.account)
            && self.action.as_ref().is_none_or(|action| *action == call.action)
    }
}

impl Default for CallLog {
    fn default() -> Self {
        Self { kept: AtomicBool::new(false), calls: Mutex::default(), newest: watch::Sender::new(0) }
    }
}

impl CallLog {
    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps calls from now on.
    pub(crate) fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }

    /// Whether calls are kept.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Relaxed)
    }

    /// A call was answered, or will never be.
    pub(crate) fn add(&self, caller: &Caller<'_>, action: &str, params: &Value, answer: Option<&Answer>) {
        let mut calls = self.lock();
        calls.last += 1;
        let number = calls.last;
        let entry = json!({
            "number": number,
            "time": caller.time,
            "account": caller.account,
            "dialect": caller.dialect,
            "transport": caller.transport,
            "action": action,
            "params": params,
            "answer": answer.map(|answer| in_json(&answer.body)),
        });
        let size = entry.to_string().len();
        let call = Call { number, account: caller.account, action: action.to_owned(), entry };
        calls.list.push_back((call, size));
        calls.bytes += size;
        while calls.list.len() > MOST || (calls.bytes > MOST_BYTES && calls.list.len() > 1) {
            let Some((_, size)) = calls.list.pop_front() else { break };
            calls.bytes -= size;
        }
        drop(calls);
        self.newest.send_replace(number);
    }

    /// The calls that are asked for, the oldest first, and the number of the last call there was.
    pub(crate) fn find(&self, filter: &CallFilter) -> (Vec<Value>, u64) {
        let calls = self.lock();
        let found = calls.list.iter().map(|(call, _)| call).filter(|call| filter.takes(call));
        (found.map(|call| call.entry.clone()).collect(), calls.last)
    }

    /// The same, as soon as there is one, or when the time is up.
    pub(crate) async fn wait(&self, filter: &CallFilter, patience: Duration) -> (Vec<Value>, u64) {
        let mut newest = self.newest.subscribe();
        let some = async {
            loop {
                newest.borrow_and_update();
                let found = self.find(filter);
                if !found.0.is_empty() || newest.changed().await.is_err() {
                    return found;
                }
            }
        };
        tokio::time::timeout(patience, some).await.unwrap_or_else(|_| self.find(filter))
    }
}

fn in_json(body: &Body) -> Value {
    match body {
        Body::Envelope(envelope) => Value::Object(envelope.clone()),
        Body::Written(envelope, data) => {
            let mut envelope = envelope.clone();
            envelope.insert(DATA.to_owned(), serde_json::from_str(data).unwrap_or_default());
            Value::Object(envelope)
        }
        Body::Parts(parts) => parts.iter().cloned().map(Value::Object).collect(),
        Body::Text(text) => text.as_str().into(),
    }
}
