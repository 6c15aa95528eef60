//! Answers that change places: the echo of one call goes with the answer to another.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

/// How long an answer waits for another to change places with: long enough for two calls on a busy machine.
const WAIT: Duration = Duration::from_millis(200);

/// The echo of an answer that waits on each connection.
#[derive(Default)]
pub(crate) struct HeldEchoes(Mutex<BTreeMap<usize, (Value, oneshot::Sender<Value>)>>);

impl HeldEchoes {
    /// The echo that an answer gets in place of its own: that of the other call which is under way on the connection, where
    /// there is one soon.
    pub(crate) async fn swapped(&self, connection: usize, echo: Value) -> Value {
        let other = self.lock().remove(&connection);
        if let Some((waiting, sender)) = other {
            return match sender.send(echo) {
                Ok(()) => waiting,
                Err(own) => own,
            };
        }
        let (sender, mut receiver) = oneshot::channel();
        self.lock().insert(connection, (echo.clone(), sender));
        let came = tokio::time::timeout(WAIT, &mut receiver).await;
        if let Ok(Ok(other)) = came {
            return other;
        }
        let mut held = self.lock();
        if held.get(&connection).is_some_and(|(waiting, _)| *waiting == echo) {
            held.remove(&connection);
        }
        // It may have been taken at the last moment.
        receiver.try_recv().unwrap_or(echo)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, (Value, oneshot::Sender<Value>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
