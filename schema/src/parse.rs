//! From the text of a contract file to its model.

use serde::de::DeserializeOwned;

use crate::closest::closest;
use crate::defect::Defect;
use crate::model::{Action, DialectFile, Event, RequirementSet, Segment, SharedType};
use crate::sources::{SourceFile, Sources};

/// What a file holds, reported by where it stands.
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
    /// The folder below `actions/`.
    pub(crate) category: Option<&'a str>,
    pub(crate) contract: Contract,
}

impl Parsed<'_> {
    /// The name of the file without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.file.place.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".json").unwrap_or(name)
    }
}

/// Parses every file; what does not parse is reported and left out.
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
    let category = match *parts.as_slice() {
        ["contracts", _, "actions", category, _] => Some(category),
        _ => None,
    };
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
    Ok(Parsed { file, dialect, category, contract })
}

fn read<T: DeserializeOwned>(file: &SourceFile) -> Result<T, Box<Defect>> {
    serde_json::from_str(&file.text).map_err(|error| Box::new(explain(file, &error)))
}

/// Turns what the parser states into a rule, a sentence and a place.
fn explain(file: &SourceFile, error: &serde_json::Error) -> Defect {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let mut defect = Defect {
        line: error.line().max(1),
        column: error.column().max(1),
        ..Defect::of_file(&file.path, if error.is_data() { "wrong-type" } else { "syntax" }, message)
    };
    if !error.is_data() {
        return defect;
    }
    defect.column = token_start(&file.text, defect.line, defect.column);
    for (start, rule, what) in [
        ("unknown field", "unknown-key", "no contract of this kind has the key"),
        ("unknown variant", "unknown-word", "there is no such word here:"),
        ("missing field", "missing-key", "this needs the key"),
        ("duplicate field", "duplicate-key", "this stands here a second time:"),
    ] {
        if message.starts_with(start)
            && let Some((word, known)) = words.split_first()
        {
            defect.rule = rule;
            defect.message = format!("{what} `{word}`");
            defect.help = match rule {
                "missing-key" => Some("add it".into()),
                "duplicate-key" => Some("leave one of them out".into()),
                _ => Some(closest(word, known.iter().copied()).map_or_else(
                    || format!("take one of {}", known.join(", ")),
                    |meant| format!("did you mean `{meant}`?"),
                )),
            };
        }
    }
    defect
}

/// Where the word begins that ends at a column; the parser has read it when it complains.
fn token_start(text: &str, line: usize, column: usize) -> usize {
    let before: Vec<char> = text.lines().nth(line - 1).unwrap_or_default().chars().take(column).collect();
    let Some((last, rest)) = before.split_last() else { return column };
    let length = if *last == '"' {
        let quote = |at: &usize| rest[*at] == '"' && (*at == 0 || rest[*at - 1] != '\\');
        (0..rest.len()).rev().find(quote).map_or(1, |at| before.len() - at)
    } else {
        before.iter().rev().take_while(|c| c.is_alphanumeric() || "+-._".contains(**c)).count().max(1)
    };
    before.len() + 1 - length
}
