//! What somebody who looks on is told at once.

use std::path::PathBuf;

use botspec_reports::record::{Difference, Level, Text};

/// Something worth a line.
#[derive(Debug, Clone)]
pub enum Notice {
    /// A defect was seen for the first time.
    Cause {
        /// The check that it belongs to, with its transport.
        label: String,
        /// How binding what it breaks is.
        level: Level,
        /// What is wrong.
        summary: Text,
        /// Where, what should be there, and what is.
        difference: Difference,
    },
    /// Something to know about the traffic or about botspec itself.
    Note(Text),
    /// A record is whole: that of a day, or the last one.
    Recorded {
        /// The folder that it stands in.
        folder: PathBuf,
    },
}
