//! `botspec schema list`: what the dialects have.

use botspec_schema::listing::{self, Row, RowKind};
use serde_json::{Value, json};

use crate::cli::{ListFormat, SchemaListArgs};
use crate::commands::dialects;
use crate::failure::{Failure, OK};
use crate::print;

/// Prints the rows.
pub(crate) fn list(args: &SchemaListArgs) -> Result<u8, Failure> {
    let dialects = dialects(args.dialect.as_deref())?;
    let rows: Vec<Row<'_>> = dialects
        .iter()
        .flat_map(|dialect| listing::rows_of(dialect))
        .filter(|row| args.kind.as_ref().is_none_or(|kind| json!(row.kind) == json!(kind)))
        .collect();
    match args.format {
        ListFormat::Json => print::json(&json!(rows))?,
        ListFormat::Text => {
            print::table(&rows.iter().map(cells).collect::<Vec<_>>())?;
            print::text("\n")?;
            print::table(&dialects.iter().map(|dialect| summary(dialect.name(), &rows)).collect::<Vec<_>>())?;
        }
    }
    Ok(OK)
}

/// The row in words; what it does not have is a dash.
fn cells(row: &Row<'_>) -> Vec<String> {
    ["dialect", "kind", "name", "category", "effect", "declared_in", "status"]
        .iter()
        .map(|key| match &json!(row)[key] {
            Value::String(word) => word.clone(),
            _ => "-".to_owned(),
        })
        .collect()
}

/// What a dialect has, in numbers.
fn summary(dialect: &str, rows: &[Row<'_>]) -> Vec<String> {
    let rows: Vec<&Row<'_>> = rows.iter().filter(|row| row.dialect == dialect).collect();
    let mut cells = vec![dialect.to_owned()];
    for (kind, noun) in
        [(RowKind::Action, "action"), (RowKind::Segment, "segment"), (RowKind::Event, "event"), (RowKind::Type, "type")]
    {
        cells.push(counted(rows.iter().filter(|row| row.kind == kind).count(), noun));
    }
    cells.push(format!("{} x-untyped", counted(rows.iter().map(|row| row.untyped).sum(), "place")));
    cells
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}
