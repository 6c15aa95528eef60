//! What stands before the first check: who is there, and which accounts there are.

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Fixture;
use serde_json::Value;

use super::Run;
use crate::events::EngineEvent;
use crate::fixtures::{Discovered, Fixtures, discover, discover_account, discover_version, look_for_actor};
use crate::gate::Gate;
use crate::oracle::Oracle;
use crate::redact::{Secrets, is_weak};
use crate::run_context::RunContext;
use crate::target::Target;
use crate::teardown::Account;

impl Run {
    /// Finds out whether anybody is there, and who.
    pub(super) async fn prepare(&mut self) -> Option<(Arc<RunContext>, Discovered)> {
        let secrets = Arc::new(Secrets::default());
        let mut oracle = Arc::new(Oracle::new(Arc::clone(&self.contract)));
        let mut gate = Gate::new(self.config.target.clone(), Arc::clone(&self.contract), Arc::clone(&secrets));
        gate = gate.judged_by(&oracle).collected_by(self.snapshots.as_ref());
        let mut reached = false;
        for (transport, _) in self.config.target.endpoints() {
            match gate.reach(transport).await {
                Ok(()) => reached |= transport != Transport::Webhook || !gate.target().has_address(),
                Err((address, why)) => self.note_unreached(transport, &address, &why, &secrets),
            }
        }
        if !reached {
            return None;
        }
        let mut known = discover_version(&gate).await;
        if let Some(spoken) = known.spoken.clone().filter(|spoken| self.keep_to(spoken)) {
            gate = gate.keep_to(&self.contract);
            self.spoken = Some(spoken);
            oracle = Arc::new(Oracle::new(Arc::clone(&self.contract)));
            gate = gate.judged_by(&oracle).collected_by(self.snapshots.as_ref());
        }
        if self.config.target.tokens().into_iter().any(is_weak) {
            self.emit(EngineEvent::Note(Text::both(
                "a token is so short or plain that reports hide it only where tokens stand; take a longer one",
                "令牌过短或过于常见，报告只在令牌出现的位置将其隐藏；请改用更长的令牌",
            )));
        }
        if let Err(why) = gate.find_control().await {
            self.emit(EngineEvent::Note(why));
        }
        let restored = gate.is_restored();
        gate = self.with_ledger(gate, Account::Checked, restored);
        gate.learn_absence().await;
        discover_account(&gate, &mut known).await;
        let misspelt = gate.unsaid_tls().await;
        for (transport, address, why) in &misspelt {
            self.note_unreached(*transport, address, why, &secrets);
        }
        if !misspelt.is_empty() {
            return None;
        }
        let actor = match &self.config.target.actor {
            None => None,
            Some(actor) => {
                let own = known.bindings.get("self");
                let second = second_account(actor, &self.config.target, own);
                let second = Gate::new(second, Arc::clone(&self.contract), Arc::clone(&secrets));
                let second = second.judged_by(&oracle).sharing_quota(&gate);
                let second = self.with_ledger(second, Account::Actor, gate.is_restored());
                let account = discover(&second).await.bindings.remove("self");
                if account.is_some() && account.as_ref() == own {
                    self.emit(EngineEvent::Note(Text::both(
                        "the second account is the first one; nothing is done by it",
                        "第二个账号与第一个账号相同；不会使用它",
                    )));
                    None
                } else {
                    if let Some(account) = &account {
                        second.know_account(account.clone());
                        gate.report_actor(account);
                        look_for_actor(&gate, &mut known, account).await;
                    }
                    known.bindings.extend(account.map(|account| ("actor".to_owned(), account)));
                    Some(second)
                }
            }
        };
        for why in [&known.in_group.muted, &known.in_group.apart].into_iter().flatten() {
            self.emit(EngineEvent::Note(secrets.clean_note(why.clone())));
        }
        if let Some(note) = gate.undeclared_note(&known.bindings) {
            self.emit(EngineEvent::Note(secrets.clean_note(note)));
        }
        let fixtures = Fixtures::new(self.config.target.clone(), &known);
        let seed = self.config.seed;
        let context = RunContext::new(gate, actor, fixtures, secrets, seed);
        context.refresh().await;
        if let Some(account) = context.fixtures.bindings().remove("self") {
            context.gate.know_account(account);
        }
        Some((Arc::new(context), known))
    }

    /// Reports why nobody was reached at an address.
    fn note_unreached(&self, transport: Transport, address: &str, why: &Text, secrets: &Secrets) {
        self.emit(EngineEvent::Note(secrets.clean_note(Text::both(
            format!("{transport} {address}: {}", why.en),
            format!("{transport} {address}：{}", why.zh()),
        ))));
    }

    /// The same gate with the ledger; a world that is put back whole needs none.
    fn with_ledger(&self, gate: Gate, account: Account, restored: bool) -> Gate {
        if restored { gate } else { gate.with_ledger(Arc::clone(&self.ledger), account) }
    }
}

/// The second account with what it may name: the first one as its friend and as a member, and the group that the first
/// one may use, unless its user states otherwise.
fn second_account(actor: &Target, first: &Target, own: Option<&Value>) -> Target {
    let mut actor = actor.clone();
    if actor.fixtures.is_empty() {
        for fixture in [Fixture::Friend, Fixture::Member] {
            if let Some(own) = own {
                actor.fixtures.insert(fixture, own.clone());
            }
        }
        if let Some(group) = first.fixtures.get(Fixture::Group) {
            actor.fixtures.insert(Fixture::Group, group.clone());
        }
    }
    actor
}
