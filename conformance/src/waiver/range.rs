//! Ranges of versions.

use botspec_schema::{compare_versions, version_numbers};

/// A range of versions: comparisons that all have to hold.
pub(super) struct Range(Vec<(Comparison, Vec<u64>)>);

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
    pub(super) fn parse(text: &str) -> Result<Self, String> {
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

    pub(super) fn holds(&self, version: &str) -> bool {
        let version = version_numbers(version);
        self.0.iter().all(|(comparison, wanted)| {
            let compared = compare_versions(&version, wanted);
            match comparison {
                Comparison::Less => compared.is_lt(),
                Comparison::LessOrEqual => compared.is_le(),
                Comparison::Greater => compared.is_gt(),
                Comparison::GreaterOrEqual => compared.is_ge(),
                Comparison::Is => version.starts_with(wanted),
            }
        })
    }
}
