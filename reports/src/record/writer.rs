//! Writing a record while the run goes on.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Actions, ChangedAnswer, Check, Counts, Footer, Header, Left, Line, Stopped};

/// Writes a record line by line. Each line is flushed, so that a run that is cut off keeps what it had.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    counts: Counts,
    actions: Option<Actions>,
    changed_answers: Vec<ChangedAnswer>,
}

impl<W: Write> Writer<W> {
    /// Begins a record with its header.
    pub fn new(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self { out, counts: Counts::default(), actions: None, changed_answers: Vec::new() };
        writer.line(&Line::Header(Cow::Borrowed(header)))?;
        Ok(writer)
    }

    /// Writes what came of a check.
    pub fn check(&mut self, check: &Check) -> io::Result<()> {
        self.line(&Line::Check(Cow::Borrowed(check)))?;
        self.counts[check.verdict] += 1;
        Ok(())
    }

    /// Writes what was changed and not put back.
    pub fn left(&mut self, left: &Left) -> io::Result<()> {
        self.line(&Line::Left(Cow::Borrowed(left)))
    }

    /// Writes why the run ended before every selected check had run.
    pub fn stopped(&mut self, stopped: &Stopped) -> io::Result<()> {
        self.line(&Line::Stopped(Cow::Borrowed(stopped)))
    }

    /// How many checks were written, by verdict.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Keeps which actions the target has, for the footer.
    pub fn actions(&mut self, actions: Actions) {
        self.actions = Some(actions);
    }

    /// Keeps what is not as in the snapshots of an earlier build, for the footer.
    pub fn changed_answers(&mut self, changes: Vec<ChangedAnswer>) {
        self.changed_answers = changes;
    }

    /// Ends the record with a footer over the checks that were written.
    pub fn finish(mut self, finished_at: String, duration_ms: f64, requests: u64) -> io::Result<(Footer, W)> {
        let judged_percent = Some(self.counts.judged_percent());
        let changed_answers = std::mem::take(&mut self.changed_answers);
        let (counts, actions) = (self.counts, self.actions.take());
        let footer = Footer { counts, finished_at, duration_ms, requests, judged_percent, actions, changed_answers };
        self.line(&Line::Footer(Cow::Borrowed(&footer)))?;
        Ok((footer, self.out))
    }

    /// Writes one line whole, in a single call, so that a signal between two calls cannot leave half of it.
    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}
