//! Pauses between attempts to connect.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use super::Options;

/// Pauses that double, each with a random part so that clients do not come back all at once.
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new(options: &Options) -> Self {
        Self { next: options.backoff.0, longest: options.backoff.1 }
    }
}

impl Iterator for Backoff {
    type Item = Duration;

    /// Between half of the pause and the whole of it.
    fn next(&mut self) -> Option<Duration> {
        let pause = self.next.min(self.longest);
        self.next = pause.saturating_mul(2);
        let random = RandomState::new().hash_one(0) % 1024;
        Some(pause / 2 + pause / 2 * u32::try_from(random).unwrap_or(0) / 1024)
    }
}
