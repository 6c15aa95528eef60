//! The top of the page: what was checked, and what came of it.

use maud::{Markup, html};

use super::filter::groups;
use super::mark::{mark, of_group, of_outcome};
use super::words::{both, text};
use crate::Analysis;
use crate::quantity::{count, duration, grouped};
use crate::record::Run;
use crate::summary::{self, Figures};
use crate::visible::visible_line;

/// The top of the page.
pub(super) fn masthead(analysis: &Analysis<'_>) -> Markup {
    let (run, figures) = (analysis.run, &analysis.figures);
    html! {
        header.masthead {
            p.target {
                b { (visible_line(&run.header.target.name)) }
                @if let Some(build) = build(run) { " " (build) }
            }
            h1 { (mark(of_outcome(figures.outcome))) span { (text(&figures.headline())) } }
            p.facts { (facts(run)) }
            @if let Some(judged) = figures.judged_sentence() { p.note { (text(&judged)) } }
            (actions(figures))
            (not_put_back(run))
            (incomplete(run))
            (proportions(analysis))
            (levels(figures))
        }
    }
}

/// How many actions the target has, and which it lacks.
fn actions(figures: &Figures) -> Markup {
    let Some(actions) = &figures.actions else { return html! {} };
    html! {
        @if actions.absent.is_empty() {
            p.note { (text(&actions.sentence())) }
        } @else {
            details.note {
                summary { (text(&actions.sentence())) }
                @for line in actions.absent_lines() { p { (visible_line(&line)) } }
            }
        }
    }
}

/// Name and version as the target gives them.
fn build(run: &Run) -> Option<Markup> {
    let target = &run.header.target;
    if target.implementation.is_none() && target.version.is_none() {
        return None;
    }
    Some(html! {
        @if let Some(name) = &target.implementation { (visible_line(name)) " " }
        @match &target.version {
            Some(version) => (visible_line(version)),
            None => (both("of unknown version", "（版本未知）")),
        }
    })
}

fn facts(run: &Run) -> Markup {
    let header = &run.header;
    let over = header.transports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let checks = run.checks.len() as u64;
    html! {
        span { (both("as", "按")) " " b { (visible_line(&header.dialect)) } " " (both("", "检查")) }
        @if !over.is_empty() { span { (both("over", "经由")) " " b { (over) } } }
        @if !header.started_at.is_empty() {
            span { time datetime=(header.started_at) { (visible_line(&header.started_at)) } }
        }
        span { (both(&count(checks, "check", "checks"), &format!("{} 项检查", grouped(checks)))) }
        @if let Some(footer) = &run.footer {
            span {
                (both(&count(footer.requests, "request", "requests"), &format!("{} 次请求", grouped(footer.requests))))
            }
            span { (duration(footer.duration_ms)) }
        }
    }
}

/// What the run changed and did not put back, before everything else that is reported of it.
fn not_put_back(run: &Run) -> Markup {
    html! {
        @for left in &run.left {
            div.incomplete role="note" {
                (mark("fail"))
                p {
                    strong { (both("Not put back: ", "没有恢复：")) } (text(&left.what)) " (" (text(&left.why)) ")"
                    @if let Some(repeat) = &left.repeat { br; code { (visible_line(repeat)) } }
                }
            }
        }
    }
}

/// A run that did not come to its end states so where nobody misses it, and so does a record that is damaged.
fn incomplete(run: &Run) -> Markup {
    let why = summary::incomplete(run);
    html! {
        @if why.is_some() || !run.defects.is_empty() {
            div.incomplete role="note" {
                (mark("untestable"))
                div {
                    @if let Some(why) = why {
                        p {
                            strong { (both("Incomplete.", "不完整。")) } " "
                            (both(&format!("{}.", why.en), &format!("{}。", why.zh))) " "
                            (both(
                                "What is missing here is not known to conform.",
                                "这里没有出现的检查，不能当作符合。",
                            ))
                        }
                    }
                    @for defect in &run.defects.first { p.note { code { (visible_line(defect)) } } }
                }
            }
        }
    }
}

/// One bar with the share of each group of checks.
fn proportions(analysis: &Analysis<'_>) -> Markup {
    let parts: Vec<_> = groups(analysis).into_iter().map(|(group, number)| (of_group(group), number)).collect();
    bar(&parts, "proportions")
}

/// A bar of parts. It repeats numbers that stand beside it as text.
pub(crate) fn bar(parts: &[(&str, u64)], class: &str) -> Markup {
    let total: u64 = parts.iter().map(|(_, number)| number).sum();
    let starts = parts.iter().scan(0, |end, (_, number)| {
        *end += number;
        Some(*end - number)
    });
    html! {
        svg class={ "proportion " (class) } viewBox={ "0 0 " (total.max(1)) " 1" } preserveAspectRatio="none"
            aria-hidden="true" {
            @for ((name, number), start) in parts.iter().zip(starts) {
                @if *number > 0 { rect class=(name) x=(start) width=(number) height="1" {} }
            }
        }
    }
}

/// How the requirements stand, one line per set and level. What was not run always stands beside the percentage.
fn levels(figures: &Figures) -> Markup {
    let sets: Vec<_> = figures.sets.iter().filter(|set| !set.levels.is_empty()).collect();
    html! {
        @for set in sets {
            section.levels {
                h2 { (both("Requirements of", "规范要求")) " " (visible_line(&set.set)) }
                @for level in &set.levels {
                    div.level {
                        p.name { (super::words::level(level.level)) }
                        p.percent { (level.total - level.not_run) small { " / " (level.total) } }
                        (bar(
                            &[
                                ("fail", level.broken),
                                ("pass", level.met),
                                ("partial", level.partial),
                                ("skip", level.not_run),
                            ],
                            "of-level",
                        ))
                        p.sentence { (text(&level.sentence())) }
                    }
                }
                p.note {
                    (both(
                        "The big number is how many of them were tested.",
                        "大号数字是检查过的要求数。",
                    ))
                    " " a href="#requirements" { (both("Every requirement", "查看每一条要求")) }
                }
            }
        }
    }
}
