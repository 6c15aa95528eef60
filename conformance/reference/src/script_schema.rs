//! The JSON Schema of a script, from the steps that there are.

use serde_json::{Map, Value, json};

use crate::steps::{STEPS, Step, alternatives};

/// The schema of a script: a list of lines, and of a line alone, where each stands on one of its own. What a step takes is a
/// definition that is called after it.
pub fn script_schema() -> Value {
    let mut lines = vec![
        line("event", &json!({ "type": "string", "description": "An event of the dialect to play, by its name." })),
        line("pause_ms", &json!({ "type": "integer", "minimum": 0, "description": "How long nothing happens." })),
    ];
    let mut defs = Map::new();
    for step in STEPS {
        let params = params(step);
        let is_bare = params.get("required").is_none() && params.get("anyOf").is_none();
        let required = if is_bare { json!(["step"]) } else { json!(["step", "params"]) };
        lines.push(json!({
            "type": "object",
            "properties": { "step": { "const": step.name }, "params": { "$ref": format!("#/$defs/{}", step.name) } },
            "required": required,
            "additionalProperties": false,
        }));
        defs.insert(step.name.to_owned(), params);
    }
    defs.insert("line".to_owned(), json!({ "oneOf": lines }));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A script for botspec serve",
        "anyOf": [{ "$ref": "#/$defs/line" }, { "type": "array", "items": { "$ref": "#/$defs/line" } }],
        "$defs": defs,
    })
}

/// A line with one key.
fn line(key: &str, value: &Value) -> Value {
    json!({ "type": "object", "properties": { key: value }, "required": [key], "additionalProperties": false })
}

/// What a step takes. Ids may be written as the names of fixtures, so that a value is of no type alone.
fn params(step: &Step) -> Value {
    let mut properties = Map::new();
    let (mut required, mut either) = (Vec::new(), Vec::new());
    for takes in step.takes {
        let names: Vec<&str> = alternatives(takes).collect();
        properties.extend(names.iter().map(|name| ((*name).to_owned(), json!({}))));
        match names.as_slice() {
            _ if takes.ends_with('?') => {}
            [name] => required.push((*name).to_owned()),
            several => either.extend(several.iter().map(|name| json!({ "required": [name] }))),
        }
    }
    let mut schema = json!({
        "type": "object",
        "description": step.what,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if !either.is_empty() {
        schema["anyOf"] = either.into();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;

    /// What the schema takes is read, and what it refuses is an error.
    #[test]
    fn the_schema_takes_what_is_read() {
        let schema = script_schema();
        for line in [
            json!({ "step": "say", "params": { "text": "hi" } }),
            json!({ "step": "say", "params": { "message": [], "from": "$friend" } }),
            json!({ "step": "say", "params": { "from": "$friend" } }),
            json!({ "step": "say", "params": { "txt": "hi" } }),
            json!({ "step": "title", "params": { "group": 1 } }),
            json!({ "step": "poke" }),
            json!({ "step": "dance" }),
            json!({ "event": "notice.group_ban" }),
            json!({ "event": "notice.group_ban", "pause_ms": 5 }),
            json!({ "pause_ms": 5 }),
            json!({ "pause_ms": -1 }),
            json!({}),
        ] {
            let read = Script::parse(&line.to_string()).is_ok();
            let list = Value::Array(vec![line.clone()]);
            let holds = |document: &Value| jsonschema::is_valid(&schema, document);
            assert_eq!((holds(&line), holds(&list)), (read, read), "{line}");
        }
    }
}
