//! Stopping a run from outside.

use std::sync::Arc;

use tokio::sync::watch;

/// Stops a run. Clones stop the same run.
#[derive(Debug, Clone)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Cancel {
    /// Nothing is stopped yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Stops the run as soon as possible.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was stopped.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is stopped.
    pub async fn cancelled(&self) {
        // The sender lives as long as this does.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}
