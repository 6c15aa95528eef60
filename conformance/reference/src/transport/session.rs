//! Who is connected over a WebSocket, and the frames that wait for each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use botspec_schema::model::WsRole;
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The open connections of a listener.
#[derive(Default)]
pub(crate) struct Sessions {
    open: Mutex<Vec<Arc<Session>>>,
    gone: Notify,
}

/// One open connection, as the rest of the server sees it.
pub(crate) struct Session {
    pub(crate) role: WsRole,
    outbox: mpsc::Sender<Utf8Bytes>,
    overflow: Notify,
}

impl Session {
    pub(crate) fn new(role: WsRole, backlog: usize) -> (Arc<Self>, mpsc::Receiver<Utf8Bytes>) {
        let (outbox, frames) = mpsc::channel(backlog);
        (Arc::new(Self { role, outbox, overflow: Notify::new() }), frames)
    }

    /// Sends a frame; a client that let too many wait is given up.
    pub(crate) fn push(&self, frame: Utf8Bytes) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.outbox.try_send(frame) {
            self.overflow.notify_one();
        }
    }

    /// Sends a frame as soon as there is room.
    pub(crate) async fn send(&self, frame: Utf8Bytes) {
        // The connection may be gone; then nobody waits for the frame.
        let _ = self.outbox.send(frame).await;
    }

    /// Waits until the client let too many frames wait.
    pub(crate) async fn overflowed(&self) {
        self.overflow.notified().await;
    }
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Session>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, session: &Arc<Session>) {
        self.lock().push(Arc::clone(session));
    }

    pub(crate) fn remove(&self, session: &Arc<Session>) {
        self.lock().retain(|other| !Arc::ptr_eq(other, session));
        self.gone.notify_waiters();
    }

    /// Sends a frame to the connections that the test lets through, in the order in which they came; at most so many.
    pub(crate) fn push(&self, frame: &Utf8Bytes, most: usize, to: impl Fn(&Session) -> bool) {
        for session in self.lock().iter().filter(|session| to(session)).take(most) {
            session.push(frame.clone());
        }
    }

    /// Whether nobody is connected.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Waits until nobody is connected, or some time went by.
    pub(crate) async fn all_gone(&self, patience: Duration) {
        let wait = async {
            loop {
                let gone = self.gone.notified();
                if self.is_empty() {
                    return;
                }
                gone.await;
            }
        };
        // Who is left then is left alone.
        let _ = tokio::time::timeout(patience, wait).await;
    }
}
