//! The `WebSockets` of this run that stand, by role. A target may serve one client of a role at a time, and refuses the next for as
//! long as the run holds one itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;
use tokio::time::Instant;

use super::{Connection, Credentials, Gate, Refusal};
use crate::exchange::Exchange;

/// How long the end of another connection is waited for.
const OCCUPIED: Duration = Duration::from_secs(10);

/// How long a target may take to notice that a connection has ended.
const NOTICED: Duration = Duration::from_secs(2);

/// How often it is tried again meanwhile.
const AGAIN: Duration = Duration::from_millis(20);

/// How many connections of each role stand. A role that had none yet is not in it.
#[derive(Debug, Default, Clone)]
pub(super) struct Held(Arc<Mutex<BTreeMap<WsRole, usize>>>);

impl Held {
    /// Counts a connection for as long as the hold lives.
    pub(super) fn hold(&self, role: WsRole) -> Hold {
        *self.lock().entry(role).or_default() += 1;
        Hold { of: self.clone(), role }
    }

    /// How many of a role stand; nothing where there never was one.
    pub(super) fn of(&self, role: WsRole) -> Option<usize> {
        self.lock().get(&role).copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<WsRole, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That a connection stands.
#[derive(Debug)]
pub(super) struct Hold {
    of: Held,
    role: WsRole,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.of.lock().entry(self.role).and_modify(|number| *number = number.saturating_sub(1));
    }
}

impl Gate {
    /// Opens a WebSocket about which something is stated, at a path or where its role is served. Where it is refused while the run
    /// holds another one of the role, it is tried again when that has ended: the refusal may be about that one alone.
    pub async fn open_alone(
        &self,
        role: WsRole,
        path: Option<&str>,
        credentials: &Credentials,
    ) -> Result<Result<Connection, Exchange>, Refusal> {
        let until = Instant::now() + OCCUPIED;
        let mut free_since: Option<Instant> = None;
        loop {
            let before = self.held.of(role);
            let opened = match path {
                Some(path) => self.open_path(role, path, credentials).await?,
                None => self.open(Transport::Ws, role, credentials).await?,
            };
            let refused = match opened {
                Err(refused) if refused.status.is_some_and(|status| !self.is_about_credentials(status)) => refused,
                opened => return Ok(opened),
            };
            // Another connection may end, or be opened, while this one is refused.
            match before.max(self.held.of(role)) {
                // The first of the role may be on its way to be held.
                None if free_since.get_or_insert_with(Instant::now).elapsed() >= NOTICED => return Ok(Err(refused)),
                // It was served before: somebody else may hold it now.
                Some(0) if free_since.get_or_insert_with(Instant::now).elapsed() >= NOTICED => {
                    return Err(Refusal::Occupied(refused.status));
                }
                Some(1..) if Instant::now() >= until => return Err(Refusal::Occupied(refused.status)),
                None | Some(0) => {}
                Some(1..) => free_since = None,
            }
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Whether the dialect refuses handshakes with a status because of who asks.
    fn is_about_credentials(&self, status: u16) -> bool {
        let mut failures = self.contract.file().failures.values();
        failures.any(|failure| failure.ws.as_ref().is_some_and(|ws| ws.handshake_status == Some(status)))
    }
}
