//! Finds what is wrong with contracts before anybody is misled by them.
//!
//! Every defect of every file is reported, with file, line, column, the rule that it breaks, and what to do. Each rule has
//! a name that stands in the messages; the modules below hold one subject each.

mod actions;
mod cq;
mod envelope;
mod events;
mod examples;
mod messages;
mod names;
mod needs;
mod refs;
mod requirements;
mod roles;
mod schema;
mod segments;
mod text;
mod triggers;
mod types;
mod unfinished;
mod unions;
mod values;

use crate::catalog::{self, Catalog};
use crate::defect::Defect;
use crate::dialect::Dialect;
use crate::locate;
use crate::parse::{self, Contract, Parsed};
use crate::sources::{SourceFile, Sources};

/// Everything that is wrong with a set of contracts, by file and position.
pub fn lint(sources: &Sources) -> Vec<Defect> {
    let (parsed, mut defects) = parse::parse(sources);
    // Those are found below, in every object of a file and not only in those that the model knows.
    defects.retain(|defect| defect.rule != "duplicate-key");
    let catalog = catalog::assemble(&parsed, &mut defects);
    for file in sources.files() {
        duplicate_keys(file, &mut defects);
    }
    let all = All { catalog: &catalog, parsed: &parsed, unparsed: unparsed(sources, &parsed) };
    for item in &parsed {
        let mut file = File { item, dialect: catalog.dialect(item.dialect), all: &all, defects: &mut defects };
        names::check(&mut file);
        text::check(&mut file);
        unfinished::check(&mut file);
        match &item.contract {
            Contract::Dialect(dialect) => {
                cq::check_signs(&mut file, dialect);
                envelope::check(&mut file, dialect);
                messages::check(&mut file, dialect);
                roles::check(&mut file, dialect);
            }
            Contract::Action(action) => {
                actions::check(&mut file, action);
                needs::check_action(&mut file, action);
                envelope::check_stream(&mut file, action);
            }
            Contract::Segment(segment) => {
                segments::check(&mut file, segment);
                needs::check_segment(&mut file, segment);
            }
            Contract::Event(event) => events::check(&mut file, event),
            Contract::Type(_) => {}
            Contract::Requirements(set) => requirements::check(&mut file, set),
        }
        schema::check(&mut file);
    }
    types::check(&all, &mut defects);
    defects.sort_by(|a, b| {
        (&a.path, a.line, a.column, a.rule, &a.message).cmp(&(&b.path, b.line, b.column, b.rule, &b.message))
    });
    defects.dedup();
    defects
}

/// What all files have in common.
struct All<'a> {
    catalog: &'a Catalog,
    parsed: &'a [Parsed<'a>],
    /// Places of files that do not parse; what they would define is not missed a second time.
    unparsed: Vec<&'a str>,
}

/// The file at hand.
struct File<'a> {
    item: &'a Parsed<'a>,
    /// None where the dialect itself cannot be read.
    dialect: Option<&'a Dialect>,
    all: &'a All<'a>,
    defects: &'a mut Vec<Defect>,
}

impl All<'_> {
    /// Whether a file of this ending is there and does not parse.
    fn is_unparsed(&self, ending: &str) -> bool {
        self.unparsed.iter().any(|place| place.ends_with(ending))
    }
}

impl File<'_> {
    /// Reports a defect at a JSON pointer of the file.
    fn report(&mut self, pointer: &str, rule: &'static str, message: impl Into<String>) {
        let SourceFile { path, text, .. } = self.item.file;
        self.defects.push(Defect::at_pointer(path, text, pointer, rule, message));
    }

    /// Reports a defect with what to do about it.
    fn report_with(&mut self, pointer: &str, rule: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.report(pointer, rule, message);
        if let Some(defect) = self.defects.last_mut() {
            defect.help = Some(help.into());
        }
    }
}

fn unparsed<'a>(sources: &'a Sources, parsed: &[Parsed<'_>]) -> Vec<&'a str> {
    let known = |place: &str| parsed.iter().any(|item| item.file.place == place);
    sources.files().iter().map(|file| file.place.as_str()).filter(|place| !known(place)).collect()
}

fn duplicate_keys(file: &SourceFile, defects: &mut Vec<Defect>) {
    for (offset, key) in locate::duplicate_keys(&file.text) {
        let position = locate::position_at(&file.text, offset);
        let defect = Defect {
            line: position.line,
            column: position.column,
            ..Defect::of_file(&file.path, "duplicate-key", format!("{key} stands here a second time"))
        };
        defects.push(defect.with_help("leave one of them out"));
    }
}
