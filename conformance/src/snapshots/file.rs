//! A snapshot as a file that insta reads: a head between lines of dashes, and the places, one a line.

use std::fmt::Write as _;

use serde_json::Value;

use super::Snapshot;

/// A text that is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {what}")]
pub struct SnapshotError {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

const DASHES: &str = "---";
const NAME: &str = "expression: ";

/// The text of a snapshot with a name.
#[allow(clippy::missing_panics_doc, reason = "a snapshot is plain data with string keys")]
pub fn write_snapshot(name: &str, snapshot: &Snapshot) -> String {
    let mut text = format!("{DASHES}\nsource: botspec\n{NAME}{}\n{DASHES}\n{{\n", Value::from(name));
    for (at, (key, place)) in snapshot.iter().enumerate() {
        let end = if at + 1 == snapshot.len() { "" } else { "," };
        let place = serde_json::to_string(place).expect("a place is plain data");
        let _ = writeln!(text, "  {}: {place}{end}", Value::from(key.as_str()));
    }
    text.push_str("}\n");
    text
}

/// The name and the places of a snapshot.
pub fn read_snapshot(text: &str) -> Result<(String, Snapshot), SnapshotError> {
    let error = |line: usize, what: String| SnapshotError { line, what };
    let mut lines = text.lines().enumerate();
    if lines.next().map(|(_, line)| line.trim_end()) != Some(DASHES) {
        return Err(error(1, "expected `---`, as a snapshot begins".to_owned()));
    }
    let mut name = None;
    let mut body = None;
    for (at, line) in lines {
        if line.trim_end() == DASHES {
            body = Some(at + 1);
            break;
        }
        if let Some(value) = line.strip_prefix(NAME) {
            // insta writes a plain word without its quotes.
            name = Some(serde_json::from_str(value).unwrap_or_else(|_| value.trim().to_owned()));
        }
    }
    let body = body.ok_or_else(|| error(text.lines().count(), "expected `---`, as the head ends".to_owned()))?;
    let name = name.ok_or_else(|| error(body, format!("expected `{NAME}…` in the head")))?;
    let rest: String = text.split_inclusive('\n').skip(body).collect();
    let places = serde_json::from_str(&rest);
    let snapshot = places.map_err(|defect| error(body + defect.line(), defect.to_string()))?;
    Ok((name, snapshot))
}
