//! The checks, group by group, what needs attention first.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::finding::{self, Budget};
use super::mark::{mark, of_group};
use super::words::{self, both, text};
use crate::quantity::grouped;
use crate::record::{Check, Text};
use crate::summary::{Group, area, by_reason};
use crate::visible::visible_line;

/// A section per group that has checks.
pub(super) fn sections(checks: &[&Check]) -> Markup {
    let mut anchors = Anchors::default();
    let mut budget = Budget::new();
    html! {
        p.nothing hidden { (both("No check matches the filter.", "没有符合筛选条件的检查。")) }
        @for group in Group::ALL {
            @let of_group: Vec<_> = checks.iter().copied().filter(|check| Group::of(check) == group).collect();
            @if !of_group.is_empty() { (section(group, &of_group, &mut anchors, &mut budget)) }
        }
    }
}

fn section(group: Group, checks: &[&Check], anchors: &mut Anchors, budget: &mut Budget) -> Markup {
    html! {
        section.group data-group="" {
            div.heading {
                h2 { (words::group(group)) " " span.count { (grouped(checks.len() as u64)) } }
                p { (words::group_note(group)) }
            }
            @match group {
                Group::Passed => (passes(checks, anchors)),
                Group::Untestable | Group::Skipped => (reasons(group, checks, anchors)),
                _ => @for check in checks { (finding::finding(check, &anchors.of(check), budget)) },
            }
        }
    }
}

/// Checks that were not run, gathered by their reason.
fn reasons(group: Group, checks: &[&Check], anchors: &mut Anchors) -> Markup {
    let verdict = checks[0].verdict;
    html! {
        @for (_, same) in by_reason(checks, verdict) {
            @let reason = same[0].finding.as_ref().map_or_else(no_reason, |finding| finding.summary.clone());
            (fold(group, &html! { (text(&reason)) }, &same, anchors))
        }
    }
}

fn no_reason() -> Text {
    Text::both("No reason given.", "没有写明原因。")
}

/// Passes, gathered by dialect and area.
fn passes(checks: &[&Check], anchors: &mut Anchors) -> Markup {
    let areas: BTreeSet<_> = checks.iter().map(|check| (check.dialect.as_str(), area(check))).collect();
    html! {
        @for (dialect, name) in areas {
            @let same: Vec<_> =
                checks.iter().copied().filter(|check| check.dialect == dialect && area(check) == name).collect();
            (fold(Group::Passed, &html! { code { (visible_line(dialect)) "/" b { (visible_line(name)) } } }, &same, anchors))
        }
    }
}

/// A closed list of checks, one row per id with the transports it ran over.
fn fold(group: Group, title: &Markup, checks: &[&Check], anchors: &mut Anchors) -> Markup {
    let shape = of_group(group);
    html! {
        details.fold data-group="" {
            summary {
                (mark(shape))
                span.title { (title) }
                span.count { (grouped(checks.len() as u64)) }
            }
            ul.rows {
                @for row in Row::gather(checks) { (row.render(anchors)) }
            }
        }
    }
}

/// Checks of the same id and level, over different transports.
struct Row<'a> {
    checks: Vec<&'a Check>,
}

impl<'a> Row<'a> {
    /// The rows of a list, sorted by id.
    fn gather(checks: &[&'a Check]) -> Vec<Self> {
        let mut sorted = checks.to_vec();
        sorted.sort_by_key(|check| (&check.id, check.level));
        sorted.chunk_by(|a, b| a.id == b.id && a.level == b.level).map(|same| Self { checks: same.to_vec() }).collect()
    }

    fn render(&self, anchors: &mut Anchors) -> Markup {
        let first = self.checks[0];
        let transports: Vec<_> = self.checks.iter().map(|check| finding::transport_key(check)).collect();
        html! {
            li.check id=(anchors.of(first)) data-verdict=(of_group(Group::of(first))) data-level=(first.level.as_str())
                data-transport=(transports.join(" ")) {
                (finding::id(&first.id))
                @for transport in self.checks.iter().filter_map(|check| check.transport) {
                    " " span.via { (transport) }
                }
            }
        }
    }
}

/// The names by which checks are linked to, each given once.
#[derive(Default)]
pub(super) struct Anchors {
    given: BTreeSet<String>,
}

impl Anchors {
    /// The name for a check: its id and transport, with a number behind it where that is taken.
    fn of(&mut self, check: &Check) -> String {
        let plain: String = check
            .label()
            .chars()
            .map(|c| if c.is_whitespace() || c.is_control() || c == '%' { '-' } else { c })
            .collect();
        let plain = plain.replace("-@", "@");
        let mut anchor = plain.clone();
        let mut number = 2;
        while !self.given.insert(anchor.clone()) {
            anchor = format!("{plain}~{number}");
            number += 1;
        }
        anchor
    }
}
