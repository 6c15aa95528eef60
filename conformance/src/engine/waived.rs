//! Causes that waivers know: which of them the checks of a run met, and which are gone.

use std::collections::BTreeSet;

use botspec_reports::record::{Check, Text, Verdict};

use super::Run;
use super::schedule::today;
use crate::check::CheckInfo;
use crate::events::EngineEvent;
use crate::select::Selection;

/// What a run met of the causes that are waived.
#[derive(Debug, Default)]
pub(super) struct Waived {
    /// The waivers whose cause a check met.
    met: BTreeSet<usize>,
    /// The checks that passed.
    passed: BTreeSet<String>,
}

impl Run {
    /// Marks a check whose causes are all waived as expected, and remembers what it showed of waived causes.
    pub(super) fn waive_by_cause(&mut self, check: &mut Check) {
        let version = self.version.as_deref();
        let known = self.config.waivers.expected_by_cause(check, &self.config.target, version, today());
        if let Some((expected, met)) = known {
            check.expected = Some(expected);
            self.waived.met.extend(met);
        }
        if check.verdict == Verdict::Pass {
            self.waived.passed.insert(check.label());
        }
    }

    /// Reports the waived causes that no check met, though one that looks at the place passed.
    pub(super) fn report_stale_causes(&mut self, checks: &[CheckInfo]) {
        let (target, version) = (&self.config.target, self.version.as_deref());
        let everything = self.config.selection == Selection::all();
        let gone: Vec<String> = self
            .config
            .waivers
            .causes(target, version, today(), everything)
            .filter(|cause| {
                let shows = |check: &CheckInfo| cause.concerns(check) && self.waived.passed.contains(&check.label());
                !self.waived.met.contains(&cause.number) && checks.iter().any(shows)
            })
            .map(|cause| cause.name())
            .collect();
        for named in gone {
            self.result.stale += 1;
            self.emit(EngineEvent::Note(Text::both(
                format!("stale waiver: no check met the cause {named}"),
                format!("豁免已过期：没有检查遇到原因 {named}"),
            )));
        }
    }
}
