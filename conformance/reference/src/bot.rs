//! A served account: takes calls, answers them as its dialect states, and sends its clients what happens.

mod events;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use botspec_schema::model::{Action, DialectFile, FailureKind, Presence, Transport};
use botspec_schema::{Call, CallMode, Dialect, Kind};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::answer::{Answer, Body, Failure, HandlerOutcome, answer, parts};
use crate::call_log::Caller;
use crate::config::Limits;
use crate::connection_settings::ConnectionSettings;
use crate::deferred::{Queue, Task};
use crate::encoding::Encoding;
use crate::faults::{Absence, Active, Switch};
use crate::fixtures::Fixtures;
use crate::older;
use crate::params;
use crate::planned::{PlannedAnswer, PlannedFailure};
use crate::polls::Polls;
use crate::protocol::{AccountContext, Context, EventContext, Handlers, Protocol, Reported, WorldAccess};
use crate::served::{Connected, PlayError, Played, ServedAccount};
use crate::session::Sessions;
use crate::shared::SharedWorld;
use crate::steps::MessageReader;
use crate::varied::Varied;
use crate::world::{Message, MessageElement, UserId, World};

pub(crate) use events::{EventEmitter, Registered};

/// An account of a world as it is served in one dialect.
pub(crate) struct Bot {
    pub(crate) dialect: &'static Dialect,
    pub(crate) protocol: &'static dyn Protocol,
    pub(crate) handlers: Handlers,
    pub(crate) world: SharedWorld,
    pub(crate) account: UserId,
    pub(crate) limits: Limits,
    pub(crate) faults: Active,
    pub(crate) variations: Varied,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) polls: Polls,
    pub(crate) queue: Queue,
    pub(crate) end: watch::Receiver<bool>,
    /// Whether somebody came who is notified of events.
    pub(crate) connected: watch::Sender<bool>,
    /// How many echoes were made up so far.
    pub(crate) echoes: AtomicU64,
    /// Where what does not fit its contract is kept; `None`: nobody looks.
    pub(crate) defects: Option<Mutex<Vec<Defect>>>,
}

/// Something that the reference itself did not do as its contract states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The action or event.
    pub name: String,
    /// What does not fit.
    pub violations: Vec<String>,
    /// The answer or event.
    pub document: String,
}

/// The HTTP statuses of what is too much, and of what is not there.
const TOO_MANY: u16 = 429;
const NOT_FOUND: u16 = 404;

/// A result that reports nothing, as it is written.
const NULL: &str = "null";

/// What is done in the place of an action.
enum Instead {
    Answer(Answer),
    Silence,
}

/// More defects are not kept.
const MOST_DEFECTS: usize = 100;

impl Bot {
    /// What the dialect states of transports and envelopes.
    pub(crate) fn contract(&self) -> &'static DialectFile {
        &self.dialect.file
    }

    fn served(&self, encoding: Encoding) -> AccountContext<'_> {
        let Encoding { format, report_self } = encoding;
        AccountContext {
            dialect: self.dialect,
            account: self.account,
            ids_of: self.account,
            format,
            report_self,
            faults: &self.faults,
        }
    }

    /// What events are made from.
    pub(crate) fn view<'a>(&'a self, world: &'a World, encoding: Encoding) -> EventContext<'a> {
        EventContext { world, served: self.served(encoding), time: world.now() }
    }

    /// Calls an action by the name that a client gave, as soon as what it waits for is there; nothing where it is planned
    /// that it is never answered.
    pub(crate) async fn call(
        self: &Arc<Self>,
        name: &str,
        params: Value,
        settings: &ConnectionSettings,
    ) -> Option<Answer> {
        let given = self.world.calls().is_kept().then(|| params.clone());
        let action = self.canonical(name);
        let answer = match self.instead(action, settings) {
            Some(Instead::Silence) => None,
            Some(Instead::Answer(answer)) => Some(answer),
            None => match self.world.plans().take(action) {
                Some(plan) => self.planned(plan, name, params, settings).await,
                None => Some(self.call_now(name, params, settings).await),
            },
        };
        if let Some(delay) = self.variations.answer_delay() {
            tokio::time::sleep(delay).await;
        }
        if let Some(given) = given {
            self.log_call(name, &given, answer.as_ref(), settings);
        }
        answer
    }

    async fn call_now(self: &Arc<Self>, name: &str, params: Value, settings: &ConnectionSettings) -> Answer {
        self.wait_for(name, &params, settings).await;
        let fetched = crate::fetch::named_in(&params).await;
        if !fetched.is_empty() {
            self.world.act(|world| world.set_fetched(fetched));
        }
        let ending = self.attempt(name, params, settings.encoding).unwrap_or_else(HandlerOutcome::Failed);
        self.answer(settings.answers_like(), ending)
    }

    /// What an implementation that does less than its dialect does in the place of what it lacks.
    fn instead(&self, action: &str, settings: &ConnectionSettings) -> Option<Instead> {
        let traits = &self.faults.traits;
        let wire = settings.answers_like();
        let failed = |text: &str| self.answer(wire, HandlerOutcome::Failed(Failure::action(text)));
        let with_retcode = |text: &str, retcode: i64| {
            let mut answer = failed(text);
            answer.envelopes_mut().iter_mut().for_each(|envelope| parts::set_retcode(envelope, retcode.into()));
            answer
        };
        if traits.too_many() {
            let mut answer = with_retcode("too many calls", TOO_MANY.into());
            answer.status = TOO_MANY;
            return Some(Instead::Answer(answer));
        }
        if traits.is_silent(action) {
            return Some(Instead::Silence);
        }
        Some(Instead::Answer(match traits.absence(action)? {
            Absence::Unknown => return None,
            Absence::Silent => return Some(Instead::Silence),
            Absence::Ok => self.answer(wire, HandlerOutcome::Done(Value::Null)),
            Absence::NotImplemented => failed("this action is not implemented"),
            Absence::Retcode(retcode) => with_retcode("this action is not supported", *retcode),
            Absence::NotFound => {
                let mut answer = failed("not found");
                if wire == Transport::Http {
                    answer.body = Body::Text("404 page not found".to_owned());
                }
                answer.status = NOT_FOUND;
                answer
            }
        }))
    }

    /// Answers as it is planned.
    async fn planned(
        self: &Arc<Self>,
        plan: PlannedAnswer,
        name: &str,
        params: Value,
        settings: &ConnectionSettings,
    ) -> Option<Answer> {
        let mut end = self.end.clone();
        tokio::select! {
            () = tokio::time::sleep(plan.wait()) => {}
            _ = end.wait_for(|end| *end) => {}
        }
        let wire = settings.answers_like();
        match (plan.fail, plan.data) {
            _ if plan.silent => None,
            (Some(PlannedFailure { retcode, message }), _) => {
                let mut answer = self.answer(wire, HandlerOutcome::Failed(Failure::action(message)));
                for envelope in answer.envelopes_mut() {
                    if let Some(retcode) = retcode {
                        parts::set_retcode(envelope, retcode.into());
                    }
                }
                Some(answer)
            }
            (None, Some(data)) => Some(self.answer(wire, HandlerOutcome::Done(data))),
            (None, None) => Some(self.call_now(name, params, settings).await),
        }
    }

    /// The name of the action in its contract, where a client means one.
    fn canonical<'n>(&self, name: &'n str) -> &'n str {
        self.dialect.resolve_call(name).map_or(name, |call| call.action.name.as_str())
    }

    fn log_call(&self, name: &str, params: &Value, answer: Option<&Answer>, settings: &ConnectionSettings) {
        let caller = Caller {
            account: self.account,
            dialect: self.dialect.name(),
            transport: settings.wire,
            time: self.world.read(World::now),
        };
        self.world.calls().add(&caller, self.canonical(name), params, answer);
    }

    /// Waits for what a call asks for, as long as the client likes: an event that comes into its queue.
    async fn wait_for(&self, name: &str, params: &Value, settings: &ConnectionSettings) {
        let waits = self.resolve(name).and_then(|call| Some((call.action, call.action.waits.as_ref()?)));
        let Some((action, patience)) = waits else { return };
        let params = self.dialect.normalise_params(action, params.clone());
        let most = params.get(patience).and_then(Value::as_u64).filter(|most| *most > 0);
        let (Some(most), Some(queue)) = (most, self.protocol.queue(&action.name, &params)) else { return };
        let mut end = self.end.clone();
        tokio::select! {
            () = self.polls.wait(&queue, settings.encoding, Duration::from_millis(most)) => {}
            _ = end.wait_for(|end| *end) => {}
        }
    }

    /// The answer to who only wants to know whether somebody is there.
    pub(crate) fn greet(&self, settings: &ConnectionSettings) -> Answer {
        self.answer(settings.answers_like(), HandlerOutcome::Done(Value::Object(Map::new())))
    }

    /// An echo for an answer to a call that had none.
    pub(crate) fn made_up_echo(&self) -> String {
        format!("botspec{}", self.echoes.fetch_add(1, Ordering::Relaxed))
    }

    /// Does what the answer to an event asks for; nobody learns how it ended.
    pub(crate) fn do_about(self: &Arc<Self>, event: Value, operation: Value, settings: &ConnectionSettings) {
        if let Some((name, params)) = self.protocol.quick_operation(event, operation) {
            drop(self.attempt(name, params, settings.encoding));
        }
    }

    /// The answer to a call that failed before it reached an action.
    pub(crate) fn failed(&self, settings: &ConnectionSettings, failure: Failure) -> Answer {
        let answer = self.answer(settings.answers_like(), HandlerOutcome::Failed(failure));
        if self.world.calls().is_kept() {
            self.log_call("", &Value::Null, Some(&answer), settings);
        }
        answer
    }

    /// Whether a call by this name gets as far as its parameters.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.resolve(name).is_some()
            || self.always_fails(name)
            || self.faults.on(Switch::UnknownActionOk)
            || self.faults.on(Switch::UnknownActionFailed)
    }

    /// Whether an action of this name has nothing left but its name.
    fn always_fails(&self, name: &str) -> bool {
        self.dialect.resolve_call(name).is_some_and(|call| call.action.always_fails)
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

    fn attempt(self: &Arc<Self>, name: &str, params: Value, encoding: Encoding) -> Result<HandlerOutcome, Failure> {
        let unknown = || Failure::new(FailureKind::UnknownAction, format!("there is no action `{name}`"));
        let Some(call) = self.resolve(name) else {
            if self.faults.on(Switch::UnknownActionOk) {
                return Ok(HandlerOutcome::Done(Value::Null));
            }
            if self.faults.on(Switch::UnknownActionFailed) {
                return Err(Failure::action(unknown().text));
            }
            if self.always_fails(name) {
                return Err(Failure::action(format!("`{name}` does nothing any more")));
            }
            return Err(unknown());
        };
        params::bounded(self.dialect, &params)?;
        let mut params = params;
        older::known_params(self.dialect, &call.action.name, &mut params);
        let params = match params::accept(self.dialect, call.action, params, &self.faults) {
            Ok(params) => params,
            Err(_) if self.faults.on(Switch::InvalidParamsOk) => return Ok(HandlerOutcome::Done(Value::Null)),
            Err(failure) if self.faults.on(Switch::InvalidParamsCode) => return Err(Failure::action(failure.text)),
            Err(failure) => return Err(failure),
        };
        let params = self.faults.edit_params(&call.action.name, params);
        let waits = match call.mode {
            CallMode::Direct if call.action.always_async => self.faults.on(Switch::AsyncWaits),
            CallMode::Direct => true,
            CallMode::Async => self.faults.on(Switch::AsyncWaits),
            CallMode::RateLimited => self.faults.on(Switch::RateLimitedWaits),
        };
        if waits {
            return self.perform(call.action, params, encoding);
        }
        if !self.faults.on(Switch::AsyncForgotten) {
            self.defer(call.action, params, encoding, call.mode)?;
        }
        Ok(HandlerOutcome::Deferred)
    }

    /// Does it after the answer: at once, or in the queue.
    fn defer(
        self: &Arc<Self>,
        action: &'static Action,
        params: Value,
        encoding: Encoding,
        mode: CallMode,
    ) -> Result<(), Failure> {
        let bot = Arc::clone(self);
        // Nobody learns how it ended; that is what the caller asked for.
        let task: Task = Box::new(move || drop(bot.perform(action, params, encoding)));
        if mode != CallMode::RateLimited {
            tokio::spawn(async move { task() });
        } else if !self.queue.add(task) {
            return Err(Failure::action("too many calls wait already"));
        }
        Ok(())
    }

    /// Does it, and answers the result as it is reported.
    fn perform(&self, action: &Action, params: Value, encoding: Encoding) -> Result<HandlerOutcome, Failure> {
        let name = action.name.as_str();
        let rendered = |mut data: Value| {
            older::known_segments(self.dialect, &mut data);
            self.variations.result(self.dialect, name, &mut data);
            self.verify(Kind::ActionResult, name, &data);
            self.faults.result(name, data)
        };
        let reported = match self.handle(name, params, self.served(encoding))? {
            Reported::Written(text) if text != NULL && self.sends_as_written(action) => {
                return Ok(HandlerOutcome::Written(text));
            }
            reported => reported.into_value()?,
        };
        match reported {
            Value::Array(parts) if action.streams => {
                Ok(HandlerOutcome::Streamed(parts.into_iter().map(rendered).collect()))
            }
            data => Ok(match rendered(data) {
                Value::Null if self.contract().envelope.omits_data.contains(&action.name) => HandlerOutcome::Quiet,
                data => HandlerOutcome::Done(data),
            }),
        }
    }

    /// Whether nothing looks at results of the action again before they are sent.
    fn sends_as_written(&self, action: &Action) -> bool {
        self.faults.is_empty()
            && self.variations.is_empty()
            && self.defects.is_none()
            && !self.world.calls().is_kept()
            && !action.streams
            && !older::rewrites_segments(self.dialect)
    }

    /// Does it as another account, that nobody has to serve.
    pub(crate) fn perform_as(&self, account: UserId, action: &str, params: Value) -> Result<(), Failure> {
        let served = AccountContext { account, ids_of: account, ..self.served(Encoding::default()) };
        self.handle(action, params, served).map(drop)
    }

    fn handle(&self, action: &str, params: Value, served: AccountContext<'_>) -> Result<Reported, Failure> {
        let handle = self.handlers.get(action);
        let handle = handle.ok_or_else(|| Failure::action(format!("nobody handles `{action}`")))?;
        let params = match &handle.prepare {
            Some(prepare) => prepare(params),
            None => params,
        };
        let done = (handle.act)(&Access { bot: self, served }, params)?;
        match &handle.fit {
            Some(fit) => Ok(Reported::Value(fit(done.into_value()?))),
            None => Ok(done),
        }
    }

    fn answer(&self, wire: Transport, ending: HandlerOutcome) -> Answer {
        let failed = match &ending {
            HandlerOutcome::Failed(failure) => Some(failure.kind),
            _ => None,
        };
        let mut answer = answer(self.contract(), wire, ending);
        self.variations.answer(self.contract(), wire, failed, &mut answer);
        let mut answer = self.faults.answer(self.contract(), answer);
        if failed == Some(FailureKind::ActionFailed) && self.faults.on(Switch::FailedStatus) {
            let unknown = self.contract().failures.get(&FailureKind::UnknownAction);
            answer.status =
                unknown.and_then(|encoding| encoding.http.as_ref()).map_or(answer.status, |http| http.status);
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

/// The way to the world for an action of an account.
struct Access<'b> {
    bot: &'b Bot,
    served: AccountContext<'b>,
}

impl WorldAccess for Access<'_> {
    fn hold(&self, work: &mut dyn FnMut(&mut Context<'_>)) {
        let Self { bot, served } = *self;
        bot.world.act(|world| work(&mut Context { world, served, polls: &bot.polls }));
    }
}

impl MessageReader for Bot {
    fn read(&self, world: &mut World, from: UserId, message: Value) -> Result<Vec<MessageElement>, String> {
        // Whoever sends it, messages in it are named by the numbers of the first account.
        let ids_of = world.accounts().next().unwrap_or(from);
        let served = AccountContext { account: from, ids_of, ..self.served(Encoding::default()) };
        let context = &mut Context { world, served, polls: &self.polls };
        self.protocol.read_message(context, message).map_err(|failure| failure.text)
    }
}

impl ServedAccount for Bot {
    fn account(&self) -> UserId {
        self.account
    }

    fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    fn fixtures(&self, world: &World) -> Fixtures {
        self.protocol.fixtures(world, self.account, self.account)
    }

    fn written(&self, world: &World, message: &Message) -> Value {
        let mut written = self.protocol.write_message(&self.view(world, Encoding::default()), message);
        older::known_segments(self.dialect, &mut written);
        written
    }

    fn connected(&self) -> Vec<Connected> {
        let mut connected = Vec::new();
        self.sessions.each(|session| {
            let (transport, role, receives_events) = (session.settings.wire, session.role, session.takes_events());
            connected.push(Connected { transport, role, receives_events });
        });
        connected
    }

    fn play(self: Arc<Self>, event: &str) -> Result<Played, PlayError> {
        self.play_event(event)
    }
}
