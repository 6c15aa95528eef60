//! What is known of a row in a column.

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::model::{FailureKind, Presence};
use botspec_schema::{Catalog, Dialect, RETCODE};
use serde_json::Value;

use super::column::Column;
use super::row::{Kind, Row};
use crate::cause::{CauseGroup, subject};
use crate::record::{Check, Finding, Verdict};

/// What is known of a row in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// Every check of it that was run passes.
    Supported,
    /// Nothing is wrong with it but what is wrong with every response.
    Envelope,
    /// Something of it is not as its contract states.
    Deviates,
    /// The implementation states that it has no such thing.
    Missing,
    /// Nothing of it was tested.
    NotRun,
    /// A document mentions it, no build has it.
    DocumentedOnly,
    /// The dialect of the column has no such thing.
    Absent,
    /// The record of the column cannot be read.
    Unknown,
}

impl Status {
    /// The letter in the table's data.
    pub(super) fn letter(self) -> char {
        match self {
            Self::Supported => 's',
            Self::Envelope => 'e',
            Self::Deviates => 'd',
            Self::Missing => 'm',
            Self::NotRun => 'n',
            Self::DocumentedOnly => 'o',
            Self::Absent => 'a',
            Self::Unknown => 'u',
        }
    }

    /// The sign and the word.
    pub(super) fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Supported => ("✓", "supported", "支持"),
            Self::Envelope => ("≈", "only the envelope deviates", "仅信封有偏差"),
            Self::Deviates => ("✕", "deviates", "有偏差"),
            Self::Missing => ("∅", "missing", "没有"),
            Self::NotRun => ("?", "not run", "未测"),
            Self::DocumentedOnly => ("§", "documented only", "仅见于文档"),
            Self::Absent => ("–", "not in dialect", "方言中没有"),
            Self::Unknown => ("!", "no record", "记录不可用"),
        }
    }

    pub(super) const ALL: [Self; 8] = [
        Self::Supported,
        Self::Envelope,
        Self::Deviates,
        Self::Missing,
        Self::NotRun,
        Self::DocumentedOnly,
        Self::Absent,
        Self::Unknown,
    ];
}

/// A cell of the table.
#[derive(Debug, Clone)]
pub(super) struct Cell<'a> {
    pub(super) status: Status,
    /// How many checks came to a judgement.
    pub(super) tested: usize,
    /// Every check of the row.
    pub(super) checks: Vec<&'a Check>,
}

impl Cell<'_> {
    /// How often what the row is about was seen in traffic that was watched; None in the record of a run.
    pub(super) fn seen(&self) -> Option<u64> {
        self.checks.iter().filter_map(|check| check.seen).max()
    }
}

/// Every cell, by row and column.
pub(super) struct Table<'a> {
    cells: Vec<Vec<Cell<'a>>>,
}

impl<'a> Table<'a> {
    pub(super) fn of(catalog: &Catalog, rows: &[Row], columns: &'a [Column<'a>]) -> Self {
        let by_column: Vec<_> = columns.iter().map(|column| (by_row(column), in_envelope(column))).collect();
        let cells = rows
            .iter()
            .map(|row| {
                columns
                    .iter()
                    .zip(&by_column)
                    .map(|(column, (checks, envelope))| {
                        let key = (row.kind.word(), row.name.as_str());
                        let checks = checks.get(&key).map_or(&[][..], Vec::as_slice);
                        cell(catalog.dialect(&column.dialect), row, column, checks, envelope)
                    })
                    .collect()
            })
            .collect();
        Self { cells }
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &Cell<'a> {
        &self.cells[row][column]
    }

    pub(super) fn row(&self, row: usize) -> &[Cell<'a>] {
        &self.cells[row]
    }

    /// How many cells of a column have each status.
    pub(super) fn counts(&self, column: usize) -> BTreeMap<Status, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.cells {
            *counts.entry(row[column].status).or_default() += 1;
        }
        counts
    }
}

/// The checks of a column by the row that they are about: that of their contract, and those of their requirements.
fn by_row<'a>(column: &'a Column<'a>) -> BTreeMap<(&'static str, &'a str), Vec<&'a Check>> {
    let mut found: BTreeMap<(&'static str, &str), Vec<&Check>> = BTreeMap::new();
    let Ok(analysis) = &column.analysis else { return found };
    for check in &analysis.run.checks {
        if let Some((area, name)) = subject(&check.id) {
            let kind = [Kind::Action, Kind::Segment, Kind::Event].into_iter().find(|kind| kind.word() == area);
            found.entry((kind.map_or("", Kind::word), name)).or_default().push(check);
        }
        for requirement in &check.requirements {
            found.entry((Kind::Requirement.word(), requirement)).or_default().push(check);
        }
    }
    found
}

/// The checks of a column that met nothing but defects of the envelope.
fn in_envelope(column: &Column<'_>) -> BTreeSet<*const Check> {
    let Ok(analysis) = &column.analysis else { return BTreeSet::new() };
    let (inside, elsewhere): (Vec<_>, Vec<_>) = analysis.causes.iter().partition(|cause| cause.is_in_envelope());
    let checks = |causes: Vec<&CauseGroup<'_>>| -> BTreeSet<*const Check> {
        causes.iter().flat_map(|cause| cause.checks.iter().map(|check| std::ptr::from_ref(*check))).collect()
    };
    &checks(inside) - &checks(elsewhere)
}

fn cell<'a>(
    dialect: Option<&Dialect>,
    row: &Row,
    column: &Column<'a>,
    checks: &[&'a Check],
    envelope: &BTreeSet<*const Check>,
) -> Cell<'a> {
    let tested = checks.iter().filter(|check| check.verdict.is_judged()).count();
    let status = status(dialect, row, column, checks, tested, envelope);
    Cell { status, tested, checks: checks.to_vec() }
}

fn status(
    dialect: Option<&Dialect>,
    row: &Row,
    column: &Column<'_>,
    checks: &[&Check],
    tested: usize,
    envelope: &BTreeSet<*const Check>,
) -> Status {
    let Ok(analysis) = &column.analysis else { return Status::Unknown };
    let presence = dialect.and_then(|dialect| match row.kind {
        Kind::Action => dialect.actions.get(&row.name).map(|it| it.presence),
        Kind::Segment => dialect.segments.get(&row.name).map(|it| it.presence),
        Kind::Event => dialect.events.get(&row.name).map(|it| it.presence),
        Kind::Transport | Kind::Requirement => {
            let mut sets = analysis.run.header.requirement_sets.iter();
            sets.any(|set| set.requirements.iter().any(|one| one.id == row.name)).then_some(Presence::Current)
        }
    });
    let bad: Vec<_> = checks.iter().filter(|check| matches!(check.verdict, Verdict::Fail | Verdict::Warn)).collect();
    match presence {
        None if checks.is_empty() => Status::Absent,
        Some(Presence::DocumentedOnly) if tested == 0 => Status::DocumentedOnly,
        _ if !bad.is_empty() => {
            let has_none = |check: &&&Check| {
                check.finding.as_ref().is_some_and(|finding| dialect.is_some_and(|it| is_unknown(it, finding)))
            };
            let actions = analysis.figures.actions.as_ref();
            let is_listed = actions.is_some_and(|actions| actions.lacks(&row.name));
            if row.kind == Kind::Action && (is_listed || bad.iter().any(has_none)) {
                Status::Missing
            } else if bad.iter().all(|check| envelope.contains(&std::ptr::from_ref(**check))) {
                Status::Envelope
            } else {
                Status::Deviates
            }
        }
        _ if tested == 0 => Status::NotRun,
        _ => Status::Supported,
    }
}

/// Whether what came back is how the dialect states that there is no such action.
fn is_unknown(dialect: &Dialect, finding: &Finding) -> bool {
    let (Some(failure), Some(response)) = (dialect.file.failures.get(&FailureKind::UnknownAction), &finding.response)
    else {
        return false;
    };
    let retcode = serde_json::from_str::<Value>(&response.body).ok().and_then(|body| body.get(RETCODE)?.as_i64());
    let over_http = failure.http.as_ref().is_some_and(|http| {
        let status = response.head.first().and_then(|line| line.split(' ').find_map(|word| word.parse::<u16>().ok()));
        status == Some(http.status) && (http.status >= 400 || (retcode.is_some() && http.retcode == retcode))
    });
    let over_ws = failure.ws.as_ref().is_some_and(|ws| retcode.is_some() && ws.retcode == retcode);
    over_http || over_ws
}
