//! The words of `botspec codegen`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `botspec codegen`.
#[derive(Debug, Subcommand)]
pub(crate) enum CodegenCommand {
    /// Rust types and a client
    Rust(CodegenArgs),
    /// TypeScript types, a typed call for each action, and a client
    Typescript(PackageArgs),
    /// Python models, a method for each action, and a client
    Python(PackageArgs),
}

/// What to generate and where, in any language.
#[derive(Debug, Args)]
pub(crate) struct PackageArgs {
    /// The dialect
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: String,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write nothing; fail when what is there is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
}

/// `botspec codegen rust`.
#[derive(Debug, Args)]
pub(crate) struct CodegenArgs {
    #[command(flatten)]
    pub(crate) package: PackageArgs,
    /// Write a whole crate that builds by itself: runtime, Cargo.toml, README and a round-trip test
    #[arg(long)]
    pub(crate) standalone: bool,
}
