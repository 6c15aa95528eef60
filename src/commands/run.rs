//! `botspec run`: checks a target, keeps the record, writes the reports.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufWriter, stderr};
use std::path::Path;

use botspec_conformance::consumers::{self, Consumer, Progress, RecordWriter};
use botspec_conformance::{
    Cancel, Embedded, EmbeddedConfig, Ending, ExitCode, RunConfig, RunResult, Selection, Target, Waivers, run as engine,
};
use botspec_reports::record::Run;
use botspec_reports::terminal;
use botspec_schema::{Catalog, Dialect};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::report::{self, RECORD};
use super::target;
use crate::cli::{ListFormat, RunArgs, TargetArgs};
use crate::failure::Failure;
use crate::{print, style};

/// Runs the checks; the exit code says what came of it.
pub(crate) fn run(args: &RunArgs) -> Result<u8, Failure> {
    let dialect = super::dialect(&args.target.dialect)?;
    let selection = target::selection(&args.selection)?;
    let waivers = match &args.waivers {
        Some(path) => Waivers::read(path).map_err(|error| Failure::usage(error.to_string()))?,
        None => Waivers::default(),
    };
    let named = target::target(&args.target)?;
    let record = Record::create(&args.out)?;
    let runtime = Runtime::new().map_err(|error| defect(&format!("no async runtime: {error}")))?;
    let result = runtime.block_on(async {
        // The embedded implementation lives as long as this does.
        let (target, _embedded) = match named {
            Some(target) => (target, None),
            None => embedded(args, dialect).await?,
        };
        let config = RunConfig {
            seed: args.seed.unwrap_or_else(|| seed_for(&target)),
            command: command_line(),
            ..config(target, selection, waivers)
        };
        drive(config, record.file).await
    })?;
    finish(args, &result)
}

fn config(target: Target, selection: Selection, waivers: Waivers) -> RunConfig {
    RunConfig { selection, waivers, ..RunConfig::new(target) }
}

async fn embedded(args: &RunArgs, dialect: &Dialect) -> Result<(Target, Option<Embedded>), Failure> {
    let config = EmbeddedConfig { faults: super::faults(dialect, &args.fault)?, ..EmbeddedConfig::new(dialect.name()) };
    let embedded = Embedded::start(config).await.map_err(|error| Failure::usage(error.to_string()))?;
    let mut target = embedded.target().clone();
    target::limits(&args.target, &mut target);
    Ok((target, Some(embedded)))
}

/// The embedded implementation is the same each time, and so is its run; a real target is asked something new.
fn seed_for(target: &Target) -> u64 {
    if target.is_simulated() {
        return 1;
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_secs()
}

/// Runs the engine with everything that listens to it.
async fn drive(config: RunConfig, record: File) -> Result<RunResult, Failure> {
    let (events, listener) = mpsc::unbounded_channel();
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let mut writer = RecordWriter::new(BufWriter::new(record));
    let mut progress = Progress::new(stderr(), style::of_progress());
    let consumers: &mut [&mut dyn Consumer] = &mut [&mut writer, &mut progress];
    let (result, ()) =
        tokio::join!(engine(Catalog::builtin(), config, events, cancel), consumers::drive(listener, consumers));
    interrupt.abort();
    writer.result().map_err(|error| Failure::usage(format!("the record could not be written: {error}")))?;
    result.map_err(|error| Failure::usage(error.to_string()))
}

/// Renders what the record holds and says how the run ended.
fn finish(args: &RunArgs, result: &RunResult) -> Result<u8, Failure> {
    let code = result.exit_code();
    match result.ending {
        Ending::NothingSelected => {
            return Err(Failure::with_code(code.code(), "the selection means no check; `botspec list` names them all"));
        }
        Ending::Unreachable => {
            return Err(Failure::with_code(code.code(), format!("nobody answers at {}", addresses(args))));
        }
        Ending::Finished | Ending::Cancelled => {}
    }
    let path = args.out.join(RECORD);
    // A run that was stopped before its target was known has no record to show.
    let Some(run) = recorded(&path)? else { return Ok(code.code()) };
    report::write_all(&run, &args.out)?;
    let page = args.out.join("report.html");
    match args.format {
        ListFormat::Json => print::json(&json!({
            "result": result,
            "exit_code": code.code(),
            "record": path,
            "report": page,
        }))?,
        ListFormat::Text => {
            print::text(&terminal::summary(&run, style::of_stdout(), Some(&page.display().to_string())))?;
        }
    }
    Ok(code.code())
}

fn recorded(path: &Path) -> Result<Option<Run>, Failure> {
    let empty = fs::metadata(path).is_ok_and(|file| file.len() == 0);
    if empty { Ok(None) } else { report::read(path).map(Some) }
}

fn addresses(args: &RunArgs) -> String {
    if let Some(path) = &args.target.target {
        return format!("the addresses of {}", path.display());
    }
    let TargetArgs { http, ws, reverse_ws, webhook, sse, .. } = &args.target;
    let named = [http, ws, reverse_ws, webhook, sse];
    named.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// The record's file, which belongs to one run at a time.
struct Record {
    file: File,
}

impl Record {
    fn create(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(RECORD);
        let cannot = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
        fs::create_dir_all(folder).map_err(cannot)?;
        // Not truncated before it is locked: the record of another run that is under way stays whole.
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::usage(format!(
                    "another run writes to {}; name another folder with --out",
                    folder.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        file.set_len(0).map_err(cannot)?;
        Ok(Self { file })
    }
}

/// The words of this command line without those that a repetition sets anew or that nobody should read.
fn command_line() -> Vec<String> {
    const LEFT_OUT: [&str; 5] = ["--select", "--seed", "--token", "--actor-token", "--out"];
    let mut words = vec!["botspec".to_owned()];
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        if LEFT_OUT.contains(&word.as_str()) {
            given.next();
        } else if !LEFT_OUT.iter().any(|flag| word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))) {
            words.push(word);
        }
    }
    words
}

fn defect(text: &str) -> Failure {
    Failure::with_code(ExitCode::Defect.code(), text)
}
