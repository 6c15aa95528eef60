//! Versions, as dialects and builds write them.

use std::cmp::Ordering;

/// The numbers of a version; what stands behind them, such as `-rc.1`, is not compared.
pub fn version_numbers(version: &str) -> Vec<u64> {
    let version = version.trim_start_matches(|first: char| !first.is_ascii_digit());
    let end = version.find(|other: char| !other.is_ascii_digit() && other != '.').unwrap_or(version.len());
    version[..end].split('.').filter_map(|number| number.parse().ok()).collect()
}

/// Which of two versions is the newer one; a number that one of them lacks is 0.
pub fn compare_versions(one: &[u64], other: &[u64]) -> Ordering {
    let at = |version: &[u64], index: usize| version.get(index).copied().unwrap_or_default();
    let length = one.len().max(other.len());
    (0..length).map(|index| at(one, index).cmp(&at(other, index))).find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_number_by_number() {
        for (one, expected, other) in [
            ("1.2", Ordering::Less, "1.3"),
            ("1.10", Ordering::Greater, "1.9.9"),
            ("1.3.0-rc.1", Ordering::Equal, "1.3"),
            ("v8.1.7", Ordering::Less, "8.2"),
        ] {
            let compared = compare_versions(&version_numbers(one), &version_numbers(other));
            assert_eq!(compared, expected, "{one} and {other}");
        }
    }
}
