//! Units of a run: checks that are decided together, because one call shows all of them.

use std::fmt;
use std::sync::Arc;

use botspec_schema::model::{Effect, Fixture};
use futures_util::future::BoxFuture;

use crate::check::CheckInfo;
use crate::check_context::{CheckContext, CheckResult};

/// Asks the target, and judges each check of a unit, in their order.
pub(crate) type Body = Arc<dyn for<'a> Fn(&'a mut CheckContext) -> BoxFuture<'a, Vec<CheckResult>> + Send + Sync>;

/// Checks that are decided together.
#[derive(Clone)]
pub(crate) struct Unit {
    /// The checks.
    pub(crate) checks: Vec<CheckInfo>,
    /// When it runs among the others.
    pub(crate) order: Order,
    /// What it does.
    pub(crate) body: Body,
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("checks", &self.checks).field("order", &self.order).finish_non_exhaustive()
    }
}

/// When a unit runs: what harms least comes first, and what uses something up comes last of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order {
    effect: Effect,
    spends: Spends,
    /// Whether nothing else may run beside it: what it uses, others would use too.
    alone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Spends {
    Nothing,
    Something,
    /// Somebody: what needs that account comes before.
    Somebody,
    /// Without its group an account can try nothing in it any more.
    Group,
}

impl Order {
    /// The order of what has an effect and uses up fixtures.
    pub(crate) fn new(effect: Effect, spends: &[Fixture]) -> Self {
        let spends = match spends {
            [] => Spends::Nothing,
            list if list.contains(&Fixture::Group) => Spends::Group,
            list if [Fixture::Friend, Fixture::Member].iter().any(|it| list.contains(it)) => Spends::Somebody,
            _ => Spends::Something,
        };
        Self { effect, spends, alone: false }
    }

    /// The same, with nothing else beside it.
    pub(crate) fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// Whether it may run beside others of its kind.
    pub(crate) fn is_parallel(self) -> bool {
        self.effect == Effect::Read && !self.alone
    }
}
