//! The words of `botspec watch`.

use std::path::PathBuf;

use botspec_reports::Language;
use clap::{Args, ValueEnum};

use super::{ListFormat, languages};

/// From which level on what was found makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// What breaks a MUST
    Must,
    /// What breaks a SHOULD too
    Should,
}

/// `botspec watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// A target file (TOML) with a `[watch]` table in place of the flags below; may be repeated for several bots
    #[arg(long, value_name = "FILE",
          conflicts_with_all = ["dialect", "http", "ws", "reverse_ws", "webhook", "sse", "secret", "name", "version_of_target"])]
    pub(crate) target: Vec<PathBuf>,
    /// The dialect of the implementation
    #[arg(long, value_name = "DIALECT", default_value = "onebot11")]
    pub(crate) dialect: String,
    /// Listen here for the calls of a bot, and pass them on to where the implementation serves HTTP. As all that follow, it
    /// may be repeated; only a port means loopback
    #[arg(long, value_name = "ADDR=URL")]
    pub(crate) http: Vec<String>,
    /// Listen here for the WebSocket of a bot, and pass it on to that of the implementation
    #[arg(long, value_name = "ADDR=URL")]
    pub(crate) ws: Vec<String>,
    /// Listen here for the WebSocket that the implementation opens, and pass it on to the bot
    #[arg(long, value_name = "ADDR=URL")]
    pub(crate) reverse_ws: Vec<String>,
    /// Listen here for the events that the implementation posts, and pass them on to the bot
    #[arg(long, value_name = "ADDR=URL")]
    pub(crate) webhook: Vec<String>,
    /// Listen here for a bot that has events streamed, and pass it on to the implementation
    #[arg(long, value_name = "ADDR=URL")]
    pub(crate) sse: Vec<String>,
    /// The secret that posts are signed with, to judge their signatures; better put into `BOTSPEC_TOKEN`
    #[arg(long, value_name = "SECRET")]
    pub(crate) secret: Option<String>,
    /// The name of what is watched, for reports
    #[arg(long, value_name = "NAME", default_value = "traffic")]
    pub(crate) name: String,
    /// The version of the implementation, where it does not report it
    #[arg(long, value_name = "VERSION")]
    pub(crate) version_of_target: Option<String>,
    /// Do not mask names and texts of people: nobody else reads the record
    #[arg(long)]
    pub(crate) private: bool,
    /// Note when the bot makes more calls in a second that others see; 0 allows any number
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) max_calls: usize,
    /// Fail at the end where what was found breaks this
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
    /// End after so many seconds; without it, when it is interrupted
    #[arg(long, value_name = "SECONDS")]
    pub(crate) seconds: Option<u64>,
    /// Write proposals for contracts into this folder: what was seen and no contract knows, with counts
    #[arg(long, value_name = "DIR")]
    pub(crate) learn: Option<PathBuf>,
    /// Give each day (UTC) a record and a folder of its own
    #[arg(long)]
    pub(crate) daily: bool,
    /// Where the record and the reports go
    #[arg(long, value_name = "DIR", default_value = "botspec-watch")]
    pub(crate) out: PathBuf,
    /// What is printed at the end
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}

/// `botspec verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Files with frames: JSON on each line, with or without words or a direction around it, or HAR; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The dialect
    #[arg(long, value_name = "DIALECT", default_value = "onebot11")]
    pub(crate) dialect: String,
    /// Exit 1 where a frame breaks this
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Must)]
    pub(crate) fail_on: FailOn,
    /// Do not mask names and texts of people
    #[arg(long)]
    pub(crate) private: bool,
    /// Leave a record and reports here too
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}
