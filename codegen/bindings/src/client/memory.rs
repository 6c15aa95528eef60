//! An implementation that a test plays itself, without any socket.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection::{Boxed, Connection, Link};
use super::queue::{Frame, Queue};
use super::{Options, TransportError, TransportErrorKind};

/// An implementation in memory: it gives the answers that were set, keeps the calls, and sends the events that it is given.
///
/// ```
/// # #[cfg(feature = "onebot11")] {
/// use botspec_bindings::{Memory, onebot11::Bot};
///
/// let memory = Memory::new();
/// memory.answer("get_status", r#"{"status":"ok","retcode":0,"data":{"online":true,"good":true}}"#);
/// let bot = Bot::new(memory.connection());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Memory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    answers: Mutex<BTreeMap<String, String>>,
    calls: Mutex<Vec<(String, String)>>,
    events: Queue,
}

impl Memory {
    /// One that answers nothing yet.
    pub fn new() -> Self {
        let events = Queue::new(Options::new().capacity);
        Self(Arc::new(Inner { answers: Mutex::default(), calls: Mutex::default(), events }))
    }

    /// Answers an action with this text, each time. What has no answer fails as a call that timed out.
    pub fn answer(&self, action: impl Into<String>, answer: impl Into<String>) {
        locked(&self.0.answers).insert(action.into(), answer.into());
    }

    /// Sends a frame with an event.
    pub fn send(&self, frame: impl Into<String>) {
        self.0.events.push(Ok(frame.into()));
    }

    /// Ends the events.
    pub fn end(&self) {
        self.0.events.end();
    }

    /// The calls so far: the action, and its parameters as JSON.
    pub fn calls(&self) -> Vec<(String, String)> {
        locked(&self.0.calls).clone()
    }

    /// What a bot is made with.
    pub fn connection(&self) -> Connection {
        Connection::new(self.clone())
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Link for Memory {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>> {
        locked(&self.0.calls).push((action.to_owned(), params));
        let answer = locked(&self.0.answers).get(action).cloned();
        let answer = answer.ok_or_else(|| {
            TransportError::new(TransportErrorKind::TimedOut, format!("no answer for `{action}` was given"))
        });
        Box::pin(async move { answer })
    }

    fn next(&self) -> Boxed<'_, Option<Frame>> {
        Box::pin(self.0.events.next())
    }

    fn close(&self) -> Boxed<'_, ()> {
        self.0.events.end();
        Box::pin(async {})
    }

    fn dropped(&self) -> u64 {
        self.0.events.dropped()
    }
}

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
