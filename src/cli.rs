//! The words of the command line; what they do stands in `commands/`.

mod watch;

use std::path::PathBuf;

use botspec_reports::record::Partition;
use botspec_reports::{Format, Language};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

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
}

/// How a listing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line each, for people
    Text,
    /// JSON, for programs
    Json,
}

/// Which checks.
#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Only checks whose id matches this glob (`*` stays within a part, `**` does not); may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) select: Vec<String>,
    /// No check whose id matches this glob; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) deselect: Vec<String>,
    /// Only over these transports
    #[arg(long, value_name = "TRANSPORT", value_delimiter = ',', value_parser = ["http", "ws", "reverse-ws", "webhook", "sse"])]
    pub(crate) transport: Vec<String>,
    /// Only one of several parts of these checks, such as `2/8`; the same part on every machine
    #[arg(long, value_name = "K/N", value_parser = |text: &str| text.parse::<Partition>())]
    pub(crate) partition: Option<Partition>,
}

/// The target, by flags or by file.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// A target file (TOML) in place of the flags below
    #[arg(long, value_name = "FILE", conflicts_with_all = ["http", "ws", "reverse_ws", "webhook", "sse", "actor_http", "actor_ws"])]
    pub(crate) target: Option<PathBuf>,
    /// The dialect that the target speaks [default: onebot11; without a target every dialect, one after the other]
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<String>,
    /// Where the target answers actions over HTTP
    #[arg(long, value_name = "URL")]
    pub(crate) http: Option<String>,
    /// Where the target serves its WebSocket
    #[arg(long, value_name = "URL")]
    pub(crate) ws: Option<String>,
    /// Where botspec waits for the WebSocket that the target opens; only a port means loopback
    #[arg(long, value_name = "ADDR")]
    pub(crate) reverse_ws: Option<String>,
    /// Where botspec waits for the events that the target posts; only a port means loopback
    #[arg(long, value_name = "ADDR")]
    pub(crate) webhook: Option<String>,
    /// Where the target serves a stream of server-sent events
    #[arg(long, value_name = "URL")]
    pub(crate) sse: Option<String>,
    /// The access token, and the secret of the webhook; better put into the environment variable `BOTSPEC_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// Friend of the account to send messages to
    #[arg(long, value_name = "ID")]
    pub(crate) friend: Option<i64>,
    /// Group of the account to run checks in
    #[arg(long, value_name = "ID")]
    pub(crate) group: Option<i64>,
    /// Member of that group to mute, rename or kick
    #[arg(long, value_name = "ID")]
    pub(crate) member: Option<i64>,
    /// Where a second account answers actions over HTTP; it provokes events
    #[arg(long, value_name = "URL")]
    pub(crate) actor_http: Option<String>,
    /// Where the second account serves its WebSocket
    #[arg(long, value_name = "URL")]
    pub(crate) actor_ws: Option<String>,
    /// The second account's access token; better put into `BOTSPEC_ACTOR_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub(crate) actor_token: Option<String>,
    /// The control url of a simulated target, which takes steps and puts the world back
    #[arg(long, value_name = "URL")]
    pub(crate) control: Option<String>,
    /// Nothing the account has is of value: try odd values, and use up what it has
    #[arg(long)]
    pub(crate) disposable: bool,
    /// Allow checks with these effects, besides reading
    #[arg(long, value_name = "EFFECT", value_delimiter = ',',
          value_parser = ["read", "send", "write", "destructive", "lifecycle"])]
    pub(crate) allow: Vec<String>,
    /// Try odd values too, and ask as often as the checks want to: some implementations hang or crash on them
    #[arg(long)]
    pub(crate) thorough: bool,
    /// Do not mask names and texts of people: nobody else reads what the run leaves
    #[arg(long)]
    pub(crate) private: bool,
    /// Milliseconds to wait for one answer or event
    #[arg(long, value_name = "MS")]
    pub(crate) timeout: Option<u64>,
    /// The longest that a heartbeat is waited for, in milliseconds
    #[arg(long, value_name = "MS")]
    pub(crate) heartbeat_wait: Option<u64>,
    /// Maximum concurrent calls
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<usize>,
    /// Limit how many calls with an effect the run makes, such as `send=30`; without it, 30 messages on an account that
    /// is not for tests alone
    #[arg(long, value_name = "EFFECT=N", value_delimiter = ',')]
    pub(crate) limit: Vec<String>,
    /// Milliseconds between two calls; without it, reads follow each other at once
    #[arg(long, value_name = "MS")]
    pub(crate) pause: Option<u64>,
    /// Random valid requests per action
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u32>,
}

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
}

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
}

/// `botspec list`.
#[derive(Debug, Args)]
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
    /// List what the actions need and how each need would be met, in place of the checks; nothing is sent
    #[arg(long, conflicts_with = "faults")]
    pub(crate) plan: bool,
    /// With `--plan`: what checks may do to the target besides reading
    #[arg(long, value_name = "EFFECT", value_delimiter = ',', requires = "plan",
          value_parser = ["read", "send", "write", "destructive", "lifecycle"])]
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

/// `botspec serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The dialect to speak
    #[arg(long, value_name = "DIALECT", default_value = "onebot11")]
    pub(crate) dialect: String,
    /// Answer actions over HTTP here; only a port means loopback. As all that follow, it may be repeated
    #[arg(long, value_name = "ADDR")]
    pub(crate) http: Vec<String>,
    /// Stream events over HTTP too, where the dialect leaves that open
    #[arg(long)]
    pub(crate) sse: bool,
    /// Serve the WebSocket here; only a port means loopback
    #[arg(long, value_name = "ADDR")]
    pub(crate) ws: Vec<String>,
    /// Open a WebSocket to a bot, for calls and events, and again whenever it ends
    #[arg(long, value_name = "URL")]
    pub(crate) reverse_ws: Vec<String>,
    /// Open a WebSocket to a bot for its calls alone
    #[arg(long, value_name = "URL")]
    pub(crate) reverse_ws_api: Vec<String>,
    /// Open a WebSocket to a bot for events alone
    #[arg(long, value_name = "URL")]
    pub(crate) reverse_ws_event: Vec<String>,
    /// Milliseconds until a WebSocket is opened again; without it, as long as the dialect takes
    #[arg(long, value_name = "MS")]
    pub(crate) reconnect: Option<u64>,
    /// Post events to a bot
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Vec<String>,
    /// The access token of every adapter
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// What posts are signed with, where that is not the token
    #[arg(long, value_name = "SECRET")]
    pub(crate) secret: Option<String>,
    /// Tell what the account itself says too, where the dialect has an event for it
    #[arg(long)]
    pub(crate) report_self: bool,
    /// The account of the world that all this serves; without it, the first
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<i64>,
    /// Serve a second account of the same world over HTTP here
    #[arg(long, value_name = "ADDR")]
    pub(crate) actor_http: Vec<String>,
    /// Serve the second account's WebSocket here
    #[arg(long, value_name = "ADDR")]
    pub(crate) actor_ws: Vec<String>,
    /// Serve the accounts of this file (TOML), each with adapters of its own
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Serve the control API here, with which friends say things and members come and go
    #[arg(long, value_name = "ADDR")]
    pub(crate) control: Option<String>,
    /// Let these steps happen as soon as a bot is there: JSON, an object on each line or all in an array
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// Play these events once as soon as a bot is there: `all`, or names with commas between
    #[arg(long, value_name = "EVENTS", value_delimiter = ',')]
    pub(crate) events: Option<Vec<String>>,
    /// Do not wait for a bot with the script and the events
    #[arg(long)]
    pub(crate) at_once: bool,
    /// Milliseconds between heartbeats; 0 turns them off. Without it, as often as the dialect has them
    #[arg(long, value_name = "MS")]
    pub(crate) heartbeat: Option<u64>,
    /// The form of messages in events
    #[arg(long, value_name = "FORM", value_parser = ["array", "string"], default_value = "array")]
    pub(crate) message_format: String,
    /// The seed of the world
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Deviate in this way; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) fault: Vec<String>,
    /// The clock: `system`, or `virtual` for one that starts at the same second each time and moves with what happens
    #[arg(long, value_name = "CLOCK", value_parser = ["system", "virtual"], default_value = "system")]
    pub(crate) clock: String,
    /// What a tester proves to be one with at the control API, needed where other machines can reach it; better put into `BOTSPEC_CONTROL_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub(crate) control_token: Option<String>,
    /// How the world begins: `empty` has no friend and no group, `big` 2,000 members and 300 groups, in a `chatty` one others talk, come,
    /// go and react all the time
    #[arg(long, value_name = "KIND", value_parser = ["default", "empty", "big", "chatty"], default_value = "default")]
    pub(crate) world: String,
    /// Milliseconds between two events of `--events`
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) pace: u64,
    /// Let web pages of this origin open a WebSocket, `*` for all; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<String>,
    /// What the implementation lacks.
    #[command(flatten)]
    pub(crate) traits: crate::commands::TraitArgs,
}

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
}

/// `botspec schema export`.
#[derive(Debug, Args)]
pub(crate) struct SchemaExportArgs {
    /// The dialect
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: String,
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
    #[arg(long, value_name = "KIND", value_parser = ["action", "segment", "event", "type"])]
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
    #[arg(long, value_name = "KIND", value_parser = ["action", "segment", "event", "type"])]
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
          value_parser = ["action-params", "action-result", "response", "segment-send", "segment-receive", "event"])]
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

/// `botspec codegen typescript` and `botspec codegen python`.
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
    /// The dialect
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: String,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write nothing; fail when what is there is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
    /// Write a whole crate that builds by itself: runtime, Cargo.toml, README and a round-trip test
    #[arg(long)]
    pub(crate) standalone: bool,
}

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

/// The languages of reports.
fn languages() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::as_str)).try_map(|name| name.parse::<Language>())
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
