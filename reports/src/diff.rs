//! What changed between two runs: may this build go out?

mod html;
mod markdown;
mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Analysis;
use crate::json::CauseEntry;
use crate::record::{ChangedAnswer, Check, Run, Text, Transport, Verdict};
use crate::summary::Group;

pub use html::page as diff_html;
pub use markdown::markdown as diff_markdown;
pub use text::text as diff_text;

/// The version of this format that this crate writes.
pub const FORMAT: u32 = 1;

/// What changed between two runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// Version of this format.
    pub format: u32,
    /// Whether something got worse: a new cause, a check that fails and did not, something that is no longer tested.
    pub worse: bool,
    /// The older run.
    pub old: Side,
    /// The newer run.
    pub new: Side,
    /// What makes the runs hard to compare, one sentence each.
    pub notes: Vec<Text>,
    /// Causes that checks met which met none, or others, before.
    pub new_causes: Vec<CauseEntry>,
    /// Causes that are gone, though their checks were run.
    pub fixed_causes: Vec<CauseEntry>,
    /// Causes that are in both.
    pub lasting_causes: Vec<CauseEntry>,
    /// Answers, events and segments of the newer run that are not as in the snapshots it was compared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_answers: Vec<ChangedAnswer>,
    /// Checks that fail or warn, and passed or were not judged before.
    pub newly_failing: Vec<Change>,
    /// Checks that pass, and did not before.
    pub fixed: Vec<Change>,
    /// Checks that were judged before and are not now.
    pub coverage_lost: Vec<Change>,
    /// Checks that are judged now and were not before, and pass.
    pub coverage_gained: Vec<Change>,
    /// Checks that only the newer run has.
    pub added: Vec<Change>,
    /// Checks that only the older run has.
    pub removed: Vec<Change>,
    /// How many checks came to the same.
    pub unchanged: u64,
}

/// One of two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The name of the target.
    pub target: String,
    /// The name that the target gives itself.
    pub implementation: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The dialect that it was checked as.
    pub dialect: String,
    /// Hash over the contracts.
    pub contract_hash: String,
    /// When the run began.
    pub started_at: String,
    /// How many checks it has.
    pub checks: u64,
    /// How many of them were judged.
    pub tested: u64,
}

/// A check whose outcome changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The check.
    pub id: String,
    /// Its transport.
    pub transport: Option<Transport>,
    /// What came of it before; null where the older run does not have it.
    pub before: Option<Verdict>,
    /// What comes of it now; null where the newer run does not have it.
    pub after: Option<Verdict>,
    /// What was found now, or why it is not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Text>,
}

impl Change {
    fn of(check: &Check, before: Option<Verdict>, after: Option<Verdict>) -> Self {
        let summary = check.finding.as_ref().map(|finding| finding.summary.clone());
        Self { id: check.id.clone(), transport: check.transport, before, after, summary }
    }

    /// The id with its transport.
    pub fn label(&self) -> String {
        self.transport.map_or_else(|| self.id.clone(), |transport| format!("{} @{transport}", self.id))
    }
}

/// Where a check stands for a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Good,
    /// Fails or warns, and no waiver expects it.
    Bad,
    /// Fails or warns as a waiver expects.
    Known,
    Untested,
}

impl Standing {
    fn of(check: &Check) -> Self {
        match Group::of(check) {
            Group::Failed | Group::Warned | Group::Defect => Self::Bad,
            Group::Waived => Self::Known,
            Group::Untestable | Group::Skipped => Self::Untested,
            Group::Stale | Group::Noted | Group::Passed => Self::Good,
        }
    }
}

type Key<'a> = (&'a str, Option<Transport>);

/// The checks of a run by id and transport; of those that stand there twice the worse one.
fn by_key(run: &Run) -> BTreeMap<Key<'_>, &Check> {
    let mut checks: BTreeMap<Key<'_>, &Check> = BTreeMap::new();
    for check in &run.checks {
        let key = (check.id.as_str(), check.transport);
        let worse = checks.get(&key).is_none_or(|known| Group::of(check) < Group::of(known));
        if worse {
            checks.insert(key, check);
        }
    }
    checks
}

impl Diff {
    /// Compares two runs.
    pub fn of(old: &Analysis<'_>, new: &Analysis<'_>) -> Self {
        let mut diff = Self {
            format: FORMAT,
            worse: false,
            old: Side::of(old.run),
            new: Side::of(new.run),
            notes: notes(old.run, new.run),
            new_causes: Vec::new(),
            fixed_causes: Vec::new(),
            lasting_causes: Vec::new(),
            changed_answers: crate::changed::of(new.run).into_iter().cloned().collect(),
            newly_failing: Vec::new(),
            fixed: Vec::new(),
            coverage_lost: Vec::new(),
            coverage_gained: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            unchanged: 0,
        };
        let (before, after) = (by_key(old.run), by_key(new.run));
        diff.checks(old.run, new.run, &before, &after);
        diff.causes(old, new, &before, &after);
        let same_contracts = old.run.header.contract_hash == new.run.header.contract_hash;
        let tested_before = |change: &Change| change.before.is_some_and(Verdict::is_judged);
        diff.worse = !diff.new_causes.is_empty()
            || !diff.newly_failing.is_empty()
            || !diff.coverage_lost.is_empty()
            || diff.changed_answers.iter().any(|change| change.kind.is_worse())
            || (same_contracts && diff.removed.iter().any(tested_before));
        diff
    }

    fn checks(&mut self, old: &Run, new: &Run, before: &BTreeMap<Key<'_>, &Check>, after: &BTreeMap<Key<'_>, &Check>) {
        for check in &new.checks {
            let key = (check.id.as_str(), check.transport);
            if !after.get(&key).is_some_and(|one| std::ptr::eq(*one, check)) {
                continue;
            }
            let Some(was) = before.get(&key) else {
                self.added.push(Change::of(check, None, Some(check.verdict)));
                continue;
            };
            let change = || Change::of(check, Some(was.verdict), Some(check.verdict));
            match (Standing::of(was), Standing::of(check)) {
                (Standing::Good | Standing::Untested, Standing::Bad) => self.newly_failing.push(change()),
                (Standing::Bad | Standing::Known, Standing::Good) => self.fixed.push(change()),
                (Standing::Untested, Standing::Good) => self.coverage_gained.push(change()),
                (Standing::Good | Standing::Bad | Standing::Known, Standing::Untested) => {
                    self.coverage_lost.push(change());
                }
                _ => self.unchanged += 1,
            }
        }
        for check in &old.checks {
            let key = (check.id.as_str(), check.transport);
            if !after.contains_key(&key) && before.get(&key).is_some_and(|one| std::ptr::eq(*one, check)) {
                self.removed.push(Change::of(check, Some(check.verdict), None));
            }
        }
    }

    fn causes(
        &mut self,
        old: &Analysis<'_>,
        new: &Analysis<'_>,
        before: &BTreeMap<Key<'_>, &Check>,
        after: &BTreeMap<Key<'_>, &Check>,
    ) {
        let bad = |group: Group| matches!(group, Group::Failed | Group::Warned | Group::Defect);
        let known: BTreeMap<_, _> = old.causes.iter().map(|group| (&group.cause, group)).collect();
        let current: BTreeMap<_, _> = new.causes.iter().map(|group| (&group.cause, group)).collect();
        for group in new.causes.iter().filter(|group| bad(group.group)) {
            let was_run = |check: &&Check| before.contains_key(&(check.id.as_str(), check.transport));
            if known.contains_key(&group.cause) {
                self.lasting_causes.push(CauseEntry::of(group));
            } else if group.checks.iter().any(was_run) {
                self.new_causes.push(CauseEntry::of(group));
            }
        }
        for group in old.causes.iter().filter(|group| bad(group.group)) {
            let is_run = |check: &&Check| {
                let now = after.get(&(check.id.as_str(), check.transport));
                now.is_some_and(|check| check.verdict.is_judged())
            };
            if !current.contains_key(&group.cause) && group.checks.iter().any(is_run) {
                self.fixed_causes.push(CauseEntry::of(group));
            }
        }
    }

    /// The comparison as indented JSON with a line end.
    #[allow(clippy::missing_panics_doc, reason = "a comparison is plain data with string keys")]
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a comparison is plain data");
        text.push('\n');
        text
    }

    /// What the comparison comes to, in one sentence without its full stop.
    pub fn headline(&self) -> Text {
        if !self.worse {
            return match self.fixed_causes.len() {
                0 => Text::both("Nothing got worse", "没有变差"),
                fixed => Text::both(
                    format!("Nothing got worse; {fixed} causes fixed"),
                    format!("没有变差；修复了 {fixed} 个原因"),
                ),
            };
        }
        let same_contracts = self.old.contract_hash == self.new.contract_hash;
        let lost = self.coverage_lost.len() + if same_contracts { self.removed.len() } else { 0 };
        let broken = self.changed_answers.iter().filter(|change| change.kind.is_worse()).count();
        let parts = [
            (self.new_causes.len(), "new causes", "个新原因"),
            (self.newly_failing.len(), "checks newly failing", "项检查新失败"),
            (lost, "checks no longer tested", "项检查不再有结论"),
            (broken, "changed answers", "处回答有变化"),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|(number, _, _)| *number > 0).collect();
        let en: Vec<_> = parts.iter().map(|(number, en, _)| format!("{number} {en}")).collect();
        let zh: Vec<_> = parts.iter().map(|(number, _, zh)| format!("{number} {zh}")).collect();
        Text::both(format!("Worse: {}", en.join(", ")), format!("变差：{}", zh.join("，")))
    }
}

impl Side {
    fn of(run: &Run) -> Self {
        let target = &run.header.target;
        Self {
            target: target.name.clone(),
            implementation: target.implementation.clone(),
            version: target.version.clone(),
            dialect: run.header.dialect.clone(),
            contract_hash: run.header.contract_hash.clone(),
            started_at: run.header.started_at.clone(),
            checks: run.checks.len() as u64,
            tested: run.checks.iter().filter(|check| check.verdict.is_judged()).count() as u64,
        }
    }

    /// The name and version of the build, or of the target.
    pub fn build(&self) -> String {
        let name = self.implementation.as_ref().unwrap_or(&self.target);
        self.version.as_ref().map_or_else(|| name.clone(), |version| format!("{name} {version}"))
    }
}

fn notes(old: &Run, new: &Run) -> Vec<Text> {
    let mut notes = Vec::new();
    let (was, is) = (&old.header, &new.header);
    if was.dialect != is.dialect {
        notes.push(Text::both(
            format!("The records are of different dialects: {} and {}", was.dialect, is.dialect),
            format!("两份记录的方言不同：{} 和 {}", was.dialect, is.dialect),
        ));
    }
    if was.contract_hash != is.contract_hash {
        notes.push(Text::both(
            "The records were made with different contracts: a check that only one of them has is no statement about the build",
            "两份记录使用的契约不同：只出现在其中一份的检查不能说明实现有变化",
        ));
    }
    for (run, en, zh) in [(old, "older", "旧"), (new, "newer", "新")] {
        if let Some(why) = crate::summary::incomplete(run) {
            notes.push(Text::both(
                format!("The {en} record is incomplete: {}", why.en),
                format!("{zh}记录不完整：{}", why.zh),
            ));
        }
        if run.defects.duplicates > 0 {
            notes.push(Text::both(
                format!("{} checks stand twice in the {en} record; the worse outcome counts", run.defects.duplicates),
                format!("{zh}记录中有 {} 项检查重复；取较差的结果", run.defects.duplicates),
            ));
        }
    }
    notes
}
