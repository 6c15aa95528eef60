//! The words of `botspec init` and `botspec doctor`.

use std::path::PathBuf;

use botspec_reports::Language;
use clap::Args;

use super::{ListFormat, TargetArgs, languages};

/// `botspec init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The target.
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "botspec.toml")]
    pub(crate) out: PathBuf,
    /// Overwrite a file that exists
    #[arg(long)]
    pub(crate) force: bool,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}

/// `botspec doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// The target.
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// The language of what is printed [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}
