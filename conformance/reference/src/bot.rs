//! A served account: takes calls, answers them as its dialect says, and tells its clients what happens.

mod telling;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use botspec_schema::model::{Action, DialectFile, FailureKind, Presence, Transport};
use botspec_schema::{Call, CallMode, Dialect, Kind};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::answer::{Answer, Ending, Failure, answer};
use crate::config::Limits;
use crate::faults::{Active, Switch};
use crate::later::{Queue, Task};
use crate::params;
use crate::polls::Polls;
use crate::protocol::{Context, Handlers, Protocol, Served, View};
use crate::shared::SharedWorld;
use crate::transport::line::{Line, Look};
use crate::transport::session::Sessions;
use crate::world::{UserId, World};

pub(crate) use telling::{News, Registered, Teller};

/// An account of a world as it is served in one dialect.
pub(crate) struct Bot {
    pub(crate) dialect: &'static Dialect,
    pub(crate) protocol: &'static dyn Protocol,
    pub(crate) handlers: Handlers,
    pub(crate) world: SharedWorld,
    pub(crate) account: UserId,
    pub(crate) limits: Limits,
    pub(crate) faults: Active,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) polls: Polls,
    pub(crate) queue: Queue,
    pub(crate) end: watch::Receiver<bool>,
    /// Whether somebody came who hears of events.
    pub(crate) came: watch::Sender<bool>,
    /// How many echoes were made up so far.
    pub(crate) echoes: AtomicU64,
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

    fn served(&self, look: Look) -> Served<'_> {
        let Look { format, report_self } = look;
        Served { dialect: self.dialect, account: self.account, format, report_self, faults: &self.faults }
    }

    /// What events are made from.
    pub(crate) fn view<'a>(&'a self, world: &'a World, look: Look) -> View<'a> {
        View { world, served: self.served(look), time: world.now() }
    }

    /// Calls an action by the name that a client gave.
    pub(crate) fn call(self: &Arc<Self>, name: &str, params: Value, line: &Line) -> Answer {
        let ending = self.attempt(name, params, line.look).unwrap_or_else(Ending::Failed);
        self.answer(line.answers_like(), ending)
    }

    /// Waits for what a call asks for, as long as the client likes: an event that comes into its queue.
    pub(crate) async fn wait_for(&self, name: &str, params: &Value, line: &Line) {
        let waits = self.resolve(name).and_then(|call| Some((call.action, call.action.waits.as_ref()?)));
        let Some((action, patience)) = waits else { return };
        let params = self.dialect.normalise_params(action, params.clone());
        let most = params.get(patience).and_then(Value::as_u64).filter(|most| *most > 0);
        let (Some(most), Some(queue)) = (most, self.protocol.queue(&action.name, &params)) else { return };
        let mut end = self.end.clone();
        tokio::select! {
            () = self.polls.wait(&queue, line.look, Duration::from_millis(most)) => {}
            _ = end.wait_for(|end| *end) => {}
        }
    }

    /// The answer to who only wants to know whether somebody is there.
    pub(crate) fn greet(&self, line: &Line) -> Answer {
        self.answer(line.answers_like(), Ending::Done(Value::Object(Map::new())))
    }

    /// An echo for an answer to a call that had none.
    pub(crate) fn made_up_echo(&self) -> String {
        format!("botspec{}", self.echoes.fetch_add(1, Ordering::Relaxed))
    }

    /// Does what the answer to an event asks for; nobody hears how it ended.
    pub(crate) fn do_about(self: &Arc<Self>, event: Value, operation: Value, line: &Line) {
        if let Some((name, params)) = self.protocol.quick_operation(event, operation) {
            drop(self.attempt(name, params, line.look));
        }
    }

    /// The answer to a call that failed before it reached an action.
    pub(crate) fn failed(&self, line: &Line, failure: Failure) -> Answer {
        self.answer(line.answers_like(), Ending::Failed(failure))
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
        let suffixes = self.contract().suffixes.as_ref().filter(|_| self.dialect.action(name).is_none());
        let unknown = suffixes.is_some_and(|suffixes| {
            name.ends_with(&suffixes.deferred) && self.faults.on(Switch::AsyncSuffixUnknown)
                || name.ends_with(&suffixes.rate_limited) && self.faults.on(Switch::RateLimitedSuffixUnknown)
        });
        if unknown {
            return None;
        }
        (call.action.presence == Presence::Current && !self.faults.lacks(&call.action.name)).then_some(call)
    }

    fn attempt(self: &Arc<Self>, name: &str, params: Value, look: Look) -> Result<Ending, Failure> {
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
            Err(reason) if self.faults.on(Switch::InvalidParamsCode) => return Err(Failure::action(reason)),
            Err(reason) => return Err(Failure::new(FailureKind::InvalidParams, reason)),
        };
        let params = self.faults.looked_at(&call.action.name, params);
        let waits = match call.mode {
            CallMode::Direct if call.action.always_async => self.faults.on(Switch::AsyncWaits),
            CallMode::Direct => true,
            CallMode::Async => self.faults.on(Switch::AsyncWaits),
            CallMode::RateLimited => self.faults.on(Switch::RateLimitedWaits),
        };
        if waits {
            return self.perform(call.action, params, look);
        }
        if !self.faults.on(Switch::AsyncForgotten) {
            self.defer(call.action, params, look, call.mode)?;
        }
        Ok(Ending::Deferred)
    }

    /// Does it after the answer: at once, or in the queue.
    fn defer(
        self: &Arc<Self>,
        action: &'static Action,
        params: Value,
        look: Look,
        mode: CallMode,
    ) -> Result<(), Failure> {
        let bot = Arc::clone(self);
        // Nobody hears how it ended; that is what the caller asked for.
        let task: Task = Box::new(move || drop(bot.perform(action, params, look)));
        if mode != CallMode::RateLimited {
            tokio::spawn(async move { task() });
        } else if !self.queue.add(task) {
            return Err(Failure::action("too many calls wait already"));
        }
        Ok(())
    }

    /// Does it, and answers the result as it is told.
    fn perform(&self, action: &Action, params: Value, look: Look) -> Result<Ending, Failure> {
        let name = action.name.as_str();
        let told = |data: Value| {
            self.verify(Kind::ActionResult, name, &data);
            self.faults.result(name, data)
        };
        match self.handle(name, params, self.served(look))? {
            Value::Array(parts) if action.streams => Ok(Ending::Streamed(parts.into_iter().map(told).collect())),
            data => Ok(match told(data) {
                Value::Null if tells_nothing(action) => Ending::Quiet,
                data => Ending::Done(data),
            }),
        }
    }

    /// Does it as another account, that nobody has to serve.
    pub(crate) fn perform_as(&self, account: UserId, action: &str, params: Value) -> Result<(), Failure> {
        let served = Served { account, ..self.served(Look::default()) };
        self.handle(action, params, served).map(drop)
    }

    fn handle(&self, action: &str, params: Value, served: Served<'_>) -> Result<Value, Failure> {
        let handle = self.handlers.get(action);
        let handle = handle.ok_or_else(|| Failure::action(format!("nobody handles `{action}`")))?;
        self.world.act(|world| handle(&mut Context { world, served, polls: &self.polls }, params))
    }

    fn answer(&self, wire: Transport, ending: Ending) -> Answer {
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
}

/// Whether an action never has anything to tell.
fn tells_nothing(action: &Action) -> bool {
    action.result.get("type").and_then(Value::as_str) == Some("null")
}
