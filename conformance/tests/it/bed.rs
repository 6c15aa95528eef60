//! What tests of the engine have in common.

use botspec_conformance::{Cancel, EngineEvent, RunConfig, RunResult, Target, run};
use botspec_reports::record::{Check, Verdict};
use botspec_schema::Catalog;
use tokio::sync::mpsc::unbounded_channel;

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) result: RunResult,
    pub(crate) checks: Vec<Check>,
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

    /// The ids of the checks that found something wrong.
    pub(crate) fn bad(&self) -> Vec<&str> {
        self.checks.iter().filter(|check| check.verdict.is_bad()).map(|check| check.id.as_str()).collect()
    }
}

/// Runs checks and collects what comes of them.
pub(crate) async fn ran(config: RunConfig) -> Ran {
    let (events, mut heard) = unbounded_channel();
    let result = run(Catalog::builtin(), config, events, Cancel::new()).await.expect("the run can begin");
    let mut checks = Vec::new();
    while let Some(event) = heard.recv().await {
        if let EngineEvent::CheckFinished(check) = event {
            checks.push(*check);
        }
    }
    Ran { result, checks }
}

/// Runs the checks that a pattern means.
pub(crate) async fn ran_on(target: &Target, patterns: &[&str]) -> Ran {
    let mut config = RunConfig::new(target.clone());
    config.selection.select = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    ran(config).await
}
