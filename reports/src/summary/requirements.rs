//! How the requirements of a set stand after a run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Check, Level, RequirementSet, Text, Verdict};

/// How a requirement set stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetFigures {
    /// Dialect and edition.
    pub set: String,
    /// The figures of each level that has requirements, the most binding first.
    pub levels: Vec<LevelFigures>,
    /// Each requirement of the set.
    pub requirements: Vec<RequirementFigure>,
}

/// How the requirements of one level stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LevelFigures {
    /// The level.
    pub level: Level,
    /// How many requirements of this level the set has.
    pub total: u64,
    /// How many are met.
    pub met: u64,
    /// How many are broken.
    pub broken: u64,
    /// How many were exercised in part, and hold so far.
    pub partial: u64,
    /// How many no check decided anything about.
    pub not_run: u64,
    /// The share of the met ones among those that are met or broken, rounded down to a tenth; null where there are none.
    pub percent: Option<f64>,
}

/// How one requirement stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementFigure {
    /// Its id.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// What it states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<Text>,
    /// How it stands.
    pub state: State,
    /// How many checks name it.
    pub checks: u64,
}

/// How a requirement stands. A waiver changes nothing here: what is broken stays broken when it is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A check that names it failed or warned.
    Broken,
    /// Some checks that name it passed, none failed, and some were not run.
    Partial,
    /// No check that names it came to a judgement.
    NotRun,
    /// Every check that names it passed.
    Met,
}

impl SetFigures {
    pub(super) fn of(set: &RequirementSet, checks: &[Check]) -> Self {
        let mut verdicts: BTreeMap<&str, Vec<Verdict>> = BTreeMap::new();
        for check in checks {
            for requirement in &check.requirements {
                verdicts.entry(requirement).or_default().push(check.verdict);
            }
        }
        let requirements: Vec<_> = set
            .requirements
            .iter()
            .map(|requirement| {
                let named_by = verdicts.get(requirement.id.as_str()).map_or(&[][..], Vec::as_slice);
                RequirementFigure {
                    id: requirement.id.clone(),
                    level: requirement.level,
                    sentence: requirement.sentence.clone(),
                    state: State::of(named_by),
                    checks: named_by.len() as u64,
                }
            })
            .collect();
        let levels = Level::ALL.into_iter().filter_map(|level| LevelFigures::of(level, &requirements)).collect();
        Self { set: set.set.clone(), levels, requirements }
    }
}

impl State {
    fn of(verdicts: &[Verdict]) -> Self {
        if verdicts.iter().any(|verdict| matches!(verdict, Verdict::Fail | Verdict::Warn)) {
            Self::Broken
        } else if !verdicts.contains(&Verdict::Pass) {
            Self::NotRun
        } else if verdicts.iter().all(|&verdict| verdict == Verdict::Pass) {
            Self::Met
        } else {
            Self::Partial
        }
    }
}

impl LevelFigures {
    /// How the level stands in one line: first how much of it was tested, then the rate, so that the rate never stands
    /// for what was not tested.
    pub fn sentence(&self) -> Text {
        let tested = self.total - self.not_run;
        let (en, zh) = match self.percent {
            Some(percent) => (
                format!("{percent:.1} % met ({} of {})", self.met, self.met + self.broken),
                format!("满足 {percent:.1} %（{} / {}）", self.met, self.met + self.broken),
            ),
            None => ("no result".to_owned(), "没有结论".to_owned()),
        };
        let part = match self.partial {
            0 => (String::new(), String::new()),
            partial => (format!(", {partial} partly tested"), format!("，部分检查 {partial} 条")),
        };
        Text::both(
            format!("{tested} of {} tested: {en}{}", self.total, part.0),
            format!("共 {} 条，检查了 {tested} 条：{zh}{}", self.total, part.1),
        )
    }

    fn of(level: Level, requirements: &[RequirementFigure]) -> Option<Self> {
        let count = |state: Option<State>| {
            let counted = |one: &&RequirementFigure| one.level == level && state.is_none_or(|state| one.state == state);
            requirements.iter().filter(counted).count() as u64
        };
        let (total, met, broken) = (count(None), count(Some(State::Met)), count(Some(State::Broken)));
        (total > 0).then(|| Self {
            level,
            total,
            met,
            broken,
            partial: count(Some(State::Partial)),
            not_run: count(Some(State::NotRun)),
            percent: percent(met, met + broken),
        })
    }
}

/// A share in percent, rounded down to a tenth, so that only all of them make a hundred.
fn percent(part: u64, whole: u64) -> Option<f64> {
    let tenths = (part * 1000).checked_div(whole)?;
    u32::try_from(tenths).ok().map(|tenths| f64::from(tenths) / 10.0)
}
