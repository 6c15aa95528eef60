//! The rows: everything that a dialect of the records has, and every requirement that they were held to.

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::listing::{RowKind, rows_of};
use botspec_schema::{Catalog, Dialect};

use super::column::{Column, slug};
use crate::record::{Level, Text};

/// States for a dialect, a kind and a name what it is called in generated code: pairs of language and name.
pub type Names<'a> = dyn Fn(&Dialect, RowKind, &str) -> Vec<(&'static str, String)> + 'a;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Action,
    Segment,
    Event,
    /// A requirement that speaks of a transport.
    Transport,
    Requirement,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::Action, Self::Segment, Self::Event, Self::Transport, Self::Requirement];

    /// The word in links and files.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Segment => "segment",
            Self::Event => "event",
            Self::Transport | Self::Requirement => "requirement",
        }
    }

    /// The heading over rows of the kind.
    pub(super) fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Action => ("Actions", "动作"),
            Self::Segment => ("Segments", "消息段"),
            Self::Event => ("Events", "事件"),
            Self::Transport => ("Transports", "通信方式"),
            Self::Requirement => ("Requirements", "规范要求"),
        }
    }

    /// The same kind as contracts are listed by.
    pub(super) fn listed(self) -> Option<RowKind> {
        match self {
            Self::Action => Some(RowKind::Action),
            Self::Segment => Some(RowKind::Segment),
            Self::Event => Some(RowKind::Event),
            Self::Transport | Self::Requirement => None,
        }
    }
}

/// One row.
pub(super) struct Row {
    pub(super) kind: Kind,
    /// The group within the kind: the category of an action, the dialect of a requirement.
    pub(super) group: String,
    /// The name of the contract, or the id of the requirement.
    pub(super) name: String,
    /// What it is, in one sentence.
    pub(super) summary: Option<Text>,
    /// How binding a requirement is.
    pub(super) level: Option<Level>,
}

impl Row {
    /// The path of its page without the ending.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.kind.word(), slug(&[&self.name]))
    }

    /// The name by which it is linked to.
    pub(super) fn anchor(&self) -> String {
        format!("{}/{}", self.kind.word(), self.name)
    }
}

/// The rows of all dialects that the columns were read as.
pub(super) fn rows(catalog: &Catalog, columns: &[Column<'_>]) -> Vec<Row> {
    let dialects: BTreeSet<&str> = columns.iter().map(|column| column.dialect.as_str()).collect();
    let mut found: BTreeMap<(Kind, String, String), Row> = BTreeMap::new();
    let mut known: BTreeSet<(Kind, String)> = BTreeSet::new();
    for dialect in dialects.iter().filter_map(|name| catalog.dialect(name)) {
        for listed in rows_of(dialect) {
            let (kind, summary) = match listed.kind {
                RowKind::Action => (Kind::Action, dialect.actions.get(listed.name).map(|it| it.summary.clone())),
                RowKind::Segment => (Kind::Segment, dialect.segments.get(listed.name).map(|it| it.summary.clone())),
                RowKind::Event => (Kind::Event, dialect.events.get(listed.name).map(|it| it.summary.clone())),
                RowKind::Type => continue,
            };
            if known.insert((kind, listed.name.to_owned())) {
                let group = listed.category.unwrap_or_default().to_owned();
                let row = Row { kind, group: group.clone(), name: listed.name.to_owned(), summary, level: None };
                found.insert((kind, group, listed.name.to_owned()), row);
            }
        }
    }
    let sets = columns.iter().filter_map(|column| column.analysis.as_ref().ok());
    for set in sets.flat_map(|analysis| &analysis.run.header.requirement_sets) {
        for requirement in &set.requirements {
            let about_transport = requirement.id.split('/').nth(1).is_some_and(|area| area == "transport");
            let kind = if about_transport { Kind::Transport } else { Kind::Requirement };
            let row = Row {
                kind,
                group: set.dialect.clone(),
                name: requirement.id.clone(),
                summary: requirement.sentence.clone(),
                level: Some(requirement.level),
            };
            found.entry((kind, set.dialect.clone(), requirement.id.clone())).or_insert(row);
        }
    }
    found.into_values().collect()
}
