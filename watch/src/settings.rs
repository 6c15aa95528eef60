//! How traffic is judged.

use std::path::PathBuf;
use std::time::Duration;

/// How traffic is judged, and where what was found goes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of what is watched.
    pub name: String,
    /// The dialect of the traffic.
    pub dialect: String,
    /// Whether people are kept in what is written.
    pub private: bool,
    /// Tokens, which are written nowhere.
    pub secrets: Vec<String>,
    /// What posts are signed with, where that is known.
    pub webhook_secret: Option<String>,
    /// How many calls that others see the bot may make in a second; 0 for any number.
    pub max_calls: usize,
    /// The longest message that is judged, in bytes. Longer ones are passed on all the same.
    pub max_message: usize,
    /// The version of the implementation, where its user states it.
    pub version: Option<String>,
    /// The command line, one word per entry, without secrets.
    pub command: Vec<String>,
    /// The folder of the record.
    pub out: PathBuf,
    /// Whether each day (in UTC) has a folder of its own in that one.
    pub daily: bool,
    /// Where proposals for contracts go, if anywhere.
    pub learn: Option<PathBuf>,
    /// How often the record is written while it goes on.
    pub checkpoint: Duration,
}

impl Settings {
    /// For a dialect, with a record in a folder.
    pub fn new(dialect: impl Into<String>, out: impl Into<PathBuf>) -> Self {
        let dialect = dialect.into();
        Self {
            name: "traffic".to_owned(),
            dialect,
            private: false,
            secrets: Vec::new(),
            webhook_secret: None,
            max_calls: 20,
            max_message: 16 << 20,
            version: None,
            command: vec!["botspec".to_owned(), "watch".to_owned()],
            out: out.into(),
            daily: false,
            learn: None,
            checkpoint: Duration::from_secs(60),
        }
    }
}
