//! Targets that speak an older version of their dialect: they are held against what that version has.

use std::collections::BTreeSet;
use std::sync::Arc;

use botspec_reports::record::Text;

use super::Run;
use super::schedule::today;
use crate::check::CheckInfo;
use crate::check_context::CheckContext;
use crate::finding;
use crate::not_passed::NotPassed;
use crate::run_context::RunContext;
use crate::snapshots::SnapshotCollector;
use crate::unit::Unit;

impl Run {
    /// Keeps to the contracts of the version of the dialect that the target states it speaks; whether that is another.
    pub(super) fn keep_to(&mut self, spoken: &str) -> bool {
        let Some(older) = self.contract.as_of(spoken) else { return false };
        self.contract = Arc::new(older);
        self.snapshots = self.snapshots.take().map(|_| Arc::new(SnapshotCollector::new(Arc::clone(&self.contract))));
        true
    }

    /// The units of the version that the target speaks. The checks that only a younger version has are recorded as skipped.
    pub(super) fn spoken_units(
        &mut self,
        context: &Arc<RunContext>,
        all: Vec<Unit>,
        version: Option<&str>,
    ) -> Vec<Unit> {
        let Some(spoken) = self.spoken.clone() else { return all };
        let own = self.selected();
        let there: BTreeSet<String> = own.iter().flat_map(|unit| &unit.checks).map(CheckInfo::label).collect();
        let younger = all.iter().flat_map(|unit| &unit.checks);
        let younger = younger.filter(|check| self.wants(check) && !there.contains(&check.label()));
        let title = &self.contract.file().title;
        let why = NotPassed::Skip(Text::both(
            format!("the target reports that it speaks {} {spoken}; this came with a later version", title.en),
            format!("目标表示自己使用 {} {spoken}；这是更高版本才有的内容", title.zh()),
        ));
        let checks: Vec<_> = younger
            .map(|info| {
                let cx = CheckContext::new(Arc::clone(context), info.transport, 0, Vec::new());
                let expected = self.config.waivers.expected(info, &self.config.target, version, today());
                finding::record(info, &Err(why.clone()), &cx, &self.config.command, expected)
            })
            .collect();
        for check in checks {
            self.finish(check);
        }
        own
    }
}
