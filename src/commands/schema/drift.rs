//! `botspec schema drift`: the contracts of a dialect against what upstream publishes.

use std::fs;
use std::path::Path;

use botspec_schema::drift::{Contracts, Drift, Known, Upstream, Which, compare, drafts, explained, part_for, read};

use crate::cli::{ListFormat, SchemaDriftArgs};
use crate::commands::dialect;
use crate::failure::{FAILED, Failure, OK};
use crate::print;

/// Prints the differences; the exit code is 1 where one is not explained or an explanation explains nothing.
pub(crate) fn drift(args: &SchemaDriftArgs) -> Result<u8, Failure> {
    let here = Contracts::of(dialect(&args.dialect)?);
    let shown = args.upstream.display().to_string();
    let text =
        fs::read_to_string(&args.upstream).map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
    let parts = read(&text, &shown).map_err(|error| Failure::usage(error.to_string()))?;
    let there = part_for(&here, parts).ok_or_else(|| Failure::usage(format!("{shown} describes nothing")))?;
    let known = Known::builtin(&args.dialect, there.format).map_err(|error| Failure::usage(error.to_string()))?;
    let found = explained(&compare(&here, &there), &known);
    let drift = Drift { dialect: &args.dialect, upstream: &there, differences: &found };
    match args.format {
        ListFormat::Json => print::json(&drift.json())?,
        ListFormat::Text => print::text(&drift.text())?,
    }
    if let Some(folder) = &args.write_drafts {
        write(folder, &here, &there)?;
    }
    Ok(if found.unexplained.is_empty() && found.stale.is_empty() { OK } else { FAILED })
}

/// Writes drafts of what is missing here; a file that is there already is left as it is.
fn write(folder: &Path, here: &Contracts, there: &Upstream) -> Result<(), Failure> {
    let (mut written, mut kept) = (0, 0);
    for draft in drafts(here, there, Which::Missing) {
        let path = folder.join(&draft.path);
        if path.exists() {
            kept += 1;
            continue;
        }
        let cannot = |error| Failure::usage(format!("cannot write {}: {error}", path.display()));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(cannot)?;
        }
        fs::write(&path, &draft.text).map_err(cannot)?;
        written += 1;
    }
    eprintln!("{written} drafts written to {}, {kept} were there already", folder.display());
    Ok(())
}
