//! Everything of a finding and of a header that a target had a part in, masked and bounded.

use botspec_reports::record::{Capture, Difference, Finding, Header, Text};

use super::{Secrets, bound};

/// How many bytes of each kind of text a record keeps.
const SENTENCE: usize = 4 << 10;
const VALUE: usize = 2 << 10;
const LINE: usize = 4 << 10;
const NAME: usize = 256;
/// A longer line cannot be pasted into most shells.
const REPEAT: usize = 100 << 10;
/// How many lines of a head and how many differences a record keeps.
const HEAD: usize = 80;
const DIFFERENCES: usize = 100;

impl Secrets {
    /// Masks and bounds one text.
    fn keep(&self, text: &mut String, most: usize) {
        // What lies far behind the end need not be looked through.
        let read = most.saturating_mul(2).max(64 << 10);
        if text.len() > read {
            bound::text(text, read);
        }
        *text = self.clean(text);
        bound::text(text, most);
    }

    fn keep_sentence(&self, text: &mut Text) {
        self.keep(&mut text.en, SENTENCE);
        self.keep(&mut text.zh, SENTENCE);
    }

    /// Takes the secrets out of a finding, and bounds it. Lines to paste are masked where they are made: their quoting
    /// would hide a secret.
    pub fn clean_finding(&self, finding: &mut Finding) {
        self.keep_sentence(&mut finding.summary);
        for capture in [&mut finding.request, &mut finding.response].into_iter().flatten() {
            self.clean_capture(capture);
        }
        bound::list(&mut finding.differences, DIFFERENCES, |more| Difference {
            pointer: "…".to_owned(),
            expected: "no further difference".to_owned(),
            found: format!("{more} more"),
        });
        for Difference { pointer, expected, found } in &mut finding.differences {
            self.keep(pointer, VALUE);
            self.keep(expected, VALUE);
            self.keep(found, VALUE);
        }
        finding.trace.iter_mut().for_each(|line| self.keep(&mut line.text, 2 * LINE));
        finding.repeat.retain(|line| line.len() <= REPEAT);
        finding.repeat.iter_mut().for_each(|line| *line = self.clean(line));
    }

    fn clean_capture(&self, capture: &mut Capture) {
        bound::list(&mut capture.head, HEAD, |more| format!("… {more} more lines"));
        capture.head.iter_mut().for_each(|line| self.keep(line, LINE));
        capture.body = self.clean(&capture.body);
    }

    /// Takes the secrets out of a header, and bounds what the target reports of itself.
    pub(crate) fn clean_header(&self, header: &mut Header) {
        let target = &mut header.target;
        self.keep(&mut target.name, NAME);
        for text in [&mut target.implementation, &mut target.version].into_iter().flatten() {
            self.keep(text, NAME);
        }
        for endpoint in &mut target.endpoints {
            self.keep(&mut endpoint.address, LINE);
        }
        header.command.iter_mut().for_each(|word| *word = self.clean(word));
    }

    /// A note without secrets.
    pub(crate) fn clean_note(&self, mut note: Text) -> Text {
        self.keep_sentence(&mut note);
        note
    }
}
