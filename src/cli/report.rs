//! The words of `botspec report`.

use std::path::PathBuf;

use botspec_reports::{Format, Language};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};

use super::languages;

/// `botspec report`.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Render a record
    Render(RenderArgs),
    /// Compare two records; exit 1 when something got worse
    Diff(DiffArgs),
    /// Merge the parts of one run that `--partition` made
    Merge(MergeArgs),
    /// Make a static site that compares records of many implementations and versions
    Matrix(MatrixArgs),
}

/// The forms of a report: those of the table, and `all`.
fn report_formats() -> impl TypedValueParser<Value = ReportFormat> {
    let one = |format: Format| PossibleValue::new(format.name()).help(format.about());
    let all = PossibleValue::new("all").help("Every form, into a folder");
    PossibleValuesParser::new(std::iter::once(all).chain(Format::ALL.map(one))).try_map(|name| match name.as_str() {
        "all" => Ok(ReportFormat::All),
        name => name.parse().map(ReportFormat::One),
    })
}

/// One form, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// Every form.
    All,
    /// This form.
    One(Format),
}

/// `botspec report render`.
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// The record, or the folder of a run
    #[arg(value_name = "RECORD", default_value = "botspec-run")]
    pub(crate) record: PathBuf,
    /// The form
    #[arg(long, value_name = "FORMAT", value_parser = report_formats(), default_value = "html")]
    pub(crate) format: ReportFormat,
    /// Where to write it: a file, a folder for `all` or for several records, `-` for standard output. Without it, beside
    /// the record
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// The language of text, Markdown and annotations; pages hold both [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}

/// The forms of a comparison of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a terminal
    Text,
    /// JSON, for programs
    Json,
    /// Markdown
    Md,
    /// One page that works from disk
    Html,
}

/// `botspec report diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The record of the older build, or the folder of its run
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The record of the newer build, or the folder of its run
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Where to write it; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// The language of text and Markdown; the page holds both [default: from the environment]
    #[arg(long, value_name = "LANG", value_parser = languages())]
    pub(crate) lang: Option<Language>,
}

/// `botspec report merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The records of the parts, or the folders of their runs
    #[arg(value_name = "PART", required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// Where to write the merged record
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// `botspec report matrix`.
#[derive(Debug, Args)]
pub(crate) struct MatrixArgs {
    /// The records, or folders that hold some
    #[arg(value_name = "RECORD", required = true)]
    pub(crate) records: Vec<PathBuf>,
    /// The folder of the site
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
