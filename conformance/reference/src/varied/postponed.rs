//! Events that are sent later than they happen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::session::Session;

/// A frame with whom it goes to and when.
type Waiting = (Instant, Arc<Session>, Utf8Bytes);

/// The events that wait, those of each conversation in the order in which they happened.
#[derive(Default)]
pub(super) struct Postponed {
    conversations: Mutex<BTreeMap<String, UnboundedSender<Waiting>>>,
}

impl Postponed {
    /// Sends a frame after some time, and not before those that wait in the same conversation.
    pub(super) fn push(&self, conversation: &str, session: &Arc<Session>, frame: Utf8Bytes, delay: Duration) {
        let mut conversations = self.conversations.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = conversations.entry(conversation.to_owned()).or_insert_with(|| {
            let (queue, mut waiting) = unbounded_channel::<Waiting>();
            tokio::spawn(async move {
                while let Some((due, session, frame)) = waiting.recv().await {
                    tokio::time::sleep_until(due).await;
                    session.push(frame);
                }
            });
            queue
        });
        // Who is gone waits for nothing.
        let _ = queue.send((Instant::now() + delay, Arc::clone(session), frame));
    }
}
