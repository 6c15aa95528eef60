//! What a run comes to, stated before it begins or alone.

use botspec_conformance::{Budget, Selection, Target, budget};
use botspec_reports::Language;
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
pub(super) fn print_alone(
    target: &Target,
    selection: &Selection,
    format: ListFormat,
    language: Language,
) -> Result<u8, Failure> {
    let budget = of(target, selection).ok_or_else(super::nothing_selected)?;
    match format {
        ListFormat::Json => print::json(&json!(budget))?,
        ListFormat::Text => print::text(&format!("{}\n", sentence(&budget, language)))?,
    }
    Ok(OK)
}

/// How many calls of each effect a run makes, and how long it takes, in one sentence.
pub(super) fn sentence(budget: &Budget, language: Language) -> String {
    let calls = budget.calls.iter().map(|(effect, calls)| {
        let limited = budget.limits.contains_key(effect);
        let most = if limited { language.pick("at most", "最多") } else { language.pick("about", "约") };
        format!("{most} {calls} {}", effect.as_str())
    });
    let calls: Vec<String> = calls.collect();
    let duration = duration(budget.seconds, language);
    match language {
        Language::En => {
            let calls = if calls.is_empty() { "no".to_owned() } else { calls.join(", ") };
            let not_allowed = match budget.not_allowed {
                0 => String::new(),
                some => format!("; {some} checks need an effect that is not allowed"),
            };
            format!("{} checks: {calls} calls in about {duration}{not_allowed}", budget.checks)
        }
        Language::Zh => {
            let calls = if calls.is_empty() {
                "不调用动作".to_owned()
            } else {
                format!("{} 次调用", calls.join("、"))
            };
            let not_allowed = match budget.not_allowed {
                0 => String::new(),
                some => format!("；{some} 项检查需要未被允许的影响类别"),
            };
            format!("{} 项检查：{calls}，约需 {duration}{not_allowed}", budget.checks)
        }
    }
}

fn duration(seconds: u64, language: Language) -> String {
    if seconds < 120 {
        format!("{seconds} {}", language.pick("s", "秒"))
    } else {
        format!("{} {}", seconds.div_ceil(60), language.pick("min", "分钟"))
    }
}
