//! The columns: one per build and dialect that it was read as.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::Analysis;
use crate::record::Text;
use crate::visible::visible_line;

/// One column.
pub(super) struct Column<'a> {
    /// The name of the implementation.
    pub(super) implementation: String,
    /// Its version.
    pub(super) version: String,
    /// The dialect that it was read as; empty where the record cannot be read.
    pub(super) dialect: String,
    /// The faults that were switched on, where it is a stand-in with some.
    pub(super) faults: Vec<String>,
    /// A name for files and links, stable as long as implementation, version and dialect are.
    pub(super) slug: String,
    /// What was found, or why nothing is known.
    pub(super) analysis: Result<Analysis<'a>, String>,
    /// What a reader has to know of the record.
    pub(super) notes: Vec<Text>,
}

impl Column<'_> {
    /// Implementation and version.
    pub(super) fn build(&self) -> String {
        let faults = match self.faults.as_slice() {
            [] => String::new(),
            [one] => format!(" [{one}]"),
            [first, rest @ ..] => format!(" [{first} +{}]", rest.len()),
        };
        format!("{} {}{faults}", self.implementation, self.version).trim().to_owned()
    }
}

/// The columns, by implementation, version and dialect.
pub(super) fn columns(inputs: &[Input]) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> = inputs.iter().map(column).collect();
    columns.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    for column in &mut columns {
        let times = given.entry(column.slug.clone()).or_default();
        *times += 1;
        if *times > 1 {
            column.slug = format!("{}-{times}", column.slug);
        }
    }
    disagreements(&mut columns);
    columns
}

type Key<'a> = (&'a str, bool, Vec<(u64, &'a str)>, &'a str, &'a [String]);

fn key<'a>(column: &'a Column<'_>) -> Key<'a> {
    // Versions are ordered by their numbers: 4.9 stands before 4.18.
    let version = column.version.split(['.', '-', '+']).map(|part| (part.parse().unwrap_or(u64::MAX), part)).collect();
    (&column.implementation, column.analysis.is_err(), version, &column.dialect, &column.faults)
}

fn column(input: &Input) -> Column<'_> {
    let run = match &input.run {
        Ok(run) => run,
        Err(why) => {
            return Column {
                implementation: visible_line(&input.name),
                version: String::new(),
                dialect: String::new(),
                faults: Vec::new(),
                slug: slug(&[&input.name]),
                analysis: Err(visible_line(why)),
                notes: Vec::new(),
            };
        }
    };
    let target = &run.header.target;
    let implementation = visible_line(target.implementation.as_ref().unwrap_or(&target.name));
    let version = visible_line(target.version.as_deref().unwrap_or_default());
    let dialect = visible_line(&run.header.dialect);
    let faults = faults(&run.header.command);
    let mut parts = vec![implementation.as_str(), &version, &dialect];
    parts.extend(faults.iter().map(String::as_str));
    let slug = slug(&parts);
    let mut notes: Vec<Text> = crate::summary::incomplete(run).into_iter().collect();
    notes.extend(run.defects.first.iter().take(3).map(|text| Text::from(text.as_str())));
    Column { slug, implementation, version, dialect, faults, analysis: Ok(Analysis::of(run)), notes }
}

/// The faults that a command line switched on in the stand-in.
fn faults(command: &[String]) -> Vec<String> {
    let following = command.windows(2).filter(|words| words[0] == "--fault").map(|words| words[1].as_str());
    let inside = command.iter().filter_map(|word| word.strip_prefix("--fault="));
    following.chain(inside).map(visible_line).collect()
}

/// A name for a file: letters, digits and hyphens.
pub(super) fn slug(parts: &[&str]) -> String {
    let mut slug = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        for character in part.chars().take(80) {
            match character {
                'a'..='z' | '0'..='9' | '.' | '_' => slug.push(character),
                'A'..='Z' => slug.push(character.to_ascii_lowercase()),
                _ if slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
    }
    let slug: String = slug.trim_matches(['-', '.']).chars().take(120).collect();
    if slug.is_empty() { "record".to_owned() } else { slug }
}

/// One target that gives itself several versions in one go is a mistake of whoever gathered the records.
fn disagreements(columns: &mut [Column<'_>]) {
    let mut versions: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let target = |column: &Column<'_>| {
        let header = &column.analysis.as_ref().ok()?.run.header;
        let addresses: Vec<_> = header.target.endpoints.iter().map(|endpoint| endpoint.address.clone()).collect();
        let day = header.started_at.get(..10).unwrap_or_default();
        Some((format!("{} {}", header.target.name, addresses.join(" ")), day.to_owned()))
    };
    for column in columns.iter() {
        if let Some(target) = target(column) {
            versions.entry(target).or_default().insert(column.version.clone());
        }
    }
    for column in columns {
        let Some(versions) = target(column).and_then(|target| versions.get(&target)) else { continue };
        if versions.len() > 1 {
            let all = versions.iter().cloned().collect::<Vec<_>>().join(", ");
            column.notes.push(Text::both(
                format!("Records of this target made on the same day name different versions: {all}"),
                format!("同一天对同一目标的记录写着不同的版本：{all}"),
            ));
        }
    }
}
