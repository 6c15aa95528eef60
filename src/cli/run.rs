//! The words of `botspec run`, `botspec replay` and `botspec undo`.

use std::path::PathBuf;

use botspec_reports::Language;
use clap::Args;

use super::{ListFormat, SelectionArgs, TargetArgs, languages};

/// `botspec run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The target.
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// The checks.
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Random seed; the same seed repeats a run exactly
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Make the embedded implementation deviate; may be repeated. `botspec list --faults` names them
    #[arg(long, value_name = "ID", conflicts_with_all = ["target", "http", "ws", "reverse_ws", "webhook", "sse"])]
    pub(crate) fault: Vec<String>,
    /// Checks that are known to fail (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers: Option<PathBuf>,
    /// Fail where less than this share of the checks that the permissions allow could be judged, in percent
    #[arg(long, value_name = "PCT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_judged: Option<u8>,
    /// Make warnings fail the run
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write a waiver for each check that fails into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) write_waivers: Option<PathBuf>,
    /// Compare what comes with the snapshots of an earlier run in this folder, and keep there what is new
    #[arg(long, value_name = "DIR")]
    pub(crate) snapshots: Option<PathBuf>,
    /// Print how many calls of each effect the run makes and how long it takes; send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Continue a run that was cut off, with its target and seed, in its folder
    #[arg(long, value_name = "RECORD")]
    pub(crate) resume: Option<PathBuf>,
    /// Folder for the record and the reports
    #[arg(long, value_name = "DIR", default_value = "botspec-run")]
    pub(crate) out: PathBuf,
    /// What is printed at the end
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}

/// `botspec replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The record, or the folder it is in
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// The id of the check, with its transport where it ran over several: `… @ws`
    #[arg(value_name = "CHECK")]
    pub(crate) check: String,
    /// Folder for the record and the reports; without it, one beside the folder of the run
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What is printed at the end
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}

/// `botspec undo`.
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The folder of the run
    #[arg(value_name = "DIR", default_value = "botspec-run")]
    pub(crate) dir: PathBuf,
    /// The target; without one, the one of the run, as its record names it.
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// What is printed at the end
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}
