//! Ids of messages that the implementation reported a moment ago, which it has to know when it is asked for them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use botspec_conformance::answer::{CallOutcome, call_outcome};
use botspec_conformance::{Exchange, Id};
use botspec_reports::record::{Difference, Text};
use botspec_schema::model::Effect;
use serde_json::Value;

use super::{Breach, Traffic, call_evidence};
use crate::evidence::ActionCall;
use crate::rules;

/// How many ids are known.
const IDS: usize = 2_000;

/// How long an id has to be known.
const KEPT: Duration = Duration::from_secs(60);

/// The kind of id that is meant.
const MESSAGE: &str = "message";

/// Ids, each with its account and, where an id counts for a conversation alone, that conversation, and the time when it was
/// reported.
#[derive(Debug, Default)]
pub(super) struct ReportedIds(BTreeMap<String, Instant>);

impl ReportedIds {
    fn add(&mut self, account: &str, id: &str, peer: &str, at: Instant) {
        if self.0.len() >= IDS {
            self.0.retain(|_, reported| at.duration_since(*reported) < KEPT);
        }
        if self.0.len() < IDS {
            self.0.insert(format!("{account} {id} {peer}"), at);
        }
    }

    fn get(&self, account: &str, id: &str, peer: &str) -> Option<Instant> {
        self.0.get(&format!("{account} {id} {peer}")).copied()
    }

    /// Something happened to a message, in whichever conversation.
    fn remove(&mut self, account: &str, id: &str) {
        let named = format!("{account} {id} ");
        self.0.retain(|key, _| !key.starts_with(&named));
    }
}

/// The id of a kind that stands directly in an object.
fn beside<'i>(ids: &'i [Id], object: &str, kinds: &[&str]) -> Option<&'i Id> {
    let own = |id: &&Id| id.pointer.rsplit_once('/').is_some_and(|(whole, _)| whole == object);
    kinds.iter().find_map(|kind| ids.iter().filter(own).find(|id| id.kind == *kind))
}

impl Traffic {
    /// A message that was reported can be read; one that anything else happened to may be gone.
    pub(super) fn remember_reported(&mut self, number: Option<u64>, event: &Value, ids: &[Id], at: Instant) {
        let contract = self.contract();
        let Some(role) = &contract.roles().read_message else { return };
        let account = self.caller(number).map(|account| plain(&account)).unwrap_or_default();
        let field = contract.roles().message_field.as_deref().filter(|field| event.pointer(field).is_some());
        let Some((object, _)) = field.and_then(|field| field.rsplit_once('/')) else {
            for id in ids.iter().filter(|id| id.kind == MESSAGE) {
                self.reported_ids.remove(&account, &id.value);
            }
            return;
        };
        let Some(id) = beside(ids, object, &[MESSAGE]) else { return };
        let peer = role.place.as_ref().and_then(|_| beside(ids, object, &["peer"]));
        self.reported_ids.add(&account, &id.value, peer.map_or("", |peer| &peer.value), at);
    }

    /// A call with its answer: what it reports, what it uses up, and whether a message that was reported could be read.
    pub(super) fn check_reported_id(
        &mut self,
        number: Option<u64>,
        called: &ActionCall,
        judged: &Exchange,
        time: SystemTime,
    ) {
        let (contract, transport, at) = (self.contract(), judged.transport, judged.received_at);
        let Some(role) = &contract.roles().read_message else { return };
        let (Some(call), Some(answer)) = (contract.resolve(&called.action), judged.json()) else { return };
        let account = self.caller(number).map(|account| plain(&account)).unwrap_or_default();
        let outcome = call_outcome(&contract, answer);
        if call.action.name != role.action {
            let asked = contract.ids_in(&called.action, &called.params);
            for id in asked.iter().filter(|id| id.kind == MESSAGE) {
                self.reported_ids.remove(&account, &id.value);
            }
            if call.action.effect == Effect::Send && outcome == CallOutcome::Ok {
                let peer = role.place.as_ref().and_then(|_| beside(&asked, "", &["group", "peer", "user"]));
                let peer = peer.map_or("", |peer| &peer.value);
                for id in self.judge.ids_in_answer(&called.action, answer).iter().filter(|id| id.kind == MESSAGE) {
                    self.reported_ids.add(&account, &id.value, peer, at);
                }
            }
            return;
        }
        let asked = |param: &str| called.params.get(param).map(plain).unwrap_or_default();
        let peer = role.place.as_ref().map(|place| asked(&place.peer)).unwrap_or_default();
        let Some(reported) = self.reported_ids.get(&account, &asked(&role.param), &peer) else { return };
        if at.duration_since(reported) > KEPT {
            return;
        }
        self.tally.rule(&rules::READABLE, transport);
        if let CallOutcome::Failed(retcode) = outcome {
            let difference = Difference {
                pointer: String::new(),
                expected: "the message whose id was reported".to_owned(),
                found: format!("a failure with retcode {retcode}"),
            };
            let summary =
                Text::both("a message cannot be read by the id that was reported", "无法用刚刚给出的 id 读取消息");
            let evidence = Arc::new(call_evidence(time, transport, called.clone(), Some(judged.received.clone()), 0));
            self.breach(transport, Breach { rule: &rules::READABLE, action: None, summary, difference }, &evidence);
        }
    }
}

/// An id as text.
fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
