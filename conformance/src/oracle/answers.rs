//! Answers: the envelope of each, and what stands in it where the call was one that its contract describes.

use botspec_reports::record::Text;
use botspec_schema::{CallMode, Kind};
use serde_json::Value;

use super::{Oracle, relations};
use crate::answer::{self, CallOutcome};
use crate::checks::NOBODY;
use crate::exchange::Exchange;
use crate::owners;

impl Oracle {
    /// Judges the answer to a call.
    pub(crate) fn answer(&self, called: &str, params: &Value, exchange: &Exchange) {
        let Some(call) = self.contract.resolve(called) else { return };
        // Another status is the answer of something that stands before the implementation, or says that a call is not known.
        if exchange.status.is_some_and(|status| status != 200) {
            return;
        }
        let action = &call.action.value;
        for envelope in exchange.received.documents() {
            self.texts(&call.action.name, envelope, exchange);
        }
        // How a call that is put off is answered is a rule of its own.
        if call.mode != CallMode::Direct {
            return;
        }
        let ids = self.contract.ids_in(called, params);
        let about_nobody = ids.iter().any(|id| id.value == NOBODY.to_string());
        // What is told of nobody is judged by the check that asked.
        let as_documented = !about_nobody
            && matches!(self.contract.dialect().check(Kind::ActionParams, Some(&action.name), params), Ok(wrong) if wrong.is_empty());
        for envelope in exchange.received.documents().iter().filter(|envelope| envelope.is_object()) {
            let (around, mut data) = answer::split(&self.contract, called, envelope);
            let what = Text::both("the envelope is not as it must be", "响应外壳不符合要求");
            let evidence = || exchange.clone();
            self.keep(&owners::envelope(&self.contract, &action.name), &what, around, exchange.transport, evidence);
            if !as_documented || answer::call_outcome(&self.contract, envelope) != CallOutcome::Ok {
                continue;
            }
            let what = Text::both("`data` is not what the contract defines", "`data` 与契约不符");
            if data.is_empty() {
                data = relations::differences(&self.contract, action, params, envelope);
            }
            self.keep(&owners::result(&self.contract, &action.name), &what, data, exchange.transport, evidence);
        }
    }
}
