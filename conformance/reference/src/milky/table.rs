//! The handlers, and what each call goes through.

use botspec_bindings::{Action, Nullable};
use botspec_schema::Dialect;
use botspec_schema::model::{self, FailureKind};
use serde_json::Value;

use crate::answer::Failure;
use crate::faults::Switch;
use crate::protocol::{Context, Handler, Handlers, Reported, WorldAccess, holding};

/// The handlers by the names of their actions.
pub(crate) struct Table {
    dialect: &'static Dialect,
    handlers: Handlers,
}

impl Table {
    /// No handlers yet.
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        Self { dialect, handlers: Handlers::new() }
    }

    /// Adds the handler of an action.
    pub(super) fn add<A: Action>(&mut self, handle: fn(&mut Context<'_>, A) -> Result<A::Response, Failure>) {
        let Some(action) = self.dialect.actions.get(A::NAME) else { return };
        let action: &'static model::Action = &action.value;
        let act = move |world: &dyn WorldAccess, params| {
            let call = serde_json::from_value(filled(&action.params, params))
                .map_err(|error| Failure::new(FailureKind::InvalidParams, error.to_string()));
            let response = holding(world, |context| {
                let unchecked = context.served.faults.on(Switch::LoginUnchecked);
                if !unchecked && !context.world.is_logged_in(context.served.account) {
                    return Err(Failure::new(FailureKind::NotLoggedIn, "no account is logged in"));
                }
                handle(context, call?)
            })?;
            Reported::written(&response)
        };
        self.handlers.insert(A::NAME, Handler { prepare: None, act: Box::new(act), fit: None });
    }

    /// All of them.
    pub(super) fn finish(self) -> Handlers {
        self.handlers
    }
}

/// Parameters with the values that hold where none is given; a null is none.
fn filled(schema: &Value, mut params: Value) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    if let (Some(params), Some(properties)) = (params.as_object_mut(), properties) {
        for (name, property) in properties {
            let given = params.get(name).is_some_and(|value| !value.is_null());
            if let (false, Some(default)) = (given, property.get("default")) {
                params.insert(name.clone(), default.clone());
            }
        }
    }
    params
}

/// A parameter that has a value by now, because the contract names the one that holds where none is given.
pub(super) fn given<T: Default>(parameter: Nullable<T>) -> T {
    parameter.into_value().unwrap_or_default()
}

/// How many of something are asked for.
pub(super) fn count(asked: i64) -> usize {
    usize::try_from(asked).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_or_null_has_the_value_of_the_contract() {
        let schema = json!({ "properties": { "a": { "default": 1 }, "b": {} } });
        for (params, expected) in [
            (json!({}), json!({ "a": 1 })),
            (json!({ "a": null, "b": null }), json!({ "a": 1, "b": null })),
            (json!({ "a": 0 }), json!({ "a": 0 })),
        ] {
            assert_eq!(filled(&schema, params.clone()), expected, "{params}");
        }
    }
}
