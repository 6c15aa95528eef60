//! The files that people write for botspec, as JSON Schema and as a page.

use std::fmt::Write as _;

use botspec_conformance::{files_page, second_name, target_schema, waivers_schema};
use botspec_reference::{STEPS, script_schema};
use schemars::schema_for;
use serde_json::{Value, json};

use crate::commands::{serve, watch};

/// The schema of a target file, with what a watch reads of it.
pub(super) fn target() -> Value {
    let mut schema = target_schema();
    let mut table = schema_for!(watch::WatchTable).to_value();
    let about = table["description"].clone();
    if let Some(table) = table.as_object_mut() {
        table.retain(|key, _| !["$schema", "title"].contains(&key.as_str()));
    }
    schema["$defs"]["Watch"] = table;
    for (key, name) in [("secret-env", "secret_env"), ("max-calls", "max_calls")] {
        second_name(&mut schema, "/$defs/Watch", key, name);
    }
    schema["properties"]["watch"] = json!({ "description": about, "$ref": "#/$defs/Watch" });
    schema
}

/// The schema of a file of waivers.
pub(super) fn waivers() -> Value {
    waivers_schema()
}

/// The schema of a file that states what to serve.
pub(super) fn world() -> Value {
    let mut schema = schema_for!(serve::WorldFile).to_value();
    schema["title"] = "A file for botspec serve".into();
    for (key, name) in [("token", "secret"), ("token_env", "secret_env")] {
        second_name(&mut schema, "/$defs/Adapter", key, name);
    }
    schema
}

/// The schema of a script.
pub(super) fn script() -> Value {
    script_schema()
}

/// How a script is named to botspec and written, with the head of the table of its steps.
const SCRIPT: &str = "
## Script

`botspec serve --script FILE` (JSON: an object on each line, or a list of them)

A line is a step with its parameters (`{\"step\": \"say\", \"params\": {\"text\": \"hi\"}}`), an event of the dialect
(`{\"event\": \"notice.group_ban\"}`), or a pause in milliseconds (`{\"pause_ms\": 500}`). Ids may be written as the names of
fixtures, such as `$friend` and `$group`. A parameter with a question mark may be left out.

| step | takes | what happens |
|---|---|---|
";

/// A page that lists every key of them.
pub(super) fn page() -> String {
    let mut page = files_page(&[
        ("Target", "`--target FILE` (TOML)", target()),
        ("Waivers", "`--waivers FILE` (TOML)", waivers()),
        ("World", "`botspec serve --config FILE` (TOML)", world()),
    ]);
    page.push_str(SCRIPT);
    for step in STEPS {
        let takes: Vec<String> = step.takes.iter().map(|takes| format!("`{takes}`")).collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", step.name, takes.join(", "), step.what);
    }
    page
}
