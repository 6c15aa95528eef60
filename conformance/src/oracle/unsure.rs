//! Differences that somebody else may be the reason for: two reports of the same thing differ where it changed between them,
//! and the event of that may come after both. They are held for a while, and dropped where such an event comes.

use std::time::{Duration, Instant};

/// How late the event of a change may come.
pub(super) const CHANGE_MAY_BE_LATE: Duration = Duration::from_secs(2);

/// How many are held at once; what comes while there are so many is dropped.
const HELD: usize = 1_000;

/// What is held, with the time at which it was found.
#[derive(Debug)]
pub struct Unsure<T>(Vec<(Instant, T)>);

impl<T> Default for Unsure<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Unsure<T> {
    /// Holds something that was found.
    pub fn hold(&mut self, at: Instant, found: T) {
        if self.0.len() < HELD {
            self.0.push((at, found));
        }
    }

    /// Something changed: drops what may come from that.
    pub fn changed(&mut self, at: Instant) {
        self.0.retain(|(found_at, _)| at.saturating_duration_since(*found_at) >= CHANGE_MAY_BE_LATE);
    }

    /// Gives out what no change explains any more.
    pub fn certain(&mut self, now: Instant) -> Vec<T> {
        let is_certain = |(at, _): &mut (Instant, T)| now.saturating_duration_since(*at) >= CHANGE_MAY_BE_LATE;
        self.0.extract_if(.., is_certain).map(|(_, found)| found).collect()
    }

    /// Gives out everything: no more events will come.
    pub fn rest(&mut self) -> Vec<T> {
        std::mem::take(&mut self.0).into_iter().map(|(_, found)| found).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_shortly_after_is_dropped() {
        let (start, mut unsure) = (Instant::now(), Unsure::default());
        let after = |ms: u64| start + Duration::from_millis(ms);
        unsure.hold(after(0), "old");
        unsure.hold(after(1_500), "explained");
        unsure.changed(after(2_100));
        assert_eq!(unsure.certain(after(2_100)), ["old"]);
        unsure.hold(after(2_200), "later");
        assert_eq!(unsure.certain(after(4_100)), [""; 0]);
        unsure.changed(after(4_300));
        assert_eq!(unsure.certain(after(4_300)), ["later"]);
        unsure.hold(after(5_000), "last");
        assert_eq!((unsure.rest(), unsure.rest()), (vec!["last"], vec![]));
    }
}
