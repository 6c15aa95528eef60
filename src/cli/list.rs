//! The words of `botspec list` and `botspec explain`.

use botspec_schema::model::Effect;
use clap::Args;

use super::{ListFormat, SelectionArgs};

/// `botspec list`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag by itself")]
pub(crate) struct ListArgs {
    /// Only this dialect
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<String>,
    /// The checks.
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// List the faults that `run` and `serve` can switch on, in place of the checks
    #[arg(long)]
    pub(crate) faults: bool,
    /// List the variations that `serve` can switch on, in place of the checks
    #[arg(long, conflicts_with = "faults")]
    pub(crate) variations: bool,
    /// List what the actions need and how each need would be met, in place of the checks; nothing is sent
    #[arg(long, conflicts_with_all = ["faults", "variations"])]
    pub(crate) plan: bool,
    /// With `--plan`: what checks may do to the target besides reading
    #[arg(long, value_name = "EFFECT", value_delimiter = ',', requires = "plan",
          value_parser = Effect::ALL.map(Effect::as_str))]
    pub(crate) allow: Vec<String>,
    /// With `--plan`: there is a second account
    #[arg(long, requires = "plan")]
    pub(crate) second_account: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `botspec explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id of a check or of a requirement
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// The dialect; without it, the one that the id begins with
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}
