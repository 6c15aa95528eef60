//! Waivers: read and held against the checks that there are, and written from what a run found.

use std::fmt::Write as _;
use std::path::Path;

use botspec_conformance::{CheckInfo, Waivers, catalogue};
use botspec_reports::record::Run;
use botspec_reports::summary::Group;
use botspec_schema::{Catalog, closest};

use crate::commands::list::every_transport;
use crate::failure::Failure;
use crate::files::{self, Readers};

/// Reads a file of waivers. A pattern that matches no check of any dialect is misspelt, or of a check that is gone.
pub(super) fn read(path: &Path) -> Result<Waivers, Failure> {
    let waivers = Waivers::read(path).map_err(|error| Failure::usage(error.to_string()))?;
    let mut checks: Vec<CheckInfo> = Vec::new();
    for dialect in Catalog::builtin().dialects() {
        let all = catalogue(Catalog::builtin(), &every_transport(dialect.name()));
        checks.extend(all.map_err(|error| Failure::usage(error.to_string()))?);
    }
    let unknown: Vec<String> = waivers
        .unmatched(&checks)
        .map(|pattern| {
            let near = closest(pattern, checks.iter().map(|check| check.id.as_str()));
            let near = near.map(|id| format!("; closest: `{id}`")).unwrap_or_default();
            format!("{}: no check matches `{pattern}`{near}", path.display())
        })
        .collect();
    if unknown.is_empty() { Ok(waivers) } else { Err(Failure::usage(unknown.join("\nbotspec: "))) }
}

/// Writes a waiver for each check that failed and that none expects.
pub(super) fn write(path: &Path, run: &Run) -> Result<usize, Failure> {
    let failed: Vec<_> = run.checks.iter().filter(|check| Group::of(check) == Group::Failed).collect();
    let mut text = String::from(
        "# What is known to fail. botspec makes a run fail when a check of this file passes: the entry is stale then.\n",
    );
    for check in &failed {
        let why = check.finding.as_ref().map_or("", |finding| finding.summary.en.as_str());
        text.push_str("\n[[waiver]]\n");
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(text, "{key} = {}", files::toml_text(value));
        };
        line("checks", &check.id);
        if let Some(transport) = check.transport {
            line("transport", transport.as_str());
        }
        line("target", &run.header.target.name);
        line("reason", why);
    }
    let cannot = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
    files::write_whole(path, Readers::Owner, |out| out.write_all(text.as_bytes())).map_err(cannot)?;
    Ok(failed.len())
}
