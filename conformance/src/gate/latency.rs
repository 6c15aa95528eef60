//! How fast a target is, as far as it was seen: how long its answers and events took lately.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Gate;

/// How many times are kept; of more, the last.
const KEPT: usize = 256;

/// From how many times on something is known.
const KNOWN: usize = 8;

/// A target whose answers mostly take longer is asked one thing at a time.
const SLOW: Duration = Duration::from_secs(1);

/// How many times what a target took it may take before it counts as late.
const MULTIPLE: u32 = 20;

/// How long answers and events took lately.
#[derive(Debug, Default)]
pub(super) struct Latency(Mutex<VecDeque<Duration>>);

impl Latency {
    pub(super) fn add(&self, took: Duration) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() >= KEPT {
            times.pop_front();
        }
        times.push_back(took);
    }

    /// The time within which so many percent came; nothing where too little is known.
    fn percentile(&self, percent: usize) -> Option<Duration> {
        let mut times: Vec<Duration> = {
            let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            times.iter().copied().collect()
        };
        times.sort_unstable();
        (times.len() >= KNOWN).then(|| times[(times.len() * percent / 100).min(times.len() - 1)])
    }

    /// Whether answers mostly take long.
    pub(super) fn is_slow(&self) -> bool {
        self.percentile(50).is_some_and(|half| half >= SLOW)
    }
}

impl Gate {
    /// An event took so long after what made it happen.
    pub(crate) fn event_took(&self, took: Duration) {
        self.latency.add(took);
    }

    /// A time that fits a target: a multiple of what it takes itself, within bounds; the longest where nothing is known.
    pub(crate) fn adapted(&self, shortest: Duration, longest: Duration) -> Duration {
        let own = self.latency.percentile(99).map(|slowest| slowest * MULTIPLE);
        own.map_or(longest, |own| own.max(shortest).min(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(times: impl IntoIterator<Item = u64>) -> Latency {
        let latency = Latency::default();
        times.into_iter().for_each(|ms| latency.add(Duration::from_millis(ms)));
        latency
    }

    #[test]
    fn the_slowest_answers_count_and_a_few_say_nothing() {
        assert_eq!(after([1, 2, 3]).percentile(99), None);
        assert_eq!(after(1..=100).percentile(99), Some(Duration::from_millis(100)));
        assert_eq!(after(1..=1000).percentile(50), Some(Duration::from_millis(873)), "the last ones alone");
    }

    #[test]
    fn one_slow_answer_makes_no_slow_target() {
        assert!(!after((0..20).map(|at| if at == 3 { 9000 } else { 20 })).is_slow());
        assert!(after((0..20).map(|_| 1200)).is_slow());
    }
}
