//! The counts and figures below the findings.

use super::paint::Paint;
use crate::quantity::{count, duration};
use crate::record::{Check, Run, Verdict};
use crate::summary::{Figures, Group, by_reason};
use crate::visible::visible_line;

/// How many reasons are shown for skips, and for what could not be checked.
const REASONS: usize = 6;

/// Why checks were not run, the most frequent reason first.
pub(super) fn reasons(paint: &mut Paint, checks: &[&Check]) {
    let mut any = false;
    for verdict in [Verdict::Untestable, Verdict::Skip] {
        let reasons = by_reason(checks, verdict);
        for (reason, same) in reasons.iter().take(REASONS) {
            let reason = if reason.is_empty() { "no reason given" } else { reason };
            paint.labelled(word(verdict), &visible_line(&format!("{:>5}  {reason}", same.len())));
        }
        if let Some((_, rest @ [_, ..])) = reasons.split_at_checked(REASONS) {
            let left: usize = rest.iter().map(|(_, same)| same.len()).sum();
            paint.labelled(
                word(verdict),
                &format!("{left:>5}  … for {}", count(rest.len() as u64, "reason", "reasons")),
            );
        }
        any |= !reasons.is_empty();
    }
    if any {
        paint.blank();
    }
}

/// The counts of all verdicts, and what the run took.
pub(super) fn counts(paint: &mut Paint, run: &Run, figures: &Figures) {
    let counts = figures.counts;
    let plural = |number, one, many| if number == 1 { one } else { many };
    let parts = [
        (Group::Failed, figures.failed(), "failed"),
        (Group::Stale, figures.stale, plural(figures.stale, "stale waiver", "stale waivers")),
        (Group::Defect, counts.error, plural(counts.error, "error", "errors")),
        (Group::Warned, figures.warned(), plural(figures.warned(), "warning", "warnings")),
        (Group::Untestable, counts.untestable, "untestable"),
        (Group::Waived, figures.expected_failures, "failed as expected"),
        (Group::Waived, figures.expected_warnings, "warned as expected"),
        (Group::Skipped, counts.skip, "skipped"),
        (Group::Passed, counts.pass - figures.stale, "passed"),
    ];
    paint.strong(&figures.headline().en);
    let told: Vec<_> = parts
        .iter()
        .filter(|(group, number, _)| *number > 0 || matches!(group, Group::Failed | Group::Passed))
        .map(|(group, number, word)| paint.of_group(*group, &format!("{number} {word}")))
        .collect();
    paint.line(&told.join(", "));
    let checks = count(counts.total(), "check", "checks");
    match &run.footer {
        Some(footer) => paint.line(&format!(
            "{checks}, {} in {}",
            count(footer.requests, "request", "requests"),
            duration(footer.duration_ms)
        )),
        None => paint.line(&checks),
    }
}

/// How the requirements stand, always with what was not run.
pub(super) fn requirements(paint: &mut Paint, figures: &Figures) {
    for set in &figures.sets {
        for level in &set.levels {
            let decided = level.met + level.broken;
            let share = match level.percent {
                Some(percent) => format!("{percent:.1} % met ({} of {decided} decided)", level.met),
                None => "none decided".to_owned(),
            };
            let text = format!(
                "{:<6} {share}; {} in part, {} not run, of {} in the set",
                level.level.as_str(),
                level.partial,
                level.not_run,
                level.total
            );
            paint.labelled(&visible_line(&set.set), &text);
        }
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Skip => "skipped",
        other => other.as_str(),
    }
}
