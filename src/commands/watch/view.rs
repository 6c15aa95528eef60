//! What somebody sees while traffic is watched: a line for each new cause, and on a terminal how much passes.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use botspec_conformance::reporters::Style;
use botspec_reports::Language;
use botspec_reports::record::Level;
use botspec_reports::visible::visible_line;
use botspec_watch::{Counts, WatchEvent};

/// How often it is drawn.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// Over how long the rate is computed.
const WINDOW: Duration = Duration::from_secs(1);

/// Lines on standard error, and a line of figures below them where that is a terminal.
pub(super) struct View {
    figures: bool,
    colour: bool,
    language: Language,
    causes: u64,
    drawn: bool,
    last: (Instant, u64),
    rate: u64,
}

impl View {
    pub(super) fn new(style: Style, language: Language) -> Self {
        let (figures, colour) = match style {
            Style::Bar { colour } => (true, colour),
            Style::Plain { .. } => (false, false),
        };
        Self { figures, colour, language, causes: 0, drawn: false, last: (Instant::now(), 0), rate: 0 }
    }

    /// Shows what is new.
    pub(super) fn show(&mut self, event: &WatchEvent) {
        match event {
            WatchEvent::NewCause { label, level, summary, difference } => {
                self.causes += 1;
                let differs = difference.in_summary(summary);
                let text = format!("{label}{}{}", self.language.pick(": ", "："), self.language.of(&differs));
                let word = self.word(*level);
                self.line(&format!("{word} {}", visible_line(&text)));
            }
            WatchEvent::Note(text) => self.line(&visible_line(self.language.of(text))),
            WatchEvent::RecordWritten { folder } => {
                let record = self.language.pick("record: ", "记录：");
                self.line(&format!("{record}{}", folder.display()));
            }
        }
    }

    fn word(&self, level: Level) -> String {
        let (word, code) = match level {
            Level::Must => ("fail", "31"),
            Level::Should => ("warn", "33"),
            Level::May => ("note", "36"),
        };
        if self.colour { format!("\u{1b}[{code}m{word:>6}\u{1b}[0m") } else { format!("{word:>6}") }
    }

    /// Shows a line.
    pub(super) fn line(&mut self, text: &str) {
        self.clear();
        eprintln!("{text}");
    }

    /// Draws the figures anew.
    pub(super) fn status(&mut self, passed: &[&Counts]) {
        let sum =
            |count: fn(&Counts) -> &AtomicU64| passed.iter().map(|it| count(it).load(Ordering::Relaxed)).sum::<u64>();
        let units = sum(|it| &it.units);
        let (since, before) = self.last;
        if since.elapsed() >= WINDOW {
            self.rate = (units - before) * 1000 / u64::try_from(since.elapsed().as_millis()).unwrap_or(1).max(1);
            self.last = (Instant::now(), units);
        }
        if !self.figures {
            return;
        }
        let open = sum(|it| &it.open);
        let missed = sum(|it| &it.missed);
        let (rate, causes) = (self.rate, self.causes);
        let mut text = match self.language {
            Language::En => format!("{open} connections, {units} messages, {rate} per second, {causes} causes"),
            Language::Zh => format!("{open} 个连接，{units} 条消息，每秒 {rate} 条，{causes} 个原因"),
        };
        if missed > 0 {
            // Writing into a string cannot fail.
            let _ = match self.language {
                Language::En => write!(text, ", {missed} not judged"),
                Language::Zh => write!(text, "，{missed} 条未检查"),
            };
        }
        self.clear();
        eprint!("{text}");
        self.drawn = true;
    }

    /// Takes the figures away.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            eprint!("\r\u{1b}[K");
        }
    }
}
