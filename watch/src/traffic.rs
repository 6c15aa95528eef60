//! Everything that passed, judged: answers and events by the oracle of a run, calls and relations by rules of their own.

mod by_others;
mod calls;
mod deliveries;
mod events;
mod http;
mod pending;
mod reported_ids;
mod socket;
mod tally;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Instant, SystemTime};

use botspec_conformance::{Contract, Found, Judge, Received, Secrets};
use botspec_reports::record::{Difference, Finding, Text, Transport};
use botspec_schema::DATA;
use serde_json::Value;

use crate::causes::{Causes, Key};
use crate::dialects::Names;
use crate::evidence::{ActionCall, Evidence};
use crate::learn::Lessons;
use crate::queue::Unit;
use crate::rules::{self, Rule};
use crate::settings::Settings;
use crate::tee::Passed;
use crate::watch_event::WatchEvent;
use pending::Pending;
pub(crate) use tally::Tally;

/// How many connections are known at once; more are judged without what came before on them.
const CONNECTIONS: usize = 10_000;

/// How many accounts are known.
const ACCOUNTS: usize = 256;

/// What passes between a bot and an implementation, as far as it was judged.
#[derive(Debug)]
pub(crate) struct Traffic {
    pub(crate) judge: Judge,
    pub(crate) settings: Settings,
    pub(crate) secrets: Secrets,
    pub(crate) causes: Causes,
    pub(crate) tally: Tally,
    connections: BTreeMap<u64, Connection>,
    rate: calls::Rate,
    /// The accounts that are known.
    accounts: Vec<Value>,
    /// Whether all links belong to one account, so that calls over HTTP are those of the only one that is known.
    pub(crate) one_account: bool,
    /// The order of messages, by account.
    orders: BTreeMap<String, events::Order>,
    deliveries: deliveries::Deliveries,
    reported_ids: reported_ids::ReportedIds,
    events: Sender<WatchEvent>,
    /// What was noted already: each note comes once.
    noted: BTreeSet<String>,
    names: Names,
    /// What there is to learn for contracts, where that is asked.
    pub(crate) lessons: Option<Lessons>,
    by_others: by_others::ByOthers,
    /// What is wrong with the unit that was judged last, where each is asked for.
    each: Option<Vec<Found>>,
    unmatched: u64,
}

/// What is known of a connection that stands.
#[derive(Debug)]
struct Connection {
    transport: Transport,
    /// The account behind it, once it is known.
    account: Option<Value>,
    pending: Pending,
    /// Something on it was not judged, so that calls and answers cannot be matched.
    gap: bool,
    recent: events::Recent,
    arrivals: deliveries::Arrivals,
    beat: Option<events::Beat>,
    rate: calls::Rate,
}

impl Connection {
    fn new(transport: Transport, account: Option<Value>, opened: Instant) -> Self {
        let (recent, rate) = (events::Recent::default(), calls::Rate::default());
        let arrivals = deliveries::Arrivals::new(opened);
        Self { transport, account, pending: Pending::default(), gap: false, recent, arrivals, beat: None, rate }
    }
}

/// Something that a rule found.
struct Breach<'a> {
    rule: &'static Rule,
    /// For calls: the action.
    action: Option<&'a str>,
    summary: Text,
    difference: Difference,
}

impl Traffic {
    pub(crate) fn new(judge: Judge, settings: Settings, events: Sender<WatchEvent>) -> Self {
        let secrets = Secrets::default();
        secrets.add_all(settings.secrets.iter().map(String::as_str));
        let lessons = settings.learn.as_ref().map(|_| Lessons::default());
        Self {
            judge,
            settings,
            secrets,
            causes: Causes::default(),
            tally: Tally::default(),
            connections: BTreeMap::new(),
            rate: calls::Rate::default(),
            accounts: Vec::new(),
            one_account: false,
            orders: BTreeMap::new(),
            deliveries: deliveries::Deliveries::default(),
            reported_ids: reported_ids::ReportedIds::default(),
            events,
            noted: BTreeSet::new(),
            names: Names::default(),
            lessons,
            by_others: by_others::ByOthers::default(),
            each: None,
            unmatched: 0,
        }
    }

    /// Begins a new record: what was found and seen so far belongs to the one before.
    pub(crate) fn forget(&mut self) {
        let version = self.tally.version.take();
        (self.causes, self.tally) = (Causes::default(), Tally { version, ..Tally::default() });
        self.noted.clear();
    }

    fn contract(&self) -> Arc<Contract> {
        Arc::clone(self.judge.contract())
    }

    /// Judges what passed.
    pub(crate) fn take(&mut self, unit: Unit) {
        let Unit { connection: number, missed, at, time, passed } = unit;
        if missed > 0 {
            self.gap(number);
        }
        match passed {
            Passed::Opened { transport, request, extension } => {
                if let Some(extension) = extension {
                    self.note(Text::both(
                        format!("messages with the WebSocket extension `{extension}` are passed on and not judged"),
                        format!("使用 WebSocket 扩展 `{extension}` 的消息会照常转发，但不会被检查"),
                    ));
                }
                if self.connections.len() < CONNECTIONS {
                    let account = self.account_of(transport, &request);
                    if let Some(account) = &account {
                        self.know_account(account);
                    }
                    self.connections.insert(number, Connection::new(transport, account, at));
                }
            }
            Passed::Exchange(exchange) => self.exchange(*exchange, at, time),
            Passed::Message { from_bot, text, payload } => self.message(number, from_bot, text, &payload, at, time),
            Passed::NotRead => self.not_read(number),
            Passed::Event { name, data } => self.stream_event(number, name, &data, at, time),
            Passed::Abandoned { request, body } => self.abandoned(&request, &body, at, time),
            Passed::NotParsed { what } => self.not_parsed(number, what, time),
            Passed::Closed { by_bot } => {
                if let Some(connection) = self.connections.remove(&number) {
                    self.closed(connection, by_bot, time);
                }
            }
            Passed::Unreachable { upstream, why } => self.note(Text::both(
                format!("cannot connect to {upstream}: {why}; the connection was reset"),
                format!("无法连接 {upstream}：{why}；连接已被重置"),
            )),
        }
    }

    /// Something on a connection was not judged: it may have been a call, an answer or an event.
    fn gap(&mut self, number: u64) {
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.gap = true;
            connection.pending.forget();
        }
    }

    fn not_read(&mut self, number: u64) {
        self.gap(number);
        self.note(Text::both(
            "some compressed messages cannot be read; they are passed on and not judged",
            "部分压缩消息无法读取；照常转发，不做检查",
        ));
    }

    /// Looks for what did not come in time.
    pub(crate) fn tick(&mut self, now: Instant, time: SystemTime) {
        let mut late = Vec::new();
        for connection in self.connections.values_mut().filter(|connection| !connection.gap) {
            late.extend(connection.pending.late(now).map(|call| (connection.transport, call)));
        }
        for (transport, call) in late {
            self.unanswered(transport, call, time);
        }
        self.lost(now, time);
        for (found, evidence) in self.by_others.certain(now) {
            self.add(found, &evidence);
        }
        if let Some(text) = self.names.verdict(self.judge.contract().name(), now) {
            self.note(text);
        }
    }

    fn not_parsed(&mut self, number: u64, what: &'static str, time: SystemTime) {
        let transport = self.connections.remove(&number).map(|connection| connection.transport);
        let Some(transport) = transport else {
            return self.note(Text::both(
                format!("{what} came over a connection; it is passed on and not judged"),
                format!("某个连接上出现了无法解析的内容（{what}）；照常转发，不做检查"),
            ));
        };
        let evidence = Arc::new(Evidence::new(time, transport.to_string(), None, None, 0));
        let found = Difference { pointer: String::new(), expected: "WebSocket frames".into(), found: what.into() };
        let summary = Text::both("the connection carries something else", "连接上出现了其他内容");
        self.breach(transport, Breach { rule: &rules::PROTOCOL, action: None, summary, difference: found }, &evidence);
    }

    /// Keeps what the oracle found.
    fn keep(&mut self, found: Vec<Found>, evidence: impl FnOnce() -> Evidence) {
        if found.is_empty() {
            return;
        }
        let evidence = Arc::new(evidence());
        for found in found {
            self.judge.learn_earlier(&self.secrets, self.settings.private, &found);
            if found.unless_changed {
                self.by_others.hold(Instant::now(), found, &evidence);
            } else {
                self.add(found, &evidence);
            }
        }
    }

    fn add(&mut self, found: Found, evidence: &Arc<Evidence>) {
        self.hand_out(&found, evidence);
        if let Some(key) = self.causes.add(found, evidence) {
            self.new_cause(&key);
        }
    }

    /// Nothing more will pass.
    pub(crate) fn conclude(&mut self) {
        for (found, evidence) in self.by_others.rest() {
            self.add(found, &evidence);
        }
    }

    /// Keeps what a rule found.
    fn breach(&mut self, transport: Transport, breach: Breach<'_>, evidence: &Arc<Evidence>) {
        let check = breach.rule.check(self.judge.contract().name(), breach.action);
        let Breach { summary, difference, .. } = breach;
        self.add(Found::new(&check, &summary, difference, transport), evidence);
    }

    /// Has everything that is wrong kept for [`Traffic::each_found`].
    pub(crate) fn judge_each(&mut self) {
        self.each = Some(Vec::new());
    }

    /// What is wrong with what was judged since this was asked last, without people and secrets.
    pub(crate) fn each_found(&mut self) -> Vec<Found> {
        self.each.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn hand_out(&mut self, found: &Found, evidence: &Evidence) {
        let Some(each) = &mut self.each else { return };
        evidence.captures(&self.judge, &self.secrets, self.settings.private);
        let mut found = found.clone();
        for text in [&mut found.difference.expected, &mut found.difference.found, &mut found.difference.pointer] {
            *text = self.secrets.clean(text);
        }
        each.push(found);
    }

    /// How many answers came whose calls are not known.
    pub(crate) fn unmatched(&self) -> u64 {
        self.unmatched
    }

    /// What came over a connection before is not known.
    pub(crate) fn begins_later(&mut self, number: u64) {
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.gap = true;
        }
    }

    fn new_cause(&self, key: &Key) {
        let Some(cause) = self.causes.get(key) else { return };
        for occurrence in &cause.occurrences {
            // What it was seen in is learned, so that nothing of it is shown.
            occurrence.evidence.captures(&self.judge, &self.secrets, self.settings.private);
        }
        let mut finding = Finding::new("", cause.summary.clone());
        finding.differences.push(cause.difference.clone());
        self.judge.clean(&self.secrets, &mut finding);
        let level = self.level(&key.check);
        let difference = finding.differences.remove(0);
        let label = key.transport.map_or(key.check.clone(), |it| format!("{} @{it}", key.check));
        // Nobody may look.
        let _ = self.events.send(WatchEvent::NewCause { label, level, summary: finding.summary, difference });
    }

    /// Reports something once.
    fn note(&mut self, text: Text) {
        if self.noted.len() < CONNECTIONS && self.noted.insert(text.en.clone()) {
            let _ = self.events.send(WatchEvent::Note(text));
        }
    }

    /// An account is behind some connection.
    fn know_account(&mut self, account: &Value) {
        if self.accounts.len() < ACCOUNTS && !self.accounts.contains(account) {
            self.accounts.push(account.clone());
        }
    }

    /// Learns from a right answer which account gave it.
    fn learn_account(&mut self, number: Option<u64>, called: &ActionCall, received: &Received) {
        let contract = self.contract();
        let named = contract.resolve(&called.action);
        let role =
            contract.roles().myself.as_ref().filter(|role| named.is_some_and(|it| it.action.name == role.action));
        let data = received.json().and_then(|answer| answer.get(DATA));
        let own = role.zip(data).and_then(|(role, data)| data.pointer(&role.id));
        let Some(own) = own.filter(|id| id.is_number() || id.is_string()) else { return };
        self.know_account(own);
        if let Some(connection) = number.and_then(|number| self.connections.get_mut(&number)) {
            connection.account.get_or_insert_with(|| own.clone());
        }
    }

    /// The account that makes a call; calls over HTTP belong to no connection.
    fn caller(&self, number: Option<u64>) -> Option<Value> {
        let own = number.and_then(|number| self.connections.get(&number)?.account.clone());
        let only = || self.accounts.first().filter(|_| self.one_account && self.accounts.len() == 1).cloned();
        own.or_else(only)
    }

    /// The account that a request names in a header.
    fn account_of(&self, transport: Transport, request: &crate::tee::Head) -> Option<Value> {
        let transports = &self.judge.contract().file().transports;
        let header = match transport {
            Transport::ReverseWs => Some(transports.reverse_ws.as_ref()?.self_id_header.as_str()),
            Transport::Webhook => transports.webhook.as_ref()?.self_id_header.as_deref(),
            _ => None,
        };
        let account = request.header(header?)?.trim();
        Some(account.parse::<i64>().map_or_else(|_| Value::from(account), Value::from))
    }
}

/// Evidence of a call.
fn call_evidence(
    time: SystemTime,
    transport: Transport,
    called: ActionCall,
    came: Option<Received>,
    size: usize,
) -> Evidence {
    Evidence::new(time, transport.to_string(), Some(called), came, size)
}
