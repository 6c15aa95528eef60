//! Units of a run: checks that are decided together, because one call shows all of them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use botspec_schema::model::{Effect, Fixture};
use futures_util::future::BoxFuture;

use crate::check::CheckInfo;
use crate::check_context::CheckContext;
use crate::not_passed::CheckResult;
use crate::part::Part;
use crate::setup::Setup;
use crate::target::Target;

/// Verdicts, each with the check that it is of.
pub(crate) type Verdicts = Vec<(Part, CheckResult)>;

/// The verdict of a unit of one check.
pub(crate) fn only(verdict: CheckResult) -> Verdicts {
    vec![(Part::Only, verdict)]
}

/// Asks the target, and judges each check of a unit.
pub(crate) type Body = Arc<dyn for<'a> Fn(&'a mut CheckContext) -> BoxFuture<'a, Verdicts> + Send + Sync>;

/// Checks that are decided together.
#[derive(Clone)]
pub(crate) struct Unit {
    /// The checks.
    pub(crate) checks: Vec<CheckInfo>,
    /// When it runs among the others.
    pub(crate) order: Order,
    /// How its target has to be set up.
    setup: Setup,
    /// What it makes happen.
    pub(crate) causes: Causes,
    /// What it does.
    pub(crate) body: Body,
}

impl Unit {
    /// Checks that are decided together. What has an effect is taken to make anything happen.
    pub(crate) fn new(checks: Vec<CheckInfo>, order: Order, body: Body) -> Self {
        let causes = if order.effect == Effect::Read { Causes::Nothing } else { Causes::Anything };
        Self { checks, order, setup: Setup::Any, causes, body }
    }

    /// The same, for a target that is set up in a way.
    pub(crate) fn where_target(self, setup: Setup) -> Self {
        Self { setup, ..self }
    }

    /// Whether there is something to look at on a target.
    pub(crate) fn applies_to(&self, target: &Target) -> bool {
        self.checks.iter().all(|check| self.setup.holds(target, check.transport))
    }

    /// The same, where it is known which calls and steps make happen what it is about.
    pub(crate) fn caused_by(self, calls: BTreeSet<String>) -> Self {
        if calls.is_empty() { self } else { Self { causes: Causes::Calls(calls), ..self } }
    }
}

/// What a unit makes happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Causes {
    /// Nothing that an event reports.
    Nothing,
    /// What these calls and steps make happen.
    Calls(BTreeSet<String>),
    /// Whatever there is.
    Anything,
}

impl Causes {
    /// Whether both may make the same happen.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => false,
            (Self::Calls(own), Self::Calls(others)) => !own.is_disjoint(others),
            _ => true,
        }
    }
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
    /// Whether it sends nothing and waits for what the clock makes happen.
    by_clock: bool,
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
        Self { effect, spends, alone: false, by_clock: false }
    }

    /// The same, with nothing else beside it, as everything runs that has an effect.
    pub(crate) fn alone(self) -> Self {
        Self { alone: self.effect == Effect::Read, ..self }
    }

    /// The same, for what sends nothing and waits for what the clock makes happen.
    pub(crate) fn by_clock(self) -> Self {
        Self { by_clock: true, ..self }
    }

    /// Whether it sends nothing and waits for what the clock makes happen.
    pub(crate) fn is_by_clock(self) -> bool {
        self.by_clock
    }

    /// Whether it needs the world for itself, as it was at the beginning.
    pub(crate) fn is_serial(self) -> bool {
        !self.is_parallel() && !self.by_clock
    }

    /// Whether others see what it does.
    pub(crate) fn sends(self) -> bool {
        self.effect == Effect::Send
    }

    /// Whether it restarts or ends the target.
    pub(crate) fn is_lifecycle(self) -> bool {
        self.effect == Effect::Lifecycle
    }

    /// Whether it may run beside others of its kind.
    pub(crate) fn is_parallel(self) -> bool {
        self.effect == Effect::Read && !self.alone && !self.by_clock
    }
}
