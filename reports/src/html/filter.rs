//! The bar that narrows the checks down. It needs the script, and is not shown without it.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::mark::{mark, of_group};
use super::words::{self, both};
use crate::Analysis;
use crate::quantity::grouped;
use crate::record::{Level, Transport};
use crate::summary::Group;

/// The filter.
pub(super) fn filter(analysis: &Analysis<'_>) -> Markup {
    let run = analysis.run;
    let transports: BTreeSet<Transport> = run.checks.iter().filter_map(|check| check.transport).collect();
    let levels: BTreeSet<Level> = run.checks.iter().map(|check| check.level).collect();
    html! {
        form.filter role="search" data-total=(run.checks.len()) {
            label.search {
                span.hidden-label { (both("Filter by text", "按文字筛选")) }
                input type="search" name="text" autocomplete="off" spellcheck="false"
                    placeholder="Filter by text  ( / )" data-placeholder-zh="按文字筛选  ( / )" data-placeholder-en="Filter by text  ( / )";
            }
            div.verdicts role="group" aria-labelledby="verdicts" {
                span.hidden-label id="verdicts" { (both("Verdict", "结果")) }
                @for (group, number) in groups(analysis) {
                    button.verdict type="button" aria-pressed="false" data-verdict=(of_group(group)) {
                        (mark(of_group(group))) b { (grouped(number)) } " " (words::standing(group))
                    }
                }
            }
            @if transports.len() > 1 {
                label {
                    span.hidden-label { (both("Transport", "通信方式")) }
                    select name="transport" {
                        option value="" data-en="every transport" data-zh="全部通信方式" { "every transport" }
                        @for transport in transports { option value=(transport.as_str()) { (transport.as_str()) } }
                    }
                }
            }
            @if levels.len() > 1 {
                label {
                    span.hidden-label { (both("Level", "级别")) }
                    select name="level" {
                        option value="" data-en="every level" data-zh="全部级别" { "every level" }
                        @for one in levels {
                            option value=(one.as_str()) { (one.as_str()) }
                        }
                    }
                }
            }
            output.shown aria-live="polite" {}
            button.reset type="reset" hidden { (both("Clear", "清除")) }
        }
    }
}

/// The groups that have checks, with how many.
pub(super) fn groups(analysis: &Analysis<'_>) -> Vec<(Group, u64)> {
    let checks = &analysis.run.checks;
    let count = |group| checks.iter().filter(|check| Group::of(check) == group).count() as u64;
    Group::ALL.into_iter().map(|group| (group, count(group))).filter(|(_, number)| *number > 0).collect()
}
