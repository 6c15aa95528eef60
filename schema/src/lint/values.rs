//! The values in a schema fit it, and its limits leave something.

use serde_json::{Map, Value};

use super::File;
use crate::model::Schema;
use crate::validate::{compare, compile_pattern, same, validate};

pub(super) fn check(file: &mut File<'_>, schema: &Schema, at: &str) {
    let Some(keywords) = schema.as_object() else { return };
    limits(file, keywords, at);
    if let Some(pattern) = keywords.get("pattern").and_then(Value::as_str)
        && let Err(why) = compile_pattern(pattern)
    {
        file.report(&format!("{at}/pattern"), "malformed-pattern", why);
    }
    let Some(dialect) = file.dialect else { return };
    let misfit = |schema: &Value, value: &Value| validate(schema, dialect.defs(), value).into_iter().next();
    let mut told = Vec::new();
    if let Some(value) = keywords.get("default")
        && let Some(violation) = misfit(schema, value)
    {
        told.push((format!("{at}/default"), violation));
    }
    // A constant, and the values of an enum, are held against everything else.
    let without = |keyword: &str| {
        let others = keywords.iter().filter(|(name, _)| *name != keyword);
        Value::Object(others.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    if let Some(value) = keywords.get("const")
        && let Some(violation) = misfit(&without("const"), value)
    {
        told.push((format!("{at}/const"), violation));
    }
    if let Some(Value::Array(values)) = keywords.get("enum") {
        let others = without("enum");
        for (index, value) in values.iter().enumerate() {
            let pointer = format!("{at}/enum/{index}");
            if values[..index].iter().any(|other| same(other, value)) {
                file.report(&pointer, "duplicate-value", format!("{value} is listed already"));
            }
            if let Some(violation) = misfit(&others, value) {
                told.push((pointer, violation));
            }
        }
    }
    for (pointer, violation) in told {
        file.report_with(&pointer, "value-misfit", violation.message, "correct the value or the schema around it");
    }
}

fn limits(file: &mut File<'_>, keywords: &Map<String, Value>, at: &str) {
    for (least, most) in [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")] {
        if let (Some(Value::Number(low)), Some(Value::Number(high))) = (keywords.get(least), keywords.get(most))
            && compare(low, high).is_gt()
        {
            file.report(
                &format!("{at}/{most}"),
                "empty-range",
                format!("nothing is at least {low} and at most {high}"),
            );
        }
    }
    let types: Vec<&str> = match keywords.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    for (keyword, of) in [
        ("minimum", ["integer", "number"].as_slice()),
        ("maximum", &["integer", "number"]),
        ("minLength", &["string"]),
        ("maxLength", &["string"]),
        ("pattern", &["string"]),
        ("minItems", &["array"]),
        ("maxItems", &["array"]),
        ("items", &["array"]),
        ("properties", &["object"]),
        ("required", &["object"]),
        ("additionalProperties", &["object"]),
    ] {
        if keywords.contains_key(keyword) && !types.iter().any(|name| of.contains(name)) {
            let message = format!("`{keyword}` does not apply to a value of type {}", types.join(" or "));
            file.report(&format!("{at}/{keyword}"), "idle-keyword", message);
        }
    }
}
