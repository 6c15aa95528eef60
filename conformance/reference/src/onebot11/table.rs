//! Puts typed handlers into the table of a dialect.

use botspec_bindings::Action;
use botspec_schema::model::FailureKind;
use serde_json::Value;

use crate::answer::Failure;
use crate::protocol::{Context, Handlers};

/// A handler of the action `A`.
pub(crate) type Typed<A> = fn(&mut Context<'_>, A) -> Result<<A as Action>::Response, Failure>;

/// Adds the handler of an action.
pub(crate) fn add<A: Action + 'static>(handlers: &mut Handlers, handle: Typed<A>) {
    let handler = move |context: &mut Context<'_>, params: Value| {
        let action: A = serde_json::from_value(params)
            .map_err(|error| Failure::new(FailureKind::InvalidParams, error.to_string()))?;
        let response = handle(context, action)?;
        serde_json::to_value(response).map_err(|error| Failure::action(error.to_string()))
    };
    handlers.insert(A::NAME, Box::new(handler));
}
