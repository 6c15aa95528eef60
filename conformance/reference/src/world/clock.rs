//! What time it is in the world.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where timestamps come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Starts at the given second and moves on by one with everything that happens: the same run after run.
    Virtual(i64),
    /// The clock of the machine, so many seconds ahead.
    System(i64),
}

impl Clock {
    /// When the default world begins.
    pub const START: i64 = 1_790_000_000;

    /// Seconds since 1970.
    pub fn now(self) -> i64 {
        match self {
            Self::Virtual(now) => now,
            Self::System(ahead) => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(Self::START, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
                .saturating_add(ahead),
        }
    }

    /// Moves on by so much, in whole seconds.
    pub(crate) fn advance(&mut self, by: Duration) {
        let (Self::Virtual(seconds) | Self::System(seconds)) = self;
        *seconds = seconds.saturating_add(i64::try_from(by.as_secs()).unwrap_or(i64::MAX));
    }

    /// Something happened.
    pub(crate) fn tick(&mut self) {
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
