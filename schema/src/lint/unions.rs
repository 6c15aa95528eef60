//! Unions can be decided without trying.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::File;
use crate::defs;
use crate::dialect::Dialect;
use crate::model::Schema;
use crate::validate::{escape_pointer, same, types_of, validate};

pub(super) fn check(file: &mut File<'_>, keywords: &Map<String, Value>, at: &str) {
    if let Some(Value::Array(branches)) = keywords.get("oneOf") {
        one_of(file, branches, at);
    }
    if let Some(Value::Array(branches)) = keywords.get("anyOf") {
        any_of(file, keywords, branches, at);
    }
}

/// `anyOf` states which properties are required together, and which value others have beside them.
fn any_of(file: &mut File<'_>, keywords: &Map<String, Value>, branches: &[Value], at: &str) {
    if !keywords.contains_key("properties") {
        file.report(&format!("{at}/anyOf"), "any-of", "`anyOf` stands beside `properties` only");
    }
    for (index, branch) in branches.iter().enumerate() {
        let pointer = format!("{at}/anyOf/{index}");
        let is_list = branch.as_object().is_some_and(|branch| {
            branch.contains_key("required")
                && branch.keys().all(|key| matches!(key.as_str(), "required" | "properties"))
        });
        if !is_list {
            file.report_with(
                &pointer,
                "any-of",
                "each alternative is a list of required properties",
                "write { \"required\": [...] }, or use `oneOf`",
            );
        }
        for (name, schema) in branch.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let pointer = format!("{pointer}/properties/{}", escape_pointer(name));
            any_of_value(file, keywords, name, schema, &pointer);
        }
    }
}

/// A value that a property has in one alternative is one that it may have.
fn any_of_value(file: &mut File<'_>, keywords: &Map<String, Value>, name: &str, schema: &Schema, pointer: &str) {
    let constant = schema.as_object().filter(|schema| schema.len() == 1).and_then(|schema| schema.get("const"));
    let property = keywords.get("properties").and_then(|properties| properties.get(name));
    match (constant, property, file.dialect) {
        (None, _, _) => {
            let help = "write { \"const\": ... }";
            file.report_with(pointer, "any-of", "an alternative only fixes what a property is", help);
        }
        (_, None, _) => {
            file.report(pointer, "any-of", format!("there is no property `{name}` beside this `anyOf`"));
        }
        (Some(constant), Some(property), Some(dialect)) => {
            for violation in validate(property, dialect.defs(), constant) {
                file.report(
                    &format!("{pointer}/const"),
                    "any-of",
                    format!("`{name}` never has this value: {}", violation.message),
                );
            }
        }
        (Some(_), Some(_), None) => {}
    }
}

/// The alternatives of `oneOf` differ in their JSON type, or are objects that differ in the constant of one property.
fn one_of(file: &mut File<'_>, branches: &[Value], at: &str) {
    let Some(dialect) = file.dialect else { return };
    let mut by_type: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, branch) in branches.iter().enumerate() {
        let Some(types) = types_of(branch, dialect.defs()) else {
            // What does not resolve is reported as such.
            if branch.get("$ref").is_none() {
                let pointer = format!("{at}/oneOf/{index}");
                file.report(&pointer, "undecidable-union", "the alternative does not say its type");
            }
            return;
        };
        for name in types {
            // Every integer is a number.
            by_type.entry(if name == "integer" { "number" } else { name }).or_default().push(index);
        }
    }
    for (name, indices) in by_type.into_iter().filter(|(_, indices)| indices.len() > 1) {
        let alternatives: Vec<&Schema> = indices.iter().map(|index| resolved(dialect, &branches[*index])).collect();
        if name == "object" && tagged(&alternatives) {
            continue;
        }
        let last = indices.last().copied().unwrap_or_default();
        file.report_with(
            &format!("{at}/oneOf/{last}"),
            "undecidable-union",
            format!("{} alternatives are of type {name}, and nothing distinguishes them", indices.len()),
            "give each of them the same property with a `const` of its own",
        );
    }
}

fn resolved<'a>(dialect: &'a Dialect, schema: &'a Schema) -> &'a Schema {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(defs::referenced);
    name.and_then(|name| dialect.defs().get(name)).unwrap_or(schema)
}

fn tagged(alternatives: &[&Schema]) -> bool {
    let tag = |schema: &&Schema, key: &str| schema.get("properties")?.get(key)?.get("const").cloned();
    let first = alternatives.first().and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    first.into_iter().flat_map(Map::keys).any(|key| {
        let tags: Vec<Option<Value>> = alternatives.iter().map(|schema| tag(schema, key)).collect();
        tags.iter().enumerate().all(|(index, tag)| {
            tag.as_ref().is_some_and(|tag| !tags[..index].iter().flatten().any(|other| same(other, tag)))
        })
    })
}
