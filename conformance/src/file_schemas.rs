//! The files that people write for botspec, as JSON Schema and as a page. Both follow from the types that read them.

use std::fmt::Write as _;

use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};

use crate::{target, waiver};

/// The schema of a target file.
pub fn target_schema() -> Value {
    let mut schema = of::<target::File>("A target file of botspec");
    // A second name of the key, which the types know and their schema does not.
    if let Some(keys) = schema.pointer_mut("/$defs/Listener/properties").and_then(Value::as_object_mut) {
        keys.insert(
            "secret_env".to_owned(),
            json!({ "type": ["string", "null"], "description": "The same as `token_env`." }),
        );
    }
    schema
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

/// A page that lists every key of these files (Markdown).
pub fn files_page() -> String {
    let mut page = String::from(
        "# Files that botspec reads\n\nMade from the types that read them by `botspec schema export --format files-page`. Editors complete these files\n\
         with the schemas of `--format target-schema` and `--format waivers-schema`.\n",
    );
    for (title, file, schema) in [
        ("Target", "`--target FILE` (TOML)", target_schema()),
        ("Waivers", "`--waivers FILE` (TOML)", waivers_schema()),
    ] {
        let _ = write!(page, "\n## {title}\n\n{file}\n");
        table(&mut page, &schema);
        let shared = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
        for (name, of) in shared.filter(|(_, of)| of.get("properties").is_some()) {
            let _ = write!(page, "\n### {name}\n\n{}\n", about(of));
            table(&mut page, of);
        }
    }
    page
}

/// The keys of an object, a row each.
fn table(page: &mut String, schema: &Value) {
    let none = Map::new();
    let keys = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    let required = |name: &str| {
        let names = schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|it| it == name))
    };
    page.push_str("\n| key | value | what it means |\n|---|---|---|\n");
    for (name, value) in keys {
        let must = if required(name) { " Required." } else { "" };
        let _ = writeln!(page, "| `{name}` | {} | {}{must} |", kind(value), about(value));
    }
}

fn about(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

/// What a value is, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return format!("[{0}](#{1})", last(name), last(name).to_lowercase());
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
