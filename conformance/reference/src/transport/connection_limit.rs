//! How many connections a listener holds at once, and who waits for one of them to end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Limits;

/// How many connections are answered at once why they are not served; of more, each just ends.
const FAREWELLS: usize = 64;

/// The places of a listener.
pub(super) struct ConnectionLimit {
    free: Arc<Semaphore>,
    all: usize,
    /// Those who wait for a place have seats, as many as there are places.
    seats: Arc<Semaphore>,
    farewells: Arc<Semaphore>,
    patience: Duration,
}

/// A place, which is free again when nothing of a connection is left: also where it became a WebSocket.
#[derive(Clone)]
pub(crate) struct ConnectionPermit(#[expect(dead_code, reason = "it is held")] Arc<OwnedSemaphorePermit>);

/// What there is for a connection.
pub(super) enum Taken {
    /// It is served.
    ConnectionPermit(ConnectionPermit),
    /// It is served as soon as another ends.
    Later(Later),
    /// It is answered that it is not served.
    Farewell(OwnedSemaphorePermit),
    /// Nothing at all.
    Nothing,
}

/// A seat, to wait for a place on.
pub(super) struct Later {
    free: Arc<Semaphore>,
    patience: Duration,
    seat: OwnedSemaphorePermit,
}

impl ConnectionLimit {
    pub(super) fn new(limits: Limits) -> Self {
        let all = limits.connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(all)),
            all,
            seats: Arc::new(Semaphore::new(all)),
            farewells: Arc::new(Semaphore::new(FAREWELLS)),
            patience: limits.patience,
        }
    }

    /// The best there is for one more connection.
    pub(super) fn take(&self) -> Taken {
        let one = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_owned().ok();
        if let Some(place) = one(&self.free) {
            Taken::ConnectionPermit(ConnectionPermit(Arc::new(place)))
        } else if let Some(seat) = one(&self.seats) {
            Taken::Later(Later { free: Arc::clone(&self.free), patience: self.patience, seat })
        } else {
            one(&self.farewells).map_or(Taken::Nothing, Taken::Farewell)
        }
    }

    /// Whether half of them are free, so that it is news when none is.
    pub(super) fn are_plenty(&self) -> bool {
        self.free.available_permits() * 2 >= self.all
    }

    /// What to say where none is free.
    pub(super) fn are_none(&self) -> String {
        format!("{} connections are open, and no more are served at once", self.all)
    }
}

impl Later {
    /// Waits for a place, no longer than a client may take for a request: of those who have a place without asking for
    /// anything, all have lost it by then.
    pub(super) async fn place(self) -> Option<ConnectionPermit> {
        let Self { free, patience, seat } = self;
        let place = tokio::time::timeout(patience, free.acquire_owned()).await;
        drop(seat);
        place.ok()?.ok().map(|place| ConnectionPermit(Arc::new(place)))
    }
}
