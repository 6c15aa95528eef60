//! Runs a selection of checks and reports what happens.

mod unsettled;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use self::unsettled::Unsettled;
use botspec_reports::record::{self, Check, Endpoint, Header, Text, Transport, millis, rfc3339};
use botspec_schema::Catalog;
use botspec_schema::model::Fixture;
use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{JoinError, JoinHandle};

use crate::cancel::Cancel;
use crate::check::CheckInfo;
use crate::check_context::{CheckContext, CheckResult, NotPassed};
use crate::checks;
use crate::contract::Contract;
use crate::events::EngineEvent;
use crate::finding;
use crate::fixtures::{Discovered, Fixtures, discover};
use crate::gate::{Gate, effect_word};
use crate::oracle::Oracle;
use crate::order;
use crate::outcome::{RunResult, RunStatus};
use crate::random::seed_of;
use crate::redact::Secrets;
use crate::run_context::RunContext;
use crate::select::Selection;
use crate::silence;
use crate::target::{Target, TargetError};
use crate::teardown::{Account, Ledger, LedgerError};
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
            ledger: None,
        }
    }
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no such dialect.
    #[error("there is no dialect `{name}`; there are {}", known.join(", "))]
    UnknownDialect {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The target cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// What an earlier run changed and left cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The contracts that a target is checked by.
pub(crate) fn contract_of(catalog: &Catalog, dialect: &str) -> Result<Arc<Contract>, RunError> {
    Contract::new(catalog, dialect).map(Arc::new).ok_or_else(|| RunError::UnknownDialect {
        name: dialect.to_owned(),
        known: catalog.dialects().map(|dialect| dialect.name().to_owned()).collect(),
    })
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
    let result = RunResult { min_judged: config.min_judged, ..RunResult::new() };
    let mut config = config;
    config.selection.except.extend(config.earlier.iter().map(Check::label));
    let mut run = Run { config, ledger, contract, events, cancel, result };
    // On the heap: whoever awaits a run would have all its state in their own future.
    let requests = Box::pin(run.go(catalog)).await;
    run.result.requests = requests;
    run.result.duration_ms = millis(began.elapsed());
    run.emit(EngineEvent::RunFinished(run.result.clone()));
    Ok(run.result)
}

/// How long the last calls of a run that is stopped may take.
const LAST_CALLS: Duration = Duration::from_secs(5);

struct Run {
    config: RunConfig,
    ledger: Arc<Ledger>,
    contract: Arc<Contract>,
    events: UnboundedSender<EngineEvent>,
    cancel: Cancel,
    result: RunResult,
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
                    let version = self.config.target.version.clone().or(known.version.map(|(version, _)| version));
                    for check in std::mem::take(&mut self.config.earlier) {
                        self.finish(check);
                    }
                    self.run_units(&context, units, version.as_deref()).await;
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
        order::each_once_first(&mut units);
        units
    }

    /// Finds out whether anybody is there, and who.
    async fn prepare(&self) -> Option<(Arc<RunContext>, Discovered)> {
        let secrets = Arc::new(Secrets::default());
        let oracle = Arc::new(Oracle::new(Arc::clone(&self.contract)));
        let open = |target: &Target| {
            Gate::new(target.clone(), Arc::clone(&self.contract), Arc::clone(&secrets)).judged_by(&oracle)
        };
        let mut gate = open(&self.config.target);
        let mut reached = false;
        for (transport, _) in self.config.target.endpoints() {
            match gate.reach(transport).await {
                Ok(()) => reached |= transport != Transport::Webhook || !gate.target().has_address(),
                Err((address, why)) => self.emit(EngineEvent::Note(secrets.clean_note(Text::both(
                    format!("{transport} {address}: {}", why.en),
                    format!("{transport} {address}：{}", why.zh()),
                )))),
            }
        }
        if !reached {
            return None;
        }
        if let Err(why) = gate.find_control().await {
            self.emit(EngineEvent::Note(why));
        }
        let restored = gate.is_restored();
        gate = self.with_ledger(gate, Account::Checked, restored);
        gate.learn_absence().await;
        let mut known = discover(&gate).await;
        let actor = match &self.config.target.actor {
            None => None,
            Some(actor) => {
                let own = known.bindings.get("self");
                let second = open(&second_account(actor, &self.config.target, own)).sharing_quota(&gate);
                let second = self.with_ledger(second, Account::Actor, gate.is_restored());
                let account = discover(&second).await.bindings.remove("self");
                if account.is_some() && account.as_ref() == own {
                    self.emit(EngineEvent::Note(Text::both(
                        "the second account is the first one; nothing is done by it",
                        "第二个账号与第一个账号相同；不会使用它",
                    )));
                    None
                } else {
                    if let Some(account) = &account {
                        second.know_account(account.clone());
                    }
                    known.bindings.extend(account.map(|account| ("actor".to_owned(), account)));
                    Some(second)
                }
            }
        };
        let fixtures = Fixtures::new(self.config.target.clone(), &known);
        let seed = self.config.seed;
        let context = RunContext::new(gate, actor, fixtures, secrets, seed);
        context.refresh().await;
        if let Some(account) = context.fixtures.bindings().remove("self") {
            context.gate.know_account(account);
        }
        Some((Arc::new(context), known))
    }

    async fn run_units(&mut self, context: &Arc<RunContext>, units: Vec<Unit>, version: Option<&str>) {
        let mut unsettled = Unsettled::of(&units);
        self.run_batches(context, units, version, &mut unsettled).await;
        if let Some(note) = context.gate.actions_note() {
            self.emit(EngineEvent::Note(note));
        }
        for (info, earlier, violation) in unsettled.settle(context) {
            let check = match violation {
                None => earlier,
                Some(why) => {
                    let cx = CheckContext::new(Arc::clone(context), info.transport, 0, Vec::new());
                    let expected = self.config.waivers.expected(&info, &self.config.target, version, today());
                    let mut check = finding::record(&info, &Err(why), &cx, &self.config.command, expected);
                    check.duration_ms = earlier.duration_ms;
                    check
                }
            };
            self.finish(check);
        }
    }

    async fn run_batches(
        &mut self,
        context: &Arc<RunContext>,
        units: Vec<Unit>,
        version: Option<&str>,
        unsettled: &mut Unsettled,
    ) {
        let today = today();
        let concurrency = self.config.target.limits.concurrency.max(1);
        let cancel = self.cancel.clone();
        let events = self.events.clone();
        let selection = self.config.selection.clone();
        let start = |unit: &Unit| {
            for check in unit.checks.iter().filter(|check| selection.wants(check)) {
                let _ = events.send(EngineEvent::CheckStarted { label: check.label() });
            }
        };
        let (parallel, serial): (Vec<_>, Vec<_>) = units.into_iter().partition(|unit| unit.order.is_parallel());
        for (batch, width) in [(parallel, concurrency), (serial, 1)] {
            let mut running = stream::iter(batch)
                .map(|unit| {
                    start(&unit);
                    let wanted = unit.checks.iter().map(|check| selection.wants(check)).collect();
                    Task::spawn(run_unit(Arc::clone(context), unit, wanted))
                })
                .buffered(width);
            loop {
                let finished = tokio::select! {
                    biased;
                    () = cancel.cancelled() => {
                        self.result.status = RunStatus::Cancelled;
                        // A call that is under way may change something: what it did is known when it is answered.
                        context.close(true);
                        let within = self.config.target.limits.timeout.min(LAST_CALLS);
                        let last = async {
                            for _ in 0..width {
                                running.next().await;
                            }
                        };
                        let _ = tokio::time::timeout(within, last).await;
                        context.close(false);
                        return;
                    }
                    finished = running.next() => finished,
                };
                let (unit, cx, judged) = match finished {
                    None => break,
                    Some(Ok(finished)) => finished,
                    // Panics are caught inside, so that the runtime is going down.
                    Some(Err(_)) => {
                        self.result.status = RunStatus::Cancelled;
                        return;
                    }
                };
                let is_gone = context.gate.is_gone();
                for (info, judged) in unit.checks.iter().zip(&judged).filter(|(info, _)| selection.wants(info)) {
                    // Nobody could answer it: it was not run.
                    if is_gone && matches!(judged, Err(NotPassed::Untestable(_) | NotPassed::Skip(_))) {
                        continue;
                    }
                    let expected = self.config.waivers.expected(info, &self.config.target, version, today);
                    if let Err(NotPassed::Untestable(violation)) = judged {
                        self.result.blocked += u64::from(violation.blocked_by.is_some() && expected.is_none());
                    }
                    let check = finding::record(info, judged, &cx, &self.config.command, expected);
                    if let Some(check) = unsettled.hold(context, info, check) {
                        self.finish(check);
                    }
                }
                let silences = context.gate.take_silences();
                for silence in &silences {
                    let info = silence::check(&self.config.target.dialect);
                    let expected = self.config.waivers.expected(&info, &self.config.target, version, today);
                    self.finish(silence::record(&info, silence, context, expected));
                }
                if is_gone {
                    self.result.status = RunStatus::Stopped;
                    self.result.stopped = Some(silence::stopped(silences.last(), context));
                    return;
                }
            }
        }
    }

    /// The same gate with the ledger; a world that is put back whole needs none.
    fn with_ledger(&self, gate: Gate, account: Account, restored: bool) -> Gate {
        if restored { gate } else { gate.with_ledger(Arc::clone(&self.ledger), account) }
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

    fn finish(&mut self, check: Check) {
        self.result.count(&check);
        self.emit(EngineEvent::CheckFinished(Box::new(check)));
    }

    fn header(&self, catalog: &Catalog, known: &Discovered, selected: usize) -> Header {
        let target = &self.config.target;
        let endpoints: Vec<Endpoint> =
            target.endpoints().map(|(transport, address)| Endpoint { transport, address }).collect();
        let (version, version_source) = match (&target.version, &known.version) {
            (Some(version), _) => (Some(version.clone()), Some("target file".to_owned())),
            (None, Some((version, action))) => (Some(version.clone()), Some(action.clone())),
            (None, None) => (None, None),
        };
        let mut command = self.config.command.clone();
        command.extend(["--seed".to_owned(), self.config.seed.to_string()]);
        Header {
            format: record::FORMAT,
            botspec_version: self.config.botspec_version.clone(),
            contract_hash: catalog.contract_hash(),
            requirement_sets: self.requirement_sets(),
            dialect: target.dialect.clone(),
            target: record::Target {
                name: target.name.clone(),
                implementation: known.implementation.clone(),
                version,
                version_source,
                endpoints: endpoints.clone(),
            },
            seed: self.config.seed,
            transports: endpoints.iter().map(|endpoint| endpoint.transport).collect(),
            selected: selected as u64,
            select: self.config.selection.select.clone(),
            effects_allowed: target.allow.iter().map(|effect| effect_word(*effect).to_owned()).collect(),
            started_at: rfc3339(SystemTime::now()),
            partition: self.config.selection.partition,
            command,
        }
    }

    fn requirement_sets(&self) -> Vec<record::RequirementSet> {
        let set = self.contract.dialect().requirements.as_ref();
        let requirement = |it: &botspec_schema::model::Requirement| record::Requirement {
            id: it.id.clone(),
            level: it.level,
            sentence: Some(it.sentence.clone()),
        };
        set.map(|set| record::RequirementSet {
            set: set.set.clone(),
            dialect: set.dialect.clone(),
            requirements: set.requirements.iter().map(requirement).collect(),
        })
        .into_iter()
        .collect()
    }
}

/// The second account with what it may name: the first one as its friend and as a member, and the group that the first
/// one may use, unless its user says otherwise.
fn second_account(actor: &Target, first: &Target, own: Option<&Value>) -> Target {
    let mut actor = actor.clone();
    if actor.fixtures.is_empty() {
        for fixture in [Fixture::Friend, Fixture::Member] {
            if let Some(own) = own {
                actor.fixtures.insert(fixture, own.clone());
            }
        }
        if let Some(group) = first.fixtures.get(Fixture::Group) {
            actor.fixtures.insert(Fixture::Group, group.clone());
        }
    }
    actor
}

/// Runs one unit. A panic in it is a defect of botspec, and costs no other check its verdict.
async fn run_unit(context: Arc<RunContext>, unit: Unit, wanted: Vec<bool>) -> (Unit, CheckContext, Vec<CheckResult>) {
    let first = unit.checks.first();
    let transport = first.and_then(|check| check.transport);
    let seed = seed_of(context.seed, first.map_or("", |check| &check.id), transport);
    if !unit.order.is_parallel() {
        context.refresh().await;
    }
    let mut cx = CheckContext::new(context, transport, seed, wanted);
    let judged = AssertUnwindSafe((unit.body)(&mut cx)).catch_unwind().await;
    cx.log.finish();
    let defect = |what: String| NotPassed::Defect(Text::from(what));
    let mut judged = judged.unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        let what = format!("botspec panicked: {}", what.unwrap_or_default());
        unit.checks.iter().map(|_| Err(defect(what.clone()))).collect()
    });
    judged.resize_with(unit.checks.len(), || Err(defect("the check came to no verdict".to_owned())));
    (unit, cx, judged)
}

/// A task that ends when nobody waits for it any more.
struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, waker: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(waker)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The day in UTC.
fn today() -> (u16, u8, u8) {
    let text = rfc3339(SystemTime::now());
    let mut parts = text.split(['-', 'T']).map(|part| part.parse::<u16>().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    (year, u8::try_from(month).unwrap_or_default(), u8::try_from(day).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Adapter;
    use crate::unit::Order;
    use botspec_schema::model::Effect;

    /// A check that panics costs no other check its verdict, and is reported as a defect.
    #[tokio::test]
    async fn a_panic_in_a_check_is_a_defect() {
        let mut target = Target::new("nobody", "onebot11");
        target.http = Some(Adapter::new("http://127.0.0.1:9", None));
        let contract = contract_of(Catalog::builtin(), "onebot11").expect("the dialect");
        let secrets = Arc::new(Secrets::default());
        let gate = Gate::new(target.clone(), contract, Arc::clone(&secrets));
        let fixtures = Fixtures::new(target, &Discovered::default());
        let context = Arc::new(RunContext::new(gate, None, fixtures, secrets, 0));
        let checks = vec![CheckInfo::example("a"), CheckInfo::example("b")];
        let order = Order::new(Effect::Read, &[]);
        let panicking = Unit {
            checks: checks.clone(),
            order,
            body: Arc::new(|_| Box::pin(async { panic!("a check went wrong") })),
        };
        let silent = Unit { checks, order, body: Arc::new(|_| Box::pin(async { vec![Ok(())] })) };
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let (_, _, judged) = run_unit(Arc::clone(&context), panicking, Vec::new()).await;
        std::panic::set_hook(hook);
        assert_eq!(judged.len(), 2);
        for judged in &judged {
            assert!(
                matches!(judged, Err(NotPassed::Defect(what)) if what.en.contains("a check went wrong")),
                "{judged:?}"
            );
        }
        let (_, _, judged) = run_unit(context, silent, Vec::new()).await;
        assert!(matches!(&judged[..], [Ok(()), Err(NotPassed::Defect(_))]), "no verdict is no pass: {judged:?}");
    }
}
