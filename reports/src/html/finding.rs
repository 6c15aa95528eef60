//! One check that needs attention, with everything there is to understand and repeat it.

use maud::{Markup, html};

use super::body::body;
use super::mark::{mark, of_group};
use super::words::{self, both, text};
use crate::quantity::duration;
use crate::record::{Check, Difference, Direction, Expectation, Finding, TraceLine};
use crate::summary::Group;
use crate::visible::{visible, visible_line};

/// How much of each finding is shown. The first ones are shown at length; behind many others only their beginning is,
/// so that a target that fails everything still makes a page that opens.
pub(super) struct Budget {
    findings: usize,
}

/// What may be shown of one finding.
#[derive(Clone, Copy)]
pub(super) struct Share {
    /// Bytes of each body.
    pub(super) body: usize,
    /// Lines of the trace.
    lines: usize,
    /// Bytes of each line of the trace.
    line: usize,
}

impl Budget {
    /// How many findings are shown at length.
    const AT_LENGTH: usize = 100;

    pub(super) fn new() -> Self {
        Self { findings: 0 }
    }

    fn next(&mut self) -> Share {
        self.findings += 1;
        if self.findings <= Self::AT_LENGTH {
            Share { body: 16 * 1024, lines: 100, line: 2 * 1024 }
        } else {
            Share { body: 1024, lines: 10, line: 256 }
        }
    }
}

/// The value by which the filter knows the transport of a check.
pub(super) fn transport_key(check: &Check) -> &'static str {
    check.transport.map_or("-", crate::record::Transport::as_str)
}

/// The id of a check, with what tells it apart set off from its beginning.
pub(super) fn id(id: &str) -> Markup {
    let shown = visible_line(id);
    // The last two parts name the thing and what is asked of it.
    let start = shown.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    html! { code.id { span { (shown[..start]) } (shown[start..]) } }
}

/// A check that needs attention.
pub(super) fn finding(check: &Check, anchor: &str, budget: &mut Budget) -> Markup {
    let group = Group::of(check);
    let first = budget.findings == 0;
    let share = budget.next();
    html! {
        details.finding.check.(of_group(group)) id=(anchor) open[first] data-verdict=(of_group(group))
            data-level=(check.level.as_str()) data-transport=(transport_key(check)) {
            summary {
                span.standing { (mark(of_group(group))) (words::standing(group)) }
                span.what {
                    h3 { (id(&check.id)) }
                    span.tags {
                        @if let Some(transport) = check.transport { span.via { (transport) } " " }
                        span.level-word { (check.level) }
                    }
                    @if let Some(finding) = &check.finding {
                        span.should { (text(&finding.sentence)) }
                        span.seen { b { (both("Seen", "实际")) } " " (text(&finding.summary)) }
                    }
                    @if let Some(expected) = check.expected.as_ref().filter(|expected| !expected.reason.is_empty()) {
                        span.seen { b { (both("Waiver", "豁免")) } " " (visible(&expected.reason)) }
                    }
                }
            }
            div.detail {
                (waiver(check))
                @if let Some(finding) = &check.finding { (details(finding, share)) }
                p.trailer {
                    a href={ "#" (anchor) } { (both("Link to this check", "此检查的链接")) }
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
    }
}

fn waiver(check: &Check) -> Markup {
    html! {
        @match check.expected.as_ref().map(|expected| expected.kind) {
            Some(Expectation::Failure) => p.source { (both("A waiver says that it fails.", "有豁免写明它会失败。")) },
            Some(Expectation::Flaky) => {
                p.source { (both("A waiver says that it passes or fails.", "有豁免写明它的结果不稳定。")) }
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
            h4 { (both("See it again", "复现")) }
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

fn differences(differences: &[Difference]) -> Markup {
    html! {
        h4 { (both("Difference", "差异")) }
        ul.differences {
            @for difference in differences {
                li {
                    @if difference.pointer.is_empty() {
                        span.pointer { (both("the whole", "整体")) }
                    } @else {
                        code.pointer { (visible_line(&difference.pointer)) }
                    }
                    span.expected { b { (both("expected", "应为")) } " " (visible(&difference.expected)) }
                    span.found { b { (both("found", "实为")) } " " (visible(&difference.found)) }
                }
            }
        }
    }
}

fn trace(lines: &[TraceLine], share: Share) -> Markup {
    let shown = lines.len().min(share.lines);
    html! {
        details.trace {
            summary { h4 { (both("Wire trace", "线上记录")) } " " span.count { (lines.len()) } }
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
