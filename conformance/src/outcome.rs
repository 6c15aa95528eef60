//! What came of a run, and the exit code that states so.

use botspec_reports::record::{Actions, Check, Counts, Left, Stopped, Verdict};
use serde::Serialize;

use crate::snapshots::SnapshotResult;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunStatus {
    /// Every check that was selected came to a verdict.
    Finished,
    /// Somebody stopped it.
    Cancelled,
    /// The target stopped answering while it was checked.
    Stopped,
    /// Nobody was there to be checked.
    Unreachable,
    /// The selection meant no check.
    NothingSelected,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunResult {
    /// How it ended.
    pub status: RunStatus,
    /// How many checks came to which verdict.
    pub counts: Counts,
    /// Failures that no waiver expected.
    pub unexpected: u64,
    /// Checks that another one stands in the way of, which itself found nothing wrong.
    pub blocked: u64,
    /// Checks that passed though a waiver states that they fail.
    pub stale: u64,
    /// The least share of the checks that the permissions allow which has to be judged, in percent.
    pub min_judged: Option<u8>,
    /// How many requests were sent.
    pub requests: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// Why it ended before its end, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// What was changed and not put back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
    /// Which actions of its dialect the target has, where calls showed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Box<Actions>>,
    /// What came of comparing it with the snapshots of the target, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<Box<SnapshotResult>>,
}

impl RunResult {
    /// The result of a run that has just begun.
    pub(crate) fn new() -> Self {
        Self {
            status: RunStatus::Finished,
            counts: Counts::default(),
            unexpected: 0,
            blocked: 0,
            stale: 0,
            min_judged: None,
            requests: 0,
            duration_ms: 0.0,
            stopped: None,
            left: Vec::new(),
            actions: None,
            snapshots: None,
        }
    }

    /// Counts one more check.
    pub(crate) fn count(&mut self, check: &Check) {
        self.counts[check.verdict] += 1;
        self.unexpected += u64::from(check.verdict == Verdict::Fail && check.expected.is_none());
        self.stale += u64::from(check.is_stale());
    }

    /// The share of the checks that the permissions allow which came to a verdict about the target, in percent.
    pub fn judged_percent(&self) -> f64 {
        self.counts.judged_percent()
    }

    /// Whether less was judged than was asked for.
    pub fn is_short(&self) -> bool {
        self.min_judged.is_some_and(|least| self.judged_percent() < f64::from(least))
    }

    /// Whether an answer changed in a way that may break a bot.
    pub fn has_broken_answers(&self) -> bool {
        self.snapshots.as_ref().is_some_and(|snapshots| snapshots.is_worse())
    }

    /// The exit code that states it.
    pub fn exit_code(&self) -> ExitCode {
        let judged = self.counts.pass + self.counts.fail + self.counts.warn;
        match self.status {
            _ if self.counts.error > 0 => ExitCode::Defect,
            RunStatus::Cancelled => ExitCode::Cancelled,
            RunStatus::Unreachable | RunStatus::Stopped => ExitCode::Unreachable,
            RunStatus::NothingSelected => ExitCode::NothingSelected,
            // A run that could judge nothing must not read as green.
            RunStatus::Finished
                if self.unexpected > 0
                    || self.blocked > 0
                    || self.stale > 0
                    || judged == 0
                    || self.is_short()
                    || self.has_broken_answers() =>
            {
                ExitCode::Failed
            }
            RunStatus::Finished => ExitCode::Conformant,
        }
    }

    /// Both runs together, for a run over several targets.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        let worst = |ending| match ending {
            RunStatus::Finished => 0,
            RunStatus::NothingSelected => 1,
            RunStatus::Unreachable => 2,
            RunStatus::Stopped => 3,
            RunStatus::Cancelled => 4,
        };
        if worst(other.status) > worst(self.status) {
            self.status = other.status;
        }
        for verdict in Verdict::ALL {
            self.counts[verdict] += other.counts[verdict];
        }
        self.unexpected += other.unexpected;
        self.blocked += other.blocked;
        self.stale += other.stale;
        self.min_judged = self.min_judged.max(other.min_judged);
        self.requests += other.requests;
        self.duration_ms += other.duration_ms;
        self.stopped = self.stopped.or_else(|| other.stopped.clone());
        self.left.extend(other.left.iter().cloned());
        if let Some(other) = &other.snapshots {
            self.snapshots.get_or_insert_default().extend(other);
        }
        self
    }
}

/// What the process reports its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// Conformant, or only failures that were expected.
    Conformant,
    /// An unexpected failure or a stale waiver.
    Failed,
    /// The command line or a file is wrong.
    Usage,
    /// The target was not there, or stopped answering.
    Unreachable,
    /// The selection meant no check.
    NothingSelected,
    /// A defect of botspec.
    Defect,
    /// Stopped from outside, as a shell counts an interrupt.
    Cancelled,
}

impl ExitCode {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Conformant => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::NothingSelected => 4,
            Self::Defect => 70,
            Self::Cancelled => 130,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_reports::record::{Expectation, Expected, Level};

    fn result(checks: &[(Verdict, Option<Expectation>)]) -> RunResult {
        let mut result = RunResult::new();
        for &(verdict, kind) in checks {
            result.count(&Check {
                id: "a".into(),
                dialect: "a".into(),
                transport: None,
                level: Level::Must,
                verdict,
                expected: kind.map(|kind| Expected { kind, reason: String::new() }),
                requirements: Vec::new(),
                duration_ms: 0.0,
                seen: None,
                blocked_by: None,
                finding: None,
            });
        }
        result
    }

    #[test]
    fn exit_codes() {
        use Expectation::{Failure, Flaky};
        use Verdict::{Error, Fail, Pass, Skip, Untestable, Warn};
        for (checks, code) in [
            (&[(Pass, None)][..], 0),
            (&[(Pass, None), (Warn, None), (Skip, None), (Untestable, None)], 0),
            (&[(Pass, None), (Fail, Some(Failure)), (Fail, Some(Flaky)), (Pass, Some(Flaky))], 0),
            (&[(Pass, None), (Fail, None)], 1),
            (&[(Pass, Some(Failure))], 1),
            (&[(Skip, None), (Untestable, None)], 1),
            (&[(Fail, None), (Error, None)], 70),
        ] {
            assert_eq!(result(checks).exit_code().code(), code, "{checks:?}");
        }
        assert_eq!(RunResult { blocked: 1, ..result(&[(Pass, None)]) }.exit_code().code(), 1, "never green");
        for (status, code) in [
            (RunStatus::Unreachable, 3),
            (RunStatus::Stopped, 3),
            (RunStatus::NothingSelected, 4),
            (RunStatus::Cancelled, 130),
        ] {
            assert_eq!(RunResult { status, ..result(&[]) }.exit_code().code(), code);
            assert_eq!(result(&[(Pass, None)]).and(&RunResult { status, ..result(&[]) }).exit_code().code(), code);
        }
        assert_eq!(ExitCode::Usage.code(), 2);
        let half = [(Pass, None), (Untestable, None), (Skip, None)];
        for (least, code) in [(50, 0), (51, 1)] {
            assert_eq!(RunResult { min_judged: Some(least), ..result(&half) }.exit_code().code(), code, "{least}");
        }
    }
}
