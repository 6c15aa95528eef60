//! `botspec list`: the checks that a selection yields, and the faults and variations that can be switched on.

use std::collections::BTreeSet;

use botspec_conformance::{ExitCode, Target, catalogue};
use botspec_reference::faults::{self, Fault};
use botspec_reference::variations::Variation;
use botspec_schema::{Catalog, Dialect};
use serde_json::json;

use super::target;
use crate::cli::{ListArgs, ListFormat};
use crate::failure::{Failure, OK};
use crate::print;

/// Prints the list.
pub(crate) fn list(args: &ListArgs) -> Result<u8, Failure> {
    let dialects = super::dialects(args.dialect.as_deref())?;
    if args.faults {
        return faults(&dialects, args.format);
    }
    if args.variations {
        return variations(args.format);
    }
    if args.plan {
        return super::plan::plan(&dialects, args);
    }
    let selection = target::selection(&args.selection)?;
    let mut checks = Vec::new();
    for dialect in dialects {
        let all = catalogue(Catalog::builtin(), &every_transport(dialect.name()))
            .map_err(|error| Failure::usage(error.to_string()))?;
        checks.extend(all.into_iter().filter(|check| selection.wants(check)));
    }
    match args.format {
        ListFormat::Json => print::json(&json!(checks))?,
        ListFormat::Text => {
            let rows: Vec<Vec<String>> = checks
                .iter()
                .map(|check| vec![check.level.as_str().to_owned(), check.effect.as_str().to_owned(), check.label()])
                .collect();
            print::table(&rows)?;
        }
    }
    Ok(if checks.is_empty() { ExitCode::NothingSelected.code() } else { OK })
}

/// What a right implementation may do otherwise, whatever it speaks.
fn variations(format: ListFormat) -> Result<u8, Failure> {
    let all = Variation::ALL.iter();
    match format {
        ListFormat::Json => {
            print::json(&json!(all.map(|it| json!({ "id": it.id(), "sentence": it.sentence() })).collect::<Vec<_>>()))?;
        }
        ListFormat::Text => {
            let rows: Vec<Vec<String>> = all.map(|it| vec![it.id().to_owned(), it.sentence().to_owned()]).collect();
            print::table(&rows)?;
        }
    }
    Ok(OK)
}

/// What several dialects have is listed once.
fn faults(dialects: &[&'static Dialect], format: ListFormat) -> Result<u8, Failure> {
    let mut listed = BTreeSet::new();
    let mut faults: Vec<Fault> = dialects.iter().flat_map(|dialect| faults::all(dialect)).collect();
    faults.retain(|fault| listed.insert(fault.id.clone()));
    match format {
        ListFormat::Json => print::json(&json!(
            faults
                .iter()
                .map(|fault| json!({ "id": fault.id, "sentence": fault.sentence, "source": fault.source }))
                .collect::<Vec<_>>()
        ))?,
        ListFormat::Text => {
            let rows: Vec<Vec<String>> =
                faults.iter().map(|fault| vec![fault.id.clone(), fault.sentence.clone()]).collect();
            print::table(&rows)?;
        }
    }
    Ok(OK)
}

/// A target that has every transport, so that every check is listed; nothing is sent to it.
pub(crate) fn every_transport(dialect: &str) -> Target {
    Target::with_every_transport("any", dialect)
}
