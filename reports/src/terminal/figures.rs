//! The counts and figures below the findings.

use super::paint::Paint;
use crate::quantity::{count, duration};
use crate::record::{Check, Run, Verdict};
use crate::summary::{Figures, Group, by_reason};
use crate::visible::visible_line;
use crate::words::{Language, label};

/// How many reasons are shown for skips, and for what could not be tested.
const REASONS: usize = 6;

/// Why checks were not run, the most frequent reason first.
pub(super) fn reasons(paint: &mut Paint, checks: &[&Check]) {
    let language = paint.language;
    let mut any = false;
    for (verdict, label) in [(Verdict::Untestable, label::UNTESTABLE), (Verdict::Skip, label::SKIPPED)] {
        let reasons = by_reason(checks, verdict);
        for (_, same) in reasons.iter().take(REASONS) {
            let reason = same[0].finding.as_ref().map_or("", |finding| language.of(&finding.summary));
            let reason =
                if reason.is_empty() { language.pick("no reason given", "没有写明原因") } else { reason };
            paint.labelled(0, label, &visible_line(&format!("{:>5}  {reason}", same.len())));
        }
        if let Some((_, rest @ [_, ..])) = reasons.split_at_checked(REASONS) {
            let left: usize = rest.iter().map(|(_, same)| same.len()).sum();
            let more = match language {
                Language::En => format!("{left:>5}  … for {}", count(rest.len() as u64, "more reason", "more reasons")),
                Language::Zh => format!("{left:>5}  ……另有 {} 种原因", rest.len()),
            };
            paint.labelled(0, label, &more);
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
    let language = paint.language;
    let plural = |number, one, many| if number == 1 { one } else { many };
    let parts = [
        (Group::Failed, figures.failed(), ("failed", "失败")),
        (Group::Stale, figures.stale, (plural(figures.stale, "stale waiver", "stale waivers"), "过期豁免")),
        (Group::Defect, counts.error, (plural(counts.error, "error", "errors"), "出错")),
        (Group::Warned, figures.warned(), (plural(figures.warned(), "warning", "warnings"), "警告")),
        (Group::Untestable, counts.untestable, ("untestable", "无法检查")),
        (Group::Waived, figures.expected_failures, ("failed as expected", "预期失败")),
        (Group::Waived, figures.expected_warnings, ("warned as expected", "预期警告")),
        (Group::Skipped, counts.skip, ("skipped", "跳过")),
        (Group::Passed, counts.pass.saturating_sub(figures.stale), ("passed", "通过")),
    ];
    paint.strong(language.of(&figures.headline()));
    let shown: Vec<_> = parts
        .iter()
        .filter(|(group, number, _)| *number > 0 || matches!(group, Group::Failed | Group::Passed))
        .map(|(group, number, word)| paint.of_group(*group, &format!("{number} {}", language.word(*word))))
        .collect();
    let plain: Vec<_> = parts
        .iter()
        .filter(|(group, number, _)| *number > 0 || matches!(group, Group::Failed | Group::Passed))
        .map(|(_, number, word)| format!("{number} {}", language.word(*word)))
        .collect();
    paint.list(&shown, &plain, language.pick(", ", "，"));
    let total = counts.total();
    let checks = match language {
        Language::En => count(total, "check", "checks"),
        Language::Zh => format!("{total} 项检查"),
    };
    match (&run.footer, language) {
        (Some(footer), Language::En) => paint.line(&format!(
            "{checks}, {} in {}",
            count(footer.requests, "request", "requests"),
            duration(footer.duration_ms)
        )),
        (Some(footer), Language::Zh) => {
            paint.line(&format!("{checks}，{} 次请求，用时 {}", footer.requests, duration(footer.duration_ms)));
        }
        (None, _) => paint.line(&checks),
    }
    if let Some(judged) = figures.judged_sentence() {
        paint.line(language.of(&judged));
    }
    if let Some(actions) = &figures.actions {
        paint.line(language.of(&actions.sentence()));
        for line in actions.absent_lines() {
            paint.indented(2, &visible_line(&line));
        }
    }
}

/// How the requirements stand, always with what was not tested.
pub(super) fn requirements(paint: &mut Paint, figures: &Figures) {
    for set in &figures.sets {
        for level in &set.levels {
            let text = paint.language.of(&level.sentence()).to_owned();
            let text = format!("{} {:<6} {text}", visible_line(&set.set), level.level.as_str());
            paint.line(&text);
        }
    }
}
