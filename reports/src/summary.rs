//! The figures of a run: what came of it, and how much of it was not looked at.
//!
//! A percentage is computed over a frozen requirement set only, and over those of its requirements that the run
//! decided; whatever was not decided is reported beside it, so that a percentage never hides what was not run.

mod ending;
mod headline;
mod requirements;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cause::{CauseGroup, causes};
use crate::quantity::{count, grouped};
use crate::record::{Actions, Check, Counts, Run, Stopped, StoppedBy, Text, Verdict};

pub use crate::group::Group;
pub use ending::incomplete;
pub use requirements::{LevelFigures, RequirementFigure, SetFigures, State};

/// The figures of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// What the run comes to.
    pub outcome: Outcome,
    /// Whether the record holds everything the run was to write.
    pub complete: bool,
    /// How many checks came to which verdict.
    pub counts: Counts,
    /// How many different defects failures show that no waiver expected.
    #[serde(default)]
    pub failing_causes: u64,
    /// How many different defects warnings show that no waiver expected.
    #[serde(default)]
    pub warning_causes: u64,
    /// How many checks were selected: those in the record, and those that were not run.
    #[serde(default)]
    pub selected: u64,
    /// Why the run ended before every selected check had run, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// How many checks could not be judged because of what another one is about.
    #[serde(default)]
    pub blocked: u64,
    /// The share of the checks that the permissions allow which came to a judgement, in percent.
    #[serde(default)]
    pub judged_percent: f64,
    /// Which actions of its dialect the target has; absent where no call could show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Actions>,
    /// How many failures a waiver expected.
    pub expected_failures: u64,
    /// How many warnings a waiver expected.
    pub expected_warnings: u64,
    /// How many checks passed though a waiver states that they fail.
    pub stale: u64,
    /// The requirement sets.
    pub sets: Vec<SetFigures>,
    /// The counts of each part of each dialect.
    pub areas: Vec<AreaFigures>,
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The target stopped answering, so that the run could not go on.
    Stopped,
    /// Something fails that no waiver expects, or a waiver is stale.
    Failed,
    /// botspec itself failed, so that the target is not judged as a whole.
    Defect,
    /// Nothing failed, but the run did not come to its end.
    Incomplete,
    /// No check came to a judgement.
    NothingChecked,
    /// Nothing failed, and less than half of what was selected came to a judgement.
    Partial,
    /// What was checked conforms, or fails only as expected.
    Conformant,
}

/// The counts of a part of a dialect, such as its actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AreaFigures {
    /// The dialect.
    pub dialect: String,
    /// The second part of the ids, such as `action`.
    pub area: String,
    /// How many checks came to which verdict.
    pub counts: Counts,
}

impl Figures {
    /// The figures of a run.
    pub fn of(run: &Run) -> Self {
        Self::with_causes(run, &causes(run))
    }

    /// The figures of a run whose causes are known.
    pub(crate) fn with_causes(run: &Run, causes: &[CauseGroup<'_>]) -> Self {
        let of = |group| causes.iter().filter(|cause| cause.group == group).count() as u64;
        let groups: Vec<_> = run.checks.iter().map(Group::of).collect();
        let number = |group, verdict| {
            let counted = |(check, of): &(&Check, &Group)| **of == group && check.verdict == verdict;
            run.checks.iter().zip(&groups).filter(counted).count() as u64
        };
        Self {
            outcome: outcome(run, &groups),
            complete: run.is_complete(),
            counts: run.counts(),
            failing_causes: of(Group::Failed),
            warning_causes: of(Group::Warned),
            selected: run.checks.len() as u64 + run.not_run(),
            stopped: run.stopped.clone(),
            blocked: run.checks.iter().filter(|check| check.blocked_by.is_some()).count() as u64,
            judged_percent: run.counts().judged_percent(),
            actions: run.footer.as_ref().and_then(|footer| footer.actions.clone()),
            expected_failures: number(Group::Waived, Verdict::Fail),
            expected_warnings: number(Group::Waived, Verdict::Warn),
            stale: number(Group::Stale, Verdict::Pass),
            sets: run.header.requirement_sets.iter().map(|set| SetFigures::of(set, &run.checks)).collect(),
            areas: areas(&run.checks),
        }
    }

    /// How many checks came to a judgement about the target.
    pub fn judged(&self) -> u64 {
        self.counts.judged()
    }

    /// How much of what the permissions allow was judged, in one sentence without its full stop; none where nothing could be.
    pub fn judged_sentence(&self) -> Option<Text> {
        let (judged, permitted) = (self.judged(), self.counts.permitted());
        let percent = self.counts.judged_percent();
        let (missing, blocked) = (self.counts.untestable.saturating_sub(self.blocked), self.blocked);
        let (mut en, mut zh) = (String::new(), String::new());
        if missing > 0 {
            let _ = write!(en, "; {} something that you can supply", count(missing, "check lacks", "checks lack"));
            let _ = write!(zh, "；{} 项缺少可由你补充的条件", grouped(missing));
        }
        if blocked > 0 {
            let _ = write!(en, "; {} blocked by others", count(blocked, "check is", "checks are"));
            let _ = write!(zh, "；{} 项被其他检查阻塞", grouped(blocked));
        }
        (permitted > 0).then(|| {
            Text::both(
                format!(
                    "Judged {percent} % of what the permissions allow ({} of {}){en}",
                    grouped(judged),
                    grouped(permitted)
                ),
                format!("在允许的范围内判定了 {percent} %（{} 项中的 {} 项）{zh}", grouped(permitted), grouped(judged)),
            )
        })
    }

    /// How many checks were selected and not run.
    pub fn not_run(&self) -> u64 {
        self.selected.saturating_sub(self.counts.total())
    }

    /// How many checks failed that no waiver expected to.
    pub fn failed(&self) -> u64 {
        self.counts.fail.saturating_sub(self.expected_failures)
    }

    /// How many checks warned that no waiver expected to.
    pub fn warned(&self) -> u64 {
        self.counts.warn.saturating_sub(self.expected_warnings)
    }
}

fn outcome(run: &Run, groups: &[Group]) -> Outcome {
    let any = |wanted: Group| groups.contains(&wanted);
    let judged = run.checks.iter().filter(|check| check.verdict.is_judged()).count() as u64;
    if run.stopped.as_ref().is_some_and(|stopped| stopped.by == StoppedBy::Target) {
        Outcome::Stopped
    } else if any(Group::Failed) || any(Group::Stale) {
        Outcome::Failed
    } else if any(Group::Defect) {
        Outcome::Defect
    } else if !run.is_complete() {
        Outcome::Incomplete
    } else if judged == 0 {
        Outcome::NothingChecked
    } else if judged * 2 < run.checks.len() as u64 + run.not_run() {
        Outcome::Partial
    } else {
        Outcome::Conformant
    }
}

/// The second part of a check's id: what kind of thing it looks at.
pub fn area(check: &Check) -> &str {
    check.id.split('/').nth(1).unwrap_or(&check.id)
}

fn areas(checks: &[Check]) -> Vec<AreaFigures> {
    let mut areas: BTreeMap<(&str, &str), Counts> = BTreeMap::new();
    for check in checks {
        areas.entry((&check.dialect, area(check))).or_default()[check.verdict] += 1;
    }
    areas
        .into_iter()
        .map(|((dialect, area), counts)| AreaFigures { dialect: dialect.to_owned(), area: area.to_owned(), counts })
        .collect()
}

/// The checks of a run, what needs attention first; within a group in the order of the run.
pub fn failures_first(run: &Run) -> Vec<&Check> {
    let mut checks: Vec<_> = run.checks.iter().collect();
    checks.sort_by_key(|check| Group::of(check));
    checks
}

/// The checks that came to one verdict, gathered by the reason they give, the most frequent reason first.
pub fn by_reason<'a>(checks: &[&'a Check], verdict: Verdict) -> Vec<(&'a str, Vec<&'a Check>)> {
    let mut reasons: Vec<(&str, Vec<&Check>)> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for &check in checks.iter().filter(|check| check.verdict == verdict) {
        let reason = check.finding.as_ref().map_or("", |finding| finding.summary.en.as_str());
        let at = *known.entry(reason).or_insert_with(|| {
            reasons.push((reason, Vec::new()));
            reasons.len() - 1
        });
        reasons[at].1.push(check);
    }
    reasons.sort_by_key(|(_, same)| std::cmp::Reverse(same.len()));
    reasons
}
