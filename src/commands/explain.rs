//! `botspec explain`: what one check sends, expects and rests on, or what a requirement states and which checks cover it.

use std::fmt::Write;

use botspec_conformance::{CheckInfo, catalogue, explain as explanation};
use botspec_schema::model::Requirement;
use botspec_schema::{Catalog, Dialect, closest};
use serde_json::json;

use super::list::every_transport;
use crate::cli::{ExplainArgs, ListFormat};
use crate::failure::{Failure, OK};
use crate::print;

/// Prints the explanation.
pub(crate) fn explain(args: &ExplainArgs) -> Result<u8, Failure> {
    let dialect = match &args.dialect {
        Some(name) => super::dialect(name)?,
        None => named_by(&args.id)?,
    };
    let checks = explanation(Catalog::builtin(), &every_transport(dialect.name()), &args.id)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let Some(first) = checks.first() else {
        if let Some(requirement) = requirement(dialect, &args.id) {
            return explain_requirement(requirement, args.format);
        }
        let all = catalogue(Catalog::builtin(), &every_transport(dialect.name()))
            .map_err(|error| Failure::usage(error.to_string()))?;
        let near = closest(&args.id, all.iter().map(|check| check.id.as_str()));
        let near = near.map(|id| format!("; closest: `{id}`")).unwrap_or_default();
        let name = dialect.name();
        return Err(Failure::usage(format!(
            "unknown id `{}`{near}; `botspec list --dialect {name}` shows all ids of {name}",
            args.id
        )));
    };
    match args.format {
        ListFormat::Json => print::json(&json!(checks))?,
        ListFormat::Text => print::text(&text(first, &checks))?,
    }
    Ok(OK)
}

/// The dialect that an id begins with.
fn named_by(id: &str) -> Result<&'static Dialect, Failure> {
    let catalog = Catalog::builtin();
    let first = id.split('/').next().unwrap_or_default();
    catalog.dialect(first).ok_or_else(|| {
        let known: Vec<&str> = catalog.names().collect();
        let near = closest(first, known.iter().copied());
        let near = near.map(|name| format!("; closest: `{}`", id.replacen(first, name, 1))).unwrap_or_default();
        Failure::usage(format!(
            "unknown id `{id}`; ids begin with a dialect: {}{near}; `botspec list` shows all ids",
            known.join(", ")
        ))
    })
}

fn requirement<'a>(dialect: &'a Dialect, id: &str) -> Option<&'a Requirement> {
    dialect.requirements.as_ref()?.requirements.iter().find(|requirement| requirement.id == id)
}

fn explain_requirement(requirement: &Requirement, format: ListFormat) -> Result<u8, Failure> {
    match format {
        ListFormat::Json => print::json(&json!(requirement))?,
        ListFormat::Text => {
            let Requirement { id, level, sentence, checks, source, .. } = requirement;
            print::text(&format!(
                "{id}\n\n  {}\n  {}\n\n  level       {}\n  source      {}, {}\n  checks      {}\n",
                sentence.en,
                sentence.zh,
                json!(level).as_str().unwrap_or_default(),
                source.document,
                source.heading,
                checks.join(" "),
            ))?;
        }
    }
    Ok(OK)
}

fn text(check: &CheckInfo, all: &[CheckInfo]) -> String {
    let mut out = format!("{}\n\n  {}\n  {}\n\n", check.id, check.sentence.en, check.sentence.zh());
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "  {name:<12}{value}");
    };
    line("level", check.level.as_str());
    line("effect", check.effect.as_str());
    let transports: Vec<&str> = all.iter().filter_map(|check| Some(check.transport?.as_str())).collect();
    if !transports.is_empty() {
        line("transports", &transports.join(", "));
    }
    line("sends", &check.sends.en);
    line("expects", &check.expects.en);
    if let Some(requirement) = &check.requirement {
        line("requirement", requirement);
    }
    if let Some(source) = &check.source {
        line("source", &format!("{}, {}", source.document, source.heading));
    }
    line("run it", &format!("botspec run --select '{}'", check.id));
    out
}
