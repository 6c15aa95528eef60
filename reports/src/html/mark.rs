//! The shapes of verdicts: each has a silhouette of its own, so that nobody needs the colour.

use maud::{Markup, PreEscaped, html};

use crate::record::Verdict;
use crate::summary::{Group, Outcome, State};

/// The shapes, defined once per page. They are drawn in the colour of the text around them; what stands inside is cut
/// out in the colour of the page.
const SYMBOLS: &str = r#"<svg class="symbols" aria-hidden="true">
<symbol id="i-fail" viewBox="0 0 16 16"><path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" fill="currentColor"/><path class="cut" d="M5 5l6 6M11 5l-6 6"/></symbol>
<symbol id="i-error" viewBox="0 0 16 16"><path d="M8 0l8 8-8 8-8-8z" fill="currentColor"/><path class="cut" d="M8 4v4.5M8 11.4v.2"/></symbol>
<symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 .8l7.8 14H.2z" fill="currentColor"/><path class="cut" d="M8 6v4M8 12.4v.2"/></symbol>
<symbol id="i-untestable" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="line dashed"/><path class="line" d="M6 6.3a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.7v.2"/></symbol>
<symbol id="i-skip" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="line"/><path class="line" d="M4.8 8h6.4"/></symbol>
<symbol id="i-pass" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="currentColor"/><path class="cut" d="M4.5 8.3l2.5 2.5 4.5-5"/></symbol>
<symbol id="i-waived" viewBox="0 0 16 16"><path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" class="line"/><path class="line" d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4"/></symbol>
<symbol id="i-info" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="2" class="line"/><path class="line" d="M8 7.5v4M8 4.5v.2"/></symbol>
<symbol id="i-stale" viewBox="0 0 16 16"><path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" fill="currentColor"/><path class="cut" d="M8 4v4.3l2.6 1.7"/></symbol>
<symbol id="i-partial" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="line"/><path d="M8 1a7 7 0 0 1 0 14z" fill="currentColor"/></symbol>
</svg>"#;

/// The definitions that [`mark`] refers to.
pub(crate) fn symbols() -> Markup {
    PreEscaped(SYMBOLS.to_owned())
}

/// A shape by its name; it states nothing that the words beside it do not state.
pub(crate) fn mark(name: &str) -> Markup {
    html! { svg class={ "mark " (name) } aria-hidden="true" { use href={ "#i-" (name) } {} } }
}

/// The name of the shape and colour of a group.
pub(crate) fn of_group(group: Group) -> &'static str {
    match group {
        Group::Failed => "fail",
        Group::Stale => "stale",
        Group::Defect => "error",
        Group::Warned => "warn",
        Group::Untestable => "untestable",
        Group::Waived => "waived",
        Group::Noted => "info",
        Group::Skipped => "skip",
        Group::Passed => "pass",
    }
}

/// The name of the shape and colour of a verdict.
pub(crate) fn of_verdict(verdict: Verdict) -> &'static str {
    verdict.as_str()
}

/// The name of the shape and colour of a requirement's state.
pub(crate) fn of_state(state: State) -> &'static str {
    match state {
        State::Met => "pass",
        State::Broken => "fail",
        State::Partial => "partial",
        State::NotRun => "skip",
    }
}

/// The name of the shape and colour of an outcome.
pub(crate) fn of_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Failed | Outcome::Stopped => "fail",
        Outcome::Defect => "error",
        Outcome::Incomplete | Outcome::Partial => "untestable",
        Outcome::NothingChecked => "skip",
        Outcome::Conformant => "pass",
    }
}
