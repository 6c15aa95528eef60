//! `botspec schema show`: one contract as JSON, with the shared types that it uses.

use botspec_schema::Dialect;
use serde_json::{Map, Value, json};

use crate::cli::SchemaShowArgs;
use crate::commands::dialect;
use crate::failure::{Failure, OK};
use crate::print;

/// Prints the contract, its schemas bundled so that each stands alone.
pub(crate) fn show(args: &SchemaShowArgs) -> Result<u8, Failure> {
    let dialect = dialect(&args.dialect)?;
    let found: Vec<(&str, Value)> = KINDS
        .iter()
        .filter(|(kind, _)| args.kind.as_deref().is_none_or(|wanted| wanted == *kind))
        .filter_map(|(kind, find)| Some((*kind, find(dialect, &args.name)?)))
        .collect();
    match found.as_slice() {
        [(_, contract)] => print::json(contract).map(|()| OK),
        [] => Err(Failure::usage(format!(
            "{} has no contract named `{}`; `botspec schema list --dialect {}` names them",
            dialect.name(),
            args.name,
            dialect.name()
        ))),
        several => Err(Failure::usage(format!(
            "`{}` is several things; say which with --kind: {}",
            args.name,
            several.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(", ")
        ))),
    }
}

type Find = fn(&Dialect, &str) -> Option<Value>;

const KINDS: [(&str, Find); 4] = [("action", action), ("segment", segment), ("event", event), ("type", shared_type)];

fn action(dialect: &Dialect, name: &str) -> Option<Value> {
    let action = dialect.action(name)?;
    Some(contract(dialect, "action", &action.declared_in, json!(action.value), &["params", "result"]))
}

fn segment(dialect: &Dialect, name: &str) -> Option<Value> {
    let segment = dialect.segments.get(name)?;
    Some(contract(dialect, "segment", &segment.declared_in, json!(segment.value), &["send", "receive"]))
}

fn event(dialect: &Dialect, name: &str) -> Option<Value> {
    let event = dialect.events.get(name)?;
    Some(contract(dialect, "event", &event.declared_in, json!(event.value), &["data", "quick_operation"]))
}

fn shared_type(dialect: &Dialect, name: &str) -> Option<Value> {
    let shared = dialect.types.get(name)?;
    Some(contract(dialect, "type", &shared.declared_in, json!(shared.value), &["schema"]))
}

fn contract(dialect: &Dialect, kind: &str, declared_in: &str, contract: Value, schemas: &[&str]) -> Value {
    let mut shown = Map::from_iter([
        ("dialect".to_owned(), json!(dialect.name())),
        ("kind".to_owned(), json!(kind)),
        ("declared_in".to_owned(), json!(declared_in)),
    ]);
    if let Value::Object(fields) = contract {
        for (key, value) in fields {
            match key.as_str() {
                "$schema" => {}
                key if schemas.contains(&key) => {
                    shown.insert(key.to_owned(), dialect.bundle(value));
                }
                _ => {
                    shown.insert(key, value);
                }
            }
        }
    }
    Value::Object(shown)
}
