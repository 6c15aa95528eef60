//! From the text of a contract file to its model.

use serde::de::DeserializeOwned;

use crate::defect::Defect;
use crate::model::{Action, DialectFile, Event, RequirementSet, Segment, SharedType};
use crate::sources::{SourceFile, Sources};

/// What a file holds, told by where it stands.
#[derive(Debug, Clone)]
pub(crate) enum Contract {
    Dialect(Box<DialectFile>),
    Action(Box<Action>),
    Segment(Box<Segment>),
    Event(Box<Event>),
    Type(SharedType),
    Requirements(RequirementSet),
}

/// A file that parsed.
#[derive(Debug, Clone)]
pub(crate) struct Parsed<'a> {
    pub(crate) file: &'a SourceFile,
    /// The folder below `contracts/`, or the name of the file in `requirements/`.
    pub(crate) dialect: &'a str,
    pub(crate) contract: Contract,
}

/// Parses every file; what does not parse is told and left out.
pub(crate) fn parse(sources: &Sources) -> (Vec<Parsed<'_>>, Vec<Defect>) {
    let mut parsed = Vec::with_capacity(sources.files().len());
    let mut defects = sources.unreadable().to_vec();
    for file in sources.files() {
        match parse_file(file) {
            Ok(contract) => parsed.push(contract),
            Err(defect) => defects.push(*defect),
        }
    }
    (parsed, defects)
}

fn parse_file(file: &SourceFile) -> Result<Parsed<'_>, Box<Defect>> {
    let parts: Vec<&str> = file.place.split('/').collect();
    let (dialect, contract) = match *parts.as_slice() {
        ["contracts", dialect, "dialect.json"] => (dialect, Contract::Dialect(read(file)?)),
        ["contracts", dialect, "actions", _, _] => (dialect, Contract::Action(read(file)?)),
        ["contracts", dialect, "segments", _] => (dialect, Contract::Segment(read(file)?)),
        ["contracts", dialect, "events", _] => (dialect, Contract::Event(read(file)?)),
        ["contracts", dialect, "types", _] => (dialect, Contract::Type(read(file)?)),
        ["requirements", name] => {
            let dialect = name.strip_suffix(".json").unwrap_or(name);
            (dialect, Contract::Requirements(read(file)?))
        }
        _ => {
            return Err(Box::new(Defect::of_file(&file.path, "misplaced", "no contract belongs in this place").with_help(
                "contracts stand in contracts/<dialect>/{dialect.json, actions/<category>/, segments/, events/, types/} \
                 and in requirements/<dialect>.json",
            )));
        }
    };
    Ok(Parsed { file, dialect, contract })
}

fn read<T: DeserializeOwned>(file: &SourceFile) -> Result<T, Box<Defect>> {
    serde_json::from_str(&file.text).map_err(|error| {
        let full = error.to_string();
        let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
        let (rule, help) = if !error.is_data() {
            ("syntax", None)
        } else if message.starts_with("unknown field") {
            ("unknown-key", Some("leave it out, or correct its name"))
        } else if message.starts_with("missing field") {
            ("missing-key", Some("add it"))
        } else if message.starts_with("unknown variant") {
            ("unknown-word", Some("take one of the words that are listed"))
        } else if message.starts_with("duplicate field") {
            ("duplicate-key", Some("leave one of them out"))
        } else {
            ("wrong-type", None)
        };
        // serde counts the column from 0 at the start of a line and points behind what it read.
        let defect = Defect {
            line: error.line().max(1),
            column: error.column().max(1),
            ..Defect::of_file(&file.path, rule, message)
        };
        Box::new(match help {
            Some(help) => defect.with_help(help),
            None => defect,
        })
    })
}
