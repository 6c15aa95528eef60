//! `botspec schema check`: one JSON document against a contract.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use botspec_schema::{Kind, Violation};
use serde_json::{Value, json};

use crate::cli::{ListFormat, SchemaCheckArgs};
use crate::commands::dialect;
use crate::failure::{FAILED, Failure, OK};
use crate::print;

/// Reads the document and prints one line per defect.
pub(crate) fn check(args: &SchemaCheckArgs) -> Result<u8, Failure> {
    let dialect = dialect(&args.dialect)?;
    let kind: Kind = args.kind.parse().map_err(|error| Failure::usage(format!("--kind: {error}")))?;
    let document = read(&args.file)?;
    let violations = dialect
        .check(kind, args.name.as_deref(), &document)
        .map_err(|unknown| Failure::usage(format!("--name: {unknown}")))?;
    match args.format {
        ListFormat::Json => print::json(&Value::Array(violations.iter().map(row).collect()))?,
        ListFormat::Text => {
            let lines: Vec<String> = violations.iter().map(|violation| format!("{violation}\n")).collect();
            print::text(&lines.concat())?;
        }
    }
    Ok(if violations.is_empty() { OK } else { FAILED })
}

fn row(violation: &Violation) -> Value {
    json!({
        "pointer": violation.pointer,
        "expected": violation.expected,
        "found": violation.found,
        "message": violation.message,
    })
}

fn read(path: &Path) -> Result<Value, Failure> {
    let named = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|error| Failure::usage(format!("cannot read {named}: {error}")))?;
    serde_json::from_slice(&bytes).map_err(|error| Failure::with_code(FAILED, format!("{named} is not JSON: {error}")))
}
