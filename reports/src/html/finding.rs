//! One defect, with everything there is to understand and repeat it, and the checks that met it.

use maud::{Markup, html};

use super::body::body;
use super::mark::{mark, of_group};
use super::rows::{Lists, Row};
use super::share::{Budget, Share};
use super::words::{self, both, side, text, word};
use crate::cause::CauseGroup;
use crate::quantity::{count, duration, grouped};
use crate::record::{Check, Difference, Direction, Expectation, Finding, TraceLine};
use crate::visible::{visible, visible_line};
use crate::words::label;

/// A defect with the checks that met it.
pub(super) fn card(cause: &CauseGroup<'_>, lists: &mut Lists, budget: &mut Budget) -> Markup {
    let group = cause.group;
    let first = budget.is_unused();
    let share = budget.next();
    let anchor = cause.anchor();
    let checks = cause.checks.len() as u64;
    html! {
        details.finding.(of_group(group)) id=(anchor) open[first] data-card="" {
            summary {
                span.standing { (mark(of_group(group))) (words::standing(group)) }
                span.what {
                    h3 { (text(&cause.title())) }
                    span.tags {
                        span.count { (both(&count(checks, "check", "checks"), &format!("{} 项检查", grouped(checks)))) }
                        @for transport in cause.transports() { " " span.via { (transport) } }
                        @if let Some(check) = cause.checks.first() { " " span.level-word { (check.level) } }
                    }
                    (seen(cause))
                    @if let Some(expected) = cause.checks.first().and_then(|check| check.expected.as_ref())
                        .filter(|expected| !expected.reason.is_empty()) {
                        span.seen { b { (word(label::WAIVER)) } " " (visible(&expected.reason)) }
                    }
                }
            }
            div.detail {
                @if let Some(check) = cause.checks.first() {
                    (waiver(check))
                    @match (&check.finding, share) {
                        (Some(finding), Some(share)) => (details(finding, share)),
                        (Some(_), None) => p.note { (both("The evidence is in the record.", "证据见运行记录。")) },
                        (None, _) => {},
                    }
                    (trailer(check, &anchor))
                }
                details.fold.checks open[checks <= 8] {
                    summary { span.title { (both("Checks", "检查")) } span.count { (grouped(checks)) } }
                    (lists.add(&Row::in_order(&cause.checks)))
                }
            }
        }
    }
}

/// What was expected and what was found, once.
fn seen(cause: &CauseGroup<'_>) -> Markup {
    let Some(finding) = cause.example() else { return html! {} };
    let found = cause.found();
    let here = finding.differences.iter().find(|difference| !found.is_empty() && difference.found == found);
    html! {
        @if let Some(difference) = here {
            span.seen {
                b { (word(label::EXPECTED)) } " " (side(&difference.expected, 400)) " "
                b { (word(label::FOUND)) } " " (side(&difference.found, 400))
            }
            span.should { (text(&finding.sentence)) }
        } @else {
            span.seen { b { (word(label::FOUND)) } " " (text(&finding.summary)) }
        }
    }
}

fn trailer(check: &Check, anchor: &str) -> Markup {
    html! {
        p.trailer {
            a href={ "#" (anchor) } { (both("Link to this finding", "此问题的链接")) }
            span { code { (visible_line(&check.label())) } }
            span { (duration(check.duration_ms)) }
            @for requirement in &check.requirements {
                span { (both("covers", "对应要求")) " " code { (visible_line(requirement)) } }
            }
            @if let Some(seed) = check.finding.as_ref().and_then(|finding| finding.seed) {
                span { (both("seed", "随机种子")) " " code { (seed) } }
            }
        }
    }
}

fn waiver(check: &Check) -> Markup {
    html! {
        @match check.expected.as_ref().map(|expected| expected.kind) {
            Some(Expectation::Failure) => p.source { (both("A waiver expects it to fail.", "有豁免写明它会失败。")) },
            Some(Expectation::Flaky) => {
                p.source { (both("A waiver marks it as flaky.", "有豁免写明它的结果不稳定。")) }
            },
            None => {},
        }
    }
}

fn details(finding: &Finding, share: Share) -> Markup {
    let pointers: Vec<&str> = finding.differences.iter().map(|difference| difference.pointer.as_str()).collect();
    html! {
        @if let Some(source) = &finding.source {
            p.source {
                (both("Source:", "出处：")) " " cite {
                    (visible_line(&source.document))
                    @if !source.heading.is_empty() { " § " (visible_line(&source.heading)) }
                }
            }
        }
        @if !finding.differences.is_empty() { (differences(&finding.differences)) }
        @if finding.evidence_left_out {
            p.note { (both("Request and response are in the record alone.", "请求和响应只保存在运行记录里。")) }
        }
        @if finding.request.is_some() || finding.response.is_some() {
            div.exchange {
                @if let Some(request) = &finding.request {
                    div { h4 { (both("Request", "请求")) } (body(request, &[], share)) }
                }
                @if let Some(response) = &finding.response {
                    div { h4 { (both("Response", "响应")) } (body(response, &pointers, share)) }
                }
            }
        }
        @if !finding.repeat.is_empty() {
            h4 { (both("Reproduce", "复现")) }
            @for line in &finding.repeat {
                div.paste {
                    pre tabindex="0" { code { (visible(line)) } }
                    button.copy type="button" { (both("Copy", "复制")) }
                }
            }
        }
        @if !finding.trace.is_empty() { (trace(&finding.trace, share)) }
    }
}

/// How many differences are shown.
const DIFFERENCES: usize = 20;

fn differences(differences: &[Difference]) -> Markup {
    html! {
        h4 { (both("Difference", "差异")) }
        ul.differences {
            @for difference in differences.iter().take(DIFFERENCES) {
                li {
                    @if difference.pointer.is_empty() {
                        span.pointer { (both("the whole", "整体")) }
                    } @else {
                        code.pointer { (visible_line(&difference.pointer)) }
                    }
                    span.expected { b { (both("expected", "应为")) } " " (side(&difference.expected, 2048)) }
                    span.found { b { (both("found", "实为")) } " " (side(&difference.found, 2048)) }
                }
            }
        }
    }
}

fn trace(lines: &[TraceLine], share: Share) -> Markup {
    let shown = lines.len().min(share.lines);
    html! {
        details.trace {
            summary { h4 { (both("Trace", "收发记录")) } " " span.count { (lines.len()) } }
            ol {
                @for line in &lines[..shown] {
                    li.(direction(line.direction)) {
                        span.at { (format!("{:.1}", line.at_ms)) " ms" }
                        span.way {
                            @match line.direction {
                                Direction::Sent => { "→ " (both("sent", "发出")) },
                                Direction::Received => { "← " (both("received", "收到")) },
                                Direction::Note => { "· " (both("note", "备注")) },
                            }
                            @if let Some(transport) = line.transport { " " span.via { (transport) } }
                        }
                        code {
                            @let kept = crate::record::cut(&line.text, share.line);
                            (visible(kept))
                            @if kept.len() < line.text.len() { "…" }
                        }
                    }
                }
            }
            @if shown < lines.len() {
                @let more = lines.len() - shown;
                p.note { (both(&format!("{more} more lines are in the record."), &format!("其余 {more} 行见运行记录。"))) }
            }
        }
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
        Direction::Note => "noted",
    }
}
