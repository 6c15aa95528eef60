//! Runs a selection of checks and reports what happens.

mod blocked;
mod header;
mod older;
mod prepare;
mod schedule;
mod task;
mod unsettled;
mod waived;
mod windows;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::{Check, Text, millis};
use botspec_schema::Catalog;
use tokio::sync::mpsc::UnboundedSender;

use self::blocked::Blocked;
use self::waived::Waived;
use crate::cancel::Cancel;
use crate::check::CheckInfo;
use crate::checks;
use crate::contract::Contract;
use crate::events::EngineEvent;
use crate::gate::Gate;
use crate::order;
use crate::outcome::{RunResult, RunStatus};
use crate::run_context::RunContext;
use crate::run_error::{RunError, contract_of};
use crate::select::Selection;
use crate::snapshots::{KeptSnapshots, SnapshotCollector};
use crate::target::Target;
use crate::teardown::Ledger;
use crate::undo;
use crate::unit::Unit;
use crate::waiver::Waivers;

/// What to run.
#[derive(Debug, Clone)]
pub struct RunConfig {
    /// What is checked.
    pub target: Target,
    /// Which checks.
    pub selection: Selection,
    /// What everything that is drawn at random follows from.
    pub seed: u64,
    /// The least share of the checks that the permissions allow which has to be judged, in percent.
    pub min_judged: Option<u8>,
    /// What is known to fail.
    pub waivers: Waivers,
    /// The command line that repeats the run, one word per entry, without `--select`, `--seed` and secrets.
    pub command: Vec<String>,
    /// The version of botspec.
    pub botspec_version: String,
    /// The checks of an earlier run that this one goes on with: they are not run again.
    pub earlier: Vec<Check>,
    /// The snapshots of the target that the run is compared with; nothing where it is compared with none.
    pub snapshots: Option<KeptSnapshots>,
    /// The folder in which changes are written down; without one, they are known to this run alone.
    pub ledger: Option<PathBuf>,
}

impl RunConfig {
    /// Every check on a target.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            selection: Selection::all(),
            seed: 0,
            min_judged: None,
            waivers: Waivers::default(),
            command: vec!["botspec".to_owned(), "run".to_owned()],
            botspec_version: env!("CARGO_PKG_VERSION").to_owned(),
            earlier: Vec::new(),
            snapshots: None,
            ledger: None,
        }
    }
}

/// Runs checks on a target and reports `events` what happens. It ends early when `cancel` is used.
pub async fn run(
    catalog: &Catalog,
    config: RunConfig,
    events: UnboundedSender<EngineEvent>,
    cancel: Cancel,
) -> Result<RunResult, RunError> {
    config.target.validate()?;
    let contract = contract_of(catalog, &config.target.dialect)?;
    let began = Instant::now();
    let ledger = match &config.ledger {
        Some(folder) => {
            let address = config.target.endpoints().next().map(|(_, address)| address);
            Arc::new(Ledger::for_target(folder, address)?)
        }
        None => Arc::new(Ledger::default()),
    };
    let snapshots = config.snapshots.is_some().then(|| Arc::new(SnapshotCollector::new(Arc::clone(&contract))));
    let result = RunResult { min_judged: config.min_judged, ..RunResult::new() };
    let mut config = config;
    config.selection.except.extend(config.earlier.iter().map(Check::label));
    let mut run = Run {
        config,
        ledger,
        contract,
        snapshots,
        events,
        cancel,
        result,
        blocked: Blocked::default(),
        version: None,
        spoken: None,
        waived: Waived::default(),
    };
    // On the heap: whoever awaits a run would have all its state in their own future.
    let requests = Box::pin(run.go(catalog)).await;
    run.result.requests = requests;
    run.result.blocked = run.blocked.without_cause();
    run.result.duration_ms = millis(began.elapsed());
    run.emit(EngineEvent::RunFinished(run.result.clone()));
    Ok(run.result)
}

struct Run {
    config: RunConfig,
    ledger: Arc<Ledger>,
    contract: Arc<Contract>,
    /// What the checked account sends, where the run is compared with snapshots.
    snapshots: Option<Arc<SnapshotCollector>>,
    events: UnboundedSender<EngineEvent>,
    cancel: Cancel,
    result: RunResult,
    blocked: Blocked,
    /// The version of the target, where it is known.
    version: Option<String>,
    /// The version of the dialect that the target states it speaks, where that is older than the contracts.
    spoken: Option<String>,
    waived: Waived,
}

impl Run {
    fn emit(&self, event: EngineEvent) {
        // Nobody listens any more: the run goes on, its result is reported by its return value.
        let _ = self.events.send(event);
    }

    /// Runs everything and states how many requests were sent.
    async fn go(&mut self, catalog: &Catalog) -> u64 {
        let units = self.selected();
        let checks = units.iter().flat_map(|unit| &unit.checks).filter(|check| self.wants(check)).count();
        if checks == 0 && self.config.earlier.is_empty() {
            self.result.status = RunStatus::NothingSelected;
            return 0;
        }
        let cancel = self.cancel.clone();
        tokio::select! {
            biased;
            () = cancel.cancelled() => {
                self.result.status = RunStatus::Cancelled;
                0
            }
            ready = self.prepare() => match ready {
                None => {
                    self.result.status = RunStatus::Unreachable;
                    0
                }
                Some((context, known)) => {
                    let mut header = self.header(catalog, &known, checks + self.config.earlier.len());
                    context.secrets.clean_header(&mut header);
                    self.emit(EngineEvent::RunStarted { header: Box::new(header), checks });
                    context.count_sending(units.iter().filter(|unit| unit.order.sends()).count());
                    if units.iter().any(|unit| unit.order.is_by_clock()) {
                        checks::standing::open(&context).await;
                    }
                    let implementation = known.implementation.clone();
                    let version = self.config.target.version.clone().or(known.version.map(|(version, _)| version));
                    self.version.clone_from(&version);
                    let units = self.spoken_units(&context, units, version.as_deref());
                    let infos: Vec<CheckInfo> = units.iter().flat_map(|unit| unit.checks.clone()).collect();
                    for check in std::mem::take(&mut self.config.earlier) {
                        self.finish(check);
                    }
                    self.run_units(&context, units, version.as_deref()).await;
                    if self.config.selection.is_everything() {
                        self.result.actions = Some(Box::new(context.gate.actions()));
                    }
                    if self.result.status == RunStatus::Finished {
                        self.report_stale_causes(&infos);
                    }
                    self.settle_snapshots(&context, implementation.as_deref(), version.as_deref());
                    self.put_back(&context).await;
                    let actor = context.actor.as_ref().map_or(0, Gate::requests);
                    context.gate.requests() + actor
                }
            }
        }
    }

    fn wants(&self, check: &CheckInfo) -> bool {
        self.config.selection.wants(check)
    }

    /// The units that a wanted check is in, those that do least harm first.
    fn selected(&self) -> Vec<Unit> {
        let mut units = checks::units(&self.contract, &self.config.target);
        units.retain(|unit| unit.checks.iter().any(|check| self.wants(check)));
        units.retain(|unit| unit.applies_to(&self.config.target));
        order::each_once_first(&self.contract, &mut units);
        units
    }

    /// Puts back what the run changed, however it ended.
    async fn put_back(&mut self, cx: &RunContext) {
        if cx.gate.is_restored() {
            cx.refresh().await;
        }
        if self.ledger.is_empty() {
            return;
        }
        let changes = self.ledger.len();
        self.emit(EngineEvent::Note(Text::both(
            format!("putting back what was changed: {changes} to go"),
            format!("正在恢复所做的更改：共 {changes} 项"),
        )));
        self.result.left = undo::put_back(&self.ledger, &cx.gate, cx.actor.as_ref(), &cx.secrets).await;
    }

    /// Compares what came with the snapshots. A run that was cut off saw too little for that.
    fn settle_snapshots(&mut self, cx: &RunContext, implementation: Option<&str>, version: Option<&str>) {
        if let (Some(kept), Some(collector), RunStatus::Finished) =
            (&self.config.snapshots, &self.snapshots, self.result.status)
        {
            let seen = collector.snapshots(&cx.secrets);
            self.result.snapshots = Some(Box::new(kept.settle(implementation, version, seen)));
        }
    }

    fn finish(&mut self, mut check: Check) {
        self.waive_by_cause(&mut check);
        self.result.count(&check);
        self.blocked.note(&check);
        self.emit(EngineEvent::CheckFinished(Box::new(check)));
    }
}
