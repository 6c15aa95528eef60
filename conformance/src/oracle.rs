//! Judges everything that arrives, whoever asked for it: each answer and each event against its contract, and answers
//! against what was asked.
//!
//! A check looks at the answer to its own call. What is wrong in the answers to all other calls, and in events that come by
//! themselves, is collected here as causes. A cause belongs to the check about the contract that is broken (its owner);
//! the engine asks for the causes of an owner before the verdict of that check is final.

mod answers;
mod deliveries;
mod described;
mod events;
mod memory;
mod relations;
mod sent;
#[cfg(test)]
mod tests;
mod texts;
mod unsure;

pub(crate) use events::not_now;
pub use unsure::Unsure;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use botspec_reports::record::{Difference, Text, Transport};
use serde_json::Value;

use crate::check::CheckInfo;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::not_passed::Violation;
use crate::owners;

/// How long a message may be under way.
const UNDER_WAY: Duration = Duration::from_secs(15);

/// How many different causes are kept. A target that is wrong everywhere shows that with fewer.
const CAUSES_KEPT: usize = 2_000;

/// How many differences a verdict lists.
const DIFFERENCES_LISTED: usize = 20;

/// What a call should come to that nothing is wrong with.
const SUCCESS: &str = "success";

/// Judges everything that arrives from one target, over the connections of all its accounts.
#[derive(Debug)]
pub(crate) struct Oracle {
    contract: Arc<Contract>,
    /// The ids of the checks that own a cause.
    owners: BTreeSet<String>,
    state: Mutex<State>,
    sink: OnceLock<Sink>,
    /// Whose traffic it judges, where that is not a run's own.
    traffic: Option<TrafficKind>,
}

/// What the traffic of others is, which is judged without sending anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrafficKind {
    /// It passes now. Others change things too, so that only reports shortly after each other are compared.
    Live,
    /// It was recorded, and nobody knows when: nothing is compared with what was reported before.
    Recorded,
}

/// Something that is not as a contract defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The id of the check about that contract.
    pub check: String,
    /// What is wrong, in one line.
    pub summary: Text,
    /// Where it differs.
    pub difference: Difference,
    /// The transport that it came over.
    pub transport: Transport,
    /// Whether somebody else may be the reason, so that it is held ([`Unsure`]) until no event shows that.
    pub unless_changed: bool,
    /// Values of people that stand in the difference and come from an earlier document.
    pub earlier: Vec<String>,
}

/// Who takes what is wrong in place of the oracle, which then keeps nothing.
pub(crate) struct Sink(pub(crate) Box<dyn Fn(Found) + Send + Sync>);

impl std::fmt::Debug for Sink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sink")
    }
}

#[derive(Debug, Default)]
struct State {
    causes: BTreeMap<Cause, Observation>,
    /// How many frames came over each transport by themselves.
    frames: BTreeMap<Transport, u64>,
    /// Hashes of the answers to this run's calls, by their echoes.
    answers: BTreeMap<String, u64>,
    deliveries: deliveries::Deliveries,
    /// What was reported before.
    memory: memory::Memory,
    /// What differs from that, as long as somebody else may have changed it.
    unsure: Unsure<(Cause, Observation)>,
    /// The settings of the build that are on, as the events show that are sent only then.
    settings: BTreeSet<String>,
}

/// One defect of a contract's place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    /// The id of the check that owns it.
    owner: String,
    /// Where it is in the contract: the pointer of the document with `*` for the items of lists.
    pointer: String,
    /// What should be there.
    expected: String,
}

/// Where a cause was seen first.
#[derive(Debug, Clone)]
struct Observation {
    difference: Difference,
    summary: Text,
    transport: Transport,
    evidence: Arc<Exchange>,
    times: u64,
}

impl Oracle {
    pub(crate) fn new(contract: Arc<Contract>) -> Self {
        let owners = owners::all(&contract);
        Self { contract, owners, state: Mutex::default(), sink: OnceLock::new(), traffic: None }
    }

    /// Judges the traffic of others, and hands everything that is wrong to a sink as it is found.
    pub(crate) fn of_others(self, traffic: TrafficKind, sink: Sink) -> Self {
        let _ = self.sink.set(sink);
        Self { traffic: Some(traffic), ..self }
    }

    /// What of earlier documents stands in what was found since this was asked last, and is about people.
    pub(crate) fn earlier_values(&self) -> Vec<String> {
        std::mem::take(&mut self.state().memory.quoted)
    }

    /// Whether a check owns causes, so that its verdict is final only when the run is over.
    pub(crate) fn owns(&self, check: &CheckInfo) -> bool {
        self.owners.contains(&check.id)
    }

    /// How many frames came over a transport by themselves.
    pub(crate) fn frames(&self, transport: Transport) -> u64 {
        self.state().frames.get(&transport).copied().unwrap_or_default()
    }

    /// Whether a setting of the build is known to be on.
    pub(crate) fn is_on(&self, setting: &str) -> bool {
        self.state().settings.contains(setting)
    }

    /// What was seen of the contract of a check, over its transport; `None` where nothing was wrong. Where the cause showed
    /// over a transport for which no check is selected, `others` states that this check stands for it.
    pub(crate) fn violation(&self, check: &CheckInfo, others: &dyn Fn(Transport) -> bool) -> Option<Violation> {
        let state = self.state();
        let here = |observation: &&Observation| {
            check.transport.is_none_or(|own| own == observation.transport || !others(observation.transport))
        };
        let of_check = state.causes.iter().filter(|(cause, _)| cause.owner == check.id);
        let found: Vec<&Observation> = of_check.map(|(_, observation)| observation).filter(here).collect();
        let first = found.first()?;
        let times: u64 = found.iter().map(|observation| observation.times).sum();
        let summary = Text::both(
            format!("{} ({times} times in this run)", first.summary.en),
            format!("{}（本次运行共 {times} 次）", first.summary.zh()),
        );
        let differences = found.iter().take(DIFFERENCES_LISTED).map(|it| it.difference.clone()).collect();
        Some(Violation::new(summary).at(differences).with_evidence(&first.evidence))
    }

    /// A step of botspec's own did not succeed that should have: its owner is broken.
    pub(crate) fn step_failed(&self, owner: &str, found: Text, exchange: &Arc<Exchange>) {
        let summary = Text::both(
            format!("a call with ids that the target gave itself: {}", found.en),
            format!("以目标自己给出的 ID 调用：{}", found.zh()),
        );
        let difference = Difference { pointer: String::new(), expected: SUCCESS.to_owned(), found: found.en };
        self.keep(owner, &summary, vec![difference], exchange.transport, || (**exchange).clone());
    }

    /// A connection for events was opened, which has a number of its own.
    pub(crate) fn opened(&self, connection: u64, transport: Transport) {
        self.state().deliveries.open(connection, transport);
    }

    /// A step is about to make something happen outside the accounts.
    pub(crate) fn step(&self, params: &Value) {
        match params {
            Value::String(text) => {
                let mut state = self.state();
                state.deliveries.step(text);
                state.memory.step(text);
            }
            Value::Array(items) => items.iter().for_each(|it| self.step(it)),
            Value::Object(fields) => fields.values().for_each(|it| self.step(it)),
            _ => {}
        }
    }

    /// How many messages had to come over a transport.
    pub(crate) fn messages_due(&self, transport: Transport) -> usize {
        self.state().deliveries.due(transport)
    }

    /// Takes stock of the messages that came, and did not, and of what differs and nobody changed.
    pub(crate) fn conclude(&self) {
        let wrong = self.state().deliveries.wrong();
        let owner = owners::complete(&self.contract);
        let what = Text::both("a message came not as often as it was sent", "消息到达次数与发送次数不同");
        for (transport, difference) in wrong {
            self.keep(&owner, &what, vec![difference], transport, || Exchange::nothing_sent(transport));
        }
        let mut state = self.state();
        for (cause, observation) in state.unsure.rest() {
            state.observe(cause, || observation);
        }
    }

    /// When an event came last of something that others changed.
    pub(crate) fn others_changed_at(&self) -> Option<Instant> {
        self.state().memory.others_changed_at()
    }

    /// Accounts and groups may be otherwise from now on than they were reported.
    pub(crate) fn may_change(&self) {
        self.state().memory.change_own(Instant::now());
    }

    /// The world behind the target was put back.
    pub(crate) fn put_back(&self) {
        self.conclude();
        let mut state = self.state();
        state.memory.forget();
        state.deliveries.forget();
    }

    /// What may be compared with what was reported before; none in traffic that was recorded. What is too old is forgotten
    /// first.
    fn memory(&self) -> Option<MutexGuard<'_, State>> {
        let mut state = self.state();
        match self.traffic {
            Some(TrafficKind::Recorded) => return None,
            Some(TrafficKind::Live) => state.memory.expire(Instant::now()),
            None => {}
        }
        Some(state)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is wrong at places of a contract.
    fn keep(
        &self,
        owner: &str,
        summary: &Text,
        differences: Vec<Difference>,
        transport: Transport,
        evidence: impl Fn() -> Exchange,
    ) {
        if let Some(Sink(take)) = self.sink.get() {
            return differences.into_iter().for_each(|difference| {
                take(Found::new(owner, summary, difference, transport));
            });
        }
        let mut evidence_of_all: Option<Arc<Exchange>> = None;
        for difference in differences {
            self.state().observe(Cause::of(owner, &difference), || {
                let evidence = Arc::clone(evidence_of_all.get_or_insert_with(|| Arc::new(evidence())));
                Observation { difference, summary: summary.clone(), transport, evidence, times: 1 }
            });
        }
    }

    /// Holds what is wrong at places of a contract unless somebody changed something, until that is known.
    fn hold(
        &self,
        owner: &str,
        summary: &Text,
        differences: Vec<Difference>,
        transport: Transport,
        at: Instant,
        evidence: &dyn Fn() -> Exchange,
    ) {
        if let Some(Sink(take)) = self.sink.get() {
            return differences.into_iter().for_each(|difference| {
                take(Found { unless_changed: true, ..Found::new(owner, summary, difference, transport) });
            });
        }
        if differences.is_empty() {
            return;
        }
        let (evidence, mut state) = (Arc::new(evidence()), self.state());
        for difference in differences {
            let (cause, evidence) = (Cause::of(owner, &difference), Arc::clone(&evidence));
            let observation = Observation { difference, summary: summary.clone(), transport, evidence, times: 1 };
            state.unsure.hold(at, (cause, observation));
        }
        for (cause, observation) in state.unsure.certain(at) {
            state.observe(cause, || observation);
        }
    }
}

impl State {
    /// Keeps what was seen of a cause, or counts it.
    fn observe(&mut self, cause: Cause, seen: impl FnOnce() -> Observation) {
        if let Some(known) = self.causes.get_mut(&cause) {
            known.times += 1;
        } else if self.causes.len() < CAUSES_KEPT {
            self.causes.insert(cause, seen());
        }
    }
}

impl Cause {
    /// The cause of a difference in a contract whose check is `owner`.
    fn of(owner: &str, difference: &Difference) -> Self {
        let (pointer, expected) = (starred(&difference.pointer), difference.expected.clone());
        Self { owner: owner.to_owned(), pointer, expected }
    }
}

impl Found {
    /// What is wrong for certain.
    pub fn new(check: &str, summary: &Text, difference: Difference, transport: Transport) -> Self {
        let (check, summary) = (check.to_owned(), summary.clone());
        Self { check, summary, difference, transport, unless_changed: false, earlier: Vec::new() }
    }
}

/// A pointer with `*` in place of each index of a list.
fn starred(pointer: &str) -> String {
    let steps = pointer.split('/').map(|step| {
        let is_index = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { "*" } else { step }
    });
    steps.collect::<Vec<_>>().join("/")
}
