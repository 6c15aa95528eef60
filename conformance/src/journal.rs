//! Connections that stand as long as the run, so that what comes by itself is seen while other checks are made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use botspec_reports::record::Transport;

use crate::client::frames::Cursor;
use crate::gate::Connection;

/// A connection that is listened to for longer than one check.
#[derive(Debug)]
pub(crate) struct Standing {
    /// The connection.
    pub(crate) connection: Connection,
    /// Since when it is listened to.
    pub(crate) since: Instant,
    /// The place from which on its frames count.
    pub(crate) from: Cursor,
}

impl Standing {
    /// A connection that is listened to from now on.
    pub(crate) fn new(connection: Connection) -> Self {
        let from = connection.beginning();
        Self { connection, since: Instant::now(), from }
    }

    /// The same, with what came over it before.
    pub(crate) fn with_history(connection: Connection) -> Self {
        Self { connection, since: Instant::now(), from: Cursor::default() }
    }
}

/// The connections that stand as long as the run.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    standing: Mutex<Vec<Arc<Standing>>>,
}

impl Journal {
    /// Keeps connections.
    pub(crate) fn keep(&self, connections: Vec<Standing>) {
        self.lock().extend(connections.into_iter().map(Arc::new));
    }

    /// The connections over a transport that stand still.
    pub(crate) fn over(&self, transport: Transport) -> Vec<Arc<Standing>> {
        let standing = self.lock();
        let over = standing.iter().filter(|it| it.connection.transport() == transport && it.connection.is_open());
        over.cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Standing>>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
