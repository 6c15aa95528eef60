//! One world for everybody: accounts that are served, adapters that listen, and testers that make things happen.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use botspec_schema::Catalog;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::call_log::CallLog;
use crate::dialects::protocol;
use crate::fixtures::Fixtures;
use crate::planned::PlannedAnswers;
use crate::served::{Open, ServedAccount};
use crate::steps::{self, MessageReader, StepError};
use crate::world::{TimedChange, UserId, World};

/// A world that several adapters share. Clones are the same world.
#[derive(Clone)]
pub struct SharedWorld(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    calls: CallLog,
    plans: PlannedAnswers,
    served: Mutex<Vec<Served>>,
    connections: watch::Sender<()>,
}

struct State {
    world: World,
    beginning: World,
    observers: Vec<(u64, Box<dyn WorldObserver>)>,
    next_observer: u64,
}

/// An account that is served, for as long as it is.
#[derive(Clone)]
struct Served {
    bot: Weak<dyn ServedAccount>,
    transports: Vec<Open>,
}

/// The sessions that an event went to, by their addresses in memory.
pub(crate) type Reached = BTreeSet<usize>;

/// Is called for everything that happens, in order, while the world stands still.
pub(crate) trait WorldObserver: Send {
    /// Something happened; `world` is how it is afterwards.
    fn on_change(&mut self, world: &World, change: &TimedChange, reached: &mut Reached);
}

impl SharedWorld {
    /// Shares a world.
    pub fn new(world: World) -> Self {
        let beginning = world.clone();
        let state = State { world, beginning, observers: Vec::new(), next_observer: 0 };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            calls: CallLog::default(),
            plans: PlannedAnswers::default(),
            served: Mutex::default(),
            connections: watch::Sender::new(()),
        }))
    }

    /// The default world of a seed.
    pub fn seeded(seed: u64) -> Self {
        Self::new(World::new(seed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.lock().world)
    }

    /// Changes the world; whoever listens is notified of it before anybody else can change it again.
    pub fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        self.act_and_count(act).0
    }

    /// The same, with the number of connections and webhooks that an event of it went to.
    fn act_and_count<T>(&self, act: impl FnOnce(&mut World) -> T) -> (T, usize) {
        let mut state = self.lock();
        let State { world, observers, .. } = &mut *state;
        let result = act(world);
        let mut reached = Reached::new();
        for change in world.take_changes() {
            for (_, observer) in observers.iter_mut() {
                observer.on_change(world, &change, &mut reached);
            }
        }
        (result, reached.len())
    }

    /// Makes something happen that no account did by an action: a friend talks, somebody joins. Strings in `params` that
    /// begin with `$` name [fixtures](Self::fixtures) of the first account.
    pub fn step(&self, name: &str, params: &Value) -> Result<Value, StepError> {
        self.step_and_count(name, params).0
    }

    /// The same, with the number of connections and webhooks that an event of it went to.
    pub(crate) fn step_and_count(&self, name: &str, params: &Value) -> (Result<Value, StepError>, usize) {
        let reader = self.first_bot();
        let reader = reader.as_deref().map(|account| -> &dyn MessageReader { account });
        self.act_and_count(|world| steps::run(world, name, params, reader))
    }

    /// Takes a step, after which every account that was logged in is so again before anybody can do anything: to learn of
    /// a lost login is not to lose it.
    pub(crate) fn step_logged_in(&self, name: &str, params: &Value) -> Result<(), StepError> {
        let reader = self.first_bot();
        let reader = reader.as_deref().map(|account| -> &dyn MessageReader { account });
        self.act(|world| {
            let there: Vec<UserId> = world.accounts().filter(|account| world.is_logged_in(*account)).collect();
            steps::run(world, name, params, reader)?;
            for account in there {
                // It is an account.
                let _ = world.log_on(account);
            }
            Ok(())
        })
    }

    /// Who and what the account can try things on, as it is now.
    pub fn fixtures(&self, account: UserId) -> Fixtures {
        self.read(|world| Fixtures::of(world, account))
    }

    /// The same, by the numbers that another account knows the messages by.
    pub fn fixtures_known_to(&self, account: UserId, reader: UserId) -> Fixtures {
        self.read(|world| Fixtures::known_to(world, account, reader))
    }

    /// The same, by the ids that a dialect knows them by; nothing where it is not spoken.
    pub fn fixtures_in(&self, dialect: &str, account: UserId) -> Option<Fixtures> {
        let protocol = protocol(Catalog::builtin().dialect(dialect)?)?;
        Some(self.read(|world| protocol.fixtures(world, account, account)))
    }

    /// Puts everything back to how it was in the beginning, and forgets what is planned for calls. Nobody is notified of it.
    /// Numbers that a message had by now are given to no other one, and the clock stays where it is.
    pub fn reset(&self) {
        let mut state = self.lock();
        let mut beginning = state.beginning.clone();
        beginning.count_on_from(&state.world);
        state.world = beginning;
        self.0.plans.clear();
    }

    /// Everything can be fetched from below this address from now on, also after a reset.
    pub(crate) fn serve_files_at(&self, base: &str) {
        let mut state = self.lock();
        state.world.serve_files_at(base);
        state.beginning.serve_files_at(base);
    }

    /// An account knows messages by the numbers of the world from now on, also after a reset.
    pub(crate) fn share_numbers(&self, account: UserId) {
        let mut state = self.lock();
        state.world.share_numbers(account);
        state.beginning.share_numbers(account);
    }

    /// Moves the clock on; the second that it is then.
    pub fn advance(&self, by: Duration) -> i64 {
        self.act(|world| world.advance(by))
    }

    /// Observes from now on, until what is returned is dropped.
    pub(crate) fn observe(&self, observer: Box<dyn WorldObserver>) -> Subscription {
        let mut state = self.lock();
        let id = state.next_observer;
        state.next_observer += 1;
        state.observers.push((id, observer));
        Subscription { world: self.clone(), id }
    }

    /// The calls that clients made.
    pub(crate) fn calls(&self) -> &CallLog {
        &self.0.calls
    }

    /// What is planned for the next calls.
    pub(crate) fn plans(&self) -> &PlannedAnswers {
        &self.0.plans
    }

    /// An account is served from now on.
    pub(crate) fn add_served(&self, bot: &Arc<dyn ServedAccount>, transports: &[Open]) {
        let mut served = self.0.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.retain(|served| served.bot.strong_count() > 0);
        served.push(Served { bot: Arc::downgrade(bot), transports: transports.to_vec() });
    }

    /// The accounts that are served, in the order in which they were started.
    pub(crate) fn served(&self) -> Vec<(Arc<dyn ServedAccount>, Vec<Open>)> {
        let served = self.0.served.lock().unwrap_or_else(PoisonError::into_inner).clone();
        served.into_iter().filter_map(|it| Some((it.bot.upgrade()?, it.transports))).collect()
    }

    /// The account that was started first.
    fn first_bot(&self) -> Option<Arc<dyn ServedAccount>> {
        self.served().into_iter().next().map(|(bot, _)| bot)
    }

    /// Notes that somebody connected, or went.
    pub(crate) fn connections_changed(&self) {
        self.0.connections.send_replace(());
    }

    /// Receives a notification whenever somebody connects or goes from now on.
    pub(crate) fn connections(&self) -> watch::Receiver<()> {
        self.0.connections.subscribe()
    }
}

/// Ends the observation when it is dropped.
pub(crate) struct Subscription {
    world: SharedWorld,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.world.lock().observers.retain(|(id, _)| *id != self.id);
    }
}

/// Everything that a step answers, with how many it reached.
pub(crate) fn with_count(result: Value, received: usize) -> Value {
    let mut entries = match result {
        Value::Object(entries) => entries,
        Value::Null => Map::new(),
        other => Map::from_iter([("result".to_owned(), other)]),
    };
    entries.insert("received".to_owned(), received.into());
    Value::Object(entries)
}
