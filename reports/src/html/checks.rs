//! The checks, group by group, what needs attention first: findings by cause, everything else in folded lists.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::finding;
use super::mark::{mark, of_group};
use super::rows::{Lists, Row};
use super::share::Budget;
use super::words::{both, text, word};
use crate::Analysis;
use crate::quantity::grouped;
use crate::record::{Check, Text, Verdict};
use crate::summary::{Group, area, by_reason};
use crate::visible::visible_line;
use crate::words;

/// A section per group that has checks, with the lists of checks that stand in them.
pub(super) fn sections(analysis: &Analysis<'_>) -> (Markup, Lists) {
    let mut lists = Lists::default();
    let mut budget = Budget::new();
    let sections = html! {
        p.nothing hidden { (both("No check matches the filter.", "没有符合筛选条件的检查。")) }
        @for group in Group::ALL { (section(group, analysis, &mut lists, &mut budget)) }
    };
    (sections, lists)
}

fn section(group: Group, analysis: &Analysis<'_>, lists: &mut Lists, budget: &mut Budget) -> Markup {
    let checks: Vec<&Check> = analysis.checks.iter().copied().filter(|check| Group::of(check) == group).collect();
    if checks.is_empty() {
        return html! {};
    }
    let causes: Vec<_> = analysis.causes.iter().filter(|cause| cause.group == group).collect();
    html! {
        section.group data-group="" {
            div.heading {
                h2 {
                    (word(words::heading(group))) " "
                    span.count {
                        @if group.is_finding() {
                            (both(
                                &format!("{} in {}", grouped(causes.len() as u64), crate::quantity::count(checks.len() as u64, "check", "checks")),
                                &format!("{} 个原因，{} 项检查", grouped(causes.len() as u64), grouped(checks.len() as u64)),
                            ))
                        } @else {
                            (grouped(checks.len() as u64))
                        }
                    }
                }
                p { (word(words::note(group))) }
            }
            @if group.is_finding() {
                @let shown = causes.len().min(budget.cards_left());
                @for cause in &causes[..shown] { (finding::card(cause, lists, budget)) }
                @if let Some(more @ 1..) = causes.len().checked_sub(shown) {
                    p.note {
                        (both(
                            &format!("{} more causes are in the record and in report.json.", grouped(more as u64)),
                            &format!("其余 {} 个原因见运行记录和 report.json。", grouped(more as u64)),
                        ))
                    }
                }
            } @else {
                @match group {
                    Group::Untestable | Group::Skipped => (reasons(group, &checks, lists)),
                    Group::Noted => (notes(&checks, lists)),
                    _ => (areas(group, &checks, lists)),
                }
            }
        }
    }
}

/// Checks that were not run, gathered by their reason.
fn reasons(group: Group, checks: &[&Check], lists: &mut Lists) -> Markup {
    let verdict = checks[0].verdict;
    html! {
        @let (first, rest) = first_reasons(checks, verdict);
        @for same in first {
            @let reason = same[0].finding.as_ref().map_or_else(no_reason, |finding| finding.summary.clone());
            (fold(group, &html! { (text(&reason)) }, &same, lists))
        }
        (other_reasons(group, &rest, lists))
    }
}

/// Passes about which something is worth knowing, gathered by what that is.
fn notes(checks: &[&Check], lists: &mut Lists) -> Markup {
    let verdict = checks[0].verdict;
    html! {
        @let (first, rest) = first_reasons(checks, verdict);
        @for same in first {
            @let finding = same[0].finding.as_ref();
            @let title = html! {
                @if let Some(finding) = finding { (text(&finding.sentence)) " " span.count { (text(&finding.summary)) } }
            };
            (fold(Group::Noted, &title, &same, lists))
        }
        (other_reasons(Group::Noted, &rest, lists))
    }
}

/// How many reasons have a list of their own.
const REASONS: usize = 500;

/// The checks of the commonest reasons, each by itself, and those of all others together.
fn first_reasons<'a>(checks: &[&'a Check], verdict: Verdict) -> (Vec<Vec<&'a Check>>, Vec<&'a Check>) {
    let mut first: Vec<Vec<&Check>> = by_reason(checks, verdict).into_iter().map(|(_, same)| same).collect();
    let rest = first.split_off(first.len().min(REASONS)).concat();
    (first, rest)
}

fn other_reasons(group: Group, rest: &[&Check], lists: &mut Lists) -> Markup {
    html! {
        @if !rest.is_empty() {
            (fold(group, &both("other reasons, which are in the record", "其他原因，见运行记录"), rest, lists))
        }
    }
}

fn no_reason() -> Text {
    Text::both("No reason given.", "没有写明原因。")
}

/// Passes, gathered by dialect and area.
fn areas(group: Group, checks: &[&Check], lists: &mut Lists) -> Markup {
    let mut areas: BTreeMap<(&str, &str), Vec<&Check>> = BTreeMap::new();
    for check in checks {
        areas.entry((check.dialect.as_str(), area(check))).or_default().push(check);
    }
    html! {
        @for ((dialect, name), same) in areas {
            @let title = html! { code { (visible_line(dialect)) "/" b { (visible_line(name)) } } };
            (fold(group, &title, &same, lists))
        }
    }
}

/// A closed list of checks.
fn fold(group: Group, title: &Markup, checks: &[&Check], lists: &mut Lists) -> Markup {
    html! {
        details.fold data-group="" {
            summary {
                (mark(of_group(group)))
                span.title { (title) }
                span.count { (grouped(checks.len() as u64)) }
            }
            (lists.add(&Row::gather(checks)))
        }
    }
}
