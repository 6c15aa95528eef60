//! The tables of values: they name a field by its last name only, so that the order of rows and the example have to
//! report which of several fields of that name is meant.

use std::collections::BTreeMap;

use serde_json::Value;

use super::blocks::{Block, Piece};
use super::rows::{Row, below, marked};

/// The column of field names in a table of values.
const FIELD: &str = "属性";
/// The column of values.
const VALUE: &str = "值";

/// A run of rows with the same field name.
struct Run<'a> {
    name: &'a str,
    /// How deep the field stands, where the table reports; it does for parameters.
    depth: Option<usize>,
    values: Vec<&'a str>,
}

/// A row in the order of the document; its line stands for it.
struct Place<'a> {
    line: usize,
    depth: usize,
    name: &'a str,
    /// What the example has there.
    example: Option<String>,
}

impl Run<'_> {
    fn means(&self, place: &Place<'_>) -> bool {
        self.name == place.name && self.depth.is_none_or(|depth| depth == place.depth)
    }
}

/// Reads the tables of values among these blocks and sets them on the rows.
pub(super) fn assign<'a>(blocks: &[Block<'a>], rows: &mut [Row<'a>], example: Option<&Value>) {
    let runs = runs(blocks);
    if runs.is_empty() {
        return;
    }
    let mut places = Vec::new();
    collect(rows, example, &mut places);
    let mut found = BTreeMap::new();
    let mut from = 0;
    for (index, run) in runs.iter().enumerate() {
        let named = |run: &Run<'_>, from: usize| (from..places.len()).find(|place| run.means(&places[*place]));
        let Some(first) = named(run, from) else { continue };
        // The field of the next run ends the fields of this one.
        let end = runs.get(index + 1).and_then(|next| named(next, first + 1)).unwrap_or(places.len());
        let fields: Vec<&Place<'_>> = places[first..end].iter().filter(|place| run.means(place)).collect();
        found.extend(share(run, &fields));
        from = end.min(places.len());
    }
    apply(rows, &found);
}

/// Shares the values of a run among the fields that have its name, by the line of the field.
fn share<'a>(run: &Run<'a>, fields: &[&Place<'a>]) -> Vec<(usize, Vec<&'a str>)> {
    if let [only] = fields {
        return vec![(only.line, run.values.clone())];
    }
    if fields.len() == run.values.len() {
        return fields.iter().zip(&run.values).map(|(place, value)| (place.line, vec![*value])).collect();
    }
    // An example shows the first value of a field: where it does, the values of that field begin.
    let mut shared: Vec<(usize, Vec<&'a str>)> = Vec::new();
    let mut waiting = fields;
    for value in &run.values {
        let starts = waiting.iter().position(|place| place.example.as_deref() == Some(*value));
        if let Some(start) = starts {
            shared.push((waiting[start].line, vec![*value]));
            waiting = &waiting[start + 1..];
        } else if let Some((_, values)) = shared.last_mut() {
            values.push(value);
        } else {
            // Nothing reports which field these values belong to.
            return Vec::new();
        }
    }
    shared
}

/// Every row in the order of the document, with what the example has in its place.
fn collect<'a>(rows: &[Row<'a>], holder: Option<&Value>, places: &mut Vec<Place<'a>>) {
    let mut index = 0;
    while let Some(row) = rows.get(index) {
        let end = below(rows, index);
        // An alternative has no name of its own: it stands where its row stands.
        let here = if row.name.starts_with('*') {
            holder
        } else {
            holder.map(first_element).and_then(|holder| holder.get(row.name))
        };
        let example = here.and_then(|value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        });
        places.push(Place { line: row.line, depth: row.depth, name: row.name, example });
        // A title row of a model stands for the model itself.
        let inner = here.or(if rows.len() == 1 { holder } else { None });
        for alternative in &row.alternatives {
            collect(alternative, inner, places);
        }
        collect(&rows[index + 1..end], here, places);
        index = end;
    }
}

fn apply<'a>(rows: &mut [Row<'a>], found: &BTreeMap<usize, Vec<&'a str>>) {
    for row in rows {
        if let Some(values) = found.get(&row.line) {
            row.values.clone_from(values);
        }
        row.alternatives.iter_mut().for_each(|alternative| apply(alternative, found));
    }
}

/// The first element of a list, or the value itself.
fn first_element(value: &Value) -> &Value {
    value.as_array().and_then(|list| list.first()).unwrap_or(value)
}

fn runs<'a>(blocks: &[Block<'a>]) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for block in blocks {
        let Piece::Table(table) = &block.piece else { continue };
        for (_, cells) in &table.rows {
            let (Some(name), Some(value)) = (table.cell(cells, FIELD), table.cell(cells, VALUE)) else { continue };
            let (depth, name) = marked(name);
            let depth = (depth > 0).then_some(depth);
            match runs.last_mut() {
                Some(run) if (run.name, run.depth) == (name, depth) => run.values.push(value),
                _ => runs.push(Run { name, depth, values: vec![value] }),
            }
        }
    }
    runs
}
