//! The way from the connections to who judges: bounded, so that traffic never waits. What does not fit is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime};

use crate::tee::Passed;

/// How many units may wait.
const UNITS: usize = 8_192;

/// How many bytes may wait in them.
const BYTES: usize = 24 << 20;

/// A unit with the connection that it passed on.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The number of the connection.
    pub(crate) connection: u64,
    /// How many units of the connection before it were not judged.
    pub(crate) missed: u64,
    /// When it had passed whole.
    pub(crate) at: Instant,
    /// The same on the clock.
    pub(crate) time: SystemTime,
    /// What it is.
    pub(crate) passed: Passed,
}

/// What is counted of the traffic while it passes.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections that were accepted.
    pub connections: AtomicU64,
    /// Connections that stand.
    pub open: AtomicU64,
    /// Bytes that passed, both ways.
    pub bytes: AtomicU64,
    /// Requests, messages and events that passed.
    pub units: AtomicU64,
    /// Those of them that were not judged, because judging was behind.
    pub missed: AtomicU64,
}

/// Where connections put what passed.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    sender: SyncSender<Unit>,
    waiting: Arc<AtomicUsize>,
    counts: Arc<Counts>,
}

/// Where it is taken from.
#[derive(Debug)]
pub(crate) struct Intake {
    receiver: Receiver<Unit>,
    waiting: Arc<AtomicUsize>,
}

/// Both ends.
pub(crate) fn queue(counts: Arc<Counts>) -> (Feed, Intake) {
    let (sender, receiver) = sync_channel(UNITS);
    let waiting = Arc::new(AtomicUsize::new(0));
    (Feed { sender, waiting: Arc::clone(&waiting), counts }, Intake { receiver, waiting })
}

impl Feed {
    /// Hands on a unit of a connection, or counts it among those that were missed.
    pub(crate) fn offer(&self, connection: u64, missed: &mut u64, passed: Passed) {
        let is_unit = !matches!(passed, Passed::Opened { .. } | Passed::Closed { .. });
        self.counts.units.fetch_add(u64::from(is_unit), Ordering::Relaxed);
        let size = passed.size();
        let waiting = self.waiting.load(Ordering::Relaxed);
        let unit = Unit { connection, missed: *missed, at: Instant::now(), time: SystemTime::now(), passed };
        // One that is alone may be as long as it likes: it is bounded where it is read.
        let fits = waiting == 0 || waiting + size <= BYTES;
        if fits {
            self.waiting.fetch_add(size, Ordering::Relaxed);
            if self.sender.try_send(unit).is_ok() {
                *missed = 0;
                return;
            }
            self.waiting.fetch_sub(size, Ordering::Relaxed);
        }
        *missed += 1;
        self.counts.missed.fetch_add(1, Ordering::Relaxed);
    }

    /// What is counted.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }
}

impl Intake {
    /// The next unit, within a time; an error where none will come any more.
    pub(crate) fn next(&self, within: Duration) -> Result<Option<Unit>, ()> {
        match self.receiver.recv_timeout(within) {
            Ok(unit) => {
                self.waiting.fetch_sub(unit.passed.size(), Ordering::Relaxed);
                Ok(Some(unit))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(()),
        }
    }
}
