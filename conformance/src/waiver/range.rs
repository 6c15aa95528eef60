//! Ranges of versions.

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
