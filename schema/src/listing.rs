//! What the dialects have, row by row.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::annotations::UNTYPED;
use crate::catalog::Catalog;
use crate::dialect::Dialect;
use crate::model::{Effect, Presence, Schema};
use crate::validate::escape_pointer;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// An action.
    Action,
    /// A segment.
    Segment,
    /// An event.
    Event,
    /// A shared type.
    Type,
}

impl RowKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Action, Self::Segment, Self::Event, Self::Type];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Segment => "segment",
            Self::Event => "event",
            Self::Type => "type",
        }
    }
}

/// One thing that a dialect has, be it of its own or taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row<'a> {
    /// The dialect that has it.
    pub dialect: &'a str,
    /// What it is.
    pub kind: RowKind,
    /// Its name.
    pub name: &'a str,
    /// The category of an action.
    pub category: Option<&'a str>,
    /// The effect of an action.
    pub effect: Option<Effect>,
    /// The dialect whose folder it stands in.
    pub declared_in: &'a str,
    /// Whether a build has it.
    pub status: Presence,
    /// The version of the dialect that introduced it, where the contract states.
    pub since: Option<&'a str>,
    /// How many places in it have no type; the contract states why at each of them.
    pub untyped: usize,
}

/// A place of which a contract states no type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Untyped<'a> {
    /// The file.
    pub path: &'a str,
    /// JSON pointer into the schema.
    pub pointer: String,
    /// Why.
    pub why: &'a str,
}

/// Everything that every dialect has.
pub fn rows(catalog: &Catalog) -> Vec<Row<'_>> {
    catalog.dialects().flat_map(rows_of).collect()
}

/// Everything that one dialect has.
pub fn rows_of(dialect: &Dialect) -> Vec<Row<'_>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for place in untyped(dialect) {
        *places.entry(place.path).or_default() += 1;
    }
    let row = |kind, name, declared_in, status| Row {
        dialect: dialect.name(),
        kind,
        name,
        category: None,
        effect: None,
        declared_in,
        status,
        since: None,
        untyped: 0,
    };
    let count = |path: &str| places.get(path).copied().unwrap_or_default();
    let mut rows = Vec::new();
    for it in dialect.actions.values() {
        rows.push(Row {
            category: Some(&it.category),
            effect: Some(it.effect),
            since: it.since.as_deref(),
            untyped: count(&it.path),
            ..row(RowKind::Action, &*it.name, &*it.declared_in, it.presence)
        });
    }
    for it in dialect.segments.values() {
        rows.push(Row {
            since: it.since.as_deref(),
            untyped: count(&it.path),
            ..row(RowKind::Segment, &*it.name, &*it.declared_in, it.presence)
        });
    }
    for it in dialect.events.values() {
        rows.push(Row {
            since: it.since.as_deref(),
            untyped: count(&it.path),
            ..row(RowKind::Event, &*it.name, &*it.declared_in, it.presence)
        });
    }
    for it in dialect.types.values() {
        rows.push(Row {
            since: it.since.as_deref(),
            untyped: count(&it.path),
            ..row(RowKind::Type, &*it.name, &*it.declared_in, Presence::Current)
        });
    }
    rows
}

/// The places of which the contracts of a dialect state no type, with the reason that they give.
pub fn untyped(dialect: &Dialect) -> Vec<Untyped<'_>> {
    let mut found = Vec::new();
    for it in dialect.actions.values() {
        collect(&it.path, "/params", &it.params, &mut found);
        collect(&it.path, "/result", &it.result, &mut found);
    }
    for it in dialect.segments.values() {
        it.send.iter().for_each(|schema| collect(&it.path, "/send", schema, &mut found));
        it.receive.iter().for_each(|schema| collect(&it.path, "/receive", schema, &mut found));
    }
    for it in dialect.events.values() {
        collect(&it.path, "/data", &it.data, &mut found);
        it.quick_operation.iter().for_each(|schema| collect(&it.path, "/quick_operation", schema, &mut found));
    }
    for it in dialect.types.values() {
        collect(&it.path, "/schema", &it.schema, &mut found);
    }
    found
}

fn collect<'a>(path: &'a str, at: &str, schema: &'a Schema, found: &mut Vec<Untyped<'a>>) {
    match schema {
        Value::Object(keywords) => {
            if let Some(why) = keywords.get(UNTYPED).and_then(Value::as_str) {
                found.push(Untyped { path, pointer: at.to_owned(), why });
            }
            for (keyword, value) in keywords {
                collect(path, &format!("{at}/{}", escape_pointer(keyword)), value, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(path, &format!("{at}/{index}"), item, found);
            }
        }
        _ => {}
    }
}
