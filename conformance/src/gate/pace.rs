//! How many calls are under way at once, and how fast they follow each other.

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use botspec_schema::model::Effect;

use crate::target::Limits;

#[derive(Debug)]
pub(super) struct Pace {
    places: Semaphore,
    limits: Limits,
    last: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { places: Semaphore::new(limits.concurrency.max(1)), limits: limits.clone(), last: Mutex::new(None) }
    }

    /// Waits for a place, and until the pause between the call before and one of an effect is over.
    pub(super) async fn turn(&self, effect: Effect) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        let place = self.places.acquire().await.ok();
        let pause = self.limits.pause_before(effect);
        let mut last = self.last.lock().await;
        if let Some(last) = last.filter(|_| !pause.is_zero()) {
            sleep_until(last + pause).await;
        }
        *last = Some(Instant::now());
        drop(last);
        place
    }
}
