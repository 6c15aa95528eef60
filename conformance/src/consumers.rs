//! What listens to the engine: it is shown, stored or counted by whoever wants to.

mod progress;
mod record;

use tokio::sync::mpsc::UnboundedReceiver;

pub use progress::{Progress, Style};
pub use record::RecordWriter;

use crate::events::EngineEvent;

/// Something that listens to a run.
pub trait Consumer {
    /// Takes one event.
    fn take(&mut self, event: &EngineEvent);
}

/// Hands every event to every consumer, until the run is over.
pub async fn drive(mut events: UnboundedReceiver<EngineEvent>, consumers: &mut [&mut dyn Consumer]) {
    while let Some(event) = events.recv().await {
        for consumer in &mut *consumers {
            consumer.take(&event);
        }
    }
}
