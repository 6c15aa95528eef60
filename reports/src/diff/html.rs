//! A comparison as a page.

use maud::{Markup, html};

use super::text::{causes, changes, verdicts};
use super::{Change, Diff};
use crate::html::changed;
use crate::html::page::{Icon, Page};
use crate::html::words::{both, side, text};
use crate::json::CauseEntry;
use crate::visible::visible_line;

/// How many entries of a list are shown.
const SHOWN: usize = 2_000;

/// The page.
pub fn page(diff: &Diff) -> String {
    let headline = diff.headline();
    let body = html! {
        header.masthead {
            p.target { b { (visible_line(&diff.old.build())) } " → " b { (visible_line(&diff.new.build())) } }
            h1 { span { (text(&headline)) } }
            p.facts {
                span { (both("as", "按")) " " b { (visible_line(&diff.new.dialect)) } }
                @for (side, en, zh) in [(&diff.old, "before", "之前"), (&diff.new, "now", "现在")] {
                    span { (both(en, zh)) " " b { (side.tested) } " / " (side.checks) " " (both("tested", "已测")) }
                }
            }
            @for note in &diff.notes { p.note { "! " (text(note)) } }
        }
        main {
            @for (title, _, list) in causes(diff) {
                @if !list.is_empty() {
                    section.group {
                        div.heading { h2 { (text(&title)) " " span.count { (list.len()) } } }
                        @for cause in list.iter().take(SHOWN) { (entry(cause)) }
                    }
                }
            }
            (changed::section(diff.changed_answers.iter()))
            @for (title, list) in changes(diff) {
                @if !list.is_empty() {
                    details.fold {
                        summary { span.title { b { (text(&title)) } } span.count { (list.len()) } }
                        ul.rows { @for change in list.iter().take(SHOWN) { (row(change)) } }
                        @if list.len() > SHOWN { p.note { "… +" (list.len() - SHOWN) } }
                    }
                }
            }
        }
    };
    Page {
        title: format!("{} → {}: {}", diff.old.build(), diff.new.build(), headline.en),
        icon: if diff.worse { Icon::Bad } else { Icon::Good },
        script: "",
        body,
    }
    .render()
}

fn entry(cause: &CauseEntry) -> Markup {
    html! {
        details.finding id=(cause.id) {
            summary {
                span.standing { (visible_line(&cause.standing)) }
                span.what {
                    h3 { (text(&cause.title)) }
                    span.tags {
                        span.count { (cause.checks.len()) " " (both("checks", "项检查")) }
                        @for transport in &cause.transports { " " span.via { (transport) } }
                    }
                    @if !cause.found.is_empty() {
                        span.seen {
                            b { (both("expected", "应为")) } " " (side(&cause.cause.expected, 400)) " "
                            b { (both("found", "实际")) } " " (side(&cause.found, 400))
                        }
                    }
                }
            }
            div.detail { ul.rows { @for check in cause.checks.iter().take(200) { li.check { code { (visible_line(check)) } } } } }
        }
    }
}

fn row(change: &Change) -> Markup {
    html! {
        li.check {
            code.id { (visible_line(&change.label())) } " " span.via { (verdicts(change)) }
            @if let Some(summary) = &change.summary { span.should { (text(summary)) } }
        }
    }
}
