//! Text with or without colour, in lines that fit a terminal.

use unicode_width::UnicodeWidthStr;

use super::Style;
use super::wrap::{WIDTH, wrap, wrap_command};
use crate::summary::Group;
use crate::words::{Language, Word};

/// A text that grows by lines.
#[derive(Debug)]
pub(super) struct Paint {
    pub(super) text: String,
    pub(super) language: Language,
    style: Style,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const MAGENTA: &str = "1;35";

/// How many columns a label takes.
const LABEL: usize = 11;

impl Paint {
    pub(super) fn new(style: Style, language: Language) -> Self {
        Self { text: String::new(), language, style }
    }

    /// A piece of text in a colour, where colours are wanted.
    fn in_colour(&self, code: &str, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    fn code(group: Group) -> &'static str {
        match group {
            Group::Failed | Group::Stale => RED,
            Group::Defect => MAGENTA,
            Group::Warned => YELLOW,
            Group::Passed => GREEN,
            Group::Untestable | Group::Waived | Group::Noted | Group::Skipped => DIM,
        }
    }

    /// A piece of text in the colour of a group.
    pub(super) fn of_group(&self, group: Group, text: &str) -> String {
        self.in_colour(Self::code(group), text)
    }

    /// A word in the colour of a group, and a sentence behind it.
    pub(super) fn heading(&mut self, group: Group, word: &str, text: &str) {
        let lines = wrap(&format!("{word}  {text}"), WIDTH);
        for (number, line) in lines.iter().enumerate() {
            let line = match line.strip_prefix(word).filter(|_| number == 0) {
                Some(rest) => self.of_group(group, word) + rest,
                None => line.clone(),
            };
            self.line(&line);
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    fn wrapped(&mut self, code: &str, text: &str) {
        for line in wrap(text, WIDTH) {
            let line = self.in_colour(code, &line);
            self.line(&line);
        }
    }

    /// Pieces of text with something between them, as many in a line as fit. The second list is the same without colour.
    pub(super) fn list(&mut self, pieces: &[String], plain: &[String], between: &str) {
        let (mut line, mut used) = (String::new(), 0);
        for (number, (piece, plain)) in pieces.iter().zip(plain).enumerate() {
            let end = if number + 1 < pieces.len() { between } else { "" };
            let columns = plain.width() + end.width();
            if used + columns > WIDTH + 1 && used > 0 {
                self.line(&std::mem::take(&mut line));
                used = 0;
            }
            line += piece;
            line += end;
            used += columns;
        }
        self.line(&line);
    }

    /// Text that is moved in, also where it goes on in the next line.
    pub(super) fn indented(&mut self, indent: usize, text: &str) {
        for (number, line) in wrap(text, WIDTH - indent - 2).iter().enumerate() {
            let indent = if number == 0 { indent } else { indent + 2 };
            self.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    pub(super) fn strong(&mut self, text: &str) {
        self.wrapped(BOLD, text);
    }

    pub(super) fn warning(&mut self, text: &str) {
        self.wrapped(YELLOW, text);
    }

    /// A line under a heading: a word, and what it names.
    pub(super) fn labelled(&mut self, indent: usize, label: Word, text: &str) {
        self.columns(indent, label, &wrap(text, WIDTH - indent - LABEL));
    }

    /// The same with a line to paste into a shell.
    pub(super) fn pasteable(&mut self, indent: usize, label: Word, command: &str) {
        self.columns(indent, label, &wrap_command(command, WIDTH - indent - LABEL));
    }

    fn columns(&mut self, indent: usize, label: Word, lines: &[String]) {
        let mut label = self.language.word(label);
        for line in lines {
            let padding = " ".repeat(LABEL.saturating_sub(label.width()));
            let label_in_colour = if label.is_empty() { String::new() } else { self.in_colour(DIM, label) };
            self.line(&format!("{}{label_in_colour}{padding}{line}", " ".repeat(indent)));
            label = "";
        }
    }
}
