//! How often an account is asked for what has an effect on it, or what it does not like to be asked often.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use botspec_schema::model::{Action, Effect};

use crate::target::Target;

/// How many messages a run sends where its user states nothing of it.
const SENDS: u32 = 30;

/// What is left of what may be asked.
#[derive(Debug)]
pub(crate) struct Quota {
    limits: BTreeMap<Effect, u32>,
    /// Whether anything may be asked any number of times.
    thorough: bool,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    effects: BTreeMap<Effect, u32>,
    actions: BTreeMap<String, u32>,
    /// What no check may take: reads by which changes are put back.
    kept: BTreeMap<String, u32>,
}

/// Nothing is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spent {
    /// Of calls with an effect.
    Effect(Effect, u32),
    /// Of calls of an action.
    Action(u32),
}

impl Quota {
    pub(crate) fn of(target: &Target) -> Self {
        let thorough = !target.is_gentle();
        let mut limits = target.limits.calls.clone();
        if !thorough {
            limits.entry(Effect::Send).or_insert(SENDS);
        }
        Self { limits, thorough, taken: Mutex::default() }
    }

    /// How many calls of an effect are made at most.
    pub(crate) fn limit(&self, effect: Effect) -> Option<u32> {
        self.limits.get(&effect).copied()
    }

    /// How many calls of an action are made at most.
    pub(crate) fn limit_of(&self, action: &Action) -> Option<u32> {
        action.call_limit.as_ref().map(|limit| limit.calls).filter(|_| !self.thorough)
    }

    /// Keeps calls of a read from checks, so that a change which needs them to be put back can be made at all. One is left
    /// to checks.
    pub(crate) fn keep(&self, read: &Action, calls: u32) {
        let Some(limit) = self.limit_of(read) else { return };
        self.taken().kept.insert(read.name.clone(), calls.min(limit.saturating_sub(1)));
    }

    /// Takes calls of a read for a change, all or none of them: those that are kept first.
    pub(crate) fn take_kept(&self, read: &Action, calls: u32) -> Result<(), Spent> {
        let mut taken = self.taken();
        let of_action = taken.actions.get(&read.name).copied().unwrap_or_default();
        if let Some(limit) = self.limit_of(read).filter(|limit| of_action + calls > *limit) {
            return Err(Spent::Action(limit));
        }
        taken.actions.insert(read.name.clone(), of_action + calls);
        if let Some(kept) = taken.kept.get_mut(&read.name) {
            *kept = kept.saturating_sub(calls);
        }
        Ok(())
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one call of an action.
    pub(crate) fn take(&self, action: &Action) -> Result<(), Spent> {
        let mut taken = self.taken();
        let of_action = taken.actions.get(&action.name).copied().unwrap_or_default();
        let kept = taken.kept.get(&action.name).copied().unwrap_or_default();
        if let Some(limit) = self.limit_of(action).filter(|limit| of_action + kept >= *limit) {
            return Err(Spent::Action(limit));
        }
        let effect = action.effect;
        let of_effect = taken.effects.get(&effect).copied().unwrap_or_default();
        if let Some(limit) = self.limit(effect).filter(|limit| of_effect >= *limit) {
            return Err(Spent::Effect(effect, limit));
        }
        taken.actions.insert(action.name.clone(), of_action + 1);
        taken.effects.insert(effect, of_effect + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use botspec_schema::Catalog;

    #[test]
    fn a_limit_holds_for_its_effect_and_a_credential_is_made_once() {
        let mut target = Target::new("a", "onebot11");
        target.limits.calls.insert(Effect::Write, 1);
        let quota = Quota::of(&target);
        let contract = Contract::new(Catalog::builtin(), "onebot11").expect("the dialect");
        let take = |quota: &Quota, name: &str| quota.take(contract.resolve(name).expect("the action").action);
        for _ in 0..SENDS {
            assert_eq!(take(&quota, "send_msg"), Ok(()));
        }
        assert_eq!(take(&quota, "send_msg"), Err(Spent::Effect(Effect::Send, SENDS)));
        assert_eq!(take(&quota, "set_group_name"), Ok(()));
        assert_eq!(take(&quota, "set_group_card"), Err(Spent::Effect(Effect::Write, 1)));
        assert_eq!(take(&quota, "get_cookies"), Ok(()));
        assert_eq!(take(&quota, "get_cookies"), Err(Spent::Action(1)));
        assert_eq!(take(&quota, "get_status"), Ok(()));
        let read = contract.resolve("get_group_honor_info").expect("the action").action;
        quota.keep(read, 2);
        assert_eq!(take(&quota, "get_group_honor_info"), Ok(()));
        assert_eq!(take(&quota, "get_group_honor_info"), Err(Spent::Action(3)), "two are kept for a change");
        assert_eq!(quota.take_kept(read, 2), Ok(()));
        assert_eq!(quota.take_kept(read, 2), Err(Spent::Action(3)));
        target.disposable = true;
        let quota = Quota::of(&target);
        assert_eq!(quota.limit(Effect::Send), None);
        assert_eq!(quota.limit(Effect::Write), Some(1), "what its user says holds");
    }
}
