//! Finding and reading records.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use botspec_reports::record::{self, Run};

use crate::failure::Failure;

/// The record's name in the folder of a run.
pub(crate) const RECORD: &str = "record.ndjson";

/// Reads a record; one that was cut off is read as far as it goes.
pub(crate) fn read(path: &Path) -> Result<Run, Failure> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| Failure::usage(format!("cannot read record `{shown}`: {error}")))?;
    record::read(BufReader::with_capacity(1 << 16, file)).map_err(|error| Failure::usage(format!("{shown}: {error}")))
}

/// The record that a path means: a file, or the one in the folder of a run.
pub(super) fn one(path: &Path) -> Result<PathBuf, Failure> {
    match all(path)?.as_slice() {
        [one] => Ok(one.clone()),
        several => {
            let names: Vec<_> = several.iter().map(|path| path.display().to_string()).collect();
            Err(Failure::usage(format!(
                "{} holds several records; name one of them: {}",
                path.display(),
                names.join(", ")
            )))
        }
    }
}

/// The records that a path means: a file, the one in the folder of a run, or those in the folders of a run over several
/// dialects.
pub(super) fn all(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let shown = path.display();
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let own = path.join(RECORD);
    if own.is_file() {
        return Ok(vec![own]);
    }
    let cannot = |error| Failure::usage(format!("cannot read folder `{shown}`: {error}"));
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.join(RECORD).is_file() {
            found.push(path.join(RECORD));
        } else if path.extension().is_some_and(|ending| ending == "ndjson") {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Failure::usage(format!(
            "`{shown}` holds no {RECORD}, nor do its folders; `botspec run` writes one"
        )));
    }
    Ok(found)
}
