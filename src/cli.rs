//! The words of the command line; what they do stands in `commands/`.

mod codegen;
mod init;
mod list;
mod report;
mod run;
mod schema;
mod serve;
mod snapshots;
mod target;
mod watch;

use botspec_reports::Language;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use codegen::{CodegenArgs, CodegenCommand, PackageArgs};
pub(crate) use init::{DoctorArgs, InitArgs};
pub(crate) use list::{ExplainArgs, ListArgs};
pub(crate) use report::{DiffArgs, DiffFormat, MatrixArgs, MergeArgs, RenderArgs, ReportCommand, ReportFormat};
pub(crate) use run::{ReplayArgs, RunArgs, UndoArgs};
pub(crate) use schema::{
    CompareFormat, CompareLanguage, ExportFormat, SchemaCheckArgs, SchemaCommand, SchemaCompareArgs, SchemaDriftArgs,
    SchemaExportArgs, SchemaLintArgs, SchemaListArgs, SchemaShowArgs,
};
pub(crate) use serve::ServeArgs;
pub(crate) use snapshots::{SnapshotsArgs, SnapshotsCommand};
pub(crate) use target::{SelectionArgs, TargetArgs};
pub(crate) use watch::{FailOn, VerifyArgs, WatchArgs};

/// Checks what a QQ bot implementation really speaks.
#[derive(Debug, Parser)]
#[command(name = "botspec", version, about, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a target; without one, the embedded reference implementation in every dialect
    Run(Box<RunArgs>),
    /// List the checks that a selection yields
    List(ListArgs),
    /// Show what a check sends and expects, and the source it comes from
    Explain(ExplainArgs),
    /// Serve the reference implementation by itself, as a stand-in for a real bot
    Serve(Box<ServeArgs>),
    /// Find out what a target is and write its file
    Init(Box<InitArgs>),
    /// Show what works on a target, what is missing, and how to get it; sends nothing but reads
    Doctor(Box<DoctorArgs>),
    /// Repeat one check of a record with its target, seed and values
    Replay(ReplayArgs),
    /// Put back what a run changed and could not put back itself
    Undo(Box<UndoArgs>),
    /// Judge the traffic between a bot and an implementation, and send nothing
    Watch(Box<WatchArgs>),
    /// Judge frames that were recorded: lines of JSON, logs, HAR files
    Verify(VerifyArgs),
    /// Look at the contracts, and check JSON documents against them
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Write bindings for a dialect
    #[command(subcommand)]
    Codegen(CodegenCommand),
    /// Work on the record of a run
    #[command(subcommand)]
    Report(ReportCommand),
    /// Look at answers that differ from those of an earlier build, and accept them
    #[command(subcommand)]
    Snapshots(SnapshotsCommand),
}

/// How a listing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line each, for people
    Text,
    /// JSON, for programs
    Json,
}

/// The languages that botspec speaks.
pub(crate) fn languages() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::as_str)).try_map(|name| name.parse::<Language>())
}
