//! Waivers: read and held against the checks that there are, and written from what a run found.

use std::fmt::Write as _;
use std::path::Path;

use botspec_conformance::{CheckInfo, Waivers, catalogue};
use botspec_reports::cause::{causes, causes_of};
use botspec_reports::record::{Cause, Check, Run};
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
    let types = Catalog::builtin().dialects().flat_map(|dialect| {
        let name = dialect.name();
        dialect.types.keys().map(move |of| format!("{name}/type/{of}"))
    });
    let types: Vec<String> = types.collect();
    let unknown: Vec<String> = waivers
        .unmatched(&checks, &types)
        .map(|pattern| {
            let known = checks.iter().map(|check| check.id.as_str()).chain(types.iter().map(String::as_str));
            let near = closest(pattern, known);
            let near = near.map(|id| format!("; closest: `{id}`")).unwrap_or_default();
            format!("{}: no check matches `{pattern}`{near}", path.display())
        })
        .collect();
    if unknown.is_empty() { Ok(waivers) } else { Err(Failure::usage(unknown.join("\nbotspec: "))) }
}

/// Writes a waiver for each cause of what failed and nothing expects; for single checks where one has several causes.
pub(super) fn write(path: &Path, run: &Run) -> Result<(), Failure> {
    let mut text = String::from(
        "# What is known to fail. botspec makes a run fail when an entry of this file is not met any more: it is stale then.\n",
    );
    for group in causes(run).iter().filter(|group| group.group == Group::Failed) {
        let failed: Vec<&Check> = group.checks.iter().filter(|it| Group::of(it) == Group::Failed).copied().collect();
        let reason = group.title().en;
        if failed.iter().all(|check| causes_of(check) == [group.cause.clone()]) {
            let Cause { place, pointer, defect, .. } = &group.cause;
            let [place, pointer, defect] = [place, pointer, defect].map(|part| files::toml_text(part));
            let cause = format!("cause = {{ place = {place}, pointer = {pointer}, defect = {defect} }}\n");
            entry(&mut text, &cause, run, &reason);
        } else {
            for check in failed {
                let mut checks = format!("checks = {}\n", files::toml_text(&check.id));
                if let Some(transport) = check.transport {
                    let _ = writeln!(checks, "transport = {}", files::toml_text(transport.as_str()));
                }
                if !text.contains(&checks) {
                    entry(&mut text, &checks, run, &reason);
                }
            }
        }
    }
    let cannot = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
    files::write_whole(path, Readers::Owner, |out| out.write_all(text.as_bytes())).map_err(cannot)
}

/// One waiver: what it is about, the target, and why.
fn entry(text: &mut String, what: &str, run: &Run, reason: &str) {
    let (target, reason) = (files::toml_text(&run.header.target.name), files::toml_text(reason));
    let _ = write!(text, "\n[[waiver]]\n{what}target = {target}\nreason = {reason}\n");
}
