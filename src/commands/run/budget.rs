//! What a run comes to, said before it begins or alone.

use botspec_conformance::{Budget, Selection, Target, budget};
use botspec_schema::Catalog;
use serde_json::json;

use crate::cli::ListFormat;
use crate::failure::{Failure, OK};
use crate::print;

/// What a selection of checks comes to on a target.
pub(super) fn of(target: &Target, selection: &Selection) -> Option<Budget> {
    budget(Catalog::builtin(), target, selection).filter(|budget| budget.checks > 0)
}

/// Prints it in place of a run.
pub(super) fn print_alone(target: &Target, selection: &Selection, format: ListFormat) -> Result<u8, Failure> {
    let budget = of(target, selection).ok_or_else(super::nothing_selected)?;
    match format {
        ListFormat::Json => print::json(&json!(budget))?,
        ListFormat::Text => print::text(&format!("{}\n", sentence(&budget)))?,
    }
    Ok(OK)
}

/// How many calls of each effect a run makes, and how long it takes, in one sentence.
pub(super) fn sentence(budget: &Budget) -> String {
    let calls = budget.calls.iter().map(|(effect, calls)| {
        let most = if budget.limits.contains_key(effect) { "at most" } else { "about" };
        format!("{most} {calls} {}", effect.as_str())
    });
    let calls: Vec<String> = calls.collect();
    let calls = if calls.is_empty() { "no".to_owned() } else { calls.join(", ") };
    let not_allowed = match budget.not_allowed {
        0 => String::new(),
        some => format!("; {some} checks need an effect that is not allowed"),
    };
    format!("{} checks: {calls} calls in about {}{not_allowed}", budget.checks, duration(budget.seconds))
}

fn duration(seconds: u64) -> String {
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}
