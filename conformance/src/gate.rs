//! The one place where requests leave.
//!
//! Every request passes here, with valid parameters and with invalid ones, as a call or as raw bytes. The gate knows what
//! the action in it does (whatever suffix its name has), refuses what the target does not allow, keeps the pace, and on a
//! real account sees to it that nothing names an account or a group that its user has not declared, but for harmless reads
//! about those that the target reported.

mod absence;
mod change;
mod connection;
mod control;
mod held;
mod hook;
mod latency;
mod learn;
mod listeners;
mod liveness;
mod names;
mod nearest;
mod observed;
mod operate;
mod pace;
mod patience;
mod raw;
mod reading;
mod refusal;
mod scope;
mod wire;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{Effect, WsRole};
use serde_json::Value;
use tokio_rustls::rustls::ClientConfig;

pub use connection::Connection;
pub(crate) use connection::EVENT_STREAM;
pub(crate) use control::SPARE_GROUP;
pub(crate) use listeners::InertReply;
pub(crate) use liveness::Silence;
pub use names::UNKNOWN_PREFIX;
pub(crate) use names::unknown_action;
pub use nearest::{Likeness, nearest};
pub(crate) use operate::stands_for;
pub use raw::{Credentials, RawHttp};
pub use refusal::Refusal;
pub use wire::Form;
pub(crate) use wire::{encode, form_parts, proof_header, urlencoded, within_characters};

use crate::client::http::HttpClient;
use crate::client::send_permit::SendPermit;
use crate::client::tls::{Place, client_config, no_config};
use crate::contract::{Contract, Id};
use crate::exchange::Exchange;
use crate::policy::Quota;
use crate::received::Received;
use crate::redact::Secrets;
use crate::target::{Limits, TRANSPORTS, Target};
use listeners::Listeners;
use liveness::Liveness;
use names::Names;
use pace::Pace;
use scope::Scope;

/// Only the gate can make one.
#[derive(Debug)]
pub(crate) struct Permit(());

impl SendPermit for Permit {}

/// How long a control url has at least.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(5);

/// The one place where requests leave.
#[derive(Debug)]
pub struct Gate {
    target: Target,
    contract: Arc<Contract>,
    names: Arc<Names>,
    http: Option<HttpClient>,
    /// For the control url, which has its own time: what a target may take states nothing of it.
    control: Option<HttpClient>,
    idle: Mutex<Vec<Connection>>,
    listeners: Listeners,
    pace: Pace,
    secrets: Arc<Secrets>,
    scope: Arc<Scope>,
    /// What the target named by itself in this run.
    reported: Scope,
    /// What answers at the control url is one.
    controlled: AtomicBool,
    requests: AtomicU64,
    echoes: AtomicU64,
    barriers: AtomicU64,
    /// Transports over which a barrier message does not arrive.
    no_barrier: Mutex<BTreeSet<Transport>>,
    /// Paths at which a WebSocket is refused.
    not_served: Mutex<BTreeSet<String>>,
    held: held::Held,
    absence: absence::Absence,
    liveness: Liveness,
    latency: latency::Latency,
    quota: Arc<Quota>,
    /// Whether the run ends, so that no call begins any more.
    closing: AtomicBool,
    tls: Arc<ClientConfig>,
    changes: Option<change::Changes>,
    observed: observed::Observed,
}

impl Gate {
    /// A gate to a target.
    pub fn new(target: Target, contract: Arc<Contract>, secrets: Arc<Secrets>) -> Self {
        let wants_http = target.http.is_some() || target.sse.is_some();
        let tls = Arc::new(if target.speaks_tls() { client_config(target.ca.as_ref()) } else { no_config() });
        let http = wants_http.then(|| HttpClient::new(target.limits.clone(), &tls));
        let patient = Limits { timeout: target.limits.timeout.max(CONTROL_TIMEOUT), ..target.limits.clone() };
        let control = target.control.as_ref().map(|_| HttpClient::new(patient, &tls));
        secrets.add_all(target.tokens());
        Self {
            names: Arc::new(Names::of(&contract)),
            http,
            control,
            idle: Mutex::default(),
            listeners: Listeners::open(&target, &contract.file().transports),
            pace: Pace::new(&target.limits),
            secrets,
            scope: Arc::new(Scope::of(&target.fixtures)),
            reported: Scope::default(),
            controlled: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            echoes: AtomicU64::new(0),
            barriers: AtomicU64::new(0),
            no_barrier: Mutex::default(),
            not_served: Mutex::default(),
            held: held::Held::default(),
            absence: absence::Absence::default(),
            liveness: Liveness::default(),
            latency: latency::Latency::default(),
            quota: Arc::new(Quota::of(&target)),
            closing: AtomicBool::new(false),
            tls,
            changes: None,
            observed: observed::Observed::default(),
            target,
            contract,
        }
    }

    /// The same gate that keeps to other contracts of the dialect from now on; who looks on has to be named anew.
    #[must_use]
    pub(crate) fn keep_to(mut self, contract: &Arc<Contract>) -> Self {
        self.names = Arc::new(Names::of(contract));
        self.contract = Arc::clone(contract);
        self.observed = observed::Observed::default();
        // An open connection keeps the contracts that it was opened with.
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        self
    }

    /// The target behind it.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What its dialect states.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// How many requests have left.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether the target can be asked over a transport at all.
    pub fn speaks(&self, transport: Transport) -> bool {
        let transports = &self.contract.file().transports;
        let has_keys = self.contract.call_keys().is_some();
        match transport {
            Transport::Http => self.target.http.is_some() && transports.http.is_some(),
            Transport::Ws => self.target.ws.is_some() && transports.ws.is_some() && has_keys,
            Transport::ReverseWs => self.target.reverse_ws.is_some() && transports.reverse_ws.is_some() && has_keys,
            _ => false,
        }
    }

    /// The number of the next barrier message: when it has arrived, everything before it has.
    pub(crate) fn next_barrier(&self) -> u64 {
        self.barriers.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether barrier messages arrive over a transport, as far as was seen.
    pub(crate) fn has_barrier(&self, transport: Transport) -> bool {
        !self.no_barrier.lock().unwrap_or_else(PoisonError::into_inner).contains(&transport)
    }

    /// A barrier message did not arrive over a transport.
    pub(crate) fn barrier_missed(&self, transport: Transport) {
        self.no_barrier.lock().unwrap_or_else(PoisonError::into_inner).insert(transport);
    }

    /// The transport over which calls are made best.
    pub fn calls_over(&self) -> Option<Transport> {
        TRANSPORTS.into_iter().find(|transport| self.speaks(*transport))
    }

    /// Whether the target can be reached over a transport: whether anybody listens at its address, or whether it has
    /// connected here. Nothing is sent. That a target will post cannot be known before it does.
    pub async fn reach(&self, transport: Transport) -> Result<(), (String, Text)> {
        if self.target.listen(transport).is_some() {
            let connected = self.wait_connected(transport).await;
            return connected.map_err(|why| {
                self.liveness.gone(transport);
                (self.listeners.url(&self.target, transport), why)
            });
        }
        let Some(adapter) = self.target.adapter(transport) else { return Ok(()) };
        match crate::client::reach(&adapter.url, &self.tls, self.target.limits.timeout).await {
            Ok(()) => Ok(()),
            Err(received) => {
                self.liveness.gone(transport);
                Err((adapter.url.clone(), received.describe()))
            }
        }
    }

    /// Of a target that has answered nothing: where TLS is spoken although the address does not state so.
    pub(crate) async fn unsaid_tls(&self) -> Vec<(Transport, String, Text)> {
        let mut found = Vec::new();
        for transport in TRANSPORTS.into_iter().filter(|_| !self.has_answered()) {
            let Some(adapter) = self.target.adapter(transport) else { continue };
            let Ok(place) = Place::of(&adapter.url) else { continue };
            if place.speaks_tls(self.target.limits.timeout).await {
                let (scheme, _) = adapter.url.split_once("://").unwrap_or_default();
                let why = Text::both(
                    format!("TLS is spoken at this port; write {scheme}s:// in the address"),
                    format!("该端口使用 TLS；请在地址中写 {scheme}s://"),
                );
                found.push((transport, adapter.url.clone(), why));
            }
        }
        found
    }

    /// Whether a call would be let through.
    pub fn would_allow(&self, action: &str, params: &Value) -> Result<(), Refusal> {
        let effect = match self.names.effect(action) {
            Some(effect) => effect,
            None if action.starts_with(UNKNOWN_PREFIX) => Effect::Read,
            None => return Err(Refusal::UnknownName(action.to_owned())),
        };
        self.allows(action, effect)?;
        if self.target.disposable {
            return Ok(());
        }
        if effect == Effect::Read {
            return self.reads_known(action, params);
        }
        self.names_declared(action, effect, params)
    }

    /// Begins no call any more; what is under way comes to its end.
    pub(crate) fn close(&self, closing: bool) {
        self.closing.store(closing, Ordering::Release);
    }

    /// Calls an action and waits for its answer.
    pub async fn call(
        &self,
        transport: Transport,
        action: &str,
        params: &Value,
        form: Form,
    ) -> Result<Exchange, Refusal> {
        self.would_allow(action, params)?;
        if self.closing.load(Ordering::Acquire) {
            return Err(Refusal::Silent(transport));
        }
        self.is_there(action)?;
        self.answering(transport).await?;
        self.within_policy(action, params)?;
        let changes = self.effect_of(action) >= Effect::Write;
        if changes {
            self.observed.may_change();
        }
        let change = self.begin_change(transport, action, params).await?;
        // A text that travels in another form may arrive as another, which is for the check about that form.
        if form == Form::Json {
            self.observed.calling(action, params);
        }
        let exchange = self.patient_exchange(transport, action, params, form).await?;
        self.clock(action, &exchange);
        self.observe(transport, &exchange);
        self.note_absence(action, &exchange);
        self.learn(action, params, &exchange);
        if changes {
            self.observed.may_change();
        }
        self.observed.answer(action, params, &exchange);
        self.end_change(change, action, params, &exchange).await;
        Ok(exchange)
    }

    async fn exchange_over(
        &self,
        transport: Transport,
        action: &str,
        params: &Value,
        form: Form,
    ) -> Result<Exchange, Refusal> {
        match transport {
            Transport::Http => self.call_http(action, params, form).await.map(|exchange| self.parted(action, exchange)),
            Transport::Ws | Transport::ReverseWs => self.call_ws(transport, action, params).await,
            other => Err(Refusal::NoTransport(other)),
        }
    }

    /// Keeps how long an answer took; a target that is slow is asked one thing at a time.
    fn clock(&self, action: &str, exchange: &Exchange) {
        let took = exchange.received_at.saturating_duration_since(exchange.sent_at);
        tracing::debug!(transport = %exchange.transport, action, took_ms = took.as_millis(), "answered");
        self.latency.add(took);
        if self.latency.is_slow() {
            self.pace.one_by_one();
        }
    }

    /// What an action does; what nobody knows does nothing.
    fn effect_of(&self, action: &str) -> Effect {
        self.names.effect(action).unwrap_or(Effect::Read)
    }

    /// An answer in parts is one, where the action answers so.
    fn parted(&self, action: &str, mut exchange: Exchange) -> Exchange {
        if self.contract.resolve(action).is_some_and(|call| call.action.streams) {
            exchange.received = exchange.received.in_parts();
        }
        exchange
    }

    async fn call_http(&self, action: &str, params: &Value, form: Form) -> Result<Exchange, Refusal> {
        let (client, spoken, adapter) = self.http_parts()?;
        let request = wire::http_call(spoken, &self.contract.file().auth, adapter, action, params, form);
        let _turn = self.pace.turn(self.effect_of(action)).await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        Ok(client.send(&Permit(()), request).await)
    }

    async fn call_ws(&self, transport: Transport, action: &str, params: &Value) -> Result<Exchange, Refusal> {
        let _turn = self.pace.turn(self.effect_of(action)).await;
        let pool = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = if transport == Transport::Ws { pool().pop() } else { None };
        let connection = match idle.filter(Connection::is_open) {
            Some(connection) => connection,
            None => match self.open(transport, WsRole::Api, &Credentials::Valid).await? {
                Ok(connection) => connection,
                // What refuses a handshake answers no call.
                Err(no) if no.status.is_some() => return Err(Refusal::NotServed(transport, no.status)),
                Err(no) => return Ok(no),
            },
        };
        let number = self.echoes.fetch_add(1, Ordering::Relaxed);
        let echo = Value::from(format!("{}{number}", crate::echo::PREFIX));
        let keys = self.contract.call_keys().ok_or(Refusal::NoTransport(transport))?;
        let frame = wire::frame(keys, action, Some(params), Some(&echo));
        self.requests.fetch_add(1, Ordering::Relaxed);
        let exchange = connection.call(&Permit(()), frame, echo).await?;
        if transport == Transport::Ws && connection.is_open() && !matches!(exchange.received, Received::TimedOut(..)) {
            // Nobody but this call has used it, and the answer is taken.
            connection.discard_frames();
            pool().push(connection);
        }
        Ok(exchange)
    }

    pub(crate) fn allows(&self, action: &str, effect: Effect) -> Result<(), Refusal> {
        if self.target.allow.contains(&effect) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed { action: action.to_owned(), effect })
        }
    }

    /// On a real account a careless call costs somebody their group: whoever and whatever is named must be declared, or
    /// must be a message that went out here.
    fn names_declared(&self, action: &str, effect: Effect, params: &Value) -> Result<(), Refusal> {
        for id in self.contract.ids_in(action, params) {
            let harmless = effect == Effect::Send && !id.names_somebody();
            if !harmless && !self.scope.holds(&id) {
                return Err(Refusal::Undeclared { pointer: id.pointer, value: id.value });
            }
        }
        Ok(())
    }

    /// Takes an id into the scope that something was seen to have which this run made.
    pub(crate) fn admit(&self, kind: &str, value: &Value) {
        let value = names::id_text(value).map(|value| Id { pointer: String::new(), kind: kind.to_owned(), value });
        self.reported.admit(value.clone());
        self.scope.admit(value);
    }

    /// The control url, once something answered there.
    pub(crate) fn control_url(&self) -> Option<&str> {
        let found = self.controlled.load(Ordering::Acquire);
        self.target.control.as_ref().filter(|_| found).map(|adapter| adapter.url.as_str())
    }

    pub(crate) fn set_control(&self) {
        self.controlled.store(true, Ordering::Release);
    }

    /// Sends a request to a control url, which is no call of the target.
    pub(crate) async fn control_exchange(&self, method: &str, url: &str, body: &Value) -> Option<Exchange> {
        let client = self.control.as_ref()?;
        Some(client.send(&Permit(()), control::request(method, url, body)).await)
    }

    fn http_parts(
        &self,
    ) -> Result<(&HttpClient, &botspec_schema::model::HttpTransport, &crate::target::Adapter), Refusal> {
        match (&self.http, &self.contract.file().transports.http, &self.target.http) {
            (Some(client), Some(spoken), Some(adapter)) => Ok((client, spoken, adapter)),
            _ => Err(Refusal::NoTransport(Transport::Http)),
        }
    }
}
