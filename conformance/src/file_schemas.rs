//! The files that people write for botspec, as JSON Schema and as a page. Both follow from the types that read them.

use std::fmt::Write as _;

use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value};

use crate::{target, waiver};

/// The schema of a target file.
pub fn target_schema() -> Value {
    let mut schema = of::<target::File>("A target file of botspec");
    second_name(&mut schema, "/$defs/Listener", "token_env", "secret_env");
    schema
}

/// Adds a second name of a key, which the types know and their schema does not.
pub fn second_name(schema: &mut Value, of: &str, key: &str, name: &str) {
    let Some(keys) = schema.pointer_mut(of).and_then(|it| it.get_mut("properties")?.as_object_mut()) else { return };
    if let Some(mut same) = keys.get(key).cloned() {
        same["description"] = format!("The same as `{key}`.").into();
        keys.insert(name.to_owned(), same);
    }
}

/// The schema of a file of waivers.
pub fn waivers_schema() -> Value {
    of::<waiver::File>("A file of waivers for botspec")
}

fn of<T: JsonSchema>(title: &str) -> Value {
    let mut schema = schema_for!(T).to_value();
    schema["title"] = title.into();
    schema
}

/// A page that lists every key of files (Markdown): each with its title, how it is named to botspec, and its schema.
pub fn files_page(files: &[(&str, &str, Value)]) -> String {
    let mut page = String::from(
        "# Files that botspec reads\n\nMade from the types that read them: `botspec schema export --format files-page -o FILES.md`. Editors complete these\n\
         files with the schemas of `--format target-schema`, `waivers-schema`, `world-schema` and `script-schema`.\n",
    );
    for (title, file, schema) in files {
        let _ = write!(page, "\n## {title}\n\n{file}\n");
        let none = Map::new();
        let shared = schema.get("$defs").and_then(Value::as_object).unwrap_or(&none);
        table(&mut page, schema, shared);
        for (name, of) in shared.iter().filter(|(_, of)| of.get("properties").is_some()) {
            let _ = write!(page, "\n### {name}\n\n{}\n", about(of));
            table(&mut page, of, shared);
        }
    }
    page
}

/// The keys of an object, a row each.
fn table(page: &mut String, schema: &Value, shared: &Map<String, Value>) {
    let none = Map::new();
    let keys = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    let required = |name: &str| {
        let names = schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|it| it == name))
    };
    page.push_str("\n| key | value | what it means |\n|---|---|---|\n");
    for (name, value) in keys {
        let must = if required(name) { " Required." } else { "" };
        let _ = writeln!(page, "| `{name}` | {} | {}{must} |", kind(value, shared), about(value));
    }
}

fn about(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

/// What a value is, in a few words.
fn kind(schema: &Value, shared: &Map<String, Value>) -> String {
    let kind = |schema: &Value| kind(schema, shared);
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return match shared.get(last(name)) {
            Some(of) if of.get("properties").is_none() => kind(of),
            _ => format!("[{0}](#{1})", last(name), last(name).to_lowercase()),
        };
    }
    for key in ["anyOf", "oneOf"] {
        let Some(some) = schema.get(key).and_then(Value::as_array) else { continue };
        let words: Vec<String> = some.iter().map(kind).filter(|word| word != "null").collect();
        return words.join(" or ");
    }
    if let Some(word) = schema.get("const") {
        return format!("`{}`", word.as_str().unwrap_or_default());
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).filter(|it| *it != "null").collect(),
        _ => return "anything".to_owned(),
    };
    match (types.as_slice(), schema.get("items"), schema.get("additionalProperties")) {
        (["array"], Some(items), _) => format!("list of {}", kind(items)),
        (["object"], _, Some(values @ Value::Object(_))) => format!("table of {}", kind(values)),
        (["object"], ..) => "table".to_owned(),
        (types, ..) => types.join(" or "),
    }
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
