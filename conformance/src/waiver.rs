//! What is known to fail: a file of expectations beside the target.

use std::path::{Path, PathBuf};

use botspec_reports::record::{Expectation, Expected, Transport};
use serde::Deserialize;

use crate::check::CheckInfo;
use crate::select::means;
use crate::source_location::{line_column, toml_error};
use crate::target::{Target, TargetError};

/// What is known about the checks of a target.
#[derive(Debug, Clone, Default)]
pub struct Waivers(Vec<Waiver>);

/// One entry: the checks that a pattern means are known to fail, or to be flaky.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiver {
    /// A pattern over ids, as `--select` takes it.
    checks: String,
    /// Only over this transport.
    #[serde(default)]
    transport: Option<Transport>,
    /// Only for targets whose name this pattern means.
    #[serde(default)]
    target: Option<String>,
    /// Only for versions in this range: `4.18`, `<4.18.20`, `>=4.17, <4.19`.
    #[serde(default)]
    version: Option<toml::Spanned<String>>,
    /// What to expect.
    #[serde(default = "failure")]
    kind: Kind,
    /// Why.
    reason: String,
    /// Where it is tracked.
    #[serde(default)]
    link: Option<String>,
    /// The first day on which it does not hold any more: `2026-12-31`.
    #[serde(default)]
    expires: Option<toml::value::Datetime>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Failure,
    Flaky,
}

fn failure() -> Kind {
    Kind::Failure
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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
        for waiver in &file.waiver {
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
        let waiver = self.0.iter().find(|waiver| waiver.holds(check, target, version, today))?;
        let kind = match waiver.kind {
            Kind::Failure => Expectation::Failure,
            Kind::Flaky => Expectation::Flaky,
        };
        let reason = match &waiver.link {
            Some(link) => format!("{} ({link})", waiver.reason),
            None => waiver.reason.clone(),
        };
        Some(Expected { kind, reason })
    }

    /// The patterns that mean none of the checks: misspelt, or of checks that are gone.
    pub fn unmatched<'a>(&'a self, checks: &'a [CheckInfo]) -> impl Iterator<Item = &'a str> {
        let unknown = |waiver: &&Waiver| !checks.iter().any(|check| waiver.is_about(check));
        self.0.iter().filter(unknown).map(|waiver| waiver.checks.as_str())
    }
}

/// A day: year, month, day.
pub type Day = (u16, u8, u8);

impl Waiver {
    fn holds(&self, check: &CheckInfo, target: &Target, version: Option<&str>, today: Day) -> bool {
        self.is_about(check)
            && self.target.as_ref().is_none_or(|pattern| crate::glob::matches(pattern, &target.name))
            && self.holds_for(version)
            && self.expires.and_then(|expires| expires.date).is_none_or(|day| today < (day.year, day.month, day.day))
    }

    fn is_about(&self, check: &CheckInfo) -> bool {
        means(&self.checks, check) && self.transport.is_none_or(|transport| check.transport == Some(transport))
    }

    /// A waiver for a range of versions does not hold where the version is not known.
    fn holds_for(&self, version: Option<&str>) -> bool {
        let Some(range) = &self.version else { return true };
        version.is_some_and(|version| Range::parse(range.get_ref()).is_ok_and(|range| range.holds(version)))
    }
}

/// A range of versions: comparisons that all have to hold.
struct Range(Vec<(Comparison, Vec<u64>)>);

#[derive(Clone, Copy)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The version begins with these numbers.
    Is,
}

impl Range {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(|part| {
            let part = part.trim();
            let (comparison, number) = [
                ("<=", Comparison::LessOrEqual),
                (">=", Comparison::GreaterOrEqual),
                ("<", Comparison::Less),
                (">", Comparison::Greater),
                ("=", Comparison::Is),
            ]
            .into_iter()
            .find_map(|(sign, comparison)| part.strip_prefix(sign).map(|rest| (comparison, rest)))
            .unwrap_or((Comparison::Is, part));
            let numbers: Option<Vec<u64>> = number.trim().split('.').map(|number| number.parse().ok()).collect();
            numbers
                .map(|numbers| (comparison, numbers))
                .ok_or_else(|| format!("`{part}` is no range of versions; write 4.18, <4.18.20 or >=4.17, <4.19"))
        });
        parts.collect::<Result<_, _>>().map(Self)
    }

    fn holds(&self, version: &str) -> bool {
        let version = numbers(version);
        self.0.iter().all(|(comparison, wanted)| match comparison {
            Comparison::Less => padded(&version, wanted) < padded(wanted, &version),
            Comparison::LessOrEqual => padded(&version, wanted) <= padded(wanted, &version),
            Comparison::Greater => padded(&version, wanted) > padded(wanted, &version),
            Comparison::GreaterOrEqual => padded(&version, wanted) >= padded(wanted, &version),
            Comparison::Is => version.starts_with(wanted),
        })
    }
}

/// The numbers of a version; what stands behind them, such as `-rc.1`, is not compared.
fn numbers(version: &str) -> Vec<u64> {
    let version = version.trim_start_matches(|first: char| !first.is_ascii_digit());
    let end = version.find(|other: char| !other.is_ascii_digit() && other != '.').unwrap_or(version.len());
    version[..end].split('.').filter_map(|number| number.parse().ok()).collect()
}

/// Numbers with zeros up to the length of others.
fn padded(numbers: &[u64], other: &[u64]) -> Vec<u64> {
    let mut padded = numbers.to_vec();
    padded.resize(numbers.len().max(other.len()), 0);
    padded
}

#[cfg(test)]
mod tests {
    use super::*;
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
    }

    #[test]
    fn a_pattern_that_means_nothing_is_told() {
        let waivers =
            waivers("[[waiver]]\nchecks = \"a/*\"\nreason = \"b\"\n[[waiver]]\nchecks = \"c\"\nreason = \"d\"");
        let checks = [CheckInfo::example("a/b")];
        assert_eq!(waivers.unmatched(&checks).collect::<Vec<_>>(), ["c"]);
    }
}
