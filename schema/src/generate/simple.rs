//! One plain value for a schema, always the same.

use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::Options;
use super::shape::{Context, Leaf};
use super::text::matching;
use crate::model::Schema;

/// The plainest value that fits a schema: required properties only, known identifiers where there are any, a short
/// text that is not empty where it may be either. None for a schema without any finite value.
pub fn simple(schema: &Schema, defs: &Map<String, Value>, options: &Options) -> Option<Value> {
    any_of(schema, &Context::new(defs, options))
}

pub(super) fn any_of(schema: &Schema, context: &Context<'_>) -> Option<Value> {
    let leaves = context.leaves(schema);
    // A null states least about what stands in its place when it is not null.
    let telling = leaves.iter().filter(|leaf| leaf.type_name() != Some("null"));
    let nulls = leaves.iter().filter(|leaf| leaf.type_name() == Some("null"));
    telling.chain(nulls).find_map(|leaf| context.within(leaf, |context| one(leaf, context)))
}

pub(super) fn one(leaf: &Leaf, context: &Context<'_>) -> Option<Value> {
    if let Some(value) = leaf.schema.get("const") {
        return Some(value.clone());
    }
    let schema = leaf.value();
    if let Some(Value::Array(values)) = leaf.schema.get("enum") {
        return values.iter().find(|value| context.fits(&schema, value)).cloned();
    }
    if let Some(id) = context.ids(&leaf.schema).into_iter().next() {
        return Some(id);
    }
    Some(match leaf.type_name() {
        Some("boolean") => json!(false),
        Some("integer") => {
            let (least, most) = leaf.integer_bounds();
            let nearest = 0_i64.max(least.unwrap_or(i64::MIN)).min(most.unwrap_or(i64::MAX));
            // Where 0 is excluded by name, the next one is not.
            let candidates = [nearest, nearest.saturating_add(1), nearest.saturating_add(2)];
            candidates.into_iter().map(Value::from).find(|value| context.fits(&schema, value))?
        }
        Some("number") => {
            let (least, most) = leaf.number_bounds();
            json!(0.0_f64.max(least.unwrap_or(f64::MIN)).min(most.unwrap_or(f64::MAX)))
        }
        Some("string") => Value::String(string(leaf)?),
        Some("array") => {
            let items = leaf.schema.get("items").cloned().unwrap_or_else(|| json!({}));
            let count = leaf.count("minItems").unwrap_or(0);
            Value::Array((0..count).map(|_| any_of(&items, context)).collect::<Option<_>>()?)
        }
        Some("object") => {
            let required = leaf.properties().into_iter().filter(|(_, _, required)| *required);
            let members = required.map(|(name, schema, _)| Some((name, any_of(&schema, context)?)));
            Value::Object(members.collect::<Option<_>>()?)
        }
        _ => Value::Null,
    })
}

fn string(leaf: &Leaf) -> Option<String> {
    let Some(pattern) = leaf.schema.get("pattern").and_then(Value::as_str) else {
        let least = leaf.count("minLength").unwrap_or(0);
        let most = leaf.count("maxLength").unwrap_or(usize::MAX);
        return Some("a".repeat(least.max(1).min(most)));
    };
    let schema = leaf.value();
    let fits = move |text: &String| crate::validate::validate(&schema, &Map::new(), &json!(text)).is_empty();
    let strategy = matching(pattern)?.prop_filter("the length of the text", fits);
    let mut tree = strategy.new_tree(&mut TestRunner::deterministic()).ok()?;
    while tree.simplify() {}
    Some(tree.current())
}
