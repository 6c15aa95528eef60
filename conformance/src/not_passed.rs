//! What a check found: that it passes, or why it does not.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};

use crate::exchange::Exchange;

/// What a check found.
pub type CheckResult<T = ()> = Result<T, NotPassed>;

/// Why a check does not pass.
#[derive(Debug, Clone)]
pub enum NotPassed {
    /// The target does not do what it should.
    Failed(Box<Violation>),
    /// Something that the check needs is missing or did not work.
    Untestable(Box<Violation>),
    /// Not run on purpose.
    Skip(Text),
    /// A defect of botspec itself.
    Defect(Text),
}

/// What is wrong, and where it was seen.
#[derive(Debug, Clone)]
pub struct Violation {
    /// What was seen in place of what should be.
    pub summary: Text,
    /// Where it differs.
    pub differences: Vec<Difference>,
    /// The check that judges what is wrong here, where a step of botspec's own failed that should have worked. Where there is
    /// none, something is missing that the user can supply.
    pub blocked_by: Option<String>,
    /// The exchange that shows it; the last one of the check where none is named.
    pub evidence: Option<Arc<Exchange>>,
}

impl Violation {
    /// Something that is wrong.
    pub fn new(summary: impl Into<Text>) -> Self {
        Self { summary: summary.into(), differences: Vec::new(), blocked_by: None, evidence: None }
    }

    /// Where it differs.
    #[must_use]
    pub fn at(mut self, differences: Vec<Difference>) -> Self {
        self.differences = differences;
        self
    }

    /// The exchange that shows it.
    #[must_use]
    pub fn with_evidence(mut self, exchange: &Arc<Exchange>) -> Self {
        self.evidence = Some(Arc::clone(exchange));
        self
    }

    /// The check that judges what stands in the way.
    #[must_use]
    pub fn blocked_by(mut self, owner: String) -> Self {
        let Text { en, zh } = &self.summary;
        self.summary = Text::both(format!("{en}; {owner} is about that"), format!("{zh}；参见 {owner}"));
        self.blocked_by = Some(owner);
        self
    }

    /// The target does not do what it should.
    pub fn into_failure<T>(self) -> CheckResult<T> {
        Err(NotPassed::Failed(Box::new(self)))
    }

    /// It cannot be reported whether the target does what it should.
    pub fn untestable<T>(self) -> CheckResult<T> {
        Err(NotPassed::Untestable(Box::new(self)))
    }
}

/// The target does not do what it should.
pub(crate) fn violation<T>(en: impl Into<String>, zh: impl Into<String>) -> CheckResult<T> {
    Violation::new(Text::both(en, zh)).into_failure()
}

/// Something that the check needs is missing.
pub(crate) fn untestable<T>(en: impl Into<String>, zh: impl Into<String>) -> CheckResult<T> {
    Violation::new(Text::both(en, zh)).untestable()
}

impl NotPassed {
    /// The same, stating which of several attempts it was, by a name that is not translated.
    #[must_use]
    pub fn titled(self, title: &str) -> Self {
        self.titled_in(title, &format!("“{title}”"))
    }

    /// The same, with a title in both languages.
    #[must_use]
    pub fn titled_in(self, title: &str, title_zh: &str) -> Self {
        match self {
            Self::Failed(mut violation) => {
                let Text { en, zh } = &violation.summary;
                let zh = if zh.is_empty() { String::new() } else { format!("{title_zh}：{zh}") };
                violation.summary = Text::both(format!("{title}: {en}"), zh);
                Self::Failed(violation)
            }
            other => other,
        }
    }
}
