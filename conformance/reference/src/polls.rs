//! Events that wait until a client asks for them: a queue for each name, from the first time that it is asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use botspec_schema::model::{Transport, WsRole};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::config::Limits;
use crate::connection_settings::ConnectionSettings;
use crate::encoding::Encoding;
use crate::session::{Frames, Session, Sessions};

/// There are no more queues than this; the one that nobody asked for the longest goes first.
const MOST: usize = 64;

/// The queues of an account.
pub(crate) struct Polls {
    queues: Mutex<Queues>,
    sessions: Arc<Sessions>,
    limits: Limits,
}

#[derive(Default)]
struct Queues {
    open: BTreeMap<String, Queue>,
    /// How often a queue was asked for by now.
    asked: u64,
}

struct Queue {
    session: Arc<Session>,
    inbox: Arc<tokio::sync::Mutex<Inbox>>,
    /// The place among all questions of the last one for it.
    asked: u64,
}

/// What waits in a queue.
struct Inbox {
    /// What somebody waited for, and did not take yet.
    first: Option<Utf8Bytes>,
    frames: Frames,
}

impl Polls {
    pub(crate) fn new(sessions: &Arc<Sessions>, limits: Limits) -> Self {
        Self { queues: Mutex::default(), sessions: Arc::clone(sessions), limits }
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events that came into the queue since it was asked for last, the oldest first. Whoever waits for the queue
    /// already gets them, and not whoever comes then.
    pub(crate) fn take(&self, name: &str, encoding: Encoding) -> Vec<Value> {
        let inbox = self.inbox(name, encoding);
        let Ok(mut inbox) = inbox.try_lock() else { return Vec::new() };
        let first = inbox.first.take();
        let rest = std::iter::from_fn(|| inbox.frames.waiting());
        first.into_iter().chain(rest).filter_map(|frame| serde_json::from_str(&frame).ok()).collect()
    }

    /// Waits until something is in the queue, or the time is up.
    pub(crate) async fn wait(&self, name: &str, encoding: Encoding, most: Duration) {
        let inbox = self.inbox(name, encoding);
        let something = async {
            let mut inbox = inbox.lock().await;
            if inbox.first.is_none() {
                inbox.first = inbox.frames.next().await;
            }
        };
        // Nothing came: then the queue is empty.
        let _ = tokio::time::timeout(most, something).await;
    }

    /// The queue of that name, which begins where there is none.
    fn inbox(&self, name: &str, encoding: Encoding) -> Arc<tokio::sync::Mutex<Inbox>> {
        let mut queues = self.lock();
        queues.asked += 1;
        let asked = queues.asked;
        if let Some(queue) = queues.open.get_mut(name) {
            queue.asked = asked;
            return Arc::clone(&queue.inbox);
        }
        if queues.open.len() >= MOST {
            let idle = queues.open.iter().min_by_key(|(_, queue)| queue.asked).map(|(name, _)| name.clone());
            if let Some(queue) = idle.and_then(|name| queues.open.remove(&name)) {
                self.sessions.remove(&queue.session);
            }
        }
        let settings = ConnectionSettings {
            wire: Transport::Http,
            token: None,
            encoding,
            beats: false,
            heartbeat: None,
            lifecycle: &[],
            allowed_origins: Vec::new(),
        };
        let (session, frames) = Session::new(&Arc::new(settings), WsRole::Event, &self.limits);
        self.sessions.add(&session);
        let inbox = Arc::new(tokio::sync::Mutex::new(Inbox { first: None, frames }));
        queues.open.insert(name.to_owned(), Queue { session, inbox: Arc::clone(&inbox), asked });
        inbox
    }

    /// Nobody asks any more.
    pub(crate) fn close(&self) {
        for queue in std::mem::take(&mut *self.lock()).open.into_values() {
            self.sessions.remove(&queue.session);
        }
    }
}
