//! `botspec schema lint`: the contracts themselves.

use botspec_schema::lint::lint as defects_of;
use botspec_schema::{Defect, Sources};
use serde_json::{Value, json};

use crate::cli::{ListFormat, SchemaLintArgs};
use crate::failure::{FAILED, Failure, OK};
use crate::print;

/// Prints every defect of every contract.
pub(crate) fn lint(args: &SchemaLintArgs) -> Result<u8, Failure> {
    let sources = match &args.dir {
        Some(dir) => Sources::read_dir(dir),
        None => Sources::builtin(),
    };
    let defects = defects_of(&sources);
    match args.format {
        ListFormat::Json => print::json(&Value::Array(defects.iter().map(row).collect()))?,
        ListFormat::Text => {
            let lines: Vec<String> = defects.iter().map(|defect| format!("{defect}\n")).collect();
            print::text(&lines.concat())?;
            eprintln!("{} files, {} defects", sources.files().len(), defects.len());
        }
    }
    Ok(if defects.is_empty() { OK } else { FAILED })
}

fn row(defect: &Defect) -> Value {
    json!({
        "path": defect.path,
        "line": defect.line,
        "column": defect.column,
        "pointer": defect.pointer,
        "rule": defect.rule,
        "message": defect.message,
        "help": defect.help,
    })
}
