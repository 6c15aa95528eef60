//! A static site over the records of many implementations and versions.
//!
//! Rows are what people look for: actions, segments, events, requirements. A column is a build, read as one dialect. A
//! record that cannot be read is a column that states so, and spoils no other.

mod cell;
mod clients;
mod column;
mod contract;
mod implementation;
mod layout;
mod moving;
mod row;
mod row_page;
mod table;

use botspec_schema::Catalog;

use crate::record::Run;

pub use row::Names;

/// A record, or why it cannot be read.
#[derive(Debug)]
pub struct Input {
    /// Where it came from.
    pub name: String,
    /// The run.
    pub run: Result<Run, String>,
}

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Its path below the folder of the site.
    pub path: String,
    /// What it holds.
    pub content: String,
}

/// Every file of the site. What the names of an action, a segment or an event are in generated code is for the caller to
/// state.
pub fn site(catalog: &Catalog, inputs: &[Input], names: &Names<'_>) -> Vec<SiteFile> {
    let columns = column::columns(inputs);
    let rows = row::rows(catalog, &columns);
    let table = cell::Table::of(catalog, &rows, &columns);
    let mut files = layout::assets();
    files.extend(table::files(&rows, &columns, &table));
    for (number, row) in rows.iter().enumerate() {
        files.extend(row_page::files(catalog, row, number, &columns, &table, names));
    }
    files.extend(implementation::files(&rows, &columns, &table));
    files.extend(moving::files(catalog, &rows, &columns, &table));
    files
}
