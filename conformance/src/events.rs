//! What the engine reports while it runs. Who shows, stores or counts it is not its business.

use botspec_reports::record::{Check, Header, Text};

use crate::outcome::RunResult;

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum EngineEvent {
    /// The target is there and known; checks follow.
    RunStarted {
        /// What is checked, and how.
        header: Box<Header>,
        /// How many checks were selected.
        checks: usize,
    },
    /// A check is looked at now.
    CheckStarted {
        /// Its id with its transport.
        label: String,
    },
    /// A check came to a verdict.
    CheckFinished(Box<Check>),
    /// Something that a user should know beside the verdicts.
    Note(Text),
    /// The run is over. It comes last.
    RunFinished(RunResult),
}
