//! Every requirement of the frozen sets, and how it stands.

use maud::{Markup, html};

use super::mark::{mark, of_state};
use super::words::{self, both, text};
use crate::record::Level;
use crate::summary::{Figures, RequirementFigure, SetFigures, State};
use crate::visible::visible_line;

/// The list of requirements.
pub(super) fn section(figures: &Figures) -> Markup {
    let sets: Vec<_> = figures.sets.iter().filter(|set| !set.requirements.is_empty()).collect();
    html! {
        @if !sets.is_empty() {
            section.requirements id="requirements" {
                div.heading {
                    h2 { (both("Requirements", "规范要求")) }
                    p {
                        (both(
                            "A requirement is met when every check that names it passes.",
                            "对应的检查全部通过，一条要求才算满足。",
                        ))
                    }
                }
                @for set in sets { (of_set(set)) }
            }
        }
    }
}

fn of_set(set: &SetFigures) -> Markup {
    html! { @for level in Level::ALL { (of_level(set, level)) } }
}

fn of_level(set: &SetFigures, level: Level) -> Markup {
    let mut requirements: Vec<_> = set.requirements.iter().filter(|one| one.level == level).collect();
    requirements.sort_by_key(|one| one.state);
    html! {
        @if !requirements.is_empty() {
            details.fold {
                summary {
                    span.title { code { (visible_line(&set.set)) } " " b { (words::level(level)) } }
                    span.count { (requirements.len()) }
                }
                ul.rows { @for requirement in requirements { (row(requirement)) } }
            }
        }
    }
}

fn row(requirement: &RequirementFigure) -> Markup {
    let checks = requirement.checks;
    html! {
        li.requirement {
            span.standing.(of_state(requirement.state)) {
                (mark(of_state(requirement.state))) (words::state(requirement.state))
            }
            span.what {
                @if let Some(sentence) = &requirement.sentence { span.should { (text(sentence)) } }
                code.id { (visible_line(&requirement.id)) }
                @if requirement.state != State::NotRun {
                    " " span.count { (both(&crate::quantity::count(checks, "check", "checks"), &format!("{checks} 项检查"))) }
                }
            }
        }
    }
}
