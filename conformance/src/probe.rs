//! What a check works with: it asks the target, keeps what went over the wire, and says what is wrong.

use std::sync::Arc;
use std::time::Duration;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{RequestFrame, WsRole};
use serde_json::Value;

use crate::answer::{self, Ended};
use crate::context::Context;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::gate::{Form, Gate, Line, Proof, RawHttp, Refusal};
use crate::trace::Log;

/// What a check found.
pub type Judged<T = ()> = Result<T, Stop>;

/// Why a check does not pass.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The target does not do what it should.
    Broken(Box<Broken>),
    /// Something that the check needs is missing or did not work.
    Untestable(Box<Broken>),
    /// Not run on purpose.
    Skip(Text),
    /// A defect of botspec itself.
    Defect(Text),
}

/// What is wrong, and where it was seen.
#[derive(Debug, Clone)]
pub struct Broken {
    /// What was seen in place of what should be.
    pub summary: Text,
    /// Where it differs.
    pub differences: Vec<Difference>,
    /// The exchange that shows it; the last one of the check where none is named.
    pub shown: Option<Arc<Exchange>>,
}

impl Broken {
    /// Something that is wrong.
    pub fn new(summary: impl Into<Text>) -> Self {
        Self { summary: summary.into(), differences: Vec::new(), shown: None }
    }

    /// Where it differs.
    #[must_use]
    pub fn at(mut self, differences: Vec<Difference>) -> Self {
        self.differences = differences;
        self
    }

    /// The exchange that shows it.
    #[must_use]
    pub fn shown_by(mut self, exchange: &Arc<Exchange>) -> Self {
        self.shown = Some(Arc::clone(exchange));
        self
    }

    /// The target does not do what it should.
    pub fn stop<T>(self) -> Judged<T> {
        Err(Stop::Broken(Box::new(self)))
    }

    /// It cannot be told whether the target does what it should.
    pub fn untestable<T>(self) -> Judged<T> {
        Err(Stop::Untestable(Box::new(self)))
    }
}

/// The target does not do what it should.
pub(crate) fn broken<T>(en: impl Into<String>, zh: impl Into<String>) -> Judged<T> {
    Broken::new(Text::both(en, zh)).stop()
}

/// Something that the check needs is missing.
pub(crate) fn untestable<T>(en: impl Into<String>, zh: impl Into<String>) -> Judged<T> {
    Broken::new(Text::both(en, zh)).untestable()
}

impl Stop {
    /// The same, saying which of several attempts it was.
    #[must_use]
    pub fn titled(self, title: &str) -> Self {
        match self {
            Self::Broken(mut broken) => {
                let Text { en, zh } = &broken.summary;
                broken.summary =
                    Text { en: format!("{title}: {en}"), zh: zh.as_ref().map(|zh| format!("{title}：{zh}")) };
                Self::Broken(broken)
            }
            other => other,
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        if refusal.is_choice() {
            Self::Skip(refusal.describe())
        } else {
            Self::Untestable(Box::new(Broken::new(refusal.describe())))
        }
    }
}

/// What a check works with.
#[derive(Debug)]
pub struct Probe {
    /// The run.
    pub cx: Arc<Context>,
    /// The transport of the check.
    pub transport: Option<Transport>,
    /// What everything that is drawn at random in it follows from.
    pub seed: u64,
    /// Which checks of the unit are wanted, in their order; the others need not be looked at.
    pub wanted: Vec<bool>,
    /// What went over the wire.
    pub log: Log,
}

impl Probe {
    /// A probe for one unit of checks.
    pub fn new(cx: Arc<Context>, transport: Option<Transport>, seed: u64, wanted: Vec<bool>) -> Self {
        Self { cx, transport, seed, wanted, log: Log::new() }
    }

    /// Whether the check at a place in its unit is wanted.
    pub fn wants(&self, check: usize) -> bool {
        self.wanted.get(check).copied().unwrap_or(true)
    }

    /// What the dialect says.
    pub fn contract(&self) -> &Contract {
        self.cx.gate.contract()
    }

    /// The keys of a call over a WebSocket.
    pub fn call_keys(&self) -> Judged<&RequestFrame> {
        let keys = self.contract().call_keys();
        keys.map_or_else(|| untestable("no WebSocket carries calls", "没有可以调用动作的 WebSocket"), Ok)
    }

    /// The gate to the target.
    pub fn gate(&self) -> &Gate {
        &self.cx.gate
    }

    /// How long an event may take.
    pub fn event_timeout(&self) -> Duration {
        self.cx.gate.target().limits.event_timeout
    }

    /// Calls an action over the transport of the check.
    pub async fn call(&mut self, action: &str, params: &Value) -> Judged<Arc<Exchange>> {
        let transport = self.own_transport();
        self.call_over(transport, action, params).await
    }

    /// Calls an action over a transport.
    pub async fn call_over(&mut self, transport: Transport, action: &str, params: &Value) -> Judged<Arc<Exchange>> {
        self.call_as(transport, action, params, Form::Json).await
    }

    /// Calls an action over a transport with its parameters in a form.
    pub async fn call_as(
        &mut self,
        transport: Transport,
        action: &str,
        params: &Value,
        form: Form,
    ) -> Judged<Arc<Exchange>> {
        let exchange = self.cx.gate.call(transport, action, params, form).await?;
        self.note(exchange)
    }

    /// The transport over which the check calls: its own, or the best where that carries no calls.
    pub fn own_transport(&self) -> Transport {
        let own = self.transport.filter(|own| self.cx.gate.speaks(*own));
        own.or_else(|| self.cx.gate.calls_over()).or(self.transport).unwrap_or(Transport::Http)
    }

    /// The transport over which the check keeps a connection: its own, or the first that the target has.
    pub fn line_transport(&self) -> Transport {
        let keeps = |transport: &Transport| *transport != Transport::Http;
        let target = self.cx.gate.target();
        let mut others = target.endpoints().map(|(transport, _)| transport).filter(keeps);
        self.transport.filter(keeps).or_else(|| others.next()).unwrap_or(Transport::Ws)
    }

    /// Calls an action that has to succeed before the check can go on.
    pub async fn need(&mut self, action: &str, params: &Value) -> Judged<Value> {
        let exchange = self.call(action, params).await?;
        self.needed(action, &exchange)
    }

    /// What an exchange tells that has to have succeeded before the check can go on.
    pub fn needed(&self, action: &str, exchange: &Arc<Exchange>) -> Judged<Value> {
        let envelope = exchange.json();
        if let Some((envelope, Ended::Ok)) =
            envelope.map(|envelope| (envelope, answer::ended(self.contract(), envelope)))
        {
            Ok(answer::data(envelope).cloned().unwrap_or(Value::Null))
        } else {
            let seen = answer::describe(self.contract(), exchange);
            Broken::new(Text::both(
                format!("{action}, which the check needs, did not succeed: {}", seen.en),
                format!("检查所需的 {action} 没有成功：{}", seen.zh()),
            ))
            .shown_by(exchange)
            .untestable()
        }
    }

    /// Sends a request over HTTP as it is.
    pub async fn raw_http(&mut self, raw: RawHttp) -> Judged<Arc<Exchange>> {
        let exchange = self.cx.gate.raw_http(raw).await?;
        self.note(exchange)
    }

    /// Opens a connection, which has to work before the check can go on.
    pub async fn open(&mut self, role: WsRole) -> Judged<Line> {
        self.open_over(self.line_transport(), role, false).await
    }

    /// Opens a connection that nobody has used before.
    pub async fn open_anew(&mut self, role: WsRole) -> Judged<Line> {
        self.open_over(self.line_transport(), role, true).await
    }

    /// Opens a connection over a transport, which has to work before the check can go on.
    pub async fn open_over(&mut self, transport: Transport, role: WsRole, anew: bool) -> Judged<Line> {
        let opened = if anew {
            self.cx.gate.open_anew(transport, role, &Proof::Right).await?
        } else {
            self.cx.gate.open(transport, role, &Proof::Right).await?
        };
        match opened {
            Ok(line) => {
                self.log.note(format!("connected to {}", line.url()));
                Ok(line)
            }
            Err(exchange) => self.not_connected(exchange),
        }
    }

    /// A connection that the check needs did not come about.
    pub fn not_connected<T>(&mut self, exchange: Exchange) -> Judged<T> {
        let seen = exchange.seen.describe();
        let status = exchange.status.map(|status| format!("HTTP {status}, ")).unwrap_or_default();
        let exchange = Arc::new(exchange);
        self.log.push(Arc::clone(&exchange));
        Broken::new(Text::both(
            format!("the connection that the check needs could not be opened: {status}{}", seen.en),
            format!("检查所需的连接无法建立：{status}{}", seen.zh()),
        ))
        .shown_by(&exchange)
        .untestable()
    }

    /// Calls an action over an open connection.
    pub async fn call_on(
        &mut self,
        line: &Line,
        action: &str,
        params: Option<&Value>,
        echo: Option<Value>,
    ) -> Judged<Arc<Exchange>> {
        let exchange = self.cx.gate.call_on(line, action, params, echo).await?;
        self.note(exchange)
    }

    /// Sends a frame as it is over an open connection and waits for the answer.
    pub async fn raw_frame(&mut self, line: &Line, text: &str) -> Judged<Arc<Exchange>> {
        let exchange = self.cx.gate.raw_frame(line, text).await?;
        self.note(exchange)
    }

    /// Keeps an exchange. A target that is not there cannot be judged.
    pub fn note(&mut self, exchange: Exchange) -> Judged<Arc<Exchange>> {
        let exchange = Arc::new(exchange);
        self.log.push(Arc::clone(&exchange));
        if exchange.seen.is_unreachable() {
            return Broken::new(exchange.seen.describe()).shown_by(&exchange).untestable();
        }
        Ok(exchange)
    }

    /// The envelope that an exchange has to hold, or what was seen in its place.
    pub fn envelope<'e>(&self, exchange: &'e Arc<Exchange>) -> Judged<&'e Value> {
        match exchange.json() {
            Some(envelope @ Value::Object(_)) => Ok(envelope),
            Some(_) => Broken::new(answer::describe(self.contract(), exchange)).shown_by(exchange).stop(),
            None => Broken::new(exchange.seen.describe()).shown_by(exchange).stop(),
        }
    }

    /// Whether a call succeeded; the finding says how it ended in place of that.
    pub fn succeeded(&self, exchange: &Arc<Exchange>) -> Judged<Value> {
        let envelope = self.envelope(exchange)?;
        match answer::ended(self.contract(), envelope) {
            Ended::Ok => Ok(answer::data(envelope).cloned().unwrap_or(Value::Null)),
            _ => Broken::new(answer::describe(self.contract(), exchange)).shown_by(exchange).stop(),
        }
    }
}
