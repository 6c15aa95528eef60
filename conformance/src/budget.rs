//! What a run comes to before it begins: how many calls of each effect, and about how long.

use std::collections::BTreeMap;
use std::time::Duration;

use botspec_schema::Catalog;
use botspec_schema::generate::{self, Options};
use botspec_schema::model::{Action, Effect};
use serde::Serialize;

use crate::check::CheckInfo;
use crate::checks;
use crate::contract::Contract;
use crate::policy::{Quota, is_gentle};
use crate::select::Selection;
use crate::target::Target;

/// How long an answer takes that nothing is known of.
const ANSWER: Duration = Duration::from_millis(30);
/// How long a check waits for what has to come, or must not come, where something is provoked.
const WAIT: Duration = Duration::from_millis(500);

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// How many checks are selected.
    pub checks: usize,
    /// How many of them need an effect that is not allowed.
    pub not_allowed: usize,
    /// About how many calls of each effect are made.
    pub calls: BTreeMap<Effect, u64>,
    /// How many are made at most, where there is a limit.
    pub limits: BTreeMap<Effect, u32>,
    /// About how long it takes, in seconds.
    pub seconds: u64,
}

/// What a selection of checks comes to on a target. Nothing is sent.
pub fn budget(catalog: &Catalog, target: &Target, selection: &Selection) -> Option<Budget> {
    let contract = Contract::new(catalog, &target.dialect)?;
    let mut budget = Budget { checks: 0, not_allowed: 0, calls: BTreeMap::new(), limits: BTreeMap::new(), seconds: 0 };
    let quota = Quota::of(target);
    let (mut waits, mut seen) = (0_u32, 0_u64);
    let mut of_actions: BTreeMap<String, u64> = BTreeMap::new();
    for unit in checks::units(&contract, target) {
        let wanted = unit.checks.iter().filter(|check| selection.wants(check)).count();
        let Some(first) = unit.checks.first().filter(|_| wanted > 0) else { continue };
        budget.checks += wanted;
        if !target.allow.contains(&first.effect) {
            budget.not_allowed += wanted;
            continue;
        }
        let mut calls = calls(&contract, target, first);
        if let Some(action) = action_of(&contract, first)
            && let Some(limit) = quota.limit_of(action)
        {
            let made = of_actions.entry(action.name.clone()).or_default();
            calls = calls.min(u64::from(limit).saturating_sub(*made));
            *made += calls;
        }
        *budget.calls.entry(first.effect).or_default() += calls;
        if first.effect != Effect::Read {
            // What was done is read afterwards.
            seen += calls;
            waits += 1;
        }
    }
    *budget.calls.entry(Effect::Read).or_default() += seen;
    for (effect, calls) in &mut budget.calls {
        if let Some(limit) = quota.limit(*effect) {
            budget.limits.insert(*effect, limit);
            *calls = (*calls).min(u64::from(limit));
        }
    }
    budget.calls.retain(|_, calls| *calls > 0);
    let paused = |(effect, calls): (&Effect, &u64)| {
        let each = ANSWER + target.limits.pause_before(*effect);
        each.saturating_mul(u32::try_from(*calls).unwrap_or(u32::MAX))
    };
    let spent: Duration = budget.calls.iter().map(paused).sum();
    let width = u32::try_from(target.limits.concurrency.max(1)).unwrap_or(1);
    budget.seconds = (spent / width + WAIT.min(target.limits.event_timeout) * waits).as_secs().max(1);
    Some(budget)
}

/// About how many calls a unit makes, by the first of its checks.
fn calls(contract: &Contract, target: &Target, check: &CheckInfo) -> u64 {
    let mut parts = check.id.split('/').skip(1);
    let (kind, _, template) = (parts.next(), parts.next(), parts.next());
    let action = action_of(contract, check);
    let count = match (kind, action, template) {
        (Some("action"), Some(action), Some("examples")) => action.examples.len(),
        (Some("action"), Some(action), Some("boundary")) => {
            let dialect = contract.dialect();
            let cases = generate::boundary(&dialect.params(action), dialect.defs(), &Options::default());
            cases.iter().filter(|(_, params)| allowed(contract, target, action, params)).count()
        }
        (Some("action"), Some(_), Some("random")) => target.limits.cases as usize,
        (Some("action"), Some(action), Some("invalid")) => {
            generate::defects(&action.params, contract.dialect().defs(), &Options::default()).len()
        }
        (Some("action"), Some(_), Some("minimal")) | (Some("segment" | "event"), ..) => 1,
        _ => 2,
    };
    count as u64
}

/// The action that a check is about.
fn action_of<'a>(contract: &'a Contract, check: &CheckInfo) -> Option<&'a Action> {
    let name = check.id.split('/').nth(2)?;
    Some(&contract.resolve(name)?.action.value)
}

/// Whether a value is tried on a target.
fn allowed(contract: &Contract, target: &Target, action: &Action, params: &serde_json::Value) -> bool {
    !target.is_gentle() || is_gentle(contract, &action.params, params)
}
