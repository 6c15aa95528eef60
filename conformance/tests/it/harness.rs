//! What tests of the engine have in common.

use botspec_conformance::reporters::{RecordWriter, Reporter};
use botspec_conformance::{Cancel, EngineEvent, RunConfig, RunResult, Target, run};
use botspec_reports::record::{Check, Verdict};
use botspec_schema::Catalog;
use tokio::sync::mpsc::unbounded_channel;

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) result: RunResult,
    pub(crate) checks: Vec<Check>,
    pub(crate) notes: Vec<String>,
}

impl Ran {
    /// The checks with a verdict, one line each: `fail onebot11/… @ws: why`.
    pub(crate) fn lines(&self, wanted: impl Fn(Verdict) -> bool) -> Vec<String> {
        let line = |check: &Check| {
            let why = check.finding.as_ref().map_or("", |finding| finding.summary.en.as_str());
            format!("{} {}: {why}", check.verdict, check.label())
        };
        self.checks.iter().filter(|check| wanted(check.verdict)).map(line).collect()
    }

    /// The ids of the checks that found something wrong, also what is only told as information.
    pub(crate) fn bad(&self) -> Vec<&str> {
        let found =
            |check: &&Check| check.verdict.is_bad() || check.verdict == Verdict::Pass && check.finding.is_some();
        self.checks.iter().filter(found).map(|check| check.id.as_str()).collect()
    }
}

/// Runs checks and collects what comes of them.
pub(crate) async fn ran(config: RunConfig) -> Ran {
    // A run is large, and tests hold much beside it.
    Box::pin(recorded(config)).await.0
}

/// Runs checks, collects what comes of them, and writes the record.
pub(crate) async fn recorded(config: RunConfig) -> (Ran, Vec<u8>) {
    let (events, mut arrived) = unbounded_channel();
    let result = run(Catalog::builtin(), config, events, Cancel::new()).await.expect("the run can begin");
    let (mut checks, mut notes) = (Vec::new(), Vec::new());
    let mut record = Vec::new();
    let mut writer = RecordWriter::new(&mut record);
    while let Some(event) = arrived.recv().await {
        writer.on_event(&event);
        match event {
            EngineEvent::CheckFinished(check) => checks.push(*check),
            EngineEvent::Note(note) => notes.push(note.en),
            _ => {}
        }
    }
    writer.result().expect("the record is written");
    (Ran { result, checks, notes }, record)
}

/// Runs the checks that patterns mean.
pub(crate) async fn ran_on(target: &Target, patterns: &[&str]) -> Ran {
    let mut config = RunConfig::new(target.clone());
    config.selection.select = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    ran(config).await
}
