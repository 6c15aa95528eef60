//! When the next sign of life is due.

use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::session::Session;

/// Ticks as often as a session should get a heartbeat.
pub(crate) struct HeartbeatTimer(Option<Interval>);

impl HeartbeatTimer {
    pub(crate) fn of(session: &Session) -> Self {
        Self(session.settings.heartbeat.filter(|_| session.takes_events()).map(|every| {
            let mut interval = tokio::time::interval_at(Instant::now() + every, every);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            interval
        }))
    }

    /// Waits until the next sign of life is due; forever where there is none.
    pub(crate) async fn tick(&mut self) {
        match &mut self.0 {
            Some(interval) => {
                interval.tick().await;
            }
            None => std::future::pending().await,
        }
    }
}
