//! What listens to the engine: it is shown, stored or counted by whoever wants to.

mod progress;
mod record;

use tokio::sync::mpsc::UnboundedReceiver;

pub use progress::{Progress, Style};
pub use record::RecordWriter;

use crate::events::EngineEvent;

/// Something that listens to a run.
pub trait Reporter {
    /// Takes one event.
    fn on_event(&mut self, event: &EngineEvent);
}

/// Hands every event to every reporter, until the run is over.
pub async fn drive(mut events: UnboundedReceiver<EngineEvent>, reporters: &mut [&mut dyn Reporter]) {
    while let Some(event) = events.recv().await {
        for reporter in &mut *reporters {
            reporter.on_event(&event);
        }
    }
}
