//! Judges what others exchange, for who only looks on: the same oracle as that of a run, which here hands out what is wrong
//! as it is found and keeps nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use botspec_reports::record::{Finding, Header, Transport};
use botspec_schema::model::Effect;
use botspec_schema::{Catalog, DATA};
use serde_json::Value;

use crate::check::CheckInfo;
use crate::checks;
use crate::client::frames::{Frame, FrameOrigin};
use crate::contract::{Contract, Id, hide_all};
use crate::exchange::Exchange;
use crate::oracle::{Found, Oracle, Sink, TrafficKind};
use crate::owners;
use crate::received::Received;
use crate::redact::Secrets;
use crate::run_error::{RunError, contract_of};
use crate::target::Target;

/// Judges answers and events of one dialect.
#[derive(Debug)]
pub struct Judge {
    contract: Arc<Contract>,
    oracle: Oracle,
    found: Arc<Mutex<Vec<Found>>>,
    checks: BTreeMap<String, CheckInfo>,
    /// The events that carry a message.
    messages: BTreeSet<String>,
}

impl Judge {
    /// A judge for a dialect of the catalogue.
    pub fn new(catalog: &Catalog, dialect: &str, traffic: TrafficKind) -> Result<Self, RunError> {
        let contract = contract_of(catalog, dialect)?;
        let found: Arc<Mutex<Vec<Found>>> = Arc::default();
        let into = Arc::clone(&found);
        let sink = Sink(Box::new(move |it| into.lock().unwrap_or_else(PoisonError::into_inner).push(it)));
        let checks = checks::catalogue(catalog, &Target::with_every_transport("traffic", dialect))?;
        let messages = contract.events().filter(|event| contract.carries_message(event));
        let messages = messages.map(|event| event.name.clone()).collect();
        Ok(Self {
            messages,
            oracle: Oracle::new(Arc::clone(&contract)).of_others(traffic, sink),
            contract,
            found,
            checks: checks.into_iter().map(|check| (check.id.clone(), check)).collect(),
        })
    }

    /// The contracts that it judges by.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Whether an event carries a message.
    pub fn carries_message(&self, event: &str) -> bool {
        self.messages.contains(event)
    }

    /// What is known of a check.
    pub fn check(&self, id: &str) -> Option<&CheckInfo> {
        self.checks.get(id)
    }

    /// The ids of the checks about the answer to an action: its envelope and its result.
    pub fn checks_of_action(&self, action: &str) -> [String; 2] {
        [owners::envelope(&self.contract, action), owners::result(&self.contract, action)]
    }

    /// The id of the check about an event.
    pub fn check_of_event(&self, event: &str) -> String {
        owners::event(&self.contract, event)
    }

    /// The id of the check about frames that are no events.
    pub fn check_of_frames(&self) -> String {
        owners::frames(&self.contract)
    }

    /// A call is made by an account, where that is known.
    pub fn calling(&self, account: Option<&Value>, called: &str, params: &Value) {
        self.may_change(called);
        if let Some(account) = account {
            self.oracle.calling(account, called, params);
        }
    }

    /// What is wrong with the answer to a call of an account.
    pub fn answer(&self, account: Option<&Value>, called: &str, params: &Value, exchange: &Exchange) -> Vec<Found> {
        self.may_change(called);
        self.oracle.answer(account, called, params, exchange);
        self.taken()
    }

    /// What a call changes may be reported otherwise from now on. What others do with a name that no contract has is unknown.
    fn may_change(&self, called: &str) {
        if self.contract.resolve(called).is_none_or(|call| call.action.effect >= Effect::Write) {
            self.oracle.may_change();
        }
    }

    /// What is wrong with something that came by itself over a connection of an account.
    pub fn event(
        &self,
        transport: Transport,
        account: Option<&Value>,
        received: Received,
        origin: FrameOrigin,
        at: Instant,
    ) -> (Vec<Found>, Received) {
        let mut frame = Frame::new(received, origin);
        frame.at = at;
        self.oracle.frame((0, transport), account, &frame, || unreachable!("a sink takes no evidence"));
        (self.taken(), frame.received)
    }

    /// When an event came last of something that others changed.
    pub fn others_changed_at(&self) -> Option<Instant> {
        self.oracle.others_changed_at()
    }

    fn taken(&self) -> Vec<Found> {
        let mut found = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        let earlier = self.oracle.earlier_values();
        for one in &mut found {
            one.earlier.clone_from(&earlier);
        }
        found
    }

    /// The identifiers in an event.
    pub fn ids_in_event(&self, event: &Value) -> Vec<Id> {
        let known = self.contract.dialect().recognise_event(event);
        known.map(|known| self.contract.ids_at(&known.data, event, "")).unwrap_or_default()
    }

    /// The identifiers in an answer.
    pub fn ids_in_answer(&self, called: &str, answer: &Value) -> Vec<Id> {
        self.contract.ids_in_answer(called, answer)
    }

    /// Learns what of a call and its answer must not be written; people are not kept out where the record is private.
    pub fn learn_call(&self, secrets: &Secrets, private: bool, called: &str, params: &Value, answer: Option<&Value>) {
        secrets.learn(self.contract.secrets_in_params(called, params));
        secrets.learn(answer.map(|answer| self.contract.secrets_in(called, answer)).unwrap_or_default());
        if !private {
            secrets.learn_personal(self.contract.personal_in_params(called, params));
            secrets.learn_personal(named(self.contract.ids_in(called, params)));
            if let Some(answer) = answer {
                secrets.learn_personal(self.contract.personal_in(called, answer));
                secrets.learn_personal(named(self.contract.ids_in_answer(called, answer)));
            }
        }
    }

    /// Learns what of an event must not be written.
    pub fn learn_event(&self, secrets: &Secrets, private: bool, event: &Value) {
        secrets.learn(self.contract.secrets_in_event(event));
        if !private {
            secrets.learn_personal(self.contract.personal_in_event(event));
            secrets.learn_personal(named(self.ids_in_event(event)));
        }
    }

    /// Learns what of earlier documents stands in something that was found and must not be written.
    pub fn learn_earlier(&self, secrets: &Secrets, private: bool, found: &Found) {
        if !private {
            secrets.learn_personal(found.earlier.iter().cloned());
        }
    }

    /// Parameters without the values that no contract knows.
    pub fn known_params(&self, called: &str, mut params: Value) -> Value {
        match self.contract.resolve(called) {
            Some(call) => self.contract.hide_unexpected(&call.action.params, &mut params),
            None => hide_all(&mut params),
        }
        params
    }

    /// An answer without the values that no contract knows.
    pub fn known_answer(&self, called: &str, mut answer: Value) -> Value {
        let known = self.contract.file().envelope.schema.get("properties").and_then(Value::as_object);
        let action = self.contract.resolve(called).map(|call| &call.action.value);
        if !answer.is_object() {
            hide_all(&mut answer);
        }
        for (key, value) in answer.as_object_mut().into_iter().flatten() {
            match action {
                Some(action) if key == DATA => self.contract.hide_unexpected(&action.result, value),
                _ if known.is_some_and(|known| known.contains_key(key)) && key != DATA => {}
                _ => hide_all(value),
            }
        }
        answer
    }

    /// An event without the values that no contract knows. Of an event that no contract knows, what identifies it stays.
    pub fn known_event(&self, mut event: Value) -> Value {
        if let Some(known) = self.contract.dialect().recognise_event(&event) {
            self.contract.hide_unexpected(&known.data, &mut event);
            return event;
        }
        let identifies = |key: &String| self.contract.events().any(|known| known.identify.contains_key(key));
        match event.as_object_mut() {
            Some(fields) => {
                let unknown = fields.iter_mut().filter(|(key, _)| !identifies(key));
                unknown.for_each(|(_, value)| hide_all(value));
            }
            None => hide_all(&mut event),
        }
        event
    }

    /// Takes secrets and people out of a finding, and bounds it.
    pub fn clean(&self, secrets: &Secrets, finding: &mut Finding) {
        secrets.clean_finding(finding);
    }

    /// Takes secrets and people out of a header, and bounds it.
    pub fn clean_header(&self, secrets: &Secrets, header: &mut Header) {
        secrets.clean_header(header);
    }
}

/// The ids that name somebody.
fn named(ids: Vec<Id>) -> impl Iterator<Item = String> {
    ids.into_iter().filter(Id::names_somebody).map(|id| id.value)
}
