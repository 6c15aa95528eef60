//! Making things happen in the world behind a target. Only a simulated world can be controlled.

use std::collections::BTreeMap;
use std::fmt;

use botspec_reference::SharedWorld;
use botspec_reference::world::UserId;
use serde_json::Value;

/// The name of a group that the account may leave: who owns one can only dissolve it.
pub(crate) const SPARE_GROUP: &str = "spare_group";

/// A world that can be reported what happens in it.
#[derive(Clone)]
pub struct Control {
    world: SharedWorld,
    dialect: String,
    account: UserId,
}

impl Control {
    /// The world behind a target in this process, seen from one of its accounts in the dialect that it speaks.
    pub fn new(world: SharedWorld, dialect: impl Into<String>, account: UserId) -> Self {
        Self { world, dialect: dialect.into(), account }
    }

    /// Makes something happen. The error states why it could not.
    pub fn step(&self, name: &str, params: &Value) -> Result<Value, String> {
        self.world.step(name, params).map_err(|error| error.to_string())
    }

    /// Who and what the account can try things on now, by the names that contracts use.
    pub fn fixtures(&self) -> BTreeMap<String, Value> {
        let found = self.world.fixtures_in(&self.dialect, self.account);
        let found = found.unwrap_or_else(|| self.world.fixtures(self.account));
        let mut fixtures: BTreeMap<String, Value> =
            found.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        let spare = self.world.read(|world| {
            let mut groups = world.groups_of(self.account);
            groups.find(|group| group.owner() != Some(self.account)).map(|group| group.id)
        });
        fixtures.extend(spare.map(|group| (SPARE_GROUP.to_owned(), group.into())));
        fixtures
    }

    /// Puts everything back to how it was in the beginning.
    pub fn reset(&self) {
        self.world.reset();
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("account", &self.account).finish_non_exhaustive()
    }
}
