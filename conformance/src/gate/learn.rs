//! What is learned from everything that comes back: what must not be written, and which ids are our own.

use botspec_schema::model::Effect;
use serde_json::Value;

use super::Gate;
use crate::answer::{self, CallOutcome};
use crate::contract::Id;
use crate::exchange::Exchange;
use crate::received::Received;

impl Gate {
    /// Whether the target named something itself in this run.
    pub(crate) fn has_told(&self, id: &Id) -> bool {
        self.reported.holds(id)
    }

    /// Learns the secrets in an answer, so that they are written nowhere, and the ids of what the call made: those in the
    /// answer of anything but a read that were no arguments of it.
    pub(super) fn learn(&self, action: &str, params: &Value, exchange: &Exchange) {
        for answer in exchange.received.documents() {
            self.secrets.learn(self.contract.secrets_in(action, answer));
            if self.hides_people() {
                self.secrets.learn_personal(self.contract.personal_in(action, answer));
            }
        }
        if self.contract.is_called_for_secret(action) {
            // What is no document at all may be the secret itself.
            self.secrets.learn(match &exchange.received {
                Received::Text(text) => vec![text.clone()],
                Received::NotUtf8(bytes)
                | Received::TooLarge(_, bytes)
                | Received::TooDeep(_, bytes)
                | Received::TimedOut(_, bytes) => {
                    vec![String::from_utf8_lossy(bytes).into_owned()]
                }
                _ => Vec::new(),
            });
        }
        let Some(answer) = exchange.json() else { return };
        self.report(self.contract.ids_in_answer(action, answer));
        let made = self.names.effect(action).is_some_and(|effect| effect != Effect::Read);
        if made && answer::call_outcome(&self.contract, answer) == CallOutcome::Ok {
            let given = self.contract.ids_in(action, params);
            let is_new = |id: &Id| {
                !id.names_somebody() && !given.iter().any(|it| (&it.kind, &it.value) == (&id.kind, &id.value))
            };
            self.scope.admit(self.contract.ids_in_answer(action, answer).into_iter().filter(is_new));
        }
    }

    /// Learns what must not be written of an event.
    pub(crate) fn learn_event(&self, event: &Value) {
        self.report_people(self.contract.ids_in_event(event));
        self.secrets.learn(self.contract.secrets_in_event(event));
        if self.hides_people() {
            self.secrets.learn_personal(self.contract.personal_in_event(event));
        }
    }

    /// Whether people are kept out of what is written: those of an account that nobody would miss are made up.
    fn hides_people(&self) -> bool {
        !self.target.private && !self.target.disposable
    }
}
