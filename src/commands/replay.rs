//! `botspec replay`: one check of a record again, with its target, seed and values.

use botspec_reports::record::{Check, Run};
use botspec_schema::closest;

use super::{recorded, run};
use crate::cli::ReplayArgs;
use crate::failure::Failure;

/// Runs one check of a record again.
pub(crate) fn replay(args: &ReplayArgs) -> Result<u8, Failure> {
    let run = recorded::read(&args.record)?;
    let check = find(&run, &args.check)?;
    let mut again = recorded::again(&run)?;
    again.args.selection.select = vec![check.label()];
    again.args.selection.deselect.clear();
    again.args.seed = check.finding.as_ref().and_then(|finding| finding.seed).or(Some(run.header.seed));
    again.args.format = args.format;
    again.args.lang = args.lang;
    if let Some(out) = &args.out {
        again.args.out.clone_from(out);
    }
    run::again(&again)
}

/// The check of a record that an id, with or without its transport, means.
fn find<'r>(run: &'r Run, id: &str) -> Result<&'r Check, Failure> {
    let found = run.checks.iter().find(|check| check.label() == id || check.id == id);
    found.ok_or_else(|| {
        let near = closest(id, run.checks.iter().map(|check| check.id.as_str()));
        let near = near.map(|id| format!("; closest: `{id}`")).unwrap_or_default();
        Failure::usage(format!("the record holds no check `{id}`{near}"))
    })
}
