//! `botspec run`: checks a target, keeps the record, writes the reports.

mod budget;
mod everything;
mod record;
mod waivers;

use std::io::stderr;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use botspec_conformance::reporters::{self, Progress, RecordWriter, Reporter};
use botspec_conformance::{
    Cancel, Embedded, EmbeddedConfig, ExitCode, RunConfig, RunResult, RunStatus, Selection, Target, Waivers,
    run as engine,
};
use botspec_reports::record::{Check, Run, Text};
use botspec_reports::summary::Figures;
use botspec_reports::{Analysis, Language, terminal};
use botspec_schema::{Catalog, Dialect};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use self::record::Record;
use super::recorded::{self, Again};
use super::report::{self, RECORD};
use super::{snapshots, target};
use crate::cli::{ListFormat, RunArgs, SelectionArgs, TargetArgs};
use crate::failure::Failure;
use crate::{interrupt, print, style};

/// Runs the checks; the exit code states what came of it.
pub(crate) fn run(args: &RunArgs) -> Result<u8, Failure> {
    match &args.resume {
        Some(record) => resume(args, record),
        None => carry_out(args, std::env::args().collect(), Vec::new()),
    }
}

/// Makes a run again.
pub(super) fn again(again: &Again) -> Result<u8, Failure> {
    carry_out(&again.args, again.words.clone(), again.earlier.clone())
}

/// Goes on with a run that was cut off: with its target, its seed and what it has already, in its own folder.
fn resume(args: &RunArgs, record: &Path) -> Result<u8, Failure> {
    let run = recorded::read(record)?;
    if run.is_complete() {
        return Err(Failure::usage(format!(
            "{}: the run came to its end; there is nothing to go on with",
            record.display()
        )));
    }
    let mut again_args = recorded::again(&run)?;
    let folder = if record.is_dir() { Some(record) } else { record.parent() };
    again_args.args.out = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    again_args.args.seed = Some(run.header.seed);
    again_args.args.format = args.format;
    again_args.args.lang = args.lang;
    again_args.args.selection = run_selection(&args.selection, again_args.args.selection);
    again_args.earlier = run.checks;
    again(&again_args)
}

/// What a run is resumed with: its own selection, narrowed by flags where some are given.
fn run_selection(given: &SelectionArgs, own: SelectionArgs) -> SelectionArgs {
    if given.select.is_empty() && given.deselect.is_empty() && given.transport.is_empty() {
        return own;
    }
    SelectionArgs {
        select: given.select.clone(),
        deselect: given.deselect.clone(),
        transport: given.transport.clone(),
        partition: given.partition.or(own.partition),
    }
}

fn carry_out(args: &RunArgs, words: Vec<String>, earlier: Vec<Check>) -> Result<u8, Failure> {
    let plan = Plan {
        args,
        words,
        earlier,
        selection: target::selection(&args.selection)?,
        waivers: match &args.waivers {
            Some(path) => waivers::read(path)?,
            None => Waivers::default(),
        },
        runtime: Runtime::new().map_err(|error| defect(&format!("no async runtime: {error}")))?,
    };
    let named = target::target(&args.target)?;
    if named.is_none() && args.target.dialect.is_none() {
        return everything::run(&plan);
    }
    let dialect = match &named {
        Some(target) => super::dialect(&target.dialect)?,
        None => target::dialect(&args.target)?,
    };
    if args.dry_run {
        let target = named.unwrap_or_else(|| super::list::every_transport(dialect.name()));
        return budget::print_alone(&target, &plan.selection, args.format, plan.language());
    }
    if let Some(budget) = named.as_ref().and_then(|target| budget::of(target, &plan.selection)) {
        eprintln!("{}", budget::sentence(&budget, plan.language()));
        for line in named.iter().flat_map(target::to_enter) {
            eprintln!("{}", plan.language().of(&line));
        }
    }
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
    /// The command line, one word per entry.
    words: Vec<String>,
    /// The checks of an earlier run that this one goes on with.
    earlier: Vec<Check>,
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
    /// What could not be written.
    failures: Vec<Failure>,
    /// How many warnings count as failures.
    warned: u64,
    /// The language of what is printed.
    language: Language,
    /// What is to be stated of the snapshots.
    snapshots: Vec<Text>,
}

impl Plan<'_> {
    /// The language of what is printed.
    fn language(&self) -> Language {
        self.args.lang.unwrap_or_else(style::language)
    }

    /// Checks a target, or else the embedded implementation in a dialect, and leaves the record and the reports in a
    /// folder.
    fn run(&self, named: Option<Target>, dialect: &Dialect, out: PathBuf) -> Result<Done, Failure> {
        let snapshots = self.args.snapshots.as_deref().map(|dir| snapshots::read(dir, dialect.name())).transpose()?;
        let record = Record::open(&out)?;
        let begun = record.begun();
        let ran = self.runtime.block_on(async {
            // The embedded implementation lives as long as this does.
            let (target, embedded) = match named {
                Some(target) => (target, None),
                None => embedded(self.args, dialect).await?,
            };
            let config = RunConfig {
                seed: self.args.seed.unwrap_or_else(|| seed_for(embedded.is_some())),
                command: command_line(&self.words, self.args, dialect, &out),
                earlier: self.earlier.clone(),
                selection: self.selection.clone(),
                min_judged: self.args.min_judged,
                waivers: self.waivers.clone(),
                snapshots,
                ledger: Some(out.clone()),
                ..RunConfig::new(target)
            };
            drive(config, record, self.language()).await
        })?;
        let mut done = Done::of(self.args, out, ran, begun.load(Ordering::Acquire))?;
        if let (Some(dir), Some(result)) = (&self.args.snapshots, &done.result.snapshots) {
            done.failures.extend(snapshots::write(dir, dialect.name(), result).err());
            done.snapshots = snapshots::summary(dir, result);
        }
        Ok(done)
    }
}

async fn embedded(args: &RunArgs, dialect: &Dialect) -> Result<(Target, Option<Embedded>), Failure> {
    let config = EmbeddedConfig { faults: super::faults(dialect, &args.fault)?, ..EmbeddedConfig::new(dialect.name()) };
    let embedded = Embedded::start(config).await.map_err(|error| Failure::usage(error.to_string()))?;
    let mut target = embedded.target().clone();
    target::limits(&args.target, &mut target)?;
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
async fn drive(config: RunConfig, record: Record, language: Language) -> Result<Ran, Failure> {
    let (events, listener) = mpsc::unbounded_channel();
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let interrupt = tokio::spawn(async move {
        if interrupt::wait().await.is_ok() {
            stop.cancel();
        }
        // Who does not want to wait until everything is put back states so again.
        if interrupt::wait().await.is_ok() {
            std::process::exit(i32::from(ExitCode::Cancelled.code()));
        }
    });
    let mut writer = RecordWriter::new(record);
    let mut progress = Progress::new(stderr(), style::of_progress()).in_language(language);
    let reporters: &mut [&mut dyn Reporter] = &mut [&mut writer, &mut progress];
    let (result, ()) =
        tokio::join!(engine(Catalog::builtin(), config, events, cancel), reporters::drive(listener, reporters));
    interrupt.abort();
    let result = result.map_err(|error| Failure::usage(error.to_string()))?;
    let failures = writer.result().err().map(|error| Failure::usage(format!("cannot write the record: {error}")));
    Ok(Ran { result, failures: failures.into_iter().collect() })
}

/// A run that came to its end, and what of it could not be written.
struct Ran {
    result: RunResult,
    failures: Vec<Failure>,
}

impl Done {
    /// Renders what the record holds.
    fn of(args: &RunArgs, out: PathBuf, ran: Ran, begun: bool) -> Result<Self, Failure> {
        let Ran { result, mut failures } = ran;
        let code = result.exit_code().code();
        let language = args.lang.unwrap_or_else(style::language);
        match result.status {
            RunStatus::NothingSelected => return Err(nothing_selected()),
            RunStatus::Unreachable => {
                let (addresses, cannot) = (addresses(args), language.pick("cannot connect to", "无法连接到"));
                return Err(Failure::with_code(code, format!("{cannot} {addresses}")));
            }
            RunStatus::Finished | RunStatus::Stopped | RunStatus::Cancelled => {}
        }
        let mut recorded = None;
        if begun {
            match report::read(&out.join(RECORD)) {
                Ok(run) => recorded = Some(run),
                Err(failure) => failures.push(failure),
            }
        }
        failures.extend(recorded.as_ref().and_then(|run| report::write_all(run, &out).err()));
        let mut warned = 0;
        if let Some(run) = &recorded {
            if let Some(path) = &args.write_waivers {
                failures.extend(waivers::write(path, run).err());
            }
            warned = if args.strict { Figures::of(run).warned() } else { 0 };
        }
        Ok(Self { out, result, recorded, failures, warned, language, snapshots: Vec::new() })
    }

    /// The exit code. Whoever asked for reports that could not be written does not get a 0.
    pub(super) fn code(&self) -> u8 {
        match (self.result.exit_code(), self.failures.first()) {
            (ExitCode::Conformant, Some(failure)) => failure.code(),
            (ExitCode::Conformant, None) if self.warned > 0 => ExitCode::Failed.code(),
            (code, _) => code.code(),
        }
    }

    fn page(&self) -> PathBuf {
        self.out.join("report.html")
    }

    /// What programs are reported.
    fn json(&self) -> Value {
        json!({
            "result": self.result,
            "judged_percent": self.result.judged_percent(),
            "exit_code": self.code(),
            "record": self.out.join(RECORD),
            "report": self.page(),
        })
    }

    /// What people are reported.
    fn print(&self) -> Result<(), Failure> {
        for failure in &self.failures {
            eprintln!("botspec: {failure}");
        }
        let Some(run) = &self.recorded else { return Ok(()) };
        let page = self.page();
        let page = page.exists().then(|| page.display().to_string());
        print::text(&terminal::summary_in(self.language, &Analysis::of(run), style::of_stdout(), page.as_deref()))?;
        self.snapshots.iter().try_for_each(|line| print::text(&format!("{}\n", self.language.of(line))))
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
fn command_line(typed: &[String], args: &RunArgs, dialect: &Dialect, out: &Path) -> Vec<String> {
    const LEFT_OUT: [&str; 9] = [
        "--select",
        "--seed",
        "--token",
        "--actor-token",
        "--out",
        "--format",
        "--resume",
        "--write-waivers",
        "--lang",
    ];
    let mut words = vec!["botspec".to_owned()];
    let mut given = typed.iter().skip(1).cloned();
    while let Some(word) = given.next() {
        if LEFT_OUT.contains(&word.as_str()) {
            given.next();
        } else if !LEFT_OUT.iter().any(|flag| word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))) {
            words.push(word);
        }
    }
    if args.target.dialect.is_none() && args.target.target.is_none() && !typed.contains(&"--dialect".to_owned()) {
        words.extend(["--dialect".to_owned(), dialect.name().to_owned()]);
    }
    let out = out.to_string_lossy();
    words.extend(["--out".to_owned(), format!("{}{REPEATED}", out.trim_end_matches('/'))]);
    words
}

fn defect(text: &str) -> Failure {
    Failure::with_code(ExitCode::Defect.code(), text)
}
