//! Whether what parameters name is there.

use botspec_schema::ID;
use botspec_schema::model::Action;
use serde_json::Value;

use crate::answer::Failure;
use crate::protocol::Context;

/// Refuses parameters that name somebody, a group or a message that is not there for the account.
pub(super) fn all_there(context: &Context<'_>, action: &Action, params: &Value) -> Result<(), Failure> {
    let properties = action.params.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let Some(kind) = property.get(ID).and_then(Value::as_str) else { continue };
        // What stands for a group where none is named is none.
        let given = params.get(name).filter(|given| property.get("default") != Some(*given));
        if let Some(id) = given.and_then(number) {
            is_there(context, kind, id)?;
        }
    }
    Ok(())
}

fn number(id: &Value) -> Option<i64> {
    id.as_i64().or_else(|| id.as_str()?.parse().ok())
}

fn is_there(context: &Context<'_>, kind: &str, id: i64) -> Result<(), Failure> {
    let account = context.served.account;
    match kind {
        "user" => drop(context.world.person(id)?),
        "group" => drop(context.world.group_as(account, id)?),
        "message" => drop(crate::params::message(context, Some(id))?),
        _ => {}
    }
    Ok(())
}
