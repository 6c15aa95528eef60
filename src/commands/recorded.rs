//! What the record of a run states of how it was made.

use std::path::Path;

use botspec_reports::record::{Check, Run};
use clap::Parser;

use super::report::{self, RECORD};
use crate::cli::{Cli, Command, RunArgs};
use crate::failure::Failure;

/// A run that is made again, or goes on.
pub(super) struct Again {
    /// Its arguments.
    pub(super) args: Box<RunArgs>,
    /// The same as words.
    pub(super) words: Vec<String>,
    /// The checks that it has already.
    pub(super) earlier: Vec<Check>,
}

/// Reads a record, which may be named by its folder.
pub(super) fn read(record: &Path) -> Result<Run, Failure> {
    let path = if record.is_dir() { record.join(RECORD) } else { record.to_owned() };
    report::read(&path)
}

/// The run of a record with its arguments, as far as they state what to run on what.
pub(super) fn again(run: &Run) -> Result<Again, Failure> {
    let mut args = arguments(&run.header.command).ok_or_else(|| {
        Failure::usage("the record does not say how it was made; run the check with `botspec run --select` instead")
    })?;
    args.selection.select.clone_from(&run.header.select);
    Ok(Again { args, words: run.header.command.clone(), earlier: Vec::new() })
}

/// The arguments of the run that a record is of.
pub(super) fn arguments(command: &[String]) -> Option<Box<RunArgs>> {
    match Cli::try_parse_from(command).ok()?.command {
        Command::Run(args) => Some(args),
        _ => None,
    }
}
