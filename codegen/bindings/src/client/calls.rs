//! Calls that wait for an answer on a connection that they share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{TransportError, TransportErrorKind};

type Answer = Result<String, TransportError>;

/// Calls by the number that comes back in their answer.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    last: AtomicU64,
    waiting: Mutex<BTreeMap<u64, oneshot::Sender<Answer>>>,
}

impl Calls {
    /// Waits for the answer to a call that is about to be sent; `send` is given its number. Dropping the future gives up.
    pub(crate) async fn wait(
        &self,
        action: &str,
        timeout: Duration,
        send: impl Future<Output = Result<(), TransportError>> + Send,
        number: u64,
    ) -> Answer {
        let (sender, receiver) = oneshot::channel();
        self.waiting().insert(number, sender);
        let _given_up = GiveUp { calls: self, number };
        let answer = async {
            send.await?;
            receiver.await.unwrap_or_else(|_| Err(closed()))
        };
        tokio::time::timeout(timeout, answer).await.unwrap_or_else(|_| {
            let text = format!("no answer to `{action}` within {} ms", timeout.as_millis());
            Err(TransportError::new(TransportErrorKind::TimedOut, text))
        })
    }

    /// A number that no other call has.
    pub(crate) fn number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Gives an answer to its call. One that nobody waits for any more is dropped.
    pub(crate) fn answer(&self, number: u64, text: String) {
        if let Some(sender) = self.waiting().remove(&number) {
            let _ = sender.send(Ok(text));
        }
    }

    /// Fails every call.
    pub(crate) fn fail(&self, error: &TransportError) {
        let waiting = std::mem::take(&mut *self.waiting());
        for sender in waiting.into_values() {
            let _ = sender.send(Err(error.clone()));
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<u64, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The error of a call on a connection that is not there.
pub(crate) fn closed() -> TransportError {
    TransportError::new(TransportErrorKind::Closed, "the connection is closed")
}

/// Takes a call from those that wait, however waiting ends.
struct GiveUp<'a> {
    calls: &'a Calls,
    number: u64,
}

impl Drop for GiveUp<'_> {
    fn drop(&mut self) {
        self.calls.waiting().remove(&self.number);
    }
}
