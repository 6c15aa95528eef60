//! What time it is in the world.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where timestamps come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Starts at the given second and moves on by one with everything that happens: the same run after run.
    Virtual(i64),
    /// The clock of the machine.
    System,
}

impl Clock {
    /// When the default world begins.
    pub const START: i64 = 1_790_000_000;

    /// Seconds since 1970.
    pub fn now(self) -> i64 {
        match self {
            Self::Virtual(now) => now,
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(Self::START, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
        }
    }

    pub(crate) fn advance(&mut self) {
        if let Self::Virtual(now) = self {
            *now += 1;
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::Virtual(Self::START)
    }
}
