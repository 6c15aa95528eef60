//! What upstream publishes, and how the contracts differ from it.
//!
//! [`read`] recognises the formats in which upstream publishes its interface and turns them into one neutral form, an
//! [`Upstream`]. [`compare`] finds every [`Difference`] between it and the contracts of a dialect; [`Known`] differences
//! are explained in a file beside the contracts. [`drafts`] writes contract files for what is missing here.

mod apifox;
mod compare;
mod contracts;
mod difference;
mod drafts;
mod error;
mod example;
mod known;
mod merge;
mod milky;
mod openapi;
mod render;
mod segments;
mod table;
mod typescript;
mod upstream;

use serde_json::Value;

pub use crate::shape::{Direction, Field, Kind, Object, Shape, Types};
pub use compare::compare;
pub use contracts::Contracts;
pub use difference::{Difference, Sort, Subject};
pub use drafts::{Draft, TODO, Which, drafts};
pub use error::ReadError;
pub use known::{Explained, Known, KnownEntry, KnownSubject, explained};
pub use render::Drift;
pub use upstream::{Format, Remark, Says, UpAction, UpEvent, UpSegment, UpSource, Upstream};

/// The part of a document that describes a dialect: the one that shares the most actions with its contracts, or that has
/// its name where none shares any.
pub fn part_for(here: &Contracts, parts: Vec<Upstream>) -> Option<Upstream> {
    let score = |part: &Upstream| {
        let common = part.actions.keys().filter(|name| here.action(name).is_some()).count();
        let named = part.name.to_ascii_lowercase().replace(' ', "").contains(&here.dialect);
        (common, named)
    };
    // Of equal parts the first one counts.
    parts.into_iter().rev().max_by_key(score)
}

/// Reads a document of upstream, whichever of the known formats it has.
///
/// `file` is what messages call it. A page that describes several protocols gives one [`Upstream`] for each, in the
/// order of the page; every other format gives one.
pub fn read(text: &str, file: &str) -> Result<Vec<Upstream>, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[']) {
        if apifox::recognise(text) {
            return apifox::read(text, file);
        }
        let problem = "it is no JSON, and no Markdown with tables of fields".to_owned();
        return Err(ReadError::Unrecognised { file: file.to_owned(), problem });
    }
    let root: Value = serde_json::from_str(text).map_err(|error| ReadError::json(file, &error))?;
    let version = root.get("openapi").and_then(Value::as_str);
    if version.is_some_and(|version| version.starts_with("3.")) {
        return Ok(vec![openapi::read(&root, file)?]);
    }
    if root.get("apis").is_some() && root.get("common").is_some() {
        return Ok(vec![milky::read(&root, file)?]);
    }
    if table::list(&root).is_some() {
        return Ok(vec![table::read(&root, file)?]);
    }
    let problem = match (version, root.get("swagger").and_then(Value::as_str)) {
        (Some(version), _) => format!("OpenAPI {version} is not version 3"),
        (None, Some(version)) => format!("Swagger {version} is not OpenAPI 3; convert it first"),
        (None, None) => "it has neither openapi, nor apis and common, nor a list of actions with params".to_owned(),
    };
    Err(ReadError::Unrecognised { file: file.to_owned(), problem })
}
