//! `botspec report matrix`: a static site over many records.

use std::collections::BTreeMap;

use botspec_codegen::rust::generate;
use botspec_reports::matrix::{Input, site};
use botspec_schema::listing::RowKind;
use botspec_schema::{Catalog, Dialect};

use super::records;
use super::write;
use crate::cli::MatrixArgs;
use crate::failure::{Failure, OK};
use crate::files::Readers;
use crate::print;

/// Writes the site; a record that cannot be read is a column that states so.
pub(crate) fn matrix(args: &MatrixArgs) -> Result<u8, Failure> {
    let mut inputs = Vec::new();
    for path in &args.records {
        for record in records::all(path)? {
            let name = record.display().to_string();
            let run = records::read(&record).map_err(|error| error.to_string());
            inputs.push(Input { name, run });
        }
    }
    let generated: BTreeMap<&str, BTreeMap<(RowKind, String), String>> =
        Catalog::builtin().dialects().map(|dialect| (dialect.name(), rust_names(dialect))).collect();
    let names = |dialect: &Dialect, kind: RowKind, name: &str| {
        let path = generated.get(dialect.name()).and_then(|names| names.get(&(kind, name.to_owned())));
        path.map(|path| ("Rust", path.clone())).into_iter().collect()
    };
    for file in site(Catalog::builtin(), &inputs, &names) {
        write(&args.out.join(&file.path), Readers::Everybody, |out| out.write_all(file.content.as_bytes()))?;
    }
    print::text(&format!("{}\n", args.out.join("index.html").display()))?;
    Ok(OK)
}

/// What actions, segments and events of a dialect are called in the Rust bindings, read off the bindings themselves: each
/// file begins with what it is, between backticks, and its first type is the one that is meant.
fn rust_names(dialect: &Dialect) -> BTreeMap<(RowKind, String), String> {
    let files = generate(dialect, std::iter::empty()).unwrap_or_default();
    let mut names = BTreeMap::new();
    for file in &files {
        let path = file.path.as_str();
        let kind = match path.split('/').next() {
            Some("actions") => RowKind::Action,
            Some("segments") => RowKind::Segment,
            Some("events") => RowKind::Event,
            _ => continue,
        };
        let name = file.text.lines().find(|line| line.starts_with("//!")).and_then(|line| line.split('`').nth(1));
        let item = file.text.lines().find_map(|line| {
            let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
        });
        if let (Some(name), Some(item)) = (name, item) {
            let module = path.split('/').next().unwrap_or_default();
            names.insert((kind, name.to_owned()), format!("botspec_bindings::{}::{module}::{item}", dialect.name()));
        }
    }
    names
}
