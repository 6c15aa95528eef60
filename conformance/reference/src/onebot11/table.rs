//! The handlers of the whole family, and how a dialect calls them.
//!
//! A handler is written once, against the bindings of the dialect in which its action states the most. Parameters of any
//! other dialect are given the form of that one before it is called, and what it reports is given the form of theirs. Where
//! dialects mean different things by one name, each has a handler of its own.

use std::collections::BTreeMap;

use botspec_bindings::Action;
use botspec_schema::model::{self, FailureKind, Presence};
use botspec_schema::{Catalog, Dialect};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Failure;
use crate::coerce::{coerce, supply};
use crate::protocol::{Act, Context, Fit, Handler, Handlers, Reported, WorldAccess, holding};

/// A handler of the action `A`.
pub(crate) type TypedHandler<A> = fn(&mut Context<'_>, A) -> Result<<A as Action>::Response, Failure>;

/// A handler of the action `A` that reports what several dialects would.
pub(crate) type UntypedHandler<A> = fn(&mut Context<'_>, A) -> Result<Value, Failure>;

/// The dialect whose bindings a handler is written against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin(pub(crate) &'static str);

pub(crate) const ONEBOT11: Origin = Origin("onebot11");
pub(crate) const GOCQHTTP: Origin = Origin("gocqhttp");
pub(crate) const NAPCAT: Origin = Origin("napcat");
pub(crate) const LLONEBOT: Origin = Origin("llonebot");

/// A handler.
struct Row {
    origin: Origin,
    /// Whether it reports what its own dialect does and nothing beside.
    exact: bool,
    call: Act,
}

/// The handlers of the family by the names of their actions.
#[derive(Default)]
pub(crate) struct Table(BTreeMap<&'static str, Vec<Row>>);

impl Table {
    /// Adds the handler of an action.
    pub(crate) fn add<A: Action>(&mut self, origin: Origin, handle: TypedHandler<A>) {
        self.row::<A, A::Response>(origin, true, handle, |response| Reported::written(&response));
    }

    /// Adds the handler of an action that reports more than its own dialect does.
    pub(crate) fn add_untyped<A: Action>(&mut self, origin: Origin, handle: UntypedHandler<A>) {
        self.row::<A, Value>(origin, false, handle, |response| Ok(Reported::Value(response)));
    }

    fn row<A: Action, R: 'static>(
        &mut self,
        origin: Origin,
        exact: bool,
        handle: fn(&mut Context<'_>, A) -> Result<R, Failure>,
        report: fn(R) -> Result<Reported, Failure>,
    ) {
        let call = move |world: &dyn WorldAccess, params: Value| {
            let action: A = serde_json::from_value(params)
                .map_err(|error| Failure::new(FailureKind::InvalidParams, error.to_string()))?;
            report(holding(world, |context| handle(context, action))?)
        };
        self.0.entry(A::NAME).or_default().push(Row { origin, exact, call: Box::new(call) });
    }

    /// Adds a handler of an action whose answer nothing in the world decides over: it is the example of its contract, as
    /// long as what the parameters name is there.
    pub(crate) fn by_contract(&mut self, name: &'static str) {
        let call = |_: &dyn WorldAccess, _| Ok(Reported::Value(Value::Null));
        self.0.entry(name).or_default().push(Row { origin: EXAMPLE, exact: false, call: Box::new(call) });
    }

    /// What a dialect calls: of every action that its builds have, its own handler, or else that of another dialect.
    pub(crate) fn handlers(self, dialect: &'static Dialect) -> Handlers {
        let mut handlers = Handlers::new();
        for (name, rows) in self.0 {
            let action = dialect.actions.get(name).filter(|action| action.presence == Presence::Current);
            let own = rows.iter().position(|row| row.origin.0 == dialect.name()).unwrap_or(0);
            if let (Some(action), Some(row)) = (action, rows.into_iter().nth(own)) {
                handlers.insert(name, row.fitted(dialect, action));
            }
        }
        handlers
    }
}

/// The origin of handlers that are written against nothing but the example of a contract.
const EXAMPLE: Origin = Origin("");

impl Row {
    fn fitted(self, dialect: &'static Dialect, action: &'static model::Action) -> Handler {
        let Self { origin, exact, call } = self;
        let model = action.examples.first().map(|example| &example.result);
        if origin == EXAMPLE {
            return Handler::new(move |context, params| {
                super::existence::all_there(context, action, &params)?;
                Ok(supply(dialect, &action.result, model))
            });
        }
        let source = Catalog::builtin().dialect(origin.0).filter(|source| source.name() != dialect.name());
        let source = source.and_then(|source| Some((source, &source.actions.get(action.name.as_str())?.value)));
        let prepare: Fit = Box::new(move |params| {
            let params = with_defaults(&action.params, params);
            match source {
                Some((source, there)) => {
                    let params = known(&action.params, params);
                    coerce(source, &there.params, source.normalise_params(there, params), None)
                }
                None => params,
            }
        });
        let fit: Fit = Box::new(move |rendered| match rendered {
            Value::Array(parts) if action.streams => {
                parts.into_iter().map(|part| coerce(dialect, &action.result, part, None)).collect()
            }
            rendered => coerce(dialect, &action.result, rendered, model),
        });
        Handler { prepare: Some(prepare), act: call, fit: (!exact || source.is_some()).then_some(fit) }
    }
}

/// The answer that a contract shows, for a handler that knows only some of it better.
pub(crate) fn example<A: Action>(origin: Origin) -> Result<A::Response, Failure> {
    let action = Catalog::builtin().dialect(origin.0).and_then(|dialect| dialect.actions.get(A::NAME));
    let shown = action.and_then(|action| action.examples.first()).map(|example| &example.result);
    A::Response::deserialize(shown.unwrap_or(&Value::Null)).map_err(|error| Failure::action(error.to_string()))
}

/// The first of the things that a contract shows in a list.
pub(crate) fn example_of<A: Action<Response = Vec<T>>, T>(origin: Origin) -> Result<T, Failure> {
    let nothing = || Failure::action(format!("the contract of `{}` shows nothing", A::NAME));
    example::<A>(origin)?.into_iter().next().ok_or_else(nothing)
}

/// Parameters without those that the dialect does not have, though the one that the handler is written against does.
fn known(schema: &Value, mut params: Value) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    if let (Some(params), Some(properties)) = (params.as_object_mut(), properties) {
        params.retain(|name, _| properties.contains_key(name));
    }
    params
}

/// Parameters with the values that hold where none is given.
pub(super) fn with_defaults(schema: &Value, mut params: Value) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    if let (Some(params), Some(properties)) = (params.as_object_mut(), properties) {
        for (name, property) in properties {
            if let (false, Some(default)) = (params.contains_key(name), property.get("default")) {
                params.insert(name.clone(), default.clone());
            }
        }
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handler_is_called_by_a_dialect_and_written_against_one() {
        let catalog = Catalog::builtin();
        for (name, rows) in super::super::handlers::all().0 {
            let has = |dialect: &Dialect| dialect.actions.contains_key(name);
            assert!(catalog.dialects().any(has), "no dialect has `{name}`");
            for row in rows.iter().filter(|row| row.origin != EXAMPLE) {
                let origin = catalog.dialect(row.origin.0).expect("a dialect");
                assert!(has(origin), "{:?} has no `{name}`", row.origin);
            }
        }
    }
}
