//! A served account: takes calls, answers them as its dialect says, and tells its clients what happens.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use botspec_schema::model::{Action, DialectFile, FailureKind, Presence, Wire};
use botspec_schema::{Call, CallMode, Dialect, Kind};
use serde_json::Value;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::answer::{Answer, Ending, Failure, answer};
use crate::config::{Limits, MessageFormat};
use crate::faults::{Active, Switch};
use crate::later::{Queue, Task};
use crate::params;
use crate::protocol::{Context, Handlers, Protocol, Served, View};
use crate::shared::{Listener, SharedWorld};
use crate::transport::session::Sessions;
use crate::transport::ws::takes_events;
use crate::world::{Change, Told, UserId, World};

/// An account of a world as it is served in one dialect.
pub(crate) struct Bot {
    pub(crate) dialect: &'static Dialect,
    pub(crate) protocol: &'static dyn Protocol,
    pub(crate) handlers: Handlers,
    pub(crate) world: SharedWorld,
    pub(crate) account: UserId,
    pub(crate) token: Option<String>,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) format: MessageFormat,
    pub(crate) limits: Limits,
    pub(crate) faults: Active,
    pub(crate) sessions: Sessions,
    pub(crate) queue: Queue,
    pub(crate) end: watch::Receiver<bool>,
    /// Where what does not fit its contract is kept; `None`: nobody looks.
    pub(crate) defects: Option<Mutex<Vec<Defect>>>,
}

/// Something that the reference itself did not do as its contract says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The action or event.
    pub name: String,
    /// What does not fit.
    pub violations: Vec<String>,
    /// The answer or event.
    pub document: String,
}

/// More defects are not kept.
const MOST_DEFECTS: usize = 100;

impl Bot {
    /// What the dialect says of transports and envelopes.
    pub(crate) fn contract(&self) -> &'static DialectFile {
        &self.dialect.file
    }

    fn served(&self) -> Served<'_> {
        Served { dialect: self.dialect, account: self.account, format: self.format, faults: &self.faults }
    }

    /// What events are made from.
    pub(crate) fn view<'a>(&'a self, world: &'a World) -> View<'a> {
        View { world, served: self.served(), time: world.now() }
    }

    /// Calls an action by the name that a client gave.
    pub(crate) fn call(self: &Arc<Self>, name: &str, params: Value, wire: Wire) -> Answer {
        let ending = self.attempt(name, params).unwrap_or_else(Ending::Failed);
        self.answer(wire, ending)
    }

    /// The answer to a call that failed before it reached an action.
    pub(crate) fn failed(&self, wire: Wire, failure: Failure) -> Answer {
        self.answer(wire, Ending::Failed(failure))
    }

    /// Whether a call by this name gets as far as its parameters.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.resolve(name).is_some()
            || self.faults.on(Switch::UnknownActionOk)
            || self.faults.on(Switch::UnknownActionFailed)
    }

    /// What a client means by a name; builds know nothing of actions that stand in documents alone.
    fn resolve(&self, name: &str) -> Option<Call<'static>> {
        let call = self.dialect.resolve_call(name)?;
        (call.action.presence == Presence::Current && !self.faults.lacks(&call.action.name)).then_some(call)
    }

    fn attempt(self: &Arc<Self>, name: &str, params: Value) -> Result<Ending, Failure> {
        let unknown = || Failure::new(FailureKind::UnknownAction, format!("there is no action `{name}`"));
        let Some(call) = self.resolve(name) else {
            if self.faults.on(Switch::UnknownActionOk) {
                return Ok(Ending::Done(Value::Null));
            }
            if self.faults.on(Switch::UnknownActionFailed) {
                return Err(Failure::action(unknown().text));
            }
            return Err(unknown());
        };
        let params = match params::accept(self.dialect, call.action, params, &self.faults) {
            Ok(params) => params,
            Err(_) if self.faults.on(Switch::InvalidParamsOk) => return Ok(Ending::Done(Value::Null)),
            Err(reason) => return Err(Failure::new(FailureKind::InvalidParams, reason)),
        };
        let waits = match call.mode {
            CallMode::Direct if call.action.always_async => self.faults.on(Switch::AsyncWaits),
            CallMode::Direct => true,
            CallMode::Async => self.faults.on(Switch::AsyncWaits),
            CallMode::RateLimited => self.faults.on(Switch::RateLimitedWaits),
        };
        if waits {
            return self.perform(call.action, params);
        }
        if !self.faults.on(Switch::AsyncForgotten) {
            self.defer(call.action, params, call.mode)?;
        }
        Ok(Ending::Deferred)
    }

    /// Does it after the answer: at once, or in the queue.
    fn defer(self: &Arc<Self>, action: &'static Action, params: Value, mode: CallMode) -> Result<(), Failure> {
        let bot = Arc::clone(self);
        // Nobody hears how it ended; that is what the caller asked for.
        let task: Task = Box::new(move || drop(bot.perform(action, params)));
        if mode != CallMode::RateLimited {
            tokio::spawn(async move { task() });
        } else if !self.queue.add(task) {
            return Err(Failure::action("too many calls wait already"));
        }
        Ok(())
    }

    /// Does it, and answers the result as it is told.
    fn perform(&self, action: &Action, params: Value) -> Result<Ending, Failure> {
        let name = action.name.as_str();
        let Some(handle) = self.handlers.get(name) else {
            return Err(Failure::action(format!("nobody handles `{name}`")));
        };
        let served = self.served();
        let told = |data: Value| {
            self.verify(Kind::ActionResult, name, &data);
            self.faults.result(name, data)
        };
        match self.world.act(|world| handle(&mut Context { world, served }, params))? {
            Value::Array(parts) if action.streams => Ok(Ending::Streamed(parts.into_iter().map(told).collect())),
            data => Ok(Ending::Done(told(data))),
        }
    }

    fn answer(&self, wire: Wire, ending: Ending) -> Answer {
        let failed_action = matches!(&ending, Ending::Failed(failure) if failure.kind == FailureKind::ActionFailed);
        let mut answer = self.faults.answer(self.contract(), answer(self.contract(), wire, ending));
        if failed_action && self.faults.on(Switch::FailedStatus) {
            let unknown = self.contract().failures.get(&FailureKind::UnknownAction);
            answer.status = unknown.and_then(|look| look.http.as_ref()).map_or(answer.status, |http| http.status);
        }
        answer
    }

    fn verify(&self, kind: Kind, name: &str, document: &Value) {
        let Some(defects) = &self.defects else { return };
        let violations: Vec<String> = match self.dialect.check(kind, Some(name), document) {
            Ok(violations) => violations.iter().map(ToString::to_string).collect(),
            Err(unknown) => vec![unknown.to_string()],
        };
        let mut defects = defects.lock().unwrap_or_else(PoisonError::into_inner);
        if !violations.is_empty() && defects.len() < MOST_DEFECTS {
            defects.push(Defect { name: name.to_owned(), violations, document: document.to_string() });
        }
    }

    /// An event on its way out: checked, spoiled by faults, and given to `push` as frames.
    pub(crate) fn emit(&self, event: Value, push: impl Fn(&Utf8Bytes)) {
        let name = self.dialect.recognise_event(&event).map_or("", |event| event.name.as_str());
        self.verify(Kind::Event, name, &event);
        for event in self.faults.event(name, event) {
            push(&event.to_string().into());
        }
    }

    /// An event to everybody who takes events.
    fn broadcast(&self, event: Value) {
        let to_api = self.faults.on(Switch::EventsOnApi);
        let most = if self.faults.on(Switch::EventsToOne) { 1 } else { usize::MAX };
        for event in self.faults.in_order(event) {
            self.emit(event, |frame| self.sessions.push(frame, most, |to| takes_events(to.role) || to_api));
        }
    }
}

/// Tells the clients of a bot what happens in the world.
pub(crate) struct Teller(pub(crate) Arc<Bot>);

impl Listener for Teller {
    fn hear(&mut self, world: &World, told: &Told) {
        let Self(bot) = self;
        if bot.sessions.is_empty() && bot.defects.is_none() {
            return;
        }
        let view = View { time: told.time, ..bot.view(world) };
        let event = match &told.change {
            Change::Heartbeat if bot.faults.on(Switch::NoHeartbeat) => None,
            Change::Heartbeat => bot.protocol.heartbeat(&view, bot.heartbeat.unwrap_or_default()),
            change => bot.protocol.event(&view, change),
        };
        if let Some(event) = event {
            bot.broadcast(event);
        }
    }
}
