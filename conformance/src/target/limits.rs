//! How long, how much and how fast.

use std::collections::BTreeMap;
use std::time::Duration;

use botspec_schema::model::Effect;

/// Bounds on what a target may do to botspec, and botspec to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long one answer may take.
    pub timeout: Duration,
    /// How long an event may take after what provoked it.
    pub event_timeout: Duration,
    /// How long after an event a second one that equals it counts as sent twice.
    pub duplicate_window: Duration,
    /// The longest that a heartbeat is waited for; a target that has one more rarely is not judged by it. Where nothing is
    /// set, a run goes on for heartbeats at most as long again as everything else took.
    pub heartbeat_wait: Option<Duration>,
    /// How long the target may take to connect to botspec, again too after its connection ended.
    pub connect_timeout: Duration,
    /// How many calls are under way at once.
    pub concurrency: usize,
    /// The pause between two calls of any kind.
    pub pause: Duration,
    /// The pause before a call that others see or that changes something; the same as the other, where that one is set.
    pub send_pause: Duration,
    /// How many calls of an effect a run makes at most, where its user states so.
    pub calls: BTreeMap<Effect, u32>,
    /// The largest body that is read, in bytes.
    pub max_body: usize,
    /// The largest frame or message that is read, in bytes.
    pub max_frame: usize,
    /// The most frames in which a WebSocket message is read.
    pub max_fragments: usize,
    /// The deepest nesting of JSON that is read.
    pub max_depth: usize,
    /// How many random calls an action gets.
    pub cases: u32,
}

impl Limits {
    /// The deepest nesting that can be read at all.
    pub const DEEPEST: usize = 120;

    /// The pause before a call of an effect: reads follow each other as fast as they are answered.
    pub fn pause_before(&self, effect: Effect) -> Duration {
        if effect == Effect::Read { self.pause } else { self.pause.max(self.send_pause) }
    }

    /// For a real account: one call at a time, with pauses before what others see.
    pub fn careful() -> Self {
        Self {
            timeout: Duration::from_secs(15),
            event_timeout: Duration::from_secs(15),
            duplicate_window: Duration::from_secs(1),
            heartbeat_wait: None,
            connect_timeout: Duration::from_secs(30),
            concurrency: 1,
            pause: Duration::ZERO,
            send_pause: Duration::from_secs(1),
            calls: BTreeMap::new(),
            max_body: 16 << 20,
            max_frame: 16 << 20,
            max_fragments: 64 << 10,
            max_depth: 100,
            cases: 4,
        }
    }

    /// For an implementation on the same machine.
    pub fn fast() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            event_timeout: Duration::from_secs(5),
            duplicate_window: Duration::from_millis(25),
            heartbeat_wait: Some(Duration::from_secs(5)),
            connect_timeout: Duration::from_secs(5),
            concurrency: 8,
            send_pause: Duration::ZERO,
            cases: 16,
            ..Self::careful()
        }
    }
}
