//! What a family of dialects needs beside its contracts: a handler for each action, and the look of each event.

use std::collections::BTreeMap;
use std::time::Duration;

use botspec_schema::Dialect;
use botspec_schema::model::{Lifecycle, MessageFormat};
use serde_json::Value;

use crate::answer::Failure;
use crate::encoding::Encoding;
use crate::faults::Active;
use crate::fixtures::Fixtures;
use crate::polls::Polls;
use crate::world::{Change, Message, MessageElement, MessageId, UserId, World};

/// What an action does, with access to the world.
pub(crate) type Act = Box<dyn Fn(&dyn WorldAccess, Value) -> Result<Reported, Failure> + Send + Sync>;

/// What an action reports.
pub(crate) enum Reported {
    /// A value that may get another form.
    Value(Value),
    /// JSON as it is sent, where nothing has to look at it again.
    Written(String),
}

impl Reported {
    /// What the handler of an action reports, written once.
    pub(crate) fn written(response: &impl serde::Serialize) -> Result<Self, Failure> {
        serde_json::to_string(response).map(Self::Written).map_err(|error| Failure::action(error.to_string()))
    }

    /// The same as a value.
    pub(crate) fn into_value(self) -> Result<Value, Failure> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Written(text) => serde_json::from_str(&text).map_err(|error| Failure::action(error.to_string())),
        }
    }
}

/// The way to the world for an action. While the world is held it is nobody else's, so that parameters are read before, and
/// results written after.
pub(crate) trait WorldAccess {
    /// Holds the world for some work.
    fn hold(&self, work: &mut dyn FnMut(&mut Context<'_>));
}

/// Holds the world for some work, and gives what comes of it.
pub(crate) fn holding<T>(access: &dyn WorldAccess, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
    let (mut work, mut result) = (Some(work), None);
    access.hold(&mut |context| result = work.take().map(|work| work(context)));
    result.expect("work is done while the world is held")
}

/// Gives parameters or a result another form.
pub(crate) type Fit = Box<dyn Fn(Value) -> Value + Send + Sync>;

/// Answers one action.
pub(crate) struct Handler {
    pub(crate) prepare: Option<Fit>,
    pub(crate) act: Act,
    pub(crate) fit: Option<Fit>,
}

impl Handler {
    /// A handler that takes parameters as they are, and whose result is right as it is.
    pub(crate) fn new(act: impl Fn(&mut Context<'_>, Value) -> Result<Value, Failure> + Send + Sync + 'static) -> Self {
        Self {
            prepare: None,
            act: Box::new(move |world, params| holding(world, |context| act(context, params)).map(Reported::Value)),
            fit: None,
        }
    }
}

/// The handlers of a dialect by the names of their actions.
pub(crate) type Handlers = BTreeMap<&'static str, Handler>;

/// What is known about the account that is served.
#[derive(Clone, Copy)]
pub(crate) struct AccountContext<'a> {
    pub(crate) dialect: &'static Dialect,
    pub(crate) account: UserId,
    /// Whose numbers messages are named by: those of the account, but where a tester names them.
    pub(crate) ids_of: UserId,
    pub(crate) format: MessageFormat,
    /// Whether what the account itself sends is an event too.
    pub(crate) report_self: bool,
    pub(crate) faults: &'a Active,
}

impl AccountContext<'_> {
    /// How messages are written, and whose are reported.
    pub(crate) fn encoding(&self) -> Encoding {
        Encoding { format: self.format, report_self: self.report_self }
    }
}

/// What a handler works on.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) served: AccountContext<'a>,
    pub(crate) polls: &'a Polls,
}

impl Context<'_> {
    /// The number that the account knows a message by.
    pub(crate) fn number_for(&self, id: MessageId) -> i64 {
        self.world.number_for(self.served.account, id).into()
    }
}

/// What an event is made from.
pub(crate) struct EventContext<'a> {
    pub(crate) world: &'a World,
    pub(crate) served: AccountContext<'a>,
    /// When it happened.
    pub(crate) time: i64,
}

impl EventContext<'_> {
    /// The number that the account knows a message by.
    pub(crate) fn number_for(&self, id: MessageId) -> i64 {
        self.world.number_for(self.served.account, id).into()
    }
}

/// A family of dialects.
pub(crate) trait Protocol: Send + Sync {
    /// A handler for every action of a dialect.
    fn handlers(&self, dialect: &'static Dialect) -> Handlers;

    /// What the account is notified of something that happened; nothing where it does not concern it.
    fn event(&self, view: &EventContext<'_>, change: &Change) -> Option<Value>;

    /// The elements of a message that is written in the dialect.
    fn read_message(&self, context: &mut Context<'_>, message: Value) -> Result<Vec<MessageElement>, Failure>;

    /// A message as it is written in the dialect.
    fn write_message(&self, view: &EventContext<'_>, message: &Message) -> Value;

    /// What is reported of the account itself: that a connection stands, that it was turned on or off.
    fn lifecycle(&self, view: &EventContext<'_>, what: Lifecycle) -> Option<Value>;

    /// The action, with its parameters, that does what the answer to an event asks for; nothing where there is none.
    fn quick_operation(&self, event: Value, operation: Value) -> Option<(&'static str, Value)>;

    /// The queue of events that a call asks for; nothing where it asks for none.
    fn queue(&self, _action: &str, _params: &Value) -> Option<String> {
        None
    }

    /// Who and what an account can try things on, by the ids that another one, or itself, knows them by.
    fn fixtures(&self, world: &World, account: UserId, reader: UserId) -> Fixtures {
        Fixtures::known_to(world, account, reader)
    }

    /// A sign of life, with the time until the next one.
    fn heartbeat(&self, view: &EventContext<'_>, next: Duration) -> Option<Value>;
}
