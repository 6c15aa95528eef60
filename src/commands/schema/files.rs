//! The files that people write for botspec, as JSON Schema and as a page.

use botspec_conformance::{files_page, second_name, target_schema, waivers_schema};
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

/// A page that lists every key of them.
pub(super) fn page() -> String {
    files_page(&[
        ("Target", "`--target FILE` (TOML)", target()),
        ("Waivers", "`--waivers FILE` (TOML)", waivers()),
        ("World", "`botspec serve --config FILE` (TOML)", world()),
    ])
}
