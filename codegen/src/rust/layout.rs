//! A dialect beside others in a crate: what it takes over from one, and what others need of it.

use std::ops::Deref;

use super::inherit::Inherited;
use super::keep::{Condition, Keep};
use crate::model::{Item, Module};
use crate::plan::Plan;

/// A plan, and how its files stand beside those of the dialects around it.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) plan: Plan,
    /// What is not declared, but taken over from the dialect that this one extends.
    pub(crate) inherited: Inherited,
    /// Which features need what is declared.
    pub(crate) keep: Keep,
}

impl Layout {
    /// A dialect that stands beside no other.
    pub(crate) fn alone(plan: Plan) -> Self {
        Self { plan, inherited: Inherited::default(), keep: Keep::default() }
    }

    /// The condition under which the items of a contract are compiled.
    pub(crate) fn condition(&self, module: Module, items: &[Item]) -> Condition {
        items.first().map(|item| self.keep.item(module, item.name())).unwrap_or_default()
    }

    /// Whether the items of a contract are the parent's.
    pub(crate) fn has(&self, module: Module, items: &[Item]) -> bool {
        items.first().is_some_and(|item| self.inherited.has(module, item.name()))
    }
}

impl Deref for Layout {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        &self.plan
    }
}
