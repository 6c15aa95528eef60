//! A badge: how much was tested always stands beside how much of it holds.

use std::io::{self, Write};

use maud::{Markup, html};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::Analysis;
use crate::quantity::grouped;
use crate::summary::Outcome;
use crate::visible::visible_line;

/// What a badge states.
struct Badge {
    label: String,
    message: String,
    colour: Colour,
}

#[derive(Clone, Copy)]
enum Colour {
    Good,
    Bad,
    /// Too little was tested for any colour.
    Unknown,
}

impl Colour {
    fn hex(self) -> &'static str {
        match self {
            Self::Good => "#00705c",
            Self::Bad => "#b83a08",
            Self::Unknown => "#555d66",
        }
    }
}

/// Below this share of the checks tested, a badge has no colour.
const ENOUGH: f64 = 0.5;

fn badge(analysis: &Analysis<'_>) -> Badge {
    let figures = &analysis.figures;
    let counts = figures.counts;
    let tested = counts.pass + counts.fail + counts.warn;
    let total = counts.total();
    #[allow(clippy::cast_precision_loss, reason = "compared with a half")]
    let share = if total == 0 { 0.0 } else { tested as f64 / total as f64 };
    let result = match figures.outcome {
        Outcome::Failed if figures.failing_causes > 0 => format!("✕ {} failing", grouped(figures.failing_causes)),
        Outcome::Failed => "✕ stale waivers".to_owned(),
        Outcome::Defect => "! error".to_owned(),
        Outcome::Stopped => "✕ stopped answering".to_owned(),
        Outcome::Incomplete => "? incomplete".to_owned(),
        Outcome::Partial => "? partial".to_owned(),
        Outcome::NothingChecked => "? not tested".to_owned(),
        Outcome::Conformant => "✓ no failure".to_owned(),
    };
    let colour = match figures.outcome {
        Outcome::Failed | Outcome::Stopped => Colour::Bad,
        Outcome::Conformant if share >= ENOUGH => Colour::Good,
        _ => Colour::Unknown,
    };
    Badge {
        label: visible_line(&analysis.run.header.dialect),
        message: format!("{result} · {} of {} tested", grouped(tested), grouped(total)),
        colour,
    }
}

/// Writes the document that shields.io reads.
pub(crate) fn json(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let badge = badge(analysis);
    let document = json!({
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": badge.colour.hex(),
    });
    writeln!(out, "{document}")
}

/// Writes the picture.
pub(crate) fn svg(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(picture(&badge(analysis)).into_string().as_bytes())
}

fn picture(badge: &Badge) -> Markup {
    let width = |text: &str| text.width() * 7 + 12;
    let (left, right) = (width(&badge.label), width(&badge.message));
    let whole = left + right;
    let title = format!("{}: {}", badge.label, badge.message);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(whole) height="20" role="img" aria-label=(title) {
            title { (title) }
            rect width=(left) height="20" fill="#24292e" {}
            rect x=(left) width=(right) height="20" fill=(badge.colour.hex()) {}
            g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle" {
                text x=(left / 2) y="14" textLength=(left - 12) lengthAdjust="spacingAndGlyphs" { (badge.label) }
                text x=(left + right / 2) y="14" textLength=(right - 12) lengthAdjust="spacingAndGlyphs" { (badge.message) }
            }
        }
    }
}
