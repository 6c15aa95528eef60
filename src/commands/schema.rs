//! `botspec schema`: the contracts themselves.

mod check;
mod compare;
mod drift;
mod export;
mod files;
mod lint;
mod list;
mod show;

use crate::cli::SchemaCommand;
use crate::failure::Failure;

/// Carries out a `schema` command.
pub(crate) fn schema(command: SchemaCommand) -> Result<u8, Failure> {
    match command {
        SchemaCommand::List(args) => list::list(&args),
        SchemaCommand::Show(args) => show::show(&args),
        SchemaCommand::Lint(args) => lint::lint(&args),
        SchemaCommand::Check(args) => check::check(&args),
        SchemaCommand::Export(args) => export::export(&args),
        SchemaCommand::Compare(args) => compare::compare(&args),
        SchemaCommand::Drift(args) => drift::drift(&args),
    }
}
