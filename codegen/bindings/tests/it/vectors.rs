//! The same frames for every language that bindings are written in: which are decoded, which are recognised as the event that
//! they are, and which are written back as they came.
//!
//! `cargo test -p botspec-bindings --test it vectors -- --nocapture` prints the table of the README.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use botspec_codegen::{GeneratedFile, python, typescript, write_to};
use botspec_schema::Dialect;
use serde_json::{Value, json};

use crate::bindings::{self, Bindings};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// A frame with the name of its event; nothing for one that no contract describes.
struct Vector {
    name: Option<String>,
    frame: Value,
}

/// The examples of the contracts, and each with every field absent, null, and of another type.
fn vectors(dialect: &Dialect) -> Vec<Vector> {
    let examples: Vec<&Value> = dialect.events.values().flat_map(|event| &event.examples).collect();
    with_variants(dialect, &examples)
}

fn with_variants(dialect: &Dialect, frames: &[&Value]) -> Vec<Vector> {
    let mut all: Vec<Value> = vec![json!({ "kind": "that nobody knows" })];
    for frame in frames {
        all.push((*frame).clone());
        let mut pointers = Vec::new();
        fields(frame, "", &mut pointers);
        for pointer in pointers {
            for odd in [None, Some(json!(null)), Some(json!([7]))] {
                let mut variant = (*frame).clone();
                if let Some(odd) = odd {
                    *variant.pointer_mut(&pointer).expect("it is there") = odd;
                } else {
                    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
                    variant.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(key);
                }
                all.push(variant);
            }
        }
    }
    let name = |frame: &Value| {
        let events = dialect.events.values();
        let fits = events.filter(|event| event.identify.iter().all(|(key, value)| frame[key] == value.as_str()));
        fits.max_by_key(|event| event.identify.len()).map(|event| event.name.clone())
    };
    all.into_iter().map(|frame| Vector { name: name(&frame), frame }).collect()
}

/// The pointers of all fields.
fn fields(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            found.push(format!("{at}/{key}"));
            fields(value, &format!("{at}/{key}"), found);
        }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| fields(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// What a language made of a frame: the name of the event, and what it writes back; nothing where it was an error.
type Made = Option<(Option<String>, Value)>;

fn rust(bindings: &Bindings, vectors: &[Vector]) -> Vec<Made> {
    let read = |vector: &Vector| (bindings.event)(&vector.frame.to_string()).ok();
    vectors.iter().map(|vector| read(vector).map(|(name, read)| (name, read.value))).collect()
}

/// Runs a program that reads a frame in each line and prints the name and the frame again, or null.
fn run(command: &mut Command, vectors: &[Vector]) -> Vec<Made> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}: {command:?}; run `scripts/test-tools`"));
    let mut input = child.stdin.take().expect("standard input is piped");
    let lines: Vec<String> = vectors.iter().map(|vector| format!("{}\n", vector.frame)).collect();
    let writing = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()).expect("written"));
    let output = child.wait_with_output().expect("it ends");
    writing.join().expect("it writes");
    assert!(output.status.success(), "{command:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    let made = |line: &str| {
        let made: Value = serde_json::from_str(line).expect("JSON");
        let [name, frame] = made.as_array()?.as_slice() else { panic!("{line}") };
        Some((name.as_str().filter(|name| !name.is_empty()).map(str::to_owned), frame.clone()))
    };
    text.lines().map(made).collect()
}

fn written(files: &[GeneratedFile]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write_to(files, folder.path()).expect("written");
    folder
}

const NODE: &str = r#"
import { createInterface } from "node:readline";
import { eventName } from "./dist/kinds.js";
for await (const line of createInterface({ input: process.stdin })) {
  const frame = JSON.parse(line);
  console.log(JSON.stringify([eventName(frame) ?? null, frame]));
}
"#;

fn in_typescript(dialect: &Dialect, vectors: &[Vector]) -> Vec<Made> {
    let folder = written(&typescript::generate(dialect).expect("it has types"));
    let compiler = repository().join("target/test-tools/node_modules/.bin/tsc");
    let built = Command::new(compiler).args(["-p", "."]).current_dir(folder.path()).output().expect("tsc runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stdout));
    fs::write(folder.path().join("vectors.js"), NODE).expect("written");
    run(Command::new("node").arg("vectors.js").current_dir(folder.path()), vectors)
}

const PYTHON: &str = r"
import json, sys
from pydantic import TypeAdapter
from PACKAGE import DecodeError, decode, models
EVENT = TypeAdapter(models.Event)
for line in sys.stdin:
    try:
        event = decode(EVENT, 'event', line)
    except DecodeError:
        print('null')
        continue
    name = '' if type(event).__name__ == 'Unknown' else models.event_name(event)
    print(json.dumps([name, event.to_dict()]))
";

fn in_python(dialect: &Dialect, vectors: &[Vector]) -> Vec<Made> {
    let folder = written(&python::generate(dialect).expect("it has models"));
    let code = PYTHON.replace("PACKAGE", &format!("botspec_{}", dialect.name()));
    fs::write(folder.path().join("vectors.py"), code).expect("written");
    let mut command = Command::new(repository().join("target/test-tools/venv/bin/python"));
    command.arg("vectors.py").current_dir(folder.path()).env("PYTHONPATH", "src");
    run(&mut command, vectors)
}

/// How many frames are decoded, recognised and written back.
#[track_caller]
fn counts(language: &str, vectors: &[Vector], made: &[Made]) -> String {
    assert_eq!(made.len(), vectors.len(), "{language}");
    let (mut decoded, mut recognised, mut kept) = (0, 0, 0);
    for (vector, made) in vectors.iter().zip(made) {
        let Some((name, frame)) = made else { panic!("{language}: an error: {}", vector.frame) };
        decoded += 1;
        assert_eq!(*name, vector.name, "{language}: {}", vector.frame);
        recognised += 1;
        assert_eq!(*frame, vector.frame, "{language}");
        kept += 1;
    }
    format!("{decoded} / {recognised} / {kept}")
}

#[test]
fn every_language_decodes_recognises_and_writes_back_the_same_frames() {
    let mut table = "| dialect | frames | Rust | TypeScript | Python |\n|---|---|---|---|---|\n".to_owned();
    for bindings in [bindings::onebot11(), bindings::napcat(), bindings::llonebot(), bindings::milky()] {
        let (dialect, vectors) = (bindings.dialect, vectors(bindings.dialect));
        let counted = [
            counts("Rust", &vectors, &rust(&bindings, &vectors)),
            counts("TypeScript", &vectors, &in_typescript(dialect, &vectors)),
            counts("Python", &vectors, &in_python(dialect, &vectors)),
        ];
        let _ = writeln!(table, "| `{}` | {} | {} |", dialect.name(), vectors.len(), counted.join(" | "));
    }
    println!("{table}");
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README");
    // How many frames there are follows from the contracts; what may not change is that none is lost.
    for start in table.lines().filter_map(|line| line.split_inclusive(" | ").next()) {
        assert!(readme.contains(start), "the README has no row {start:?} of:\n{table}");
    }
}

/// The documents stand beside the repository, not in it.
#[test]
fn frames_of_the_documents_are_kept_as_well() {
    let Ok(text) = fs::read_to_string(repository().join("../shared/docs/napcat-ws-frames.md")) else { return };
    let blocks = text.split("```json\n").skip(1).filter_map(|block| block.split("```").next());
    let frames: Vec<Value> = blocks.filter_map(|block| serde_json::from_str(block).ok()).collect();
    let events: Vec<&Value> = frames.iter().filter(|frame| frame.get("post_type").is_some()).collect();
    assert!(!events.is_empty());
    let bindings = bindings::napcat();
    let vectors = with_variants(bindings.dialect, &events);
    counts("Rust", &vectors, &rust(&bindings, &vectors));
    counts("Python", &vectors, &in_python(bindings.dialect, &vectors));
}
