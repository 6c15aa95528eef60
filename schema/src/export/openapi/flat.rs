//! Parameters where everything is text: in a query, and in a form.

use serde_json::{Map, Value, json};

use crate::defs::referenced;
use crate::dialect::Dialect;
use crate::model::{Action, Schema};

use super::super::{names, rewrite};
use super::media::JSON;

/// How a parameter is written as text.
enum Flat {
    /// As it is.
    Plain(Schema),
    /// As JSON.
    Json(Schema),
}

/// The parameters of an action in a query.
pub(super) fn query(dialect: &Dialect, action: &Action) -> Vec<Value> {
    let required = required(action);
    properties(action)
        .map(|(name, schema)| {
            let (as_json, mut schema) = match flat(dialect, schema) {
                Flat::Plain(schema) => (false, exported(schema)),
                Flat::Json(schema) => (true, exported(schema)),
            };
            let mut parameter = json!({ "name": name, "in": "query", "required": required.contains(&name.as_str()) });
            if let Some(words) = schema.as_object_mut().and_then(|keywords| keywords.shift_remove("description")) {
                parameter["description"] = words;
            }
            if as_json {
                parameter["content"] = json!({ JSON: { "schema": schema } });
            } else {
                parameter["schema"] = schema;
            }
            parameter
        })
        .collect()
}

/// The parameters of an action in a form.
pub(super) fn form(dialect: &Dialect, action: &Action) -> Value {
    let mut fields = Map::new();
    let mut encoding = Map::new();
    for (name, schema) in properties(action) {
        let schema = match flat(dialect, schema) {
            Flat::Plain(schema) => schema,
            Flat::Json(schema) => {
                encoding.insert(name.clone(), json!({ "contentType": JSON }));
                schema
            }
        };
        fields.insert(name.clone(), schema);
    }
    let mut form = json!({ "type": "object", "properties": fields });
    for keyword in ["required", "anyOf", "additionalProperties"] {
        if let Some(value) = action.params.get(keyword) {
            form[keyword] = value.clone();
        }
    }
    let mut media = json!({ "schema": exported(form) });
    if !encoding.is_empty() {
        media["encoding"] = encoding.into();
    }
    // Where nothing has to be written in another way, it is what JSON holds.
    if media["schema"] == exported(bare(&action.params)) {
        media["schema"] = rewrite::component(&names::params(&action.name));
    }
    media
}

/// The schema of parameters without words about them.
fn bare(params: &Schema) -> Schema {
    let mut bare = params.clone();
    if let Some(keywords) = bare.as_object_mut() {
        keywords.shift_remove("description");
        // The order of keywords makes no difference to equality.
        keywords.entry("properties").or_insert_with(|| json!({}));
    }
    bare
}

fn exported(mut schema: Schema) -> Schema {
    rewrite::with_formats(&mut schema);
    rewrite::for_components(&mut schema);
    schema
}

fn properties(action: &Action) -> impl Iterator<Item = (&String, &Schema)> {
    action.params.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn required(action: &Action) -> Vec<&str> {
    let names = action.params.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What of a schema can be written as text as it is; where nothing can, the whole as JSON.
fn flat(dialect: &Dialect, schema: &Schema) -> Flat {
    let mut scalars = Vec::new();
    let mut narrowed = false;
    collect(dialect, schema, 0, &mut scalars, &mut narrowed);
    if !narrowed {
        return Flat::Plain(schema.clone());
    }
    if scalars.is_empty() {
        return Flat::Json(schema.clone());
    }
    let mut plain = match scalars.len() {
        1 => scalars.swap_remove(0),
        _ => json!({ "oneOf": scalars }),
    };
    // What is reported of the parameter holds for this form of it too.
    if let (Some(plain), Some(said)) = (plain.as_object_mut(), schema.as_object()) {
        for (keyword, value) in said.iter().filter(|(keyword, _)| *keyword != "$ref" && *keyword != "oneOf") {
            plain.insert(keyword.clone(), value.clone());
        }
    }
    Flat::Plain(plain)
}

/// References that lead further than this lead in a circle.
const MAX_HOPS: usize = 16;

/// Gathers the alternatives that are written as text as they are; `narrowed` where there are others.
fn collect(dialect: &Dialect, schema: &Schema, hops: usize, scalars: &mut Vec<Schema>, narrowed: &mut bool) {
    if hops > MAX_HOPS {
        return;
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(referenced) {
        let before = (scalars.len(), *narrowed);
        if let Some(definition) = dialect.defs().get(name) {
            collect(dialect, definition, hops + 1, scalars, narrowed);
        }
        if scalars.len() == before.0 + 1 && *narrowed == before.1 {
            // The definition as a whole is text: it keeps its name.
            scalars.truncate(before.0);
            scalars.push(schema.clone());
        }
        return;
    }
    if let Some(Value::Array(cases)) = schema.get("oneOf") {
        for case in cases {
            collect(dialect, case, hops + 1, scalars, narrowed);
        }
        return;
    }
    match schema.get("type") {
        Some(Value::String(name)) if ["object", "array", "null"].contains(&name.as_str()) => *narrowed = true,
        Some(Value::Array(names)) if names.iter().any(|name| name == "object" || name == "array") => *narrowed = true,
        _ => scalars.push(schema.clone()),
    }
}
