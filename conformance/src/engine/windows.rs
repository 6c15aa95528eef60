//! Windows in which a check still looks at what comes, while others run. What could cause the same again waits until they are
//! over.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::unit::Causes;

/// The windows that are open.
#[derive(Debug, Default)]
pub(super) struct Windows {
    open: Mutex<Vec<(u64, Causes)>>,
    closed: Notify,
}

/// A window that is open until this is dropped.
#[derive(Debug)]
pub(super) struct Window {
    windows: Arc<Windows>,
    number: u64,
}

impl Windows {
    /// Opens a window in which nothing may happen that these causes make happen.
    pub(super) fn open(self: &Arc<Self>, causes: Causes) -> Window {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let number = open.last().map_or(0, |(number, _)| number + 1);
        open.push((number, causes));
        Window { windows: Arc::clone(self), number }
    }

    /// Waits until no window is open that causes would disturb.
    pub(super) async fn until_free(&self, causes: &Causes) {
        loop {
            let closed = self.closed.notified();
            tokio::pin!(closed);
            // From here on a window that is closed is not missed.
            closed.as_mut().enable();
            let disturbed = {
                let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
                open.iter().any(|(_, own)| own.overlaps(causes))
            };
            if !disturbed {
                return;
            }
            tracing::debug!("waits for checks that still look at what comes");
            closed.await;
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.windows.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|(number, _)| *number != self.number);
        self.windows.closed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn calls(names: &[&str]) -> Causes {
        Causes::Calls(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[tokio::test]
    async fn what_could_cause_the_same_waits_until_a_window_is_over() {
        let windows = Arc::new(Windows::default());
        let window = windows.open(calls(&["group_poke"]));
        windows.until_free(&calls(&["set_group_ban"])).await;
        windows.until_free(&Causes::Nothing).await;
        for causes in [calls(&["group_poke", "friend_poke"]), Causes::Anything] {
            let waiting = windows.until_free(&causes);
            tokio::pin!(waiting);
            assert!(waiting.as_mut().now_or_never().is_none(), "{causes:?}");
        }
        let waiting = tokio::spawn({
            let windows = Arc::clone(&windows);
            async move { windows.until_free(&Causes::Anything).await }
        });
        drop(window);
        waiting.await.expect("no panic");
    }
}
