//! The order in which a reader wants to see checks.

use crate::record::{Check, Expectation, Verdict};

/// Where a check stands, from what needs attention to what does not. A verdict and a waiver together decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Failed, and no waiver expected it.
    Failed,
    /// Passed, though a waiver states that it fails.
    Stale,
    /// Not judged, because botspec itself failed.
    Defect,
    /// Not as it should be, and no waiver expected it.
    Warned,
    /// Could not be checked.
    Untestable,
    /// Failed or warned, as a waiver expected.
    Waived,
    /// As it should be, with something that is worth knowing.
    Noted,
    /// Not run on purpose.
    Skipped,
    /// As it should be.
    Passed,
}

impl Group {
    /// Every group in its order.
    pub const ALL: [Self; 9] = [
        Self::Failed,
        Self::Stale,
        Self::Defect,
        Self::Warned,
        Self::Untestable,
        Self::Waived,
        Self::Noted,
        Self::Skipped,
        Self::Passed,
    ];

    /// Whether its checks found something that is gathered by cause.
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Failed | Self::Stale | Self::Defect | Self::Warned | Self::Waived)
    }

    /// Where a check stands.
    pub fn of(check: &Check) -> Self {
        let waiver = check.expected.as_ref().map(|expected| expected.kind);
        match (check.verdict, waiver) {
            (Verdict::Error, _) => Self::Defect,
            (Verdict::Fail | Verdict::Warn, Some(_)) => Self::Waived,
            (Verdict::Fail, None) => Self::Failed,
            (Verdict::Warn, None) => Self::Warned,
            (Verdict::Untestable, _) => Self::Untestable,
            (Verdict::Skip, _) => Self::Skipped,
            (Verdict::Pass, Some(Expectation::Failure)) => Self::Stale,
            (Verdict::Pass, _) if check.finding.is_some() => Self::Noted,
            (Verdict::Pass, _) => Self::Passed,
        }
    }
}
