//! What a watch reports while it goes on.

use std::path::PathBuf;

use botspec_reports::record::{Difference, Level, Text};

/// Something that a live view shows in a line.
#[derive(Debug, Clone)]
pub enum WatchEvent {
    /// A defect was seen for the first time.
    NewCause {
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
    RecordWritten {
        /// The folder that it stands in.
        folder: PathBuf,
    },
}
