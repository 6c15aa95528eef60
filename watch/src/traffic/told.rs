//! Ids of messages that the implementation reported a moment ago, which it has to know when it is asked for them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use botspec_conformance::Received;
use botspec_conformance::answer::{CallOutcome, call_outcome};
use botspec_reports::record::{Difference, Text, Transport};

use super::{Breach, Traffic, call_evidence};
use crate::evidence::Called;
use crate::rules;

/// How many ids are known.
const IDS: usize = 2_000;

/// How long an id has to be known.
const KEPT: Duration = Duration::from_secs(60);

/// The kind of id that is meant.
const MESSAGE: &str = "message";

/// Ids with the time when they were reported.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeMap<String, Instant>);

impl Told {
    fn add(&mut self, id: String, at: Instant) {
        if self.0.len() >= IDS {
            self.0.retain(|_, told| at.duration_since(*told) < KEPT);
        }
        if self.0.len() < IDS {
            self.0.insert(id, at);
        }
    }
}

impl Traffic {
    /// The action that reads a message by its id alone, with the parameter; none where a message is known by its place.
    fn reads_by_id(&self) -> Option<(String, String)> {
        let role = self.judge.contract().roles().read_message.as_ref().filter(|role| role.place.is_none())?;
        Some((role.action.clone(), role.param.clone()))
    }

    /// A message that was reported can be read; one that anything else happened to may be gone.
    pub(super) fn told_by_event(&mut self, event: &serde_json::Value, at: Instant) {
        if self.reads_by_id().is_none() {
            return;
        }
        let holds_message = {
            let contract = self.judge.contract();
            contract.roles().message_field.as_ref().is_some_and(|field| event.pointer(field).is_some())
        };
        for id in self.judge.ids_in_event(event).into_iter().filter(|id| id.kind == MESSAGE) {
            if holds_message && id.pointer.matches('/').count() == 1 {
                self.told.add(id.value, at);
            } else if !holds_message {
                self.told.0.remove(&id.value);
            }
        }
    }

    /// A call with its answer: what it tells, what it uses up, and whether a message that was reported could be read.
    pub(super) fn told_by_answer(
        &mut self,
        transport: Transport,
        called: &Called,
        received: &Received,
        at: Instant,
        time: SystemTime,
    ) {
        let Some((action, param)) = self.reads_by_id() else { return };
        let contract = self.contract();
        let Some(call) = contract.resolve(&called.action) else { return };
        let Some(answer) = received.json() else { return };
        let outcome = call_outcome(&contract, answer);
        if call.action.name != action {
            for id in contract.ids_in(&called.action, &called.params).into_iter().filter(|id| id.kind == MESSAGE) {
                self.told.0.remove(&id.value);
            }
            let sends = call.action.effect == botspec_schema::model::Effect::Send;
            if sends && outcome == CallOutcome::Ok {
                for id in self.judge.ids_in_answer(&called.action, answer).into_iter().filter(|id| id.kind == MESSAGE) {
                    self.told.add(id.value, at);
                }
            }
            return;
        }
        let asked = called.params.get(&param).map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let Some(told) = asked.and_then(|id| self.told.0.get(&id).copied()) else { return };
        if at.duration_since(told) > KEPT {
            return;
        }
        self.seen.rule(&rules::TAKEN, transport);
        if let CallOutcome::Failed(retcode) = outcome {
            let difference = Difference {
                pointer: String::new(),
                expected: "the message whose id was reported".to_owned(),
                found: format!("a failure with retcode {retcode}"),
            };
            let summary =
                Text::both("a message cannot be read by the id that was reported", "无法用刚刚给出的 id 读取消息");
            let evidence = Arc::new(call_evidence(time, transport, called.clone(), Some(received.clone()), 0));
            self.breach(transport, Breach { rule: &rules::TAKEN, action: None, summary, difference }, &evidence);
        }
    }
}
