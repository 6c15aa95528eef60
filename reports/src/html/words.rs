//! Words of the page in both languages. Both stand in the page; a rule of its style shows one of them.

use maud::{Markup, html};

use crate::record::{Level, Text, Verdict};
use crate::summary::{Group, State};
use crate::visible::visible;

/// A piece of text in English and in Chinese.
pub(super) fn both(en: &str, zh: &str) -> Markup {
    html! { span.en lang="en" { (en) } span.zh lang="zh-CN" { (zh) } }
}

/// A sentence of a record, in the languages it has.
pub(super) fn text(text: &Text) -> Markup {
    if text.zh.is_empty() {
        html! { span lang="en" { (sentence(&text.en)) } }
    } else {
        html! { span.en lang="en" { (sentence(&text.en)) } span.zh lang="zh-CN" { (sentence(&text.zh)) } }
    }
}

/// A sentence, with what stands between backticks set as code.
fn sentence(text: &str) -> Markup {
    let shown = visible(text);
    let parts: Vec<_> = shown.split('`').collect();
    // An odd number of backticks closes nothing.
    let paired = parts.len() % 2 == 1;
    html! {
        @if paired {
            @for (at, part) in parts.iter().enumerate() { @if at % 2 == 1 { code { (part) } } @else { (part) } }
        } @else {
            (shown)
        }
    }
}

/// The word for a verdict.
pub(super) fn verdict(verdict: Verdict) -> Markup {
    let zh = match verdict {
        Verdict::Pass => "通过",
        Verdict::Fail => "失败",
        Verdict::Warn => "警告",
        Verdict::Skip => "跳过",
        Verdict::Untestable => "无法检查",
        Verdict::Error => "出错",
    };
    both(verdict.as_str(), zh)
}

/// The word that stands beside a check.
pub(super) fn standing(group: Group) -> Markup {
    match group {
        Group::Failed => verdict(Verdict::Fail),
        Group::Stale => both("stale", "豁免过期"),
        Group::Defect => verdict(Verdict::Error),
        Group::Warned => verdict(Verdict::Warn),
        Group::Untestable => verdict(Verdict::Untestable),
        Group::Waived => both("expected", "预期之内"),
        Group::Noted => both("noted", "备注"),
        Group::Skipped => verdict(Verdict::Skip),
        Group::Passed => verdict(Verdict::Pass),
    }
}

/// The heading over a group of checks.
pub(super) fn group(group: Group) -> Markup {
    match group {
        Group::Failed => both("Failures", "失败"),
        Group::Stale => both("Stale waivers", "过期的豁免"),
        Group::Defect => both("Errors of botspec", "botspec 自身的错误"),
        Group::Warned => both("Warnings", "警告"),
        Group::Untestable => both("Could not be checked", "无法检查"),
        Group::Waived => both("Expected by a waiver", "豁免中的已知问题"),
        Group::Noted => both("Worth knowing", "值得注意"),
        Group::Skipped => both("Not run", "没有运行"),
        Group::Passed => both("Passed", "通过"),
    }
}

/// One line under the heading of a group that says what belongs there.
pub(super) fn group_note(group: Group) -> Markup {
    match group {
        Group::Failed => both("The target does not do what it must.", "被测实现没有做到必须做到的事。"),
        Group::Stale => both(
            "These pass though a waiver says that they fail. Remove the waiver.",
            "豁免里写着会失败，实际却通过了。请删掉对应的豁免。",
        ),
        Group::Defect => both(
            "botspec failed here, not the target. Please report it.",
            "这里出错的是 botspec，与被测实现无关。请反馈给我们。",
        ),
        Group::Warned => both("The target does not do what it should.", "被测实现没有做到建议做到的事。"),
        Group::Untestable => both(
            "Something these checks need is missing, so nothing is known about them.",
            "缺少检查所需的条件，因此这些检查没有结论。",
        ),
        Group::Waived => {
            both("These count as expected, and not as conformant.", "这些问题在预期之内，但仍然算作不符合。")
        }
        Group::Noted => {
            both("Nothing is wrong here, but it may surprise somebody.", "没有不符合之处，但可能出乎意料。")
        }
        Group::Skipped => both("Left out on purpose.", "有意不运行。"),
        Group::Passed => both("As it should be.", "符合要求。"),
    }
}

/// The word for how a requirement stands.
pub(super) fn state(state: State) -> Markup {
    match state {
        State::Met => both("met", "满足"),
        State::Broken => both("broken", "违反"),
        State::Partial => both("in part", "部分检查"),
        State::NotRun => both("not run", "没有运行"),
    }
}

/// A level: a word of RFC 2119, with what it means.
pub(super) fn level(level: Level) -> Markup {
    let meaning = match level {
        Level::Must => "必须",
        Level::Should => "应该",
        Level::May => "可以",
    };
    both(level.as_str(), meaning)
}
