//! Values at the limits of a schema.

use serde_json::{Map, Value, json};

use super::Options;
use super::shape::{Context, Leaf};
use super::simple;
use crate::model::Schema;

/// The length of a long text where the schema sets no limit.
const LONG: usize = 500;

/// Values at the limits of a schema, each with what is special about it; always the same ones in the same order.
///
/// Each differs from the plainest value in one thing: a property at its minimum or maximum, with each value of its
/// enum, empty, long, in each of its forms; beside that, all optional properties set, and all but one.
pub fn boundary(schema: &Schema, defs: &Map<String, Value>, options: &Options) -> Vec<(String, Value)> {
    let context = Context::new(defs, options);
    let mut cases = cases(schema, &context, true);
    cases.retain(|(_, value)| context.fits(schema, value));
    let mut seen: Vec<Value> = Vec::new();
    cases.retain(|(_, value)| {
        let new = !seen.contains(value);
        if new {
            seen.push(value.clone());
        }
        new
    });
    cases
}

/// The cases of a schema. At the outside, unions are followed into each of their alternatives; inside, each
/// alternative is one case, since what it holds has cases of its own elsewhere.
fn cases(schema: &Schema, context: &Context<'_>, outside: bool) -> Vec<(String, Value)> {
    let leaves = context.leaves(schema);
    let several = leaves.len() > 1;
    let mut all = Vec::new();
    for leaf in &leaves {
        context.within(leaf, |context| {
            if several && !outside {
                all.extend(simple::one(leaf, context).map(|value| (form(leaf), value)));
                return;
            }
            for (label, value) in leaf_cases(leaf, context, outside) {
                let label = match (several, label.is_empty()) {
                    (false, _) => label,
                    (true, true) => form(leaf),
                    (true, false) => format!("{}, {label}", form(leaf)),
                };
                all.push((label, value));
            }
        });
    }
    all
}

/// What distinguishes one alternative from the others: the constants of an object, otherwise the type.
fn form(leaf: &Leaf) -> String {
    let fixed: Vec<String> = leaf
        .properties()
        .into_iter()
        .filter_map(|(name, schema, _)| Some(format!("{name} {}", schema.get("const")?)))
        .collect();
    if !fixed.is_empty() {
        return fixed.join(" ");
    }
    match leaf.type_name() {
        Some("object") => {
            let required: Vec<String> =
                leaf.properties().into_iter().filter(|(_, _, required)| *required).map(|(name, _, _)| name).collect();
            if required.is_empty() { "object".into() } else { format!("with {}", required.join(" and ")) }
        }
        Some(name) => name.to_owned(),
        None => "anything".into(),
    }
}

fn leaf_cases(leaf: &Leaf, context: &Context<'_>, outside: bool) -> Vec<(String, Value)> {
    if leaf.schema.contains_key("const") {
        return simple::one(leaf, context).map(|value| (String::new(), value)).into_iter().collect();
    }
    if let Some(Value::Array(values)) = leaf.schema.get("enum") {
        return values.iter().map(|value| (value.to_string(), value.clone())).collect();
    }
    let ids = context.ids(&leaf.schema);
    if let Some(id) = ids.into_iter().next() {
        // Only known identifiers reach anything; the limits of a number state nothing about them.
        return vec![("known".into(), id)];
    }
    match leaf.type_name() {
        Some("null") => vec![("null".into(), Value::Null)],
        Some("boolean") => vec![("false".into(), json!(false)), ("true".into(), json!(true))],
        Some("integer") => match leaf.integer_bounds() {
            (None, None) => vec![("0".into(), json!(0)), ("1".into(), json!(1))],
            (least, most) => limits(least.map(Value::from), most.map(Value::from)),
        },
        Some("number") => match leaf.number_bounds() {
            (None, None) => vec![("0".into(), json!(0)), ("a fraction".into(), json!(0.5))],
            (least, most) => limits(least.map(Value::from), most.map(Value::from)),
        },
        Some("string") => strings(leaf, context),
        Some("array") => arrays(leaf, context),
        Some("object") => objects(leaf, context, outside),
        _ => vec![(String::new(), Value::Null)],
    }
}

fn limits(least: Option<Value>, most: Option<Value>) -> Vec<(String, Value)> {
    let named = [("minimum", least), ("maximum", most)];
    named.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value?))).collect()
}

fn strings(leaf: &Leaf, context: &Context<'_>) -> Vec<(String, Value)> {
    let mut cases: Vec<(String, Value)> =
        simple::one(leaf, context).map(|value| ("short".to_owned(), value)).into_iter().collect();
    if leaf.schema.contains_key("pattern") {
        return cases;
    }
    let least = leaf.count("minLength").unwrap_or(0);
    let most = leaf.count("maxLength");
    let shortest = if least == 0 { "empty" } else { "shortest" };
    cases.push((shortest.into(), json!("a".repeat(least))));
    let longest = most.unwrap_or_else(|| LONG.max(least));
    if longest > 1 {
        let label = if most.is_some() { "longest" } else { "long" };
        cases.push((label.into(), json!("长".repeat(longest))));
        let special: String = "[],&=🎉".chars().take(longest).collect();
        if special.chars().count() >= least {
            cases.push(("special characters".into(), json!(special)));
        }
    }
    cases
}

fn arrays(leaf: &Leaf, context: &Context<'_>) -> Vec<(String, Value)> {
    let items = leaf.schema.get("items").cloned().unwrap_or_else(|| json!({}));
    let least = leaf.count("minItems").unwrap_or(0);
    let mut all = Vec::new();
    let plain = simple::any_of(&items, context);
    if least == 0 {
        all.push(("empty".to_owned(), json!([])));
    }
    let count = least.max(1);
    for (label, item) in cases(&items, context, false) {
        let mut array = vec![item];
        array.extend(plain.iter().cycle().take(count - 1).cloned());
        all.push((if label.is_empty() { "one".into() } else { format!("of {label}") }, Value::Array(array)));
    }
    if let Some((plain, most)) = plain.zip(leaf.count("maxItems")) {
        all.push(("full".into(), Value::Array(vec![plain; most])));
    }
    all
}

fn objects(leaf: &Leaf, context: &Context<'_>, outside: bool) -> Vec<(String, Value)> {
    let Some(base) = simple::one(leaf, context) else { return Vec::new() };
    let mut all = vec![(if outside { "minimal".to_owned() } else { String::new() }, base.clone())];
    if leaf.variant {
        return all;
    }
    let with = |name: &str, value: Value| {
        let mut object = base.clone();
        object[name] = value;
        object
    };

    let properties = leaf.properties();
    for (name, schema, _) in &properties {
        for (label, value) in cases(schema, context, false) {
            let label = if label.is_empty() { name.clone() } else { format!("{name}: {label}") };
            all.push((label, with(name, value)));
        }
    }
    let optional: Vec<(&String, Value)> = properties
        .iter()
        .filter(|(_, _, required)| !required)
        .filter_map(|(name, schema, _)| Some((name, simple::any_of(schema, context)?)))
        .collect();
    if optional.len() > 1 {
        let mut full = base.clone();
        for (name, value) in &optional {
            full[name.as_str()] = value.clone();
        }
        all.push(("everything set".into(), full.clone()));
        for (name, _) in &optional {
            let mut object = full.clone();
            object.as_object_mut().and_then(|object| object.shift_remove(name.as_str()));
            all.push((format!("{name}: left out"), object));
        }
    }
    all
}
