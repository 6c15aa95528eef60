//! What a check works with: it asks the target, keeps what went over the wire, and states what is wrong.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use botspec_reports::record::{Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Effect, Fixture, RequestFrame, WsRole};
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::answer::{self, CallOutcome};
use crate::check::CheckInfo;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::fixtures::name;
use crate::gate::{Connection, Credentials, Form, Gate, RawHttp};
use crate::not_passed::{CheckResult, NotPassed, Violation, untestable};
use crate::owners;
use crate::part::Part;
use crate::run_context::RunContext;
use crate::teardown::Call;
use crate::trace::Log;

/// The kind of an id that names an account.
const USER: &str = "user";

/// The kind of an id that names a group.
const GROUP: &str = "group";

/// The second account, by the name of its binding.
const ACTOR: &str = "actor";

/// What is judged of a unit of checks when time has passed: nothing is sent by then, so that others may send.
pub(crate) type Afterwards =
    Box<dyn for<'a> FnOnce(&'a mut CheckContext) -> BoxFuture<'a, Vec<(Part, CheckResult)>> + Send + Sync>;

/// What a check works with.
pub struct CheckContext {
    /// The run.
    pub run: Arc<RunContext>,
    /// The transport of the check.
    pub transport: Option<Transport>,
    /// What everything that is drawn at random in it follows from.
    pub seed: u64,
    /// Which checks of the unit are wanted; the others need not be looked at.
    pub wanted: Vec<CheckInfo>,
    /// What went over the wire.
    pub log: Log,
    /// Calls that put back what the check did to the second account.
    pub(crate) undo: Vec<Call>,
    afterwards: Vec<Afterwards>,
    judged: Vec<(Part, CheckResult)>,
}

impl fmt::Debug for CheckContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckContext")
            .field("transport", &self.transport)
            .field("seed", &self.seed)
            .field("wanted", &self.wanted)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

impl CheckContext {
    /// The context of one unit of checks.
    pub fn new(run: Arc<RunContext>, transport: Option<Transport>, seed: u64, wanted: Vec<CheckInfo>) -> Self {
        Self {
            run,
            transport,
            seed,
            wanted,
            log: Log::new(),
            undo: Vec::new(),
            afterwards: Vec::new(),
            judged: Vec::new(),
        }
    }

    /// Judges something when time has passed, without sending anything, while other checks go on.
    pub(crate) fn judge_afterwards(
        &mut self,
        judge: impl for<'a> FnOnce(&'a mut Self) -> BoxFuture<'a, Vec<(Part, CheckResult)>> + Send + Sync + 'static,
    ) {
        self.afterwards.push(Box::new(judge));
    }

    /// Judges what is left before anything else is sent.
    pub(crate) async fn judge_now(&mut self) {
        for judge in self.take_afterwards() {
            let judged = judge(self).await;
            self.judged.extend(judged);
        }
    }

    /// What was judged before the unit came to its end.
    pub(crate) fn take_judged(&mut self) -> Vec<(Part, CheckResult)> {
        std::mem::take(&mut self.judged)
    }

    /// What is left to be judged when time has passed.
    pub(crate) fn take_afterwards(&mut self) -> Vec<Afterwards> {
        std::mem::take(&mut self.afterwards)
    }

    /// Whether a check of the unit is wanted.
    pub(crate) fn wants(&self, part: Part) -> bool {
        part.place(&self.wanted).is_some()
    }

    /// What the dialect states.
    pub fn contract(&self) -> &Contract {
        self.run.gate.contract()
    }

    /// The keys of a call over a WebSocket.
    pub fn call_keys(&self) -> CheckResult<&RequestFrame> {
        let keys = self.contract().call_keys();
        keys.map_or_else(|| untestable("no WebSocket carries calls", "没有可以调用动作的 WebSocket"), Ok)
    }

    /// The gate to the target.
    pub fn gate(&self) -> &Gate {
        &self.run.gate
    }

    /// Whether the account may send something in the group, as far as the target reports.
    pub(crate) fn may_send_in_group(&self) -> CheckResult {
        match self.run.fixtures.in_group().muted.clone() {
            Some(why) => Violation::new(why).untestable(),
            None => Ok(()),
        }
    }

    /// Whether the second account can do something in the group, as far as the target reports.
    pub(crate) fn actor_is_in_group(&self) -> CheckResult {
        match self.run.fixtures.in_group().apart.clone() {
            Some(why) => Violation::new(why).untestable(),
            None => Ok(()),
        }
    }

    /// How long an event may take.
    pub fn event_timeout(&self) -> Duration {
        self.run.gate.target().limits.event_timeout
    }

    /// Calls an action over the transport of the check.
    pub async fn call(&mut self, action: &str, params: &Value) -> CheckResult<Arc<Exchange>> {
        let transport = self.own_transport();
        self.call_over(transport, action, params).await
    }

    /// Calls an action over a transport.
    pub async fn call_over(
        &mut self,
        transport: Transport,
        action: &str,
        params: &Value,
    ) -> CheckResult<Arc<Exchange>> {
        self.call_as(transport, action, params, Form::Json).await
    }

    /// Calls an action over a transport with its parameters in a form.
    pub async fn call_as(
        &mut self,
        transport: Transport,
        action: &str,
        params: &Value,
        form: Form,
    ) -> CheckResult<Arc<Exchange>> {
        let exchange = self.run.gate.call(transport, action, params, form).await?;
        self.note(exchange)
    }

    /// The transport over which the check calls: its own, or the best where that carries no calls.
    pub fn own_transport(&self) -> Transport {
        let own = self.transport.filter(|own| self.run.gate.speaks(*own));
        own.or_else(|| self.run.gate.calls_over()).or(self.transport).unwrap_or(Transport::Http)
    }

    /// The transport over which the check keeps a connection: its own, or the first that the target has.
    pub fn connection_transport(&self) -> Transport {
        let keeps = |transport: &Transport| *transport != Transport::Http;
        let target = self.run.gate.target();
        let mut others = target.endpoints().map(|(transport, _)| transport).filter(keeps);
        self.transport.filter(keeps).or_else(|| others.next()).unwrap_or(Transport::Ws)
    }

    /// Calls an action that has to succeed before the check can go on. Where it does not, and nothing that botspec knows can
    /// be wrong about the call, the check about the action is broken, and this one is blocked by it.
    pub async fn need(&mut self, action: &str, params: &Value) -> CheckResult<Value> {
        let exchange = self.call(action, params).await?;
        self.needed(action, &exchange).map_err(|why| match (why, self.blame(action, params, &exchange)) {
            (NotPassed::Untestable(violation), Some(owner)) => {
                NotPassed::Untestable(Box::new(violation.blocked_by(owner)))
            }
            (why, _) => why,
        })
    }

    /// The check that a step of botspec's own breaks by not succeeding: none where botspec may be mistaken about the call.
    pub(crate) fn blame(&self, action: &str, params: &Value, exchange: &Arc<Exchange>) -> Option<String> {
        if answer::is_unknown(self.contract(), exchange) || !self.is_vouched(action, params) {
            return None;
        }
        let owner = owners::minimal(self.contract(), action);
        if let Some(oracle) = self.gate().oracle() {
            oracle.step_failed(&owner, answer::describe(self.contract(), exchange), exchange);
        }
        Some(owner)
    }

    /// Whether nothing that botspec knows can be wrong about a call: every id in it came from the target in this run, the
    /// account is known to have the rank for it, and its contract shows the form. Who may do something to whom is known of
    /// the owner of a group alone; who may be muted there is nobody with a rank; and who is in it is who was found there.
    fn is_vouched(&self, action: &str, params: &Value) -> bool {
        let Some(called) = self.contract().resolve(action) else { return false };
        let ids = self.contract().ids_in(action, params);
        let needs = called.action.fixtures();
        let bindings = self.run.fixtures.bindings();
        let has = |rank: &Fixture| bindings.get(name(*rank)).is_some_and(|it| it == &Value::Bool(true));
        let ranks = needs.iter().filter(|need| need.is_rank());
        let somebody = called.action.effect > Effect::Send && ids.iter().any(|id| id.kind == USER);
        let ranked = ranks.clone().all(has) && (!somebody || ranks.count() == 0 || has(&Fixture::Owner));
        let has_rank = || has(&Fixture::Admin) || has(&Fixture::Owner);
        let in_group = ids.iter().any(|id| id.kind == GROUP);
        let may_speak = called.action.effect != Effect::Send || !in_group || has_rank();
        let is_member = |id: &crate::contract::Id| {
            let apart = self.run.fixtures.in_group().apart.is_some();
            let known = [Some("self"), Some(name(Fixture::Member)), Some(ACTOR).filter(|_| !apart)];
            known
                .into_iter()
                .flatten()
                .any(|it| bindings.get(it).map(crate::contract::id_text).as_ref() == Some(&id.value))
        };
        let are_members = !in_group || ids.iter().filter(|id| id.kind == USER).all(is_member);
        let form = self.contract().differences(Kind::ActionParams, Some(&called.action.name), params).is_empty();
        ranked && may_speak && are_members && form && ids.iter().all(|id| self.gate().has_told(id))
    }

    /// What an exchange reports that has to have succeeded before the check can go on.
    pub fn needed(&self, action: &str, exchange: &Arc<Exchange>) -> CheckResult<Value> {
        let envelope = exchange.json();
        if let Some((envelope, CallOutcome::Ok)) =
            envelope.map(|envelope| (envelope, answer::call_outcome(self.contract(), envelope)))
        {
            Ok(answer::data(envelope).cloned().unwrap_or(Value::Null))
        } else {
            let received = answer::describe(self.contract(), exchange);
            Violation::new(Text::both(
                format!("{action}, which the check needs, did not succeed: {}", received.en),
                format!("检查所需的 {action} 没有成功：{}", received.zh()),
            ))
            .with_evidence(exchange)
            .untestable()
        }
    }

    /// Makes something happen in the world behind the target; it has to, before the check can go on.
    pub(crate) async fn step(&mut self, name: &str, params: &Value) -> CheckResult<Value> {
        self.log.note(format!("step {name} {params}"));
        let run = Arc::clone(&self.run);
        run.gate.step(name, params).await?.or_else(|why| Violation::new(why).untestable())
    }

    /// Sends a request over HTTP as it is.
    pub async fn raw_http(&mut self, raw: RawHttp) -> CheckResult<Arc<Exchange>> {
        let exchange = self.run.gate.raw_http(raw).await?;
        self.note(exchange)
    }

    /// Opens a connection, which has to work before the check can go on.
    pub async fn open(&mut self, role: WsRole) -> CheckResult<Connection> {
        self.open_over(self.connection_transport(), role, false).await
    }

    /// Opens a connection that nobody has used before.
    pub async fn open_anew(&mut self, role: WsRole) -> CheckResult<Connection> {
        self.open_over(self.connection_transport(), role, true).await
    }

    /// Opens a connection over a transport, which has to work before the check can go on.
    pub async fn open_over(&mut self, transport: Transport, role: WsRole, anew: bool) -> CheckResult<Connection> {
        let opened = if anew {
            self.run.gate.open_anew(transport, role, &Credentials::Valid).await?
        } else {
            self.run.gate.open(transport, role, &Credentials::Valid).await?
        };
        match opened {
            Ok(connection) => {
                self.log.note(format!("connected to {}", connection.url()));
                Ok(connection)
            }
            Err(exchange) => self.not_connected(exchange),
        }
    }

    /// A connection that the check needs did not come about.
    pub fn not_connected<T>(&mut self, exchange: Exchange) -> CheckResult<T> {
        let received = exchange.received.describe();
        let status = exchange.status.map(|status| format!("HTTP {status}, ")).unwrap_or_default();
        let exchange = Arc::new(exchange);
        self.log.push(Arc::clone(&exchange));
        Violation::new(Text::both(
            format!("the connection that the check needs could not be opened: {status}{}", received.en),
            format!("检查所需的连接无法建立：{status}{}", received.zh()),
        ))
        .with_evidence(&exchange)
        .untestable()
    }

    /// Calls an action over an open connection.
    pub async fn call_on(
        &mut self,
        connection: &Connection,
        action: &str,
        params: Option<&Value>,
        echo: Option<Value>,
    ) -> CheckResult<Arc<Exchange>> {
        let exchange = self.run.gate.call_on(connection, action, params, echo).await?;
        self.note(exchange)
    }

    /// Sends a frame as it is over an open connection and waits for the answer.
    pub async fn raw_frame(&mut self, connection: &Connection, text: &str) -> CheckResult<Arc<Exchange>> {
        let exchange = self.run.gate.raw_frame(connection, text).await?;
        self.note(exchange)
    }

    /// Keeps an exchange. A target that is not there cannot be judged.
    pub fn note(&mut self, exchange: Exchange) -> CheckResult<Arc<Exchange>> {
        let exchange = Arc::new(exchange);
        self.log.push(Arc::clone(&exchange));
        if exchange.received.is_unreachable() {
            return Violation::new(exchange.received.describe()).with_evidence(&exchange).untestable();
        }
        Ok(exchange)
    }

    /// The envelope that an exchange has to hold, or what was seen in its place.
    pub fn envelope<'e>(&self, exchange: &'e Arc<Exchange>) -> CheckResult<&'e Value> {
        match exchange.json() {
            Some(envelope @ Value::Object(_)) => Ok(envelope),
            Some(_) => {
                Violation::new(answer::describe(self.contract(), exchange)).with_evidence(exchange).into_failure()
            }
            None => Violation::new(exchange.received.describe()).with_evidence(exchange).into_failure(),
        }
    }

    /// Whether a call succeeded; the finding states how it ended in place of that.
    pub fn succeeded(&self, exchange: &Arc<Exchange>) -> CheckResult<Value> {
        let envelope = self.envelope(exchange)?;
        match answer::call_outcome(self.contract(), envelope) {
            CallOutcome::Ok => Ok(answer::data(envelope).cloned().unwrap_or(Value::Null)),
            _ => Violation::new(answer::describe(self.contract(), exchange)).with_evidence(exchange).into_failure(),
        }
    }
}
