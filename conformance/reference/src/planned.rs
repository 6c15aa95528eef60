//! Answers that are planned for the next calls of an action: that it fails, takes its time, answers a given value, or is
//! never answered.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What happens to the next calls of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedAnswer {
    /// The action.
    pub(crate) action: String,
    /// For how many calls; once where nothing is given.
    #[serde(default = "once")]
    pub(crate) times: u64,
    /// How long the answer takes longer, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wait_ms: Option<u64>,
    /// It fails, and nothing is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fail: Option<PlannedFailure>,
    /// It answers this as `data`, and nothing is done.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Value>,
    /// It is never answered, and nothing is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) silent: bool,
}

/// How a call fails.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedFailure {
    /// The retcode; that of an action that failed where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retcode: Option<i64>,
    /// What is said about it.
    #[serde(default)]
    pub(crate) message: String,
}

fn once() -> u64 {
    1
}

/// A key that is there has a value, and be it null.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

impl PlannedAnswer {
    /// How long the answer takes longer.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms.unwrap_or(0))
    }

    /// What is wrong with the plan, in words.
    pub(crate) fn mistake(&self) -> Option<&'static str> {
        let answers = usize::from(self.fail.is_some()) + usize::from(self.data.is_some()) + usize::from(self.silent);
        match answers {
            0 if self.wait_ms.is_none() && self.times > 0 => Some("give `fail`, `data`, `silent` or `wait_ms`"),
            0 | 1 => None,
            _ => Some("give one of `fail`, `data` and `silent`"),
        }
    }
}

/// The plans for every account of a world, by the names of actions.
#[derive(Default)]
pub(crate) struct PlannedAnswers(Mutex<BTreeMap<String, PlannedAnswer>>);

impl PlannedAnswers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, PlannedAnswer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans, in the place of what was planned for the action before; for no call at all takes the plan away.
    pub(crate) fn put(&self, plan: PlannedAnswer) {
        let mut plans = self.lock();
        if plan.times == 0 {
            plans.remove(&plan.action);
        } else {
            plans.insert(plan.action.clone(), plan);
        }
    }

    /// What is planned for a call, which uses it up.
    pub(crate) fn take(&self, action: &str) -> Option<PlannedAnswer> {
        let mut plans = self.lock();
        let plan = plans.get_mut(action)?;
        plan.times -= 1;
        let taken = plan.clone();
        if plan.times == 0 {
            plans.remove(action);
        }
        Some(taken)
    }

    /// Everything that is planned.
    pub(crate) fn all(&self) -> Vec<PlannedAnswer> {
        self.lock().values().cloned().collect()
    }

    /// Nothing is planned any more.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }
}
