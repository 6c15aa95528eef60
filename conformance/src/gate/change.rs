//! Changes pass the ledger: what puts a change back is known and written down before the call leaves.

use std::sync::Arc;

use botspec_reports::record::Transport;
use botspec_schema::model::Effect;
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::{Form, Gate, Refusal};
use crate::answer::{self, CallOutcome};
use crate::exchange::Exchange;
use crate::teardown::{Account, Call, Inverse, Inverses, Ledger, opposite_call};

/// How often it is read what a change is about: before it is made, and when it was made or put back.
const READS: u32 = 2;

/// Where changes are written down, and what puts them back.
#[derive(Debug)]
pub(super) struct Changes {
    ledger: Arc<Ledger>,
    account: Account,
    inverses: Inverses,
}

/// A change that was written down.
#[derive(Debug)]
pub(super) struct Begun {
    number: u64,
    _alone: Option<OwnedMutexGuard<()>>,
    /// What was listed before, where the answer does not report what was made.
    listed: Vec<Value>,
}

impl Gate {
    /// The same gate with a ledger of the changes that are made through it.
    #[must_use]
    pub(crate) fn with_ledger(mut self, ledger: Arc<Ledger>, account: Account) -> Self {
        let inverses = Inverses::of(&self.contract);
        for read in inverses.reads(&self.contract, &self.target.allow) {
            self.quota.keep(read, READS);
        }
        self.changes = Some(Changes { ledger, account, inverses });
        self
    }

    /// Writes down what a call is about to change. A change that nothing puts back counts as destructive.
    pub(super) async fn begin_change(
        &self,
        transport: Transport,
        called: &str,
        params: &Value,
    ) -> Result<Option<Begun>, Refusal> {
        let (Some(changes), Some(resolved)) = (&self.changes, self.contract.resolve(called)) else { return Ok(None) };
        let action = &resolved.action;
        if !matches!(action.effect, Effect::Send | Effect::Write) {
            return Ok(None);
        }
        let lasting = self.target.allow.contains(&Effect::Destructive);
        let Some(inverse) = changes.inverses.get(&action.name) else {
            // What is sent is seen and over, but for what stays where it was put.
            let passes = action.effect == Effect::Send && action.makes.is_empty() && action.leaves.is_none();
            let kept = passes || lasting;
            return if kept { Ok(None) } else { Err(Refusal::NoInverse(action.name.clone())) };
        };
        let call = Call { action: action.name.clone(), params: params.clone() };
        // What puts an earlier change back is no change of its own.
        if changes.ledger.restores(changes.account, |undo| undo.is_same(&call)) {
            return Ok(None);
        }
        let (mut listed, mut alone) = (Vec::new(), None);
        let undo = match inverse {
            Inverse::Nothing => return Ok(None),
            Inverse::Switch(param) => {
                let mut turned = params.clone();
                let set = params.get(param).and_then(Value::as_bool).unwrap_or(true);
                turned[param] = (!set).into();
                Some(Call { action: action.name.clone(), params: turned })
            }
            Inverse::Remove(remove) => {
                if let Some(list) = remove.list(params) {
                    alone = Some(changes.ledger.making_alone().await);
                    match self.read_before(transport, &list).await {
                        Some(reported) => listed = remove.ids_in(&reported),
                        None if lasting => return Ok(None),
                        None => return Err(Refusal::FormerUnknown(action.name.clone())),
                    }
                }
                None
            }
            Inverse::Opposite { action, shared } => opposite_call(action, shared, params),
            Inverse::Restore(restore) => {
                if changes.ledger.restores(changes.account, |undo| restore.is_about(undo, &call)) {
                    return Ok(None);
                }
                let reported = match restore.ask(params) {
                    Some(ask) => self.read_before(transport, &ask).await,
                    None => None,
                };
                reported.and_then(|reported| restore.with(&self.contract, &call, &reported))
            }
        };
        if undo.is_none() && !matches!(inverse, Inverse::Remove(_)) {
            return if lasting { Ok(None) } else { Err(Refusal::FormerUnknown(action.name.clone())) };
        }
        let begun = changes.ledger.begin(changes.account, call, undo);
        begun
            .map(|number| Some(Begun { number, _alone: alone, listed }))
            .map_err(|error| Refusal::NoLedger(error.to_string()))
    }

    /// What a read reports before a change. The same read after it is taken from what may be asked now: a change that could not
    /// be looked at afterwards is not made.
    async fn read_before(&self, transport: Transport, ask: &Call) -> Option<Value> {
        self.would_allow(&ask.action, &ask.params).ok()?;
        self.quota.take_kept(self.contract.resolve(&ask.action)?.action, READS).ok()?;
        self.read_now(transport, ask).await
    }

    /// What a read reports that was taken from what may be asked.
    async fn read_now(&self, transport: Transport, ask: &Call) -> Option<Value> {
        let exchange = self.exchange_over(transport, &ask.action, &ask.params, Form::Json).await.ok()?;
        let params = &ask.params;
        self.learn(&ask.action, params, &exchange);
        let envelope = exchange.json()?;
        (answer::call_outcome(&self.contract, envelope) == CallOutcome::Ok).then(|| answer::data(envelope).cloned())?
    }

    /// Writes down what came of a change, and of calls that put earlier changes back.
    pub(super) async fn end_change(&self, begun: Option<Begun>, called: &str, params: &Value, exchange: &Exchange) {
        let (Some(changes), Some(resolved)) = (&self.changes, self.contract.resolve(called)) else { return };
        let action = &resolved.action;
        let outcome = exchange.json().map(|envelope| answer::call_outcome(&self.contract, envelope));
        if outcome == Some(CallOutcome::Ok) && action.effect > Effect::Send {
            let call = Call { action: action.name.clone(), params: params.clone() };
            changes.ledger.settle_where(changes.account, |undo| undo.is_same(&call));
        }
        let Some(Begun { number, listed, _alone }) = begun else { return };
        match outcome {
            Some(CallOutcome::Failed(_)) => changes.ledger.settle(number),
            Some(CallOutcome::Ok) => {
                let Some(Inverse::Remove(remove)) = changes.inverses.get(&action.name) else { return };
                let data = exchange.json().and_then(answer::data);
                let mut undo = data.and_then(|data| remove.call(params, data));
                if let Some(list) = remove.list(params).filter(|_| undo.is_none()) {
                    let now = self.read_now(exchange.transport, &list).await;
                    undo = now.and_then(|reported| remove.call_about_new(params, &listed, &reported));
                }
                match undo {
                    Some(undo) => changes.ledger.made(number, undo),
                    // A message that has no id cannot be recalled, and most stay as they are anyway.
                    None if action.effect == Effect::Send && remove.list(params).is_none() => {
                        changes.ledger.settle(number);
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// Makes a call that puts a change back. It needs no permission: what is put back was changed here.
    pub(crate) async fn call_back(&self, undo: &Call) -> Result<Exchange, Refusal> {
        let transport = self.calls_over().ok_or(Refusal::NoTransport(Transport::Http))?;
        self.answering(transport).await?;
        let exchange = self.exchange_over(transport, &undo.action, &undo.params, Form::Json).await?;
        self.observe(transport, &exchange);
        Ok(exchange)
    }

    /// The call that would put back what is there now, where a read reports that.
    pub(crate) async fn told_now(&self, undo: &Call) -> Option<Call> {
        let inverses = Inverses::of(&self.contract);
        let Some(Inverse::Restore(restore)) = inverses.get(&undo.action) else { return None };
        let reported = self.read_now(self.calls_over()?, &restore.ask(&undo.params)?).await?;
        restore.with(&self.contract, undo, &reported)
    }
}
