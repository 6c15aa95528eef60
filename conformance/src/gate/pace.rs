//! How many calls are under way at once, and how fast they follow each other.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use botspec_schema::model::Effect;

use crate::target::Limits;

#[derive(Debug)]
pub(super) struct Pace {
    places: Semaphore,
    width: u32,
    /// Whether one call has to end before the next begins, whatever the limits state.
    one_by_one: AtomicBool,
    limits: Limits,
    last: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        let width = u32::try_from(limits.concurrency.max(1)).unwrap_or(u32::MAX).min(MOST);
        let places = Semaphore::new(width as usize);
        Self { places, width, one_by_one: AtomicBool::new(false), limits: limits.clone(), last: Mutex::new(None) }
    }

    /// Waits for a place, and until the pause between the call before and one of an effect is over.
    pub(super) async fn turn(&self, effect: Effect) -> Option<SemaphorePermit<'_>> {
        let places = if self.one_by_one.load(Ordering::Acquire) { self.width } else { 1 };
        // The semaphore is never closed.
        let place = self.places.acquire_many(places).await.ok();
        let pause = self.limits.pause_before(effect);
        let mut last = self.last.lock().await;
        if let Some(last) = last.filter(|_| !pause.is_zero()) {
            sleep_until(last + pause).await;
        }
        *last = Some(Instant::now());
        drop(last);
        place
    }

    /// From now on one call ends before the next begins: the target cannot keep up.
    pub(super) fn one_by_one(&self) {
        if self.width > 1 && !self.one_by_one.swap(true, Ordering::AcqRel) {
            tracing::debug!("one call at a time from now on");
        }
    }
}

/// The most calls that are under way at once, whatever the limits state.
const MOST: u32 = 1024;

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_target_that_cannot_keep_up_is_asked_one_thing_at_a_time() {
        let pace = Pace::new(&Limits { concurrency: 4, ..Limits::fast() });
        let (one, other) = (pace.turn(Effect::Read).await, pace.turn(Effect::Read).await);
        pace.one_by_one();
        let next = pace.turn(Effect::Read);
        tokio::pin!(next);
        assert!(next.as_mut().now_or_never().is_none(), "two are under way");
        drop((one, other));
        let alone = next.await;
        let another = pace.turn(Effect::Read);
        tokio::pin!(another);
        assert!(another.as_mut().now_or_never().is_none(), "one is under way");
        drop(alone);
        another.await;
    }
}
