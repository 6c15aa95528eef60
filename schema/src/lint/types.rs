//! Shared types are shared, and end somewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::All;
use crate::defect::Defect;
use crate::defs;
use crate::dialect::Dialect;
use crate::model::Schema;
use crate::parse::{Contract, Parsed};

pub(super) fn check(all: &All<'_>, defects: &mut Vec<Defect>) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut finite_types: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for dialect in all.catalog.dialects() {
        let reached = reached(dialect);
        finite_types.insert(dialect.name(), finite(dialect));
        used.extend(dialect.types.values().filter(|it| reached.contains(&it.name)).map(|it| it.path.as_str()));
    }
    for item in all.parsed {
        let Contract::Type(shared) = &item.contract else { continue };
        let Parsed { file, .. } = item;
        let Some(dialect) = all.catalog.dialect(item.dialect) else { continue };
        // What does not parse may use it.
        if !used.contains(file.path.as_str()) && all.unparsed.is_empty() {
            let message = format!("no contract uses the type `{}`", shared.name);
            defects.push(
                Defect::at_pointer(&file.path, &file.text, "/name", "unused-type", message)
                    .with_help("leave the file out"),
            );
        }
        if !finite_types.get(dialect.name()).is_some_and(|known| known.contains(shared.name.as_str())) {
            let message = format!("every value of `{}` holds another one, without end", shared.name);
            defects.push(
                Defect::at_pointer(&file.path, &file.text, "/schema", "endless-type", message)
                    .with_help("make one of the properties on the way optional"),
            );
        }
    }
}

/// The definitions that the actions, segments, events and the envelope of a dialect lead to.
fn reached(dialect: &Dialect) -> BTreeSet<String> {
    let actions = dialect.actions.values().flat_map(|action| [&action.params, &action.result]);
    let segments = dialect.segments.values().flat_map(|segment| segment.send.iter().chain(&segment.receive));
    let events = dialect.events.values().flat_map(|event| std::iter::once(&event.data).chain(&event.quick_operation));
    let roots = actions.chain(segments).chain(events).chain([&dialect.file.envelope.schema]);
    let mut names = BTreeSet::new();
    for root in roots {
        defs::each_reference(root, &mut |name| {
            names.insert(name.to_owned());
        });
    }
    let mut open: Vec<String> = names.iter().cloned().collect();
    while let Some(name) = open.pop() {
        if let Some(definition) = dialect.defs().get(&name) {
            defs::each_reference(definition, &mut |name| {
                if names.insert(name.to_owned()) {
                    open.push(name.to_owned());
                }
            });
        }
    }
    names
}

/// The definitions that have a value which ends.
fn finite(dialect: &Dialect) -> BTreeSet<&str> {
    let mut known = BTreeSet::new();
    loop {
        let before = known.len();
        for (name, definition) in dialect.defs() {
            if ends(definition, dialect.defs(), &known) {
                known.insert(name.as_str());
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

fn ends(schema: &Schema, definitions: &Map<String, Value>, known: &BTreeSet<&str>) -> bool {
    let ends = |schema: &Value| ends(schema, definitions, known);
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(defs::referenced) {
        // A reference that leads nowhere is reported as such.
        return known.contains(name) || !definitions.contains_key(name);
    }
    if let Some(Value::Array(branches)) = schema.get("oneOf") {
        return branches.iter().any(ends);
    }
    if schema.get("type").and_then(Value::as_array).is_some() {
        return true;
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let properties = schema.get("properties").and_then(Value::as_object);
    let object = required.filter_map(|name| properties?.get(name)).all(ends);
    let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    let array = least == 0 || schema.get("items").is_none_or(ends);
    object && array
}
