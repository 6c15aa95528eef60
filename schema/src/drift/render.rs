//! A drift as text to read, and as JSON to work with.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::difference::{Difference, Sort};
use super::known::Explained;
use super::upstream::Upstream;

/// The drift of a dialect against a document, to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Drift<'a> {
    /// The dialect.
    pub dialect: &'a str,
    /// The document.
    pub upstream: &'a Upstream,
    /// The differences.
    pub differences: &'a Explained,
}

impl Drift<'_> {
    /// As text: the contracts with the worst difference first, each with its differences, then what is stale.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let title = self.upstream.title();
        let sorted = self.differences;
        let groups = groups(&sorted.unexplained);
        let _ = writeln!(out, "{} against {title}: {}", self.dialect, summary(&sorted.unexplained, groups.len()));
        if !sorted.explained.is_empty() {
            let _ = writeln!(out, "{} explained by known differences", count(sorted.explained.len(), "difference"));
        }
        for group in groups {
            let first = group[0];
            let _ = writeln!(out, "\n{} {}", first.kind.word(), first.name);
            for difference in group {
                line(&mut out, difference);
            }
        }
        if !self.upstream.unreadable.is_empty() {
            let _ = writeln!(out, "\nnot compared:");
            for (at, reason) in &self.upstream.unreadable {
                let _ = writeln!(out, "  {at}: {reason}");
            }
        }
        if !sorted.stale.is_empty() {
            let _ = writeln!(out, "\n{} nothing any more; remove:", stale(sorted.stale.len()));
            for entry in &sorted.stale {
                let _ = writeln!(out, "  {entry}");
            }
        }
        out
    }

    /// As JSON: everything that the text has, and what is explained.
    pub fn json(&self) -> Value {
        let sorted = self.differences;
        let counts: BTreeMap<&str, usize> =
            Sort::ALL.iter().map(|sort| (sort.word(), of_sort(&sorted.unexplained, *sort))).collect();
        let groups: Vec<Value> = groups(&sorted.unexplained)
            .into_iter()
            .map(|group| json!({ "kind": group[0].kind, "name": group[0].name, "differences": group }))
            .collect();
        let explained: Vec<Value> = sorted
            .explained
            .iter()
            .map(|(difference, reason)| json!({ "difference": difference, "reason": reason }))
            .collect();
        let unreadable = &self.upstream.unreadable;
        let not_compared: Vec<Value> =
            unreadable.iter().map(|(at, reason)| json!({ "at": at, "reason": reason })).collect();
        json!({
            "dialect": self.dialect,
            "upstream": {
                "name": self.upstream.name,
                "version": self.upstream.version,
                "file": self.upstream.file,
            },
            "counts": counts,
            "drift": groups,
            "explained": explained,
            "stale": sorted.stale,
            "not_compared": not_compared,
        })
    }
}

/// Differences of the same contract, the contract with the worst difference first.
fn groups(differences: &[Difference]) -> Vec<Vec<&Difference>> {
    let mut groups: BTreeMap<_, Vec<&Difference>> = BTreeMap::new();
    for difference in differences {
        groups.entry((difference.kind, &difference.name)).or_default().push(difference);
    }
    let mut groups: Vec<Vec<&Difference>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|difference| difference.weight());
    }
    groups.sort_by_key(|group| (group[0].weight(), group[0].kind));
    groups
}

fn line(out: &mut String, difference: &Difference) {
    let mut said = Vec::new();
    said.extend(difference.here.as_ref().map(|here| format!("here {here}")));
    said.extend(difference.there.as_ref().map(|there| format!("there {there}")));
    let words = difference.difference.words();
    let mut head = format!("  {words:<13}");
    for part in [difference.pointer.as_str(), &said.join(", ")] {
        if !part.is_empty() {
            let _ = write!(head, "  {part}");
        }
    }
    let _ = writeln!(out, "{}", head.trim_end());
    for (side, at) in [("here", &difference.here_at), ("there", &difference.there_at)] {
        if let Some(at) = at {
            let _ = writeln!(out, "                 {side:<5} {at}");
        }
    }
}

fn of_sort(differences: &[Difference], sort: Sort) -> usize {
    differences.iter().filter(|difference| difference.difference == sort).count()
}

fn summary(differences: &[Difference], contracts: usize) -> String {
    if differences.is_empty() {
        return "no unexplained difference".to_owned();
    }
    let parts: Vec<String> = Sort::ALL
        .iter()
        .map(|sort| (of_sort(differences, *sort), sort.words()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let (differences, contracts) = (count(differences.len(), "difference"), count(contracts, "contract"));
    format!("{differences} in {contracts} ({})", parts.join(", "))
}

fn stale(number: usize) -> String {
    if number == 1 { "1 known difference explains".to_owned() } else { format!("{number} known differences explain") }
}

fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
