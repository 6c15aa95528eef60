//! The words of `botspec schema`.

use std::path::PathBuf;

use botspec_schema::Kind;
use botspec_schema::listing::RowKind;
use clap::{Args, Subcommand, ValueEnum};

use super::ListFormat;

/// `botspec schema`.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// List the actions, segments, events and types of the dialects
    List(SchemaListArgs),
    /// Print one contract with its shared types in place
    Show(SchemaShowArgs),
    /// Check the contracts themselves
    Lint(SchemaLintArgs),
    /// Check one JSON document against a contract
    Check(SchemaCheckArgs),
    /// Write the contracts of a dialect in a format that other tools read
    Export(SchemaExportArgs),
    /// Compare two dialects, for a bot that moves from one to the other
    Compare(SchemaCompareArgs),
    /// Compare the contracts of a dialect with what upstream publishes
    Drift(SchemaDriftArgs),
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON Schema 2020-12: any event, and everything else under `$defs`
    JsonSchema,
    #[value(name = "openapi", help = "OpenAPI 3.1: actions over HTTP, and events as webhooks")]
    OpenApi,
    #[value(name = "asyncapi", help = "AsyncAPI 3.0: events on every transport, and calls over a WebSocket")]
    AsyncApi,
    /// The JSON Schema of target files, whatever the dialect
    TargetSchema,
    /// The JSON Schema of files of waivers, whatever the dialect
    WaiversSchema,
    /// The JSON Schema of files for `botspec serve --config`, whatever the dialect
    WorldSchema,
    /// The JSON Schema of a line or of the list of a script for `botspec serve --script`, whatever the dialect
    ScriptSchema,
    /// A page about these kinds of file (Markdown)
    FilesPage,
}

/// `botspec schema export`.
#[derive(Debug, Args)]
pub(crate) struct SchemaExportArgs {
    /// The dialect, for the formats of contracts
    #[arg(long, value_name = "DIALECT",
          required_if_eq_any([("format", "json-schema"), ("format", "openapi"), ("format", "asyncapi")]))]
    pub(crate) dialect: Option<String>,
    /// The format
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,
    /// Where to write it; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

/// The forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// For a terminal
    Text,
    /// JSON, for programs
    Json,
    /// Markdown
    Md,
    /// One page that works from disk
    Html,
}

/// The language of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareLanguage {
    /// English
    En,
    /// Simplified Chinese
    Zh,
}

/// `botspec schema compare`.
#[derive(Debug, Args)]
pub(crate) struct SchemaCompareArgs {
    /// The dialect that the bot was written for
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
    /// The dialect that it moves to
    #[arg(value_name = "TO")]
    pub(crate) to: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
    pub(crate) format: CompareFormat,
    /// The language of text and Markdown, and the one that the page shows first; JSON has both
    #[arg(long, value_enum, default_value_t = CompareLanguage::En)]
    pub(crate) lang: CompareLanguage,
}

/// `botspec schema drift`.
#[derive(Debug, Args)]
pub(crate) struct SchemaDriftArgs {
    /// The dialect
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: String,
    /// What upstream publishes: an OpenAPI document, Milky's definition, LLBot's action table, an Apifox page (Markdown)
    #[arg(long, value_name = "FILE")]
    pub(crate) upstream: PathBuf,
    /// Write contract files for what is missing here into this folder, to be completed by hand
    #[arg(long, value_name = "DIR")]
    pub(crate) write_drafts: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `botspec schema list`.
#[derive(Debug, Args)]
pub(crate) struct SchemaListArgs {
    /// Only this dialect
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<String>,
    /// Only this kind
    #[arg(long, value_name = "KIND", value_parser = RowKind::ALL.map(RowKind::as_str))]
    pub(crate) kind: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `botspec schema show`.
#[derive(Debug, Args)]
pub(crate) struct SchemaShowArgs {
    /// The name of an action, a segment, an event or a type
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The dialect
    #[arg(long, value_name = "DIALECT", default_value = "onebot11")]
    pub(crate) dialect: String,
    /// Which of them, where several kinds have one of that name
    #[arg(long, value_name = "KIND", value_parser = RowKind::ALL.map(RowKind::as_str))]
    pub(crate) kind: Option<String>,
}

/// `botspec schema lint`.
#[derive(Debug, Args)]
pub(crate) struct SchemaLintArgs {
    /// A folder with `contracts/` and `requirements/`; without one, the built-in contracts
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// How to print the defects
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `botspec schema check`.
#[derive(Debug, Args)]
pub(crate) struct SchemaCheckArgs {
    /// The dialect
    #[arg(long, value_name = "DIALECT", default_value = "onebot11")]
    pub(crate) dialect: String,
    /// What the document is
    #[arg(long, value_name = "KIND",
          value_parser = Kind::ALL.map(Kind::as_str))]
    pub(crate) kind: String,
    /// The name of the action, segment or event; an event without one is recognised by itself
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The document; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Fail also on what the implementation takes though it does not document it
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to print the defects
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}
