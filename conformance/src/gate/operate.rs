//! Quick operations: an answer to a post that has the target do something. They pass the gate like any other request, by
//! what the actions do that do the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use botspec_reports::record::Transport;
use botspec_schema::model::{Effect, Event};
use botspec_schema::{ACTION, Kind};
use serde_json::{Map, Value};

use super::{Gate, Refusal};
use crate::client::webhook::{Planned, Reply};

/// The action that a field of a quick operation does the same as, and the parameter of it that its value goes to.
pub(crate) fn stands_for<'e>(event: &'e Event, field: &str) -> Option<(&'e str, Option<&'e str>)> {
    let properties = event.quick_operation.as_ref()?.get("properties")?;
    let named = properties.get(field)?.get(ACTION)?.as_str()?;
    Some(named.split_once('/').map_or((named, None), |(action, param)| (action, Some(param))))
}

/// A quick operation that waits for its event.
#[derive(Debug)]
pub(crate) struct Operation {
    _planned: Planned,
    undeclared: Arc<AtomicBool>,
}

impl Operation {
    /// Whether an event came and was not answered, because it named somebody whom nobody has declared.
    pub(crate) fn was_held_back(&self) -> bool {
        self.undeclared.load(Ordering::Acquire)
    }
}

impl Gate {
    /// Answers the next post of an event with a quick operation, if the target allows what that does. On a real account
    /// an event about somebody who is not declared is not answered.
    pub(crate) fn plan_operation(&self, event: &Event, operation: Map<String, Value>) -> Result<Operation, Refusal> {
        let known = event.quick_operation.as_ref().and_then(|it| it.get("properties"));
        let mut strongest = Effect::Read;
        for field in operation.keys() {
            if known.and_then(|known| known.get(field)).is_none() {
                return Err(Refusal::UnknownName(field.clone()));
            }
            // A field that stands for no action states how another one is meant.
            let Some((action, _)) = stands_for(event, field) else { continue };
            let effect = self.names.effect(action).ok_or_else(|| Refusal::UnknownName(action.to_owned()))?;
            self.allows(action, effect)?;
            strongest = strongest.max(effect);
            // What the event states is known only when it comes: too late to read what was there before.
            if self.changes.is_some() && effect == Effect::Write && !self.target.allow.contains(&Effect::Destructive) {
                return Err(Refusal::NoInverse(action.to_owned()));
            }
        }
        let webhook = self.listeners.webhook().ok_or(Refusal::NoTransport(Transport::Webhook))?;
        let undeclared = Arc::new(AtomicBool::new(false));
        let (contract, scope) = (Arc::clone(&self.contract), Arc::clone(&self.scope));
        let (event, held_back) = (event.clone(), Arc::clone(&undeclared));
        let anybody = self.target.disposable || strongest == Effect::Read;
        let wanted = move |document: &Value| {
            let dialect = contract.dialect();
            if dialect.recognise_event(document).is_none_or(|found| found.name != event.name) {
                return false;
            }
            let own = contract.roles().self_field.clone().unwrap_or_default();
            let about = contract.ids_at(&event.data, document, "");
            let strangers = about.iter().filter(|id| id.names_somebody() && id.pointer != format!("/{own}"));
            let known = anybody || strangers.into_iter().all(|id| scope.holds(id));
            let whole = dialect.check(Kind::Event, Some(&event.name), document).is_ok();
            held_back.fetch_or(!known, Ordering::AcqRel);
            known && whole
        };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let planned = webhook.plan(wanted, Reply::Json(Value::Object(operation)), 1);
        Ok(Operation { _planned: planned, undeclared })
    }
}
