//! Random values.

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Number, Value, json};

use super::Options;
use super::shape::{Context, Leaf};
use super::text::{matching, text};
use crate::model::Schema;

/// Integers of a schema without limits stay within what a double holds exactly.
const SAFE: i64 = (1 << 53) - 1;

/// Values that fit a schema, shrinking towards the smallest: optional properties left out, the shortest text, the
/// number nearest to 0.
pub fn strategy(schema: &Schema, defs: &Map<String, Value>, options: &Options) -> BoxedStrategy<Value> {
    // A schema without any finite value has none to draw; what is drawn in its place does not fit, and shows it.
    any_of(schema, &Context::new(defs, options)).unwrap_or_else(|| Just(Value::Null).boxed())
}

fn any_of(schema: &Schema, context: &Context<'_>) -> Option<BoxedStrategy<Value>> {
    let mut strategies: Vec<BoxedStrategy<Value>> =
        context.leaves(schema).iter().filter_map(|leaf| context.within(leaf, |context| one(leaf, context))).collect();
    match strategies.len() {
        0 => None,
        1 => strategies.pop(),
        _ => Some(Union::new(strategies).boxed()),
    }
}

fn one(leaf: &Leaf, context: &Context<'_>) -> Option<BoxedStrategy<Value>> {
    let unfiltered = match leaf.schema.get("not") {
        None => return plain(leaf, context),
        Some(_) => plain(leaf, context)?,
    };
    let (schema, defs) = (leaf.value(), context.defs.clone());
    let fits = move |value: &Value| crate::validate::validate(&schema, &defs, value).is_empty();
    Some(unfiltered.prop_filter("what the schema excludes", fits).boxed())
}

fn plain(leaf: &Leaf, context: &Context<'_>) -> Option<BoxedStrategy<Value>> {
    if let Some(value) = leaf.schema.get("const") {
        return Some(Just(value.clone()).boxed());
    }
    if let Some(Value::Array(values)) = leaf.schema.get("enum") {
        let mut values = values.clone();
        values.retain(|value| context.fits(&leaf.value(), value));
        return (!values.is_empty()).then(|| prop::sample::select(values).boxed());
    }
    let ids = context.ids(&leaf.schema);
    if !ids.is_empty() {
        return Some(prop::sample::select(ids).boxed());
    }
    Some(match leaf.type_name() {
        Some("null") => Just(Value::Null).boxed(),
        Some("boolean") => any::<bool>().prop_map(Value::Bool).boxed(),
        Some("integer") => integer(leaf),
        Some("number") => number(leaf),
        Some("string") => string(leaf, context),
        Some("array") => array(leaf, context)?,
        Some("object") => object(leaf, context)?,
        _ => anything(),
    })
}

fn integer(leaf: &Leaf) -> BoxedStrategy<Value> {
    let (least, most) = match leaf.integer_bounds() {
        (None, None) => (-SAFE, SAFE),
        (Some(least), None) => (least, SAFE.max(least)),
        (None, Some(most)) => ((-SAFE).min(most), most),
        (Some(least), Some(most)) => (least, most.max(least)),
    };
    // The integer nearest to 0 comes first, then its neighbourhood, the limits, and all the rest.
    let nearest = 0_i64.clamp(least, most);
    let near = (-50_i64..=50).prop_map(move |off| {
        let off = match (least < 0, most > 0) {
            (true, true) => off,
            (true, false) => -off.abs(),
            (false, _) => off.abs(),
        };
        nearest.saturating_add(off).clamp(least, most)
    });
    prop_oneof![
        4 => near,
        1 => prop::sample::select(vec![least, most]),
        3 => least..=most,
    ]
    .prop_map(Value::from)
    .boxed()
}

fn number(leaf: &Leaf) -> BoxedStrategy<Value> {
    const STEPS: f64 = 8.0;
    let (least, most) = leaf.number_bounds();
    let least = least.unwrap_or_else(|| most.unwrap_or(0.0).min(0.0) - 1_000.0);
    let most = most.unwrap_or_else(|| least.max(0.0) + 1_000.0).max(least);
    // Eighths are exact, whoever writes and reads them.
    (0_u16..=u16::MAX)
        .prop_map(move |at| {
            let exact = (least + (most - least) * f64::from(at) / f64::from(u16::MAX)) * STEPS;
            let value = (exact.round() / STEPS).clamp(least, most);
            Number::from_f64(value).map_or(json!(0), Value::Number)
        })
        .boxed()
}

fn string(leaf: &Leaf, context: &Context<'_>) -> BoxedStrategy<Value> {
    let least = leaf.count("minLength").unwrap_or(0);
    let most = leaf.count("maxLength").unwrap_or(usize::MAX).max(least);
    let pattern = leaf.schema.get("pattern").and_then(Value::as_str);
    if let Some(strategy) = pattern.and_then(matching) {
        let schema = leaf.value();
        return strategy
            .prop_map(Value::String)
            .prop_filter("the length of the text", move |value| {
                crate::validate::validate(&schema, &Map::new(), value).is_empty()
            })
            .boxed();
    }
    text(least, most.min(least.saturating_add(context.options.text_length))).prop_map(Value::String).boxed()
}

fn array(leaf: &Leaf, context: &Context<'_>) -> Option<BoxedStrategy<Value>> {
    let least = leaf.count("minItems").unwrap_or(0);
    let most = leaf.count("maxItems").unwrap_or(usize::MAX).max(least);
    let items = match leaf.schema.get("items") {
        Some(items) => any_of(items, context),
        None => Some(anything()),
    };
    match items {
        Some(items) => {
            let most = most.min(least.saturating_add(context.options.array_length));
            Some(proptest::collection::vec(items, least..=most).prop_map(Value::Array).boxed())
        }
        None if least == 0 => Some(Just(json!([])).boxed()),
        None => None,
    }
}

fn object(leaf: &Leaf, context: &Context<'_>) -> Option<BoxedStrategy<Value>> {
    let mut names = Vec::new();
    let mut members: Vec<BoxedStrategy<Option<Value>>> = Vec::new();
    for (name, schema, required) in leaf.properties() {
        match any_of(&schema, context) {
            Some(strategy) if required => members.push(strategy.prop_map(Some).boxed()),
            Some(strategy) => members.push(prop::option::of(strategy).boxed()),
            None if required => return None,
            None => continue,
        }
        names.push(name);
    }
    let fixed = members.prop_map(move |members| {
        names.iter().cloned().zip(members).filter_map(|(name, value)| Some((name, value?))).collect::<Map<_, _>>()
    });
    let others = match leaf.schema.get("additionalProperties") {
        Some(others @ Value::Object(_)) => any_of(others, context),
        _ => None,
    };
    Some(match others {
        None => fixed.prop_map(Value::Object).boxed(),
        Some(others) => {
            let others = proptest::collection::vec(("[a-z]{1,8}", others), 0..=context.options.array_length);
            (fixed, others)
                .prop_map(|(mut members, others)| {
                    for (name, value) in others {
                        members.entry(name).or_insert(value);
                    }
                    Value::Object(members)
                })
                .boxed()
        }
    })
}

/// Small values of every type.
fn anything() -> BoxedStrategy<Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-100_i64..=100).prop_map(Value::from),
        text(0, 4).prop_map(Value::String),
        Just(json!([])),
        Just(json!({})),
    ]
    .boxed()
}
