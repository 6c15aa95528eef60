//! Text with or without colour.

use super::Style;
use crate::summary::Group;

/// A text that grows by lines.
#[derive(Debug)]
pub(super) struct Paint {
    pub(super) text: String,
    style: Style,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const MAGENTA: &str = "1;35";

impl Paint {
    pub(super) fn new(style: Style) -> Self {
        Self { text: String::new(), style }
    }

    /// A piece of text in a colour, where colours are wanted.
    fn in_colour(&self, code: &str, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    /// A piece of text in the colour of a group.
    pub(super) fn of_group(&self, group: Group, text: &str) -> String {
        let code = match group {
            Group::Failed | Group::Stale => RED,
            Group::Defect => MAGENTA,
            Group::Warned => YELLOW,
            Group::Passed => GREEN,
            Group::Untestable | Group::Waived | Group::Noted | Group::Skipped => DIM,
        };
        self.in_colour(code, text)
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn strong(&mut self, text: &str) {
        let text = self.in_colour(BOLD, text);
        self.line(&text);
    }

    pub(super) fn warning(&mut self, text: &str) {
        let text = self.in_colour(YELLOW, text);
        self.line(&text);
    }

    /// A line under a heading: a word, and what it names.
    pub(super) fn labelled(&mut self, label: &str, text: &str) {
        let label = self.in_colour(DIM, &format!("{label:<10}"));
        self.line(&format!("{label} {text}"));
    }

    /// The same, indented below a finding.
    pub(super) fn detail(&mut self, label: &str, text: &str) {
        self.text.push_str("  ");
        self.labelled(label, text);
    }
}
