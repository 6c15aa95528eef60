//! Writes the record of a run as it goes.

use std::io::{self, Write};
use std::time::SystemTime;

use botspec_reports::record::{Writer, rfc3339};

use super::Reporter;
use crate::events::EngineEvent;
use crate::outcome::RunStatus;

/// Writes one line per check, each as soon as it is known. A run that was stopped gets no footer, which marks its record
/// as incomplete.
#[derive(Debug)]
pub struct RecordWriter<W: Write> {
    state: State<W>,
    error: Option<io::Error>,
}

#[derive(Debug)]
enum State<W: Write> {
    Waiting(W),
    Writing(Writer<W>),
    Over,
}

impl<W: Write> RecordWriter<W> {
    /// Writes to a file or anything else, from the header on.
    pub fn new(out: W) -> Self {
        Self { state: State::Waiting(out), error: None }
    }

    /// Whether everything could be written so far. The first error stays; nothing is written after it.
    pub fn result(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }

    fn try_take(&mut self, event: &EngineEvent) -> io::Result<()> {
        match event {
            EngineEvent::RunStarted { header, .. } => {
                if let State::Waiting(out) = std::mem::replace(&mut self.state, State::Over) {
                    self.state = State::Writing(Writer::new(out, header)?);
                }
            }
            EngineEvent::CheckFinished(check) => {
                if let State::Writing(writer) = &mut self.state {
                    writer.check(check)?;
                }
            }
            EngineEvent::RunFinished(result) => {
                let State::Writing(mut writer) = std::mem::replace(&mut self.state, State::Over) else { return Ok(()) };
                for left in &result.left {
                    writer.left(left)?;
                }
                if let Some(stopped) = &result.stopped {
                    writer.stopped(stopped)?;
                }
                if let Some(actions) = &result.actions {
                    writer.actions((**actions).clone());
                }
                if let Some(snapshots) = &result.snapshots {
                    writer.changed_answers(snapshots.changes.clone());
                }
                if matches!(result.status, RunStatus::Finished | RunStatus::Stopped) {
                    writer.finish(rfc3339(SystemTime::now()), result.duration_ms, result.requests)?;
                }
            }
            EngineEvent::CheckStarted { .. } | EngineEvent::Note(_) => {}
        }
        Ok(())
    }
}

impl<W: Write> Reporter for RecordWriter<W> {
    fn on_event(&mut self, event: &EngineEvent) {
        if self.error.is_none()
            && let Err(error) = self.try_take(event)
        {
            self.error = Some(error);
            self.state = State::Over;
        }
    }
}
