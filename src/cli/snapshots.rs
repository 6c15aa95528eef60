//! The words of `botspec snapshots`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `botspec snapshots`.
#[derive(Debug, Subcommand)]
pub(crate) enum SnapshotsCommand {
    /// Show what changed since the snapshots were accepted, and ask about each in a terminal
    Review(SnapshotsArgs),
    /// Take what came as the new snapshots
    Accept(SnapshotsArgs),
    /// Keep the old snapshots
    Reject(SnapshotsArgs),
}

/// Which snapshots.
#[derive(Debug, Args)]
pub(crate) struct SnapshotsArgs {
    /// The folder of `botspec run --snapshots`
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Only snapshots of these names; globs such as `action/get_*`
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
}
