//! What is asked at most, and waiting where the target states that it is asked too often.

use std::sync::Arc;
use std::time::Duration;

use botspec_reports::record::Transport;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::{Form, Gate, Refusal};
use crate::exchange::Exchange;
use crate::policy::{Spent, is_gentle};

/// The status by which HTTP signals that somebody asks too often, and the header that gives how long to wait.
const TOO_MANY_REQUESTS: u16 = 429;
const RETRY_AFTER: &str = "retry-after";

/// How long is waited for the first time, how often, and how long at most.
const WAIT: Duration = Duration::from_secs(1);
const TIMES: u32 = 4;
const LONGEST: Duration = Duration::from_secs(30);

impl Gate {
    /// The same gate with what another one has left to ask: both accounts speak to the same people.
    #[must_use]
    pub(crate) fn sharing_quota(mut self, other: &Self) -> Self {
        self.quota = Arc::clone(&other.quota);
        // The echoes of two accounts are distinguished.
        self.echoes = std::sync::atomic::AtomicU64::new(1 << 32);
        self
    }

    /// How many calls of an effect a run makes at most.
    pub(crate) fn limit(&self, effect: Effect) -> Option<u32> {
        self.quota.limit(effect)
    }

    /// Whether parameters of a read are within what their fields mean, or may be anything on this account.
    pub(crate) fn is_gentle(&self, called: &str, params: &Value) -> bool {
        if !self.target.is_gentle() {
            return true;
        }
        self.contract.resolve(called).is_none_or(|call| is_gentle(&self.contract, &call.action.params, params))
    }

    /// Whether a run calls an action more than once.
    pub(crate) fn may_repeat(&self, action: &Action) -> Result<(), Refusal> {
        match self.quota.limit_of(action) {
            Some(1) => Err(Refusal::Spent(action.name.clone(), Spent::Action(1))),
            _ => Ok(()),
        }
    }

    /// Whether a call is one that this account is asked, and one more of it.
    pub(super) fn within_policy(&self, called: &str, params: &Value) -> Result<(), Refusal> {
        let Some(resolved) = self.contract.resolve(called) else { return Ok(()) };
        let action = &resolved.action;
        if action.effect == Effect::Read && !self.is_gentle(called, params) {
            return Err(Refusal::Ungentle(action.name.clone()));
        }
        let taken = self.quota.take(action);
        taken.map_err(|spent| Refusal::Spent(action.name.clone(), spent))
    }

    /// Makes a call, and again after a while where the target states that it is asked too often.
    pub(super) async fn patient_exchange(
        &self,
        transport: Transport,
        action: &str,
        params: &Value,
        form: Form,
    ) -> Result<Exchange, Refusal> {
        self.patiently(transport, || self.exchange_over(transport, action, params, form)).await
    }

    /// Sends something, and again after a while where the target states that it is asked too often.
    pub(super) async fn patiently<F>(&self, transport: Transport, send: impl Fn() -> F) -> Result<Exchange, Refusal>
    where
        F: Future<Output = Result<Exchange, Refusal>>,
    {
        let mut wait = WAIT.min(self.target.limits.timeout);
        for _ in 0..TIMES {
            let exchange = send().await?;
            if exchange.status != Some(TOO_MANY_REQUESTS) {
                return Ok(exchange);
            }
            let asked = exchange.header(RETRY_AFTER).and_then(|after| after.trim().parse().ok());
            let asked = asked.map_or(wait, Duration::from_secs).min(LONGEST).min(self.target.limits.timeout);
            self.pace.one_by_one();
            tracing::debug!(%transport, wait_ms = asked.as_millis(), "asked too often");
            tokio::time::sleep(asked).await;
            wait *= 2;
        }
        Err(Refusal::RateLimited(transport))
    }
}
