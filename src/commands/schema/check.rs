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

/// Reads the document and prints one line per defect, and one for each thing that is taken though not documented.
pub(crate) fn check(args: &SchemaCheckArgs) -> Result<u8, Failure> {
    let dialect = dialect(&args.dialect)?;
    let kind: Kind = args.kind.parse().map_err(|error| Failure::usage(format!("--kind: {error}")))?;
    let document = read(&args.file)?;
    let checked = dialect
        .check_as_taken(kind, args.name.as_deref(), &document)
        .map_err(|unknown| Failure::usage(format!("--name: {unknown}")))?;
    let both = checked.violations.iter().map(|it| (it, false)).chain(checked.undocumented.iter().map(|it| (it, true)));
    match args.format {
        ListFormat::Json => print::json(&Value::Array(both.map(|(it, taken)| row(it, taken)).collect()))?,
        ListFormat::Text => print::text(&both.map(|(it, taken)| line(it, taken)).collect::<String>())?,
    }
    let valid = checked.violations.is_empty() && (!args.strict || checked.undocumented.is_empty());
    Ok(if valid { OK } else { FAILED })
}

fn line(violation: &Violation, taken: bool) -> String {
    if taken { format!("taken, though not documented: {violation}\n") } else { format!("{violation}\n") }
}

fn row(violation: &Violation, taken: bool) -> Value {
    json!({
        "pointer": violation.pointer,
        "expected": violation.expected,
        "found": violation.found,
        "message": violation.message,
        "taken": taken,
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
