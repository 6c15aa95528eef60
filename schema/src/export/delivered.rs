//! Which events go out on a transport.

use crate::model::{Event, MetaEvents};

/// What identifies the events that report of the implementation itself; the keys of [`MetaEvents`].
const LIFECYCLE: &str = "lifecycle";
const HEARTBEAT: &str = "heartbeat";

/// Whether an event goes out on a transport with these meta events. All others go out everywhere.
pub(super) fn is_delivered(meta: &MetaEvents, event: &Event) -> bool {
    let is = |word: &str| event.identify.values().any(|value| value == word);
    (!is(LIFECYCLE) || !meta.lifecycle.is_empty()) && (!is(HEARTBEAT) || meta.heartbeat)
}
