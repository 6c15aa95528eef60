//! What a quick operation did to the second account is put back before the next check needs that account.

use std::sync::Arc;

use botspec_schema::model::{Event, Fixture, TriggerBy};
use serde_json::{Map, Value};

use super::super::super::trigger;
use crate::check_context::CheckContext;
use crate::fixtures::name;
use crate::gate::stands_for;
use crate::teardown::{Call, Inverse, Inverses};

/// Reads what an operation will change of the second account, and keeps the calls that put it back.
pub(super) async fn prepare(cx: &mut CheckContext, event: &Event, operation: &Map<String, Value>, by: TriggerBy) {
    if by != TriggerBy::Actor || cx.gate().is_restored() {
        return;
    }
    let contract = Arc::clone(cx.run.gate.contract());
    let inverses = Inverses::of(&contract);
    let mut actions: Vec<&str> = operation.keys().filter_map(|field| stands_for(event, field)).map(|it| it.0).collect();
    actions.dedup();
    for called in actions {
        let Some(Inverse::Restore(restore)) = inverses.get(called) else { continue };
        let Some(params) = about_actor(cx, called) else { continue };
        let Some(ask) = restore.ask(&params) else { continue };
        let Ok(reported) = cx.need(&ask.action, &ask.params).await else { continue };
        let call = Call { action: called.to_owned(), params };
        cx.undo.extend(restore.with(&contract, &call, &reported));
    }
}

/// Puts back what was kept. Where that fails, checks of the action are about it.
pub(super) async fn put_back(cx: &mut CheckContext) {
    for call in std::mem::take(&mut cx.undo) {
        let _ = cx.call(&call.action, &call.params).await;
    }
}

/// The parameters that name the second account in the group.
fn about_actor(cx: &CheckContext, called: &str) -> Option<Value> {
    let action = cx.contract().resolve(called)?.action;
    let bindings = cx.run.fixtures.bindings();
    let mut params = Map::new();
    for (param, schema) in action.params.get("properties")?.as_object()? {
        let known = match cx.contract().follow(schema).get("x-id").and_then(Value::as_str) {
            Some("user") => bindings.get(trigger::ACTOR),
            Some("group") => bindings.get(name(Fixture::Group)),
            _ => None,
        };
        params.extend(known.map(|id| (param.clone(), id.clone())));
    }
    Some(Value::Object(params))
}
