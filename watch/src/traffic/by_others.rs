//! What is wrong unless somebody else changed something between two answers: held until no event shows that.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_conformance::{Found, Unsure};

use crate::causes::starred;
use crate::evidence::Evidence;

/// Where no event ever comes, how far apart a difference has to be seen twice: what is compared is never as old.
const APART: Duration = Duration::from_secs(10);

/// How many differences are waited for to come again.
const SEEN_ONCE: usize = 1_000;

type Held = (Found, Arc<Evidence>);

/// What others may have changed.
#[derive(Debug, Default)]
pub(super) struct ByOthers {
    held: Unsure<Held>,
    /// Whether an event ever came. Where only calls pass, nobody reports what others change.
    hears: bool,
    /// When a difference was seen first, by its check and its place in the contract.
    seen_once: BTreeMap<(String, String), Instant>,
}

impl ByOthers {
    /// Holds what was found.
    pub(super) fn hold(&mut self, now: Instant, found: Found, evidence: &Arc<Evidence>) {
        if self.hears || self.comes_again(now, &found) {
            self.held.hold(now, (found, Arc::clone(evidence)));
        }
    }

    fn comes_again(&mut self, now: Instant, found: &Found) -> bool {
        let key = (found.check.clone(), starred(&found.difference.pointer));
        if let Some(first) = self.seen_once.get(&key) {
            return now.duration_since(*first) >= APART;
        }
        if self.seen_once.len() < SEEN_ONCE {
            self.seen_once.insert(key, now);
        }
        false
    }

    /// An event came, by which others changed something or not.
    pub(super) fn event(&mut self, at: Instant, by_others: bool) {
        self.hears = true;
        if by_others {
            self.held.changed(at);
        }
    }

    /// What nobody changed.
    pub(super) fn certain(&mut self, now: Instant) -> Vec<Held> {
        self.held.certain(now)
    }

    /// What is held: nothing more will pass.
    pub(super) fn rest(&mut self) -> Vec<Held> {
        self.held.rest()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use botspec_reports::record::{Difference, Text, Transport};

    use super::*;

    fn found() -> Found {
        let pointer = "/data/member_count".to_owned();
        let difference = Difference { pointer, expected: "18".to_owned(), found: "17".to_owned() };
        Found::new("onebot11/action/get_group_info/result", &Text::both("en", "zh"), difference, Transport::Http)
    }

    #[test]
    fn without_events_a_difference_has_to_come_again() {
        let evidence = Arc::new(Evidence::new(SystemTime::now(), String::new(), None, None, 0));
        let (start, mut held) = (Instant::now(), ByOthers::default());
        held.hold(start, found(), &evidence);
        held.hold(start + Duration::from_secs(4), found(), &evidence);
        assert!(held.rest().is_empty(), "somebody may have come in between");
        held.hold(start + APART, found(), &evidence);
        assert_eq!(held.rest().len(), 1);
        let mut held = ByOthers::default();
        held.event(start, false);
        held.hold(start, found(), &evidence);
        held.event(start, true);
        assert!(held.rest().is_empty(), "somebody came");
        held.hold(start, found(), &evidence);
        assert_eq!(held.rest().len(), 1);
    }
}
