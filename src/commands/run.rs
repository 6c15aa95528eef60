//! `botspec run`: checks a target, keeps the record, writes the reports.

mod everything;
mod record;

use std::io::stderr;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use botspec_conformance::reporters::{self, Progress, RecordWriter, Reporter};
use botspec_conformance::{
    Cancel, Embedded, EmbeddedConfig, ExitCode, RunConfig, RunResult, RunStatus, Selection, Target, Waivers,
    run as engine,
};
use botspec_reports::record::Run;
use botspec_reports::terminal;
use botspec_schema::{Catalog, Dialect};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use self::record::Record;
use super::report::{self, RECORD};
use super::target;
use crate::cli::{ListFormat, RunArgs, TargetArgs};
use crate::failure::Failure;
use crate::{interrupt, print, style};

/// Runs the checks; the exit code says what came of it.
pub(crate) fn run(args: &RunArgs) -> Result<u8, Failure> {
    let plan = Plan {
        args,
        selection: target::selection(&args.selection)?,
        waivers: match &args.waivers {
            Some(path) => Waivers::read(path).map_err(|error| Failure::usage(error.to_string()))?,
            None => Waivers::default(),
        },
        runtime: Runtime::new().map_err(|error| defect(&format!("no async runtime: {error}")))?,
    };
    let named = target::target(&args.target)?;
    if named.is_none() && args.target.dialect.is_none() {
        return everything::run(&plan);
    }
    let dialect = target::dialect(&args.target)?;
    let done = plan.run(named, dialect, args.out.clone())?;
    match args.format {
        ListFormat::Json => print::json(&done.json())?,
        ListFormat::Text => done.print()?,
    }
    Ok(done.code())
}

/// What is to be run, whatever it is run on.
struct Plan<'a> {
    args: &'a RunArgs,
    selection: Selection,
    waivers: Waivers,
    runtime: Runtime,
}

/// A run that came to its end.
struct Done {
    out: PathBuf,
    result: RunResult,
    /// What was recorded; a run that was stopped before its target was known has no record to show.
    recorded: Option<Run>,
    /// A report that could not be written.
    failure: Option<Failure>,
}

impl Plan<'_> {
    /// Checks a target, or else the embedded implementation in a dialect, and leaves the record and the reports in a
    /// folder.
    fn run(&self, named: Option<Target>, dialect: &Dialect, out: PathBuf) -> Result<Done, Failure> {
        let record = Record::open(&out)?;
        let begun = record.begun();
        let result = self.runtime.block_on(async {
            // The embedded implementation lives as long as this does.
            let (target, embedded) = match named {
                Some(target) => (target, None),
                None => embedded(self.args, dialect).await?,
            };
            let config = RunConfig {
                seed: self.args.seed.unwrap_or_else(|| seed_for(embedded.is_some())),
                command: command_line(self.args, dialect, &out),
                selection: self.selection.clone(),
                min_judged: self.args.min_judged,
                waivers: self.waivers.clone(),
                ..RunConfig::new(target)
            };
            drive(config, record).await
        })?;
        Done::of(self.args, out, result, begun.load(Ordering::Acquire))
    }
}

async fn embedded(args: &RunArgs, dialect: &Dialect) -> Result<(Target, Option<Embedded>), Failure> {
    let config = EmbeddedConfig { faults: super::faults(dialect, &args.fault)?, ..EmbeddedConfig::new(dialect.name()) };
    let embedded = Embedded::start(config).await.map_err(|error| Failure::usage(error.to_string()))?;
    let mut target = embedded.target().clone();
    target::limits(&args.target, &mut target);
    Ok((target, Some(embedded)))
}

/// The embedded implementation is the same each time, and so is its run; a real target is asked something new.
fn seed_for(embedded: bool) -> u64 {
    if embedded {
        return 1;
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_secs()
}

/// Runs the engine with everything that listens to it.
async fn drive(config: RunConfig, record: Record) -> Result<RunResult, Failure> {
    let (events, listener) = mpsc::unbounded_channel();
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let interrupt = tokio::spawn(async move {
        if interrupt::wait().await.is_ok() {
            stop.cancel();
        }
    });
    let mut writer = RecordWriter::new(record);
    let mut progress = Progress::new(stderr(), style::of_progress());
    let reporters: &mut [&mut dyn Reporter] = &mut [&mut writer, &mut progress];
    let (result, ()) =
        tokio::join!(engine(Catalog::builtin(), config, events, cancel), reporters::drive(listener, reporters));
    interrupt.abort();
    writer.result().map_err(|error| Failure::usage(format!("the record could not be written: {error}")))?;
    result.map_err(|error| Failure::usage(error.to_string()))
}

impl Done {
    /// Renders what the record holds.
    fn of(args: &RunArgs, out: PathBuf, result: RunResult, begun: bool) -> Result<Self, Failure> {
        let code = result.exit_code().code();
        match result.status {
            RunStatus::NothingSelected => return Err(nothing_selected()),
            RunStatus::Unreachable => {
                return Err(Failure::with_code(code, format!("cannot connect to {}", addresses(args))));
            }
            RunStatus::Finished | RunStatus::Cancelled => {}
        }
        let mut failure = None;
        let recorded = if begun { Some(report::read(&out.join(RECORD))?) } else { None };
        if let Some(run) = &recorded {
            failure = report::write_all(run, &out).err();
        }
        Ok(Self { out, result, recorded, failure })
    }

    /// The exit code. Whoever asked for reports that could not be written does not get a 0.
    fn code(&self) -> u8 {
        match (self.result.exit_code(), &self.failure) {
            (ExitCode::Conformant, Some(failure)) => failure.code(),
            (code, _) => code.code(),
        }
    }

    fn page(&self) -> PathBuf {
        self.out.join("report.html")
    }

    /// What programs are told.
    fn json(&self) -> Value {
        json!({
            "result": self.result,
            "judged_percent": self.result.judged_percent(),
            "exit_code": self.code(),
            "record": self.out.join(RECORD),
            "report": self.page(),
        })
    }

    /// What people are told.
    fn print(&self) -> Result<(), Failure> {
        if let Some(failure) = &self.failure {
            eprintln!("botspec: {failure}");
        }
        let Some(run) = &self.recorded else { return Ok(()) };
        print::text(&terminal::summary(run, style::of_stdout(), Some(&self.page().display().to_string())))
    }
}

fn nothing_selected() -> Failure {
    let code = ExitCode::NothingSelected.code();
    Failure::with_code(code, "no check matches the selection; `botspec list` shows all checks")
}

fn addresses(args: &RunArgs) -> String {
    if let Some(path) = &args.target.target {
        return format!("the addresses of {}", path.display());
    }
    let TargetArgs { http, ws, reverse_ws, webhook, sse, .. } = &args.target;
    let named = [http, ws, reverse_ws, webhook, sse];
    named.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// What stands behind the name of a run's folder where it is repeated: the run that is being read stays as it is.
const REPEATED: &str = "-repeat";

/// The words of this command line without those that a repetition sets anew or that nobody should read.
fn command_line(args: &RunArgs, dialect: &Dialect, out: &Path) -> Vec<String> {
    const LEFT_OUT: [&str; 6] = ["--select", "--seed", "--token", "--actor-token", "--out", "--format"];
    let mut words = vec!["botspec".to_owned()];
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        if LEFT_OUT.contains(&word.as_str()) {
            given.next();
        } else if !LEFT_OUT.iter().any(|flag| word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))) {
            words.push(word);
        }
    }
    if args.target.dialect.is_none() && args.target.target.is_none() {
        words.extend(["--dialect".to_owned(), dialect.name().to_owned()]);
    }
    let out = out.to_string_lossy();
    words.extend(["--out".to_owned(), format!("{}{REPEATED}", out.trim_end_matches('/'))]);
    words
}

fn defect(text: &str) -> Failure {
    Failure::with_code(ExitCode::Defect.code(), text)
}
