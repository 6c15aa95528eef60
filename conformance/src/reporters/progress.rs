//! Shows on a terminal how a run goes.

use std::io::Write;

use botspec_reports::Language;
use botspec_reports::record::{Check, Verdict};
use botspec_reports::visible::visible_line;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Reporter;
use crate::events::EngineEvent;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A bar that moves, and a line for each check that did not pass.
    Bar {
        /// Whether verdicts are coloured.
        colour: bool,
    },
    /// Lines alone, for what is no terminal.
    Plain {
        /// Whether checks that passed get a line too.
        verbose: bool,
    },
}

/// Shows on a terminal how a run goes.
#[derive(Debug)]
pub struct Progress<W: Write> {
    out: W,
    style: Style,
    language: Language,
    bar: Option<ProgressBar>,
}

impl<W: Write> Progress<W> {
    /// Shows lines on `out`; a bar is drawn on standard error.
    pub fn new(out: W, style: Style) -> Self {
        Self { out, style, language: Language::En, bar: None }
    }

    /// The same in a language.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    fn line(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| write_line(&mut self.out, text)),
            None => write_line(&mut self.out, text),
        }
    }

    fn finished(&mut self, check: &Check) {
        let is_shown = match self.style {
            Style::Plain { verbose: true } => true,
            _ => check.verdict.is_bad() && check.expected.is_none() || check.is_stale(),
        };
        if is_shown {
            let summary = check.finding.as_ref().map(|finding| self.language.of(&finding.summary));
            let note = match (&check.expected, summary) {
                (Some(_), _) if check.is_stale() => {
                    let stale = (": passed, though a waiver expects it to fail", "：已通过，但豁免写明它会失败");
                    self.language.pick(stale.0, stale.1).to_owned()
                }
                (Some(expected), _) => {
                    format!(": {}{}", self.language.pick("expected, ", "符合豁免，"), expected.reason)
                }
                (None, Some(summary)) => format!(": {summary}"),
                (None, None) => String::new(),
            };
            let text = format!("{} {}{}", self.word(check.verdict), shown(&check.label()), shown(&note));
            self.line(&text);
        }
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// A verdict, coloured where colours are wanted, so wide that lines stand below each other.
    fn word(&self, verdict: Verdict) -> String {
        let word = format!("{:>10}", verdict.as_str());
        let code = match verdict {
            Verdict::Fail | Verdict::Error => "31",
            Verdict::Warn => "33",
            Verdict::Untestable => "35",
            Verdict::Skip => "2",
            Verdict::Pass => "32",
        };
        match self.style {
            Style::Bar { colour: true } => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
            _ => word,
        }
    }

    fn start(&mut self, checks: usize) {
        if matches!(self.style, Style::Bar { .. }) {
            let bar = ProgressBar::with_draw_target(Some(checks as u64), ProgressDrawTarget::stderr_with_hz(10));
            // The template is a constant; should it ever be wrong, the default one does.
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
    }
}

/// How many characters of what a target states stand in a line.
const SHOWN: usize = 300;

/// What may come from a target, on one line, without what would steer a terminal; cut with its length.
fn shown(text: &str) -> String {
    let line = visible_line(text);
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} characters)", &line[..end], line.chars().count()),
        None => line,
    }
}

fn write_line(out: &mut impl Write, text: &str) {
    // Progress that cannot be shown must not end a run.
    let _ = writeln!(out, "{text}");
}

impl<W: Write> Reporter for Progress<W> {
    fn on_event(&mut self, event: &EngineEvent) {
        match event {
            EngineEvent::RunStarted { checks, header } => {
                if matches!(self.style, Style::Plain { .. }) {
                    let (dialect, name) = (&header.dialect, &header.target.name);
                    let text = match self.language {
                        Language::En => format!("{checks} checks of {dialect} on {name}"),
                        Language::Zh => format!("对 {name} 按 {dialect} 检查 {checks} 项"),
                    };
                    self.line(&text);
                }
                self.start(*checks);
            }
            EngineEvent::CheckStarted { label } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(label.clone());
                }
            }
            EngineEvent::CheckFinished(check) => self.finished(check),
            EngineEvent::Note(text) => self.line(&shown(self.language.of(text))),
            EngineEvent::RunFinished(_) => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
            }
        }
    }
}
