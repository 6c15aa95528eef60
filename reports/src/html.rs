//! `report.html`: one file that works from disk, asks for nothing from anywhere, and puts failures first.

mod body;
mod checks;
mod filter;
mod finding;
mod footer;
mod indent;
mod mark;
mod masthead;
mod policy;
mod requirements;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::record::{Check, Run};
use crate::summary::{Figures, Outcome, failures_first};
use crate::visible::visible_line;

/// `report.html` of a run.
pub fn report_html(run: &Run) -> String {
    let figures = Figures::of(run);
    let checks = failures_first(run);
    page(run, &figures, &checks).into_string()
}

fn page(run: &Run, figures: &Figures, checks: &[&Check]) -> Markup {
    let title = format!("{}: {}", visible_line(&run.header.target.name), figures.headline().en);
    html! {
        (DOCTYPE)
        html lang="en" data-lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy::content_security_policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content="botspec";
                title { (title) " · botspec" }
                link rel="icon" href=(icon(figures.outcome));
                style { (PreEscaped(policy::style())) }
                script { (PreEscaped(policy::SCRIPT)) }
            }
            body {
                (mark::symbols())
                (masthead::masthead(run, figures))
                (filter::filter(run))
                main {
                    (checks::sections(checks))
                    (requirements::section(figures))
                    (footer::how_it_was_run(run, figures))
                }
            }
        }
    }
}

/// A small picture for the tab, with the shape and the colour of the outcome.
fn icon(outcome: Outcome) -> String {
    let (shape, colour) = match outcome {
        Outcome::Failed => ("M3 3l10 10M13 3L3 13", "rgb(200,70,20)"),
        Outcome::Defect => ("M8 2v8M8 13v1", "rgb(140,60,180)"),
        Outcome::Incomplete | Outcome::NothingChecked => ("M3 8h10", "rgb(110,120,130)"),
        Outcome::Conformant => ("M3 8l4 4 6-8", "rgb(0,125,105)"),
    };
    format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>\
         <path d='{shape}' fill='none' stroke='{colour}' stroke-width='3' stroke-linecap='round'/></svg>"
    )
}
