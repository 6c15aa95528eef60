//! What is known to fail: a file of expectations beside the target.

mod range;

use std::path::{Path, PathBuf};

use botspec_reports::cause::causes_of;
use botspec_reports::record::{Cause, Check, Expectation, Expected, Transport};
use schemars::JsonSchema;
use serde::Deserialize;

use self::range::Range;
use crate::glob;

use crate::check::CheckInfo;
use crate::select::means;
use crate::source_location::{line_column, toml_error};
use crate::target::{Target, TargetError};

/// What is known about the checks of a target.
#[derive(Debug, Clone, Default)]
pub struct Waivers(Vec<Waiver>);

/// One entry: the checks that a pattern means, or those that meet a cause, are known to fail, or to be flaky.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Waiver {
    /// A pattern over the ids of checks, as `--select` takes it; or else `cause`.
    #[serde(default)]
    checks: Option<String>,
    /// The defect, in place of the checks that meet it; or else `checks`.
    #[serde(default)]
    cause: Option<CausePattern>,
    /// Only over this transport.
    #[serde(default)]
    transport: Option<Transport>,
    /// Only for targets whose name this pattern means.
    #[serde(default)]
    target: Option<String>,
    /// Only for versions in this range: `4.18`, `<4.18.20`, `>=4.17, <4.19`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    version: Option<toml::Spanned<String>>,
    /// What to expect.
    #[serde(default)]
    kind: Kind,
    /// Why.
    reason: String,
    /// Where it is tracked.
    #[serde(default)]
    link: Option<String>,
    /// The first day on which it does not hold any more: `2026-12-31`.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    expires: Option<toml::value::Datetime>,
}

/// A defect as reports name it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CausePattern {
    /// The contract or the requirement that is broken, such as `onebot11/action/get_msg`; a pattern.
    place: String,
    /// JSON pointer from there to what is wrong, with `*` for every item of a list; left out: any.
    #[serde(default)]
    pointer: Option<String>,
    /// The class of the defect: `missing`, `undefined`, `type`, `value` or `behaviour`; left out: any.
    #[serde(default)]
    defect: Option<String>,
}

impl CausePattern {
    fn means(&self, cause: &Cause) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        glob::matches(&self.place, &cause.place) && is(&self.pointer, &cause.pointer) && is(&self.defect, &cause.defect)
    }

    /// Whether a check looks at the place.
    fn concerns(&self, check: &CheckInfo) -> bool {
        let subject: Vec<&str> = check.id.splitn(4, '/').take(3).collect();
        let own = [subject.join("/"), check.id.clone()];
        let requirement = check.requirement.iter();
        own.iter().chain(requirement).any(|place| glob::matches(&self.place, place))
    }

    /// Whether it is about a place that no check has for itself: what all answers, all events or a shared type have in common.
    fn is_common(&self) -> bool {
        let mut parts = self.place.split('/').skip(1);
        match (parts.next(), parts.next()) {
            (Some("envelope"), None) => true,
            (_, name) => name == Some("*") || self.is_of_a_type(),
        }
    }

    fn is_of_a_type(&self) -> bool {
        let mut parts = self.place.split('/').skip(1);
        parts.next() == Some("type") && parts.next().is_some()
    }
}

/// What a waiver states of a check.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// It fails; one that passes is stale, and makes the run fail.
    #[default]
    Failure,
    /// It passes or fails.
    Flaky,
}

/// A cause that is waived on a target.
#[derive(Debug)]
pub(crate) struct WaivedCause<'a> {
    /// Which waiver it is.
    pub(crate) number: usize,
    waiver: &'a Waiver,
    cause: &'a CausePattern,
    everything: bool,
}

impl WaivedCause<'_> {
    /// Whether a check that passes shows that the cause is gone.
    pub(crate) fn concerns(&self, check: &CheckInfo) -> bool {
        let over = self.waiver.transport.is_none_or(|transport| check.transport == Some(transport));
        over && (self.cause.concerns(check) || self.everything && self.cause.is_common())
    }

    /// What it is called in a message.
    pub(crate) fn name(&self) -> String {
        let CausePattern { place, pointer, defect } = self.cause;
        [Some(place), pointer.as_ref(), defect.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// A file of waivers.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// What is known to fail or to be flaky, an entry each.
    #[serde(default)]
    waiver: Vec<Waiver>,
}

impl Waivers {
    /// Reads a waivers file: a list of `[[waiver]]`.
    pub fn read(path: &Path) -> Result<Self, TargetError> {
        let text = std::fs::read_to_string(path).map_err(|source| TargetError::Io { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    /// Reads waivers from the text of a file.
    pub fn parse(path: &Path, text: &str) -> Result<Self, TargetError> {
        let file: File = toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
        for (number, waiver) in file.waiver.iter().enumerate() {
            if waiver.checks.is_some() == waiver.cause.is_some() {
                let at = text.match_indices("[[waiver]]").nth(number).map_or(0, |(at, _)| at);
                let (line, column) = line_column(text, at);
                let what = "a waiver names either `checks` or a `cause`".to_owned();
                return Err(TargetError::File { path: PathBuf::from(path), line, column, what });
            }
            if let Some(version) = &waiver.version
                && let Err(what) = Range::parse(version.get_ref())
            {
                let (line, column) = line_column(text, version.span().start);
                return Err(TargetError::File { path: PathBuf::from(path), line, column, what });
            }
        }
        Ok(Self(file.waiver))
    }

    /// What is expected of a check on a target, on a day given as year, month and day.
    pub fn expected(&self, check: &CheckInfo, target: &Target, version: Option<&str>, today: Day) -> Option<Expected> {
        let holds = |waiver: &&Waiver| waiver.is_about(check) && waiver.holds(target, version, today);
        self.0.iter().find(holds).map(Waiver::expectation)
    }

    /// What is expected of a check that failed, by what it met: a waiver for each of its causes. What the waivers of single
    /// checks state goes before.
    pub(crate) fn expected_by_cause(
        &self,
        check: &Check,
        target: &Target,
        version: Option<&str>,
        today: Day,
    ) -> Option<(Expected, Vec<usize>)> {
        if !check.is_unexpected() || self.0.iter().all(|waiver| waiver.cause.is_none()) {
            return None;
        }
        let meant = |cause: &Cause| {
            self.0.iter().position(|waiver| {
                waiver.cause.as_ref().is_some_and(|pattern| pattern.means(cause))
                    && waiver.transport.is_none_or(|transport| check.transport == Some(transport))
                    && waiver.holds(target, version, today)
            })
        };
        let met: Vec<usize> = causes_of(check).iter().map(meant).collect::<Option<_>>()?;
        let expected = self.0.get(*met.first()?)?.expectation();
        Some((expected, met))
    }

    /// The causes that are waived on a target. What many checks have in common is gone only where all of them ran.
    pub(crate) fn causes<'a>(
        &'a self,
        target: &'a Target,
        version: Option<&'a str>,
        today: Day,
        everything: bool,
    ) -> impl Iterator<Item = WaivedCause<'a>> {
        let held = move |(_, waiver): &(usize, &Waiver)| {
            waiver.holds(target, version, today) && matches!(waiver.kind, Kind::Failure)
        };
        self.0.iter().enumerate().filter(held).filter_map(move |(number, waiver)| {
            let cause = waiver.cause.as_ref()?;
            Some(WaivedCause { number, waiver, cause, everything })
        })
    }

    /// The patterns that mean none of the checks and none of the shared types (`onebot11/type/login_info`): misspelt, or of
    /// what is gone.
    pub fn unmatched<'a>(&'a self, checks: &'a [CheckInfo], types: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(|waiver| {
            let known = match &waiver.cause {
                Some(cause) if cause.is_of_a_type() => types.iter().any(|place| glob::matches(&cause.place, place)),
                Some(cause) => cause.is_common() || checks.iter().any(|check| cause.concerns(check)),
                None => checks.iter().any(|check| waiver.is_about(check)),
            };
            let named = waiver.checks.as_deref().or(waiver.cause.as_ref().map(|cause| cause.place.as_str()));
            named.filter(|_| !known)
        })
    }
}

/// A day: year, month, day.
pub type Day = (u16, u8, u8);

impl Waiver {
    fn holds(&self, target: &Target, version: Option<&str>, today: Day) -> bool {
        self.target.as_ref().is_none_or(|pattern| glob::matches(pattern, &target.name))
            && self.holds_for(version)
            && self.expires.and_then(|expires| expires.date).is_none_or(|day| today < (day.year, day.month, day.day))
    }

    fn is_about(&self, check: &CheckInfo) -> bool {
        self.checks.as_ref().is_some_and(|pattern| means(pattern, check))
            && self.transport.is_none_or(|transport| check.transport == Some(transport))
    }

    fn expectation(&self) -> Expected {
        let kind = match self.kind {
            Kind::Failure => Expectation::Failure,
            Kind::Flaky => Expectation::Flaky,
        };
        let reason = match &self.link {
            Some(link) => format!("{} ({link})", self.reason),
            None => self.reason.clone(),
        };
        Expected { kind, reason }
    }

    /// A waiver for a range of versions does not hold where the version is not known.
    fn holds_for(&self, version: Option<&str>) -> bool {
        let Some(range) = &self.version else { return true };
        version.is_some_and(|version| Range::parse(range.get_ref()).is_ok_and(|range| range.holds(version)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_reports::record::{Finding, Level, Text, Verdict};
    use insta::assert_snapshot;

    fn waivers(text: &str) -> Waivers {
        Waivers::parse(Path::new("waivers.toml"), text).expect("waivers")
    }

    fn expected(text: &str, version: Option<&str>, today: Day) -> Option<Expected> {
        let check = CheckInfo::example("onebot11/action/get_msg/result");
        waivers(text).expected(&check, &Target::new("bot at home", "onebot11"), version, today)
    }

    const TODAY: Day = (2026, 6, 1);

    #[test]
    fn a_waiver_holds_for_its_checks_target_version_and_time() {
        let base = "[[waiver]]\nchecks = \"onebot11/action/get_msg/*\"\nreason = \"known\"\n";
        let with = |more: &str| format!("{base}{more}");
        let found = expected(&with("link = \"https://example.com/1\""), None, TODAY).expect("a waiver");
        assert_eq!(found.kind, Expectation::Failure);
        assert_eq!(found.reason, "known (https://example.com/1)");
        assert_eq!(expected(&with("kind = \"flaky\""), None, TODAY).expect("flaky").kind, Expectation::Flaky);
        assert!(expected(&base.replace("get_msg", "get_message"), None, TODAY).is_none());
        assert!(expected(&with("target = \"bot*\""), None, TODAY).is_some());
        assert!(expected(&with("target = \"other\""), None, TODAY).is_none());
        assert!(expected(&with("expires = 2026-06-02"), None, TODAY).is_some());
        assert!(expected(&with("expires = 2026-06-01"), None, TODAY).is_none());
        for (range, version, holds) in [
            ("4.18", "4.18.19", true),
            ("4.18", "v4.18", true),
            ("4.18", "4.180", false),
            ("<4.18.20", "4.18.19", true),
            ("<4.18.20", "4.18.20-rc.1", false),
            (">=4.17, <4.19", "4.18", true),
            (">=4.17, <4.19", "4.19.0", false),
            ("<=4.18", "4.18.0", true),
            (">4.18", "4.18.0", false),
        ] {
            let text = with(&format!("version = \"{range}\""));
            assert_eq!(expected(&text, Some(version), TODAY).is_some(), holds, "{version} in {range}");
            assert!(expected(&text, None, TODAY).is_none(), "an unknown version is in no range");
        }
    }

    #[test]
    fn errors_name_line_and_column() {
        let error = |text: &str| Waivers::parse(Path::new("waivers.toml"), text).expect_err("wrong").to_string();
        assert_snapshot!(error("[[waiver]]\nchecks = \"a\""), @"waivers.toml:1:1: missing field `reason`");
        assert_snapshot!(error("[[waiver]]\nchecks = \"a\"\nreason = \"b\"\nversion = \"new\""), @"waivers.toml:4:11: `new` is no range of versions; write 4.18, <4.18.20 or >=4.17, <4.19");
        assert_snapshot!(error("[[waiver]]\nchecks = \"a\"\nreason = \"b\"\nkind = \"ok\""), @"waivers.toml:4:8: unknown variant `ok`, expected `failure` or `flaky`");
        assert_snapshot!(error("[[waiver]]\nchecks = \"a\"\nreason = \"b\"\n[[waiver]]\nreason = \"c\""), @"waivers.toml:4:1: a waiver names either `checks` or a `cause`");
    }

    #[test]
    fn a_cause_is_waived_wherever_it_shows() {
        let text = "[[waiver]]\ncause = { place = \"onebot11/action/get_msg\", pointer = \"/sender/*/x\", defect = \"missing\" }\nreason = \"known\"";
        let waivers = waivers(text);
        let target = Target::new("bot at home", "onebot11");
        let cause = |place: &str, defect: &str| Cause {
            place: place.to_owned(),
            pointer: "/sender/*/x".to_owned(),
            defect: defect.to_owned(),
            expected: String::new(),
        };
        let expected = |verdict: Verdict, cause: Cause| {
            let mut finding = Finding::new(Text::from("a"), Text::from("b"));
            finding.cause = Some(cause);
            let check = Check {
                id: "onebot11/segment/text/sent".to_owned(),
                dialect: "onebot11".to_owned(),
                transport: None,
                level: Level::Must,
                verdict,
                expected: None,
                blocked_by: None,
                requirements: Vec::new(),
                duration_ms: 0.0,
                seen: None,
                finding: Some(finding),
            };
            waivers.expected_by_cause(&check, &target, None, TODAY).map(|(expected, met)| (expected.reason, met))
        };
        let known = Some(("known".to_owned(), vec![0]));
        assert_eq!(expected(Verdict::Fail, cause("onebot11/action/get_msg", "missing")), known);
        assert_eq!(expected(Verdict::Warn, cause("onebot11/action/get_msg", "missing")), known);
        assert_eq!(expected(Verdict::Fail, cause("onebot11/action/get_msg", "type")), None);
        assert_eq!(expected(Verdict::Fail, cause("onebot11/action/get_group_info", "missing")), None);
        assert_eq!(expected(Verdict::Untestable, cause("onebot11/action/get_msg", "missing")), None);
        let check = CheckInfo::example("onebot11/action/get_msg/result");
        assert_eq!(waivers.unmatched(std::slice::from_ref(&check), &[]).count(), 0);
        assert_eq!(waivers.causes(&target, None, TODAY, false).filter(|cause| cause.concerns(&check)).count(), 1);
        let other = CheckInfo::example("onebot11/action/get_group_info/result");
        assert_eq!(waivers.unmatched(&[other], &[]).collect::<Vec<_>>(), ["onebot11/action/get_msg"]);
    }

    #[test]
    fn a_pattern_that_means_nothing_is_told() {
        let waivers =
            waivers("[[waiver]]\nchecks = \"a/*\"\nreason = \"b\"\n[[waiver]]\nchecks = \"c\"\nreason = \"d\"");
        let checks = [CheckInfo::example("a/b")];
        assert_eq!(waivers.unmatched(&checks, &[]).collect::<Vec<_>>(), ["c"]);
    }
}
