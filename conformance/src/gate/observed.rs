//! What passes the gate is also shown to the oracle: every answer, and every frame of every connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use botspec_schema::model::WsRole;
use serde_json::Value;

use super::{Connection, Gate};
use crate::client::frames::Observer;
use crate::exchange::Exchange;
use crate::oracle::Oracle;
use crate::snapshots::SnapshotCollector;

/// The number of the next connection.
static CONNECTIONS: AtomicU64 = AtomicU64::new(0);

/// The oracle of a run, and whose connections these are.
#[derive(Debug, Default)]
pub(super) struct Observed {
    oracle: OnceLock<Arc<Oracle>>,
    snapshots: OnceLock<Arc<SnapshotCollector>>,
    account: Arc<OnceLock<Value>>,
}

impl Observed {
    /// The account behind the target, once it is known.
    pub(super) fn account(&self) -> Option<&Value> {
        self.account.get()
    }

    /// Shows the answer to a call.
    pub(super) fn answer(&self, action: &str, params: &Value, exchange: &Exchange) {
        if let Some(oracle) = self.oracle.get() {
            oracle.answer(self.account.get(), action, params, exchange);
        }
        if let Some(snapshots) = self.snapshots.get() {
            snapshots.answer(action, params, exchange);
        }
    }

    /// A call is about to be made.
    pub(super) fn calling(&self, action: &str, params: &Value) {
        if let (Some(oracle), Some(account)) = (self.oracle.get(), self.account.get()) {
            oracle.calling(account, action, params);
        }
    }

    /// Something may be otherwise now than it was reported.
    pub(super) fn may_change(&self) {
        if let Some(oracle) = self.oracle.get() {
            oracle.may_change();
        }
    }

    /// A step is about to be taken in the world behind the target.
    pub(super) fn step(&self, params: &Value) {
        if let Some(oracle) = self.oracle.get() {
            oracle.may_change();
            oracle.step(params);
        }
    }

    /// The world behind the target is put back.
    pub(super) fn put_back(&self) {
        if let Some(oracle) = self.oracle.get() {
            oracle.put_back();
        }
    }

    /// Shows everything that comes over a connection.
    pub(super) fn connection(&self, connection: &Connection) {
        let Some(oracle) = self.oracle.get().cloned() else { return };
        let (account, origin) = (Arc::clone(&self.account), connection.origin());
        let snapshots = self.snapshots.get().cloned();
        let number = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
        if connection.role() != WsRole::Api {
            oracle.opened(number, origin.transport());
        }
        connection.observe(Observer(Box::new(move |frame| {
            let evidence = || origin.evidence_of(frame);
            oracle.frame((number, origin.transport()), account.get(), frame, evidence);
            if let (Some(snapshots), Some(document)) = (&snapshots, frame.received.json()) {
                snapshots.frame(document);
            }
        })));
    }
}

impl Gate {
    /// Everything that passes is shown to an oracle.
    #[must_use]
    pub(crate) fn judged_by(self, oracle: &Arc<Oracle>) -> Self {
        // A gate has one oracle for its whole life.
        let _ = self.observed.oracle.set(Arc::clone(oracle));
        self
    }

    /// What passes is also collected for snapshots.
    #[must_use]
    pub(crate) fn collected_by(self, snapshots: Option<&Arc<SnapshotCollector>>) -> Self {
        if let Some(snapshots) = snapshots {
            // A gate has one collector for its whole life.
            let _ = self.observed.snapshots.set(Arc::clone(snapshots));
        }
        self
    }

    /// The oracle that everything is shown to, where there is one.
    pub(crate) fn oracle(&self) -> Option<&Oracle> {
        self.observed.oracle.get().map(|oracle| &**oracle)
    }

    /// The account behind the target, once it is known.
    pub(crate) fn know_account(&self, account: Value) {
        let _ = self.observed.account.set(account);
    }
}
