//! One world for everybody: accounts that are served, adapters that listen, and testers that make things happen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use botspec_schema::Catalog;
use serde_json::Value;

use crate::dialects::protocol;
use crate::fixtures::Fixtures;
use crate::steps::{self, StepError};
use crate::world::{Told, UserId, World};

/// A world that several adapters share. Clones are the same world.
#[derive(Clone)]
pub struct SharedWorld(Arc<Mutex<State>>);

struct State {
    world: World,
    beginning: World,
    listeners: Vec<(u64, Box<dyn Listener>)>,
    next_listener: u64,
}

/// Hears of everything that happens, in order, while the world stands still.
pub(crate) trait Listener: Send {
    /// Something happened; `world` is how it is afterwards.
    fn hear(&mut self, world: &World, told: &Told);
}

impl SharedWorld {
    /// Shares a world.
    pub fn new(world: World) -> Self {
        let beginning = world.clone();
        Self(Arc::new(Mutex::new(State { world, beginning, listeners: Vec::new(), next_listener: 0 })))
    }

    /// The default world of a seed.
    pub fn seeded(seed: u64) -> Self {
        Self::new(World::new(seed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.lock().world)
    }

    /// Changes the world; whoever listens hears of it before anybody else can change it again.
    pub fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut state = self.lock();
        let State { world, listeners, .. } = &mut *state;
        let result = act(world);
        for told in world.take_changes() {
            for (_, listener) in listeners.iter_mut() {
                listener.hear(world, &told);
            }
        }
        result
    }

    /// Makes something happen that no account did by an action: a friend talks, somebody joins. Strings in `params` that
    /// begin with `$` name [fixtures](Self::fixtures) of the first account.
    pub fn step(&self, name: &str, params: &Value) -> Result<Value, StepError> {
        self.act(|world| steps::run(world, name, params))
    }

    /// Takes a step, after which every account that was logged in is so again before anybody can do anything: to hear of
    /// a lost login is not to lose it.
    pub(crate) fn step_logged_in(&self, name: &str, params: &Value) -> Result<(), StepError> {
        self.act(|world| {
            let there: Vec<UserId> = world.accounts().filter(|account| world.is_logged_in(*account)).collect();
            steps::run(world, name, params)?;
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

    /// The same, by the ids that a dialect knows them by; nothing where it is not spoken.
    pub fn fixtures_in(&self, dialect: &str, account: UserId) -> Option<Fixtures> {
        let protocol = protocol(Catalog::builtin().dialect(dialect)?)?;
        Some(self.read(|world| protocol.fixtures(world, account)))
    }

    /// Puts everything back to how it was in the beginning. Nobody hears of it.
    pub fn reset(&self) {
        let mut state = self.lock();
        state.world = state.beginning.clone();
    }

    /// Listens from now on, until what is returned is dropped.
    pub(crate) fn listen(&self, listener: Box<dyn Listener>) -> Listening {
        let mut state = self.lock();
        let id = state.next_listener;
        state.next_listener += 1;
        state.listeners.push((id, listener));
        Listening { world: self.clone(), id }
    }
}

/// Ends the listening when it is dropped.
pub(crate) struct Listening {
    world: SharedWorld,
    id: u64,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.world.lock().listeners.retain(|(id, _)| *id != self.id);
    }
}
