//! Who is there to receive events and answers, and the frames that wait for each.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use botspec_schema::model::{Transport, WsRole};
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::config::Limits;
use crate::connection_settings::ConnectionSettings;
use crate::encoding::Encoding;

/// Everybody who is there, over whatever transport, in the order in which they came.
#[derive(Default)]
pub(crate) struct Sessions {
    open: Mutex<Vec<Arc<Session>>>,
    gone: Notify,
}

/// An open connection, or a webhook, as the rest of the server sees it.
pub(crate) struct Session {
    pub(crate) settings: Arc<ConnectionSettings>,
    pub(crate) role: WsRole,
    outbox: mpsc::Sender<Utf8Bytes>,
    /// The bytes that wait.
    waiting: AtomicUsize,
    most_waiting: usize,
    overflow: Arc<Notify>,
    lost: AtomicU64,
}

/// The frames that wait for a session.
pub(crate) struct Frames {
    session: Arc<Session>,
    inbox: mpsc::Receiver<Utf8Bytes>,
}

impl Session {
    pub(crate) fn new(settings: &Arc<ConnectionSettings>, role: WsRole, limits: &Limits) -> (Arc<Self>, Frames) {
        Self::with_overflow(settings, role, limits, Arc::default())
    }

    /// A session that states by this that the client let too many frames wait.
    pub(crate) fn with_overflow(
        settings: &Arc<ConnectionSettings>,
        role: WsRole,
        limits: &Limits,
        overflow: Arc<Notify>,
    ) -> (Arc<Self>, Frames) {
        let (outbox, inbox) = mpsc::channel(limits.backlog.max(1));
        let session = Arc::new(Self {
            settings: Arc::clone(settings),
            role,
            outbox,
            waiting: AtomicUsize::new(0),
            most_waiting: limits.backlog_bytes,
            overflow,
            lost: AtomicU64::new(0),
        });
        (Arc::clone(&session), Frames { session, inbox })
    }

    /// Sends a frame; a client that let too many wait is given up.
    pub(crate) fn push(&self, frame: Utf8Bytes) {
        let length = frame.len();
        let waiting = self.waiting.fetch_add(length, Ordering::Relaxed);
        // One frame alone may be as long as it likes; what it may hold is limited where it comes from.
        let fits = waiting == 0 || waiting.saturating_add(length) <= self.most_waiting;
        let sent = if fits { self.outbox.try_send(frame).map_err(|error| full(&error)) } else { Err(true) };
        if let Err(full) = sent {
            self.waiting.fetch_sub(length, Ordering::Relaxed);
            if full {
                self.lost.fetch_add(1, Ordering::Relaxed);
                self.overflow.notify_one();
            }
        }
    }

    /// Sends a frame as soon as there is room.
    pub(crate) async fn send(&self, frame: Utf8Bytes) {
        let length = frame.len();
        self.waiting.fetch_add(length, Ordering::Relaxed);
        if self.outbox.send(frame).await.is_err() {
            // The connection is gone; nobody waits for the frame.
            self.waiting.fetch_sub(length, Ordering::Relaxed);
        }
    }

    /// Waits until the client let too many frames wait.
    pub(crate) async fn overflowed(&self) {
        self.overflow.notified().await;
    }

    /// How many frames there was no room for.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Whether events go to it.
    pub(crate) fn takes_events(&self) -> bool {
        matches!(self.role, WsRole::Event | WsRole::Universal)
    }
}

/// Whether there was no room; otherwise there is nobody any more.
fn full(error: &mpsc::error::TrySendError<Utf8Bytes>) -> bool {
    matches!(error, mpsc::error::TrySendError::Full(_))
}

impl Frames {
    /// The next frame.
    pub(crate) async fn next(&mut self) -> Option<Utf8Bytes> {
        let frame = self.inbox.recv().await;
        self.taken(frame)
    }

    /// The next frame, if it waits already.
    pub(crate) fn waiting(&mut self) -> Option<Utf8Bytes> {
        let frame = self.inbox.try_recv().ok();
        self.taken(frame)
    }

    fn taken(&self, frame: Option<Utf8Bytes>) -> Option<Utf8Bytes> {
        if let Some(frame) = &frame {
            self.session.waiting.fetch_sub(frame.len(), Ordering::Relaxed);
        }
        frame
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

    /// Does something with each, in the order in which they came.
    pub(crate) fn each(&self, mut act: impl FnMut(&Arc<Session>)) {
        self.lock().iter().for_each(&mut act);
    }

    /// The looks that somebody who takes events wants, each once.
    pub(crate) fn encodings(&self, wants: impl Fn(&Session) -> bool) -> Vec<Encoding> {
        let mut encodings = Vec::new();
        for session in self.lock().iter().filter(|session| wants(session)) {
            if !encodings.contains(&session.settings.encoding) {
                encodings.push(session.settings.encoding);
            }
        }
        encodings
    }

    /// Whether a client connected to the account as this.
    pub(crate) fn has_ws(&self, role: WsRole) -> bool {
        self.lock().iter().any(|session| session.role == role && session.settings.wire == Transport::Ws)
    }

    /// Whether nobody is there.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Waits until nobody is there, or some time went by.
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
