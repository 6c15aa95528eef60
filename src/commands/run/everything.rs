//! A run without a target and without a dialect: the embedded implementation in every dialect that it speaks.

use botspec_conformance::{ExitCode, RunResult, catalogue};
use botspec_reference::{faults, spoken};
use botspec_schema::{Catalog, Dialect};
use serde_json::json;

use super::{Done, Plan};
use crate::cli::ListFormat;
use crate::commands::list::every_transport;
use crate::commands::report;
use crate::failure::Failure;
use crate::print;

/// Runs one dialect after the other, each in a folder of its own where there are several.
pub(super) fn run(plan: &Plan<'_>) -> Result<u8, Failure> {
    let dialects = wanted(plan)?;
    if plan.args.dry_run {
        for dialect in dialects {
            super::budget::print_alone(
                &every_transport(dialect.name()),
                &plan.selection,
                plan.args.format,
                plan.language(),
            )?;
        }
        return Ok(ExitCode::Conformant.code());
    }
    let several = dialects.len() > 1;
    let mut runs: Vec<(&Dialect, Done)> = Vec::new();
    for dialect in dialects {
        let out = &plan.args.out;
        let out = if several { out.join(dialect.name()) } else { out.clone() };
        let done = plan.run(None, dialect, out)?;
        if plan.args.format == ListFormat::Text {
            done.print()?;
        }
        let stopped = done.result.exit_code() == ExitCode::Cancelled;
        runs.push((dialect, done));
        if stopped {
            break;
        }
    }
    if several {
        report::write_index(&plan.args.out)?;
    }
    let results = runs.iter().map(|(_, done)| done.result.clone());
    let code = results.reduce(|all, one| all.and(&one)).map_or(ExitCode::NothingSelected, |all| all.exit_code());
    // Each run has its own reasons not to be a 0: reports that could not be written, warnings that count as failures.
    let worse = runs.iter().map(|(_, done)| done.code()).find(|own| *own != ExitCode::Conformant.code());
    let code = worse.filter(|_| code == ExitCode::Conformant).unwrap_or(code.code());
    match plan.args.format {
        ListFormat::Json => print::json(&reported(&runs, code))?,
        ListFormat::Text if several => print::table(&runs.iter().map(row).collect::<Vec<_>>())?,
        ListFormat::Text => {}
    }
    Ok(code)
}

/// The dialects in which the selection means a check, and which have all the faults that are asked for.
fn wanted(plan: &Plan<'_>) -> Result<Vec<&'static Dialect>, Failure> {
    let catalog = Catalog::builtin();
    let mut wanted = Vec::new();
    let mut unknown_fault = None;
    for dialect in spoken().iter().filter_map(|name| catalog.dialect(name)) {
        if let Some(fault) = plan.args.fault.iter().find(|id| faults::find(dialect, id).is_err()) {
            unknown_fault = unknown_fault.or(Some((dialect, fault)));
            continue;
        }
        let checks =
            catalogue(catalog, &every_transport(dialect.name())).map_err(|error| Failure::usage(error.to_string()))?;
        if checks.iter().any(|check| plan.selection.wants(check)) {
            wanted.push(dialect);
        }
    }
    match unknown_fault {
        Some((dialect, fault)) if wanted.is_empty() => {
            super::super::faults(dialect, std::slice::from_ref(fault)).map(|_| Vec::new())
        }
        _ if wanted.is_empty() => Err(super::nothing_selected()),
        _ => Ok(wanted),
    }
}

fn reported(runs: &[(&Dialect, Done)], code: u8) -> serde_json::Value {
    match runs {
        [(_, only)] => only.json(),
        runs => {
            let reported = |(dialect, done): &(&Dialect, Done)| {
                let mut reported = done.json();
                reported["dialect"] = dialect.name().into();
                reported
            };
            json!({ "exit_code": code, "runs": runs.iter().map(reported).collect::<Vec<_>>() })
        }
    }
}

/// A dialect in one line: what came of it, and where to read more.
fn row((dialect, done): &(&Dialect, Done)) -> Vec<String> {
    let RunResult { counts, .. } = &done.result;
    let bad = counts.fail + counts.error;
    vec![
        dialect.name().to_owned(),
        format!("{} passed", counts.pass),
        format!("{bad} failed"),
        format!("{} warned", counts.warn),
        format!("{} not judged", counts.skip + counts.untestable),
        format!("{} % judged", done.result.judged_percent()),
        done.page().display().to_string(),
    ]
}
