//! How much of each finding stands in the page.

/// How much of each finding is shown. The first ones are shown at length; behind many others only their beginning is,
/// so that a target that fails everything still makes a page that opens.
pub(super) struct Budget {
    findings: usize,
}

/// What may be shown of one finding.
#[derive(Clone, Copy)]
pub(super) struct Share {
    /// Bytes of each body.
    pub(super) body: usize,
    /// Lines of the trace.
    pub(super) lines: usize,
    /// Bytes of each line of the trace.
    pub(super) line: usize,
}

impl Budget {
    /// How many findings are shown at length.
    const AT_LENGTH: usize = 100;
    /// How many findings are shown.
    const CARDS: usize = 3_000;
    /// How many findings are shown with evidence.
    const WITH_EVIDENCE: usize = 1_000;

    pub(super) fn new() -> Self {
        Self { findings: 0 }
    }

    /// How many more findings stand in the page at all; the rest is in the record.
    pub(super) fn cards_left(&self) -> usize {
        Self::CARDS.saturating_sub(self.findings)
    }

    /// Whether nothing was shown yet.
    pub(super) fn is_unused(&self) -> bool {
        self.findings == 0
    }

    /// What may be shown of the next finding; none where only its title may.
    pub(super) fn next(&mut self) -> Option<Share> {
        self.findings += 1;
        if self.findings <= Self::AT_LENGTH {
            Some(Share { body: 16 * 1024, lines: 100, line: 2 * 1024 })
        } else if self.findings <= Self::WITH_EVIDENCE {
            Some(Share { body: 1024, lines: 10, line: 256 })
        } else {
            None
        }
    }
}
