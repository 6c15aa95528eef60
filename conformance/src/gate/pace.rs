//! How many calls are under way at once, and how fast they follow each other.

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::target::Limits;

#[derive(Debug)]
pub(super) struct Pace {
    places: Semaphore,
    pause: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { places: Semaphore::new(limits.concurrency.max(1)), pause: limits.pause, next: Mutex::new(None) }
    }

    /// Waits for a place, and until the pause after the call before is over.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        let place = self.places.acquire().await.ok();
        if !self.pause.is_zero() {
            let mut next = self.next.lock().await;
            if let Some(next) = *next {
                sleep_until(next).await;
            }
            *next = Some(Instant::now() + self.pause);
        }
        place
    }
}
