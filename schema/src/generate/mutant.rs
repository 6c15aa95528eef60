//! Values with one defect each.

use serde_json::{Map, Value, json};

use super::Options;
use super::shape::Context;
use super::simple;
use crate::model::Schema;
use crate::validate::escape_pointer;

/// A kind of defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mutation {
    /// A required property is not there.
    Missing,
    /// A value of another type.
    WrongType,
    /// A null where none is admitted.
    Null,
    /// A value of the right type that is none of those that are listed.
    OutOfEnum,
    /// A number beyond its limits.
    OutOfRange,
}

/// A value that is right but for one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutant {
    /// What is wrong, in words.
    pub label: String,
    /// JSON pointer to the place.
    pub pointer: String,
    /// What kind of defect it is.
    pub mutation: Mutation,
    /// The value.
    pub value: Value,
}

/// A text that means no number, no boolean and no JSON, and is in no enum.
const NONSENSE: &str = "no-such-value";

/// Values with one defect each: the plainest value of the schema, with one property of it (or of an object in it)
/// left out, of the wrong type, null, out of its enum or out of its range. None of them fits the schema.
pub fn defects(schema: &Schema, defs: &Map<String, Value>, options: &Options) -> Vec<Mutant> {
    let context = Context::new(defs, options);
    let mut mutants = Vec::new();
    for leaf in context.leaves(schema).iter().filter(|leaf| leaf.type_name() == Some("object") && !leaf.variant) {
        context.within(leaf, |context| {
            let Some(base) = simple::one(leaf, context) else { return };
            for (name, schema, required) in leaf.properties() {
                spoil(&name, &schema, required, &base, context, &mut |mutant| mutants.push(mutant));
            }
        });
    }
    mutants.retain(|mutant| !context.fits(schema, &mutant.value));
    let mut seen: Vec<Value> = Vec::new();
    mutants.retain(|mutant| {
        let new = !seen.contains(&mutant.value);
        if new {
            seen.push(mutant.value.clone());
        }
        new
    });
    mutants
}

/// Spoils one property of an object, and where it is an object itself, the properties of that.
fn spoil(
    name: &str,
    schema: &Schema,
    required: bool,
    base: &Value,
    context: &Context<'_>,
    found: &mut dyn FnMut(Mutant),
) {
    let pointer = format!("/{}", escape_pointer(name));
    let mut tell = |mutation, what: &str, value: Option<Value>| {
        let mut object = base.clone();
        match value {
            Some(value) => object[name] = value,
            None => drop(object.as_object_mut().and_then(|object| object.shift_remove(name))),
        }
        found(Mutant { label: format!("{name}: {what}"), pointer: pointer.clone(), mutation, value: object });
    };
    if required {
        tell(Mutation::Missing, "left out", None);
    }
    let leaves = context.leaves(schema);
    if leaves.iter().all(|leaf| leaf.type_name().is_none() && !fixed(&leaf.schema)) {
        return;
    }
    let compound = leaves.iter().all(|leaf| matches!(leaf.type_name(), Some("array" | "object")));
    let others = if compound { [json!(NONSENSE), json!(true), json!(7)] } else { [json!({}), json!([]), json!(true)] };
    if let Some(other) = others.into_iter().find(|other| of_other_type(other, schema, context)) {
        let what = format!("{} in place of it", crate::violation::type_name(&other));
        tell(Mutation::WrongType, &what, Some(other));
    }
    if of_other_type(&Value::Null, schema, context) {
        tell(Mutation::Null, "null", Some(Value::Null));
    }
    for leaf in &leaves {
        if fixed(&leaf.schema) {
            let listed = leaf.schema.get("const").or_else(|| leaf.schema.get("enum")?.as_array()?.first());
            let outside = match listed {
                Some(Value::String(_)) => json!(NONSENSE),
                Some(Value::Number(_)) => json!(-9_999),
                _ => continue,
            };
            tell(Mutation::OutOfEnum, "a value that is not listed", Some(outside));
        } else if leaf.type_name() == Some("integer") {
            let (least, most) = leaf.integer_bounds();
            let below = least.and_then(|least| least.checked_sub(1));
            let above = most.and_then(|most| most.checked_add(1));
            for (what, value) in [("below its minimum", below), ("above its maximum", above)] {
                if let Some(value) = value {
                    tell(Mutation::OutOfRange, what, Some(value.into()));
                }
            }
        }
    }

    let [leaf] = leaves.as_slice() else { return };
    if leaf.type_name() != Some("object") {
        return;
    }
    context.within(leaf, |context| {
        let Some(inner) = simple::one(leaf, context) else { return };
        for (inner_name, schema, required) in leaf.properties() {
            spoil(&inner_name, &schema, required, &inner, context, &mut |mutant| {
                let mut object = base.clone();
                object[name] = mutant.value;
                found(Mutant {
                    label: format!("{name}.{}", mutant.label),
                    pointer: format!("{pointer}{}", mutant.pointer),
                    value: object,
                    ..mutant
                });
            });
        }
    });
}

fn fixed(schema: &Map<String, Value>) -> bool {
    schema.contains_key("const") || schema.contains_key("enum")
}

/// Whether a schema admits no value of the type that this one has.
fn of_other_type(value: &Value, schema: &Schema, context: &Context<'_>) -> bool {
    !context.fits(schema, value)
        && crate::validate::types_of(schema, context.defs)
            .is_none_or(|types| !types.iter().any(|name| crate::validate::accepts_type(&(*name).into(), value)))
}
