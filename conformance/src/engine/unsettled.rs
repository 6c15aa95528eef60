//! Checks whose verdict waits for the end of the run: what they are about may still be seen in answers to other calls, and in
//! events that come by themselves.

use std::collections::BTreeSet;

use botspec_reports::record::{Check, Text, Transport, Verdict};

use crate::check::CheckInfo;
use crate::not_passed::{NotPassed, Violation};
use crate::owners;
use crate::run_context::RunContext;
use crate::unit::Unit;

/// Checks that wait, with what they came to by themselves.
#[derive(Debug)]
pub(super) struct Unsettled {
    /// Every check of the run.
    listed: BTreeSet<(String, Option<Transport>)>,
    held: Vec<(CheckInfo, Check)>,
}

impl Unsettled {
    /// The checks of a run.
    pub(super) fn of(units: &[Unit]) -> Self {
        let listed =
            units.iter().flat_map(|unit| &unit.checks).map(|check| (check.id.clone(), check.transport)).collect();
        Self { listed, held: Vec::new() }
    }

    /// Holds a check back whose verdict can still get worse; gives any other back.
    pub(super) fn hold(&mut self, run: &RunContext, info: &CheckInfo, check: Check) -> Option<Check> {
        let may_get_worse = matches!(check.verdict, Verdict::Pass | Verdict::Untestable);
        if !(may_get_worse && run.gate.oracle().is_some_and(|oracle| oracle.owns(info))) {
            return Some(check);
        }
        self.held.push((info.clone(), check));
        None
    }

    /// What the checks that waited came to: their own verdict, or what is wrong.
    pub(super) fn settle(self, run: &RunContext) -> Vec<(CheckInfo, Check, Option<NotPassed>)> {
        let Self { listed, held } = self;
        if let Some(oracle) = run.gate.oracle() {
            oracle.conclude();
        }
        let (frames, complete) = (owners::frames(run.gate.contract()), owners::complete(run.gate.contract()));
        let settled = held.into_iter().map(|(info, check)| {
            let has_own = |transport: Transport| listed.contains(&(info.id.clone(), Some(transport)));
            let oracle = run.gate.oracle();
            let violation = oracle.and_then(|oracle| oracle.violation(&info, &has_own));
            let violation = violation.map(|it| NotPassed::Failed(Box::new(it)));
            // What nothing came of proves nothing.
            let nothing = || {
                let (oracle, transport) = (oracle?, info.transport?);
                let what = if info.id == frames && oracle.frames(transport) == 0 {
                    Text::both("no frame came in the whole run", "本次运行没有收到任何帧")
                } else if info.id == complete && oracle.messages_due(transport) == 0 {
                    Text::both(
                        "no message from one account to the other came, after which others could be missed",
                        "没有收到另一个账号发来的消息，无法判断是否有遗漏",
                    )
                } else {
                    return None;
                };
                Some(NotPassed::Untestable(Box::new(Violation::new(what))))
            };
            let why = violation.or_else(|| nothing().filter(|_| check.verdict == Verdict::Pass));
            (info, check, why)
        });
        settled.collect()
    }
}
