//! `botspec schema export`, judged by validators of other people.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use botspec_schema::Catalog;
use serde_json::{Value, json};

use crate::harness::{Done, arg, botspec, folder, repository};

/// A program that `scripts/test-tools` installs, about to judge something.
fn tool(program: &str, script: &str) -> Command {
    let tools = repository().join("target/test-tools");
    assert!(tools.join("installed").exists(), "the validators are not there; `scripts/test-tools` installs them");
    let program = if program == "python" { tools.join("venv/bin/python") } else { PathBuf::from(program) };
    let mut command = Command::new(program);
    command.arg(repository().join("tests/tools").join(script)).env("NODE_PATH", tools.join("node_modules"));
    command
}

fn openapi() -> Command {
    tool("python", "openapi.py")
}

fn asyncapi() -> Command {
    tool("node", "asyncapi.cjs")
}

/// Judges documents; nothing is said of those that are in order.
fn judged(mut validator: Command, documents: &[PathBuf]) -> Done {
    let output = validator.args(documents).output();
    output.unwrap_or_else(|error| panic!("{error}: {validator:?}; `scripts/test-tools` installs it")).into()
}

fn names() -> Vec<&'static str> {
    Catalog::builtin().dialects().map(botspec_schema::Dialect::name).collect()
}

/// The document of every dialect, written by the command.
fn exported(folder: &Path, format: &str) -> Vec<PathBuf> {
    let export = |name: &str| {
        let path = folder.join(format!("{name}.{format}.json"));
        let args = ["schema", "export", "--format", format, "--dialect", name, "--output", arg(&path)];
        let done = botspec(args);
        assert_eq!((done.code, done.out.as_str()), (Some(0), ""), "{name} {format}: {}", done.err);
        path
    };
    names().into_iter().map(export).collect()
}

#[test]
fn openapi_documents_are_valid() {
    let folder = folder();
    let done = judged(openapi(), &exported(folder.path(), "openapi"));
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""), "{}", done.err);
}

#[test]
fn asyncapi_documents_are_valid() {
    let folder = folder();
    let done = judged(asyncapi(), &exported(folder.path(), "asyncapi"));
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""), "{}", done.err);
}

/// A validator that finds nothing in a broken document says nothing of one that is whole.
#[track_caller]
fn finds(validator: Command, format: &str, defects: &[(&str, Value)]) {
    let folder = folder();
    let whole = botspec(["schema", "export", "--format", format, "--dialect", "onebot11"]).json();
    let broken = |(index, (pointer, value)): (usize, &(&str, Value))| {
        let path = folder.path().join(format!("broken-{index}.json"));
        let mut document = whole.clone();
        if let Some(paths) = document["paths"].as_object_mut() {
            // Two actions are enough, and quicker.
            paths.retain(|path, _| path == "/get_msg" || path == "/send_msg");
        }
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{format} has no {pointer}")) = value.clone();
        fs::write(&path, document.to_string()).expect("written");
        path
    };
    let paths: Vec<PathBuf> = defects.iter().enumerate().map(broken).collect();
    let done = judged(validator, &paths);
    assert_eq!(done.code, Some(1), "{}{}", done.out, done.err);
    for (path, (pointer, _)) in paths.iter().zip(defects) {
        assert!(done.out.contains(arg(path)), "nothing is said of {pointer}: {}{}", done.out, done.err);
    }
}

#[test]
fn the_openapi_validator_finds_what_is_wrong() {
    finds(
        openapi(),
        "openapi",
        &[
            ("/paths/~1get_msg/post/responses", json!([])),
            ("/components/securitySchemes/token_header/type", json!("magic")),
            ("/components/schemas/get_msg_params/properties/message_id/type", json!("int")),
            ("/paths/~1get_msg/get/operationId", json!("send_msg")),
        ],
    );
}

#[test]
fn the_asyncapi_validator_finds_what_is_wrong() {
    finds(
        asyncapi(),
        "asyncapi",
        &[
            ("/operations/ws_universal.events/action", json!("shout")),
            ("/channels/webhook/messages/webhook.message.group/$ref", json!("#/components/messages/none")),
            ("/operations/ws_api.calls/messages/0/$ref", json!("#/channels/webhook/messages/webhook.message.group")),
            ("/components/messages/event_message_group/examples/0/payload/group_id", json!("70001")),
        ],
    );
}

#[test]
fn the_document_goes_where_it_is_asked_to() {
    let folder = folder();
    for format in ["json-schema", "openapi", "asyncapi"] {
        let path = folder.path().join(format);
        let args = ["schema", "export", "--dialect", "onebot11", "--format", format];
        let printed = botspec(args);
        let named = botspec(args.into_iter().chain(["--output", "-"]));
        let written = botspec(args.into_iter().chain(["-o", arg(&path)]));
        assert_eq!((printed.code, named.code, written.code), (Some(0), Some(0), Some(0)), "{}", written.err);
        let file = fs::read_to_string(&path).expect("the file");
        assert!(printed.out == named.out && named.out == file, "{format}");
        assert!(file.starts_with("{\n") && file.ends_with("}\n"), "{format}");
        assert!(serde_json::from_str::<Value>(&file).is_ok_and(|document| document.is_object()), "{format}");
    }
}

#[test]
fn what_cannot_be_exported_is_a_usage_error() {
    let folder = folder();
    let nowhere = folder.path().join("no/such/folder/file.json");
    for (args, told) in [
        (vec!["--format", "openapi"], "--dialect"),
        (vec!["--dialect", "onebot11"], "--format"),
        (vec!["--dialect", "onebot11", "--format", "yaml"], "json-schema"),
        (vec!["--dialect", "onebot12", "--format", "openapi"], "onebot11"),
        (vec!["--dialect", "onebot11", "--format", "openapi", "--output", arg(&nowhere)], "no/such/folder"),
        (vec!["--dialect", "onebot11", "--format", "openapi", "--output", arg(folder.path())], "cannot write"),
    ] {
        let done = botspec(["schema", "export"].into_iter().chain(args.iter().copied()));
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{args:?}: {}", done.err);
        assert!(done.err.contains(told), "{args:?}: {}", done.err);
    }
}

#[test]
fn help() {
    insta::assert_snapshot!(botspec(["schema", "export", "--help"]).out);
}

/// Set to write the page anew: `UPDATE_FILES=1 cargo test --test it export`.
const UPDATE: &str = "UPDATE_FILES";

#[test]
fn the_page_of_files_is_up_to_date() {
    let page = botspec(["schema", "export", "--format", "files-page"]);
    assert_eq!(page.code, Some(0), "{}", page.err);
    let path = repository().join("FILES.md");
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&path, &page.out).expect("written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == page.out, "FILES.md is stale: run {UPDATE}=1 cargo test --test it export");
}

#[test]
fn schemas_of_files_take_the_examples_of_the_readme() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("a README");
    let mut taken = Vec::new();
    for block in readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let format = match block {
            it if it.contains("[[waiver]]") => "waivers-schema",
            it if it.contains("[[account]]") => "world-schema",
            _ => "target-schema",
        };
        let schema = botspec(["schema", "export", "--format", format]).json();
        let document: Value = toml::from_str(block).expect("TOML");
        let unknown = unknown_keys(&schema, &schema, &document);
        assert_eq!(unknown, Vec::<String>::new(), "{format}:\n{block}");
        taken.push(format);
    }
    assert_eq!(taken, ["target-schema", "waivers-schema", "world-schema"]);
    let schema = botspec(["schema", "export", "--format", "target-schema"]).json();
    let watch = json!({ "watch": { "ws": ["3101=ws://127.0.0.1:3001"], "wss": [] } });
    assert_eq!(unknown_keys(&schema, &schema, &watch), ["wss"]);
}

/// The keys of a document that a schema does not list.
fn unknown_keys(root: &Value, schema: &Value, document: &Value) -> Vec<String> {
    let schema = match schema.get("$ref").and_then(Value::as_str) {
        Some(name) => root.pointer(name.trim_start_matches('#')).expect("a shared schema"),
        None => schema,
    };
    if let Some(some) = schema.get("anyOf").and_then(Value::as_array) {
        return unknown_keys(root, &some[0], document);
    }
    let (named, others) = (schema.get("properties"), schema.get("additionalProperties").filter(|it| it.is_object()));
    match document {
        // A date is a table where TOML is read as JSON.
        Value::Object(_) if named.is_none() && others.is_none() => Vec::new(),
        Value::Object(fields) => {
            let unknown = fields.iter().map(|(key, value)| match named.and_then(|it| it.get(key)).or(others) {
                Some(schema) => unknown_keys(root, schema, value),
                None => vec![key.clone()],
            });
            unknown.flatten().collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| unknown_keys(root, &schema["items"], item)).collect(),
        _ => Vec::new(),
    }
}
