//! The models behind the operations: shared types, segments and events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::error::ReadError;
use super::super::segments;
use super::super::upstream::{UpEvent, UpSource, Upstream};
use super::blocks::{Block, Piece};
use super::{broken, codes, rows, values};
use crate::shape::{Kind, Shape, Types};

/// What a model is called that is an event.
const EVENT: &str = "Event";
/// How the model of parameters is distinguished from the model of what is answered.
const INPUT: &str = "_input";
const OUTPUT: &str = "_output";

/// Every model of a page, in its order.
pub(super) struct Models {
    /// The shapes by name.
    pub(super) types: Types,
    /// The names in the order of the page.
    order: Vec<String>,
}

/// Reads the models of a page.
pub(super) fn read(blocks: &[Block<'_>], file: &str) -> Result<Models, ReadError> {
    let mut models = Models { types: Types::new(), order: Vec::new() };
    let mut index = 0;
    while let Some(block) = blocks.get(index) {
        let Piece::Model(name) = block.piece else {
            index += 1;
            continue;
        };
        let end = blocks[index + 1..]
            .iter()
            .position(|block| matches!(block.piece, Piece::Heading(1 | 2, _) | Piece::Model(_)))
            .map_or(blocks.len(), |found| index + 1 + found);
        let shape = model(block.line, &blocks[index + 1..end]).map_err(|unknown| broken(file, &unknown))?;
        models.order.push(name.to_owned());
        models.types.insert(name.to_owned(), shape);
        index = end;
    }
    Ok(models)
}

fn model(line: usize, blocks: &[Block<'_>]) -> Result<Shape, rows::UnknownType> {
    let mut rows = rows::rows(blocks);
    let example = codes(blocks).into_iter().next();
    values::assign(blocks, &mut rows, example.as_ref());
    let at = format!("line {line}");
    // A model that is not an object has one row with its title, and stands in the alternatives of that row.
    if let [row] = rows.as_slice()
        && (!row.alternatives.is_empty() || !example.as_ref().is_some_and(Value::is_object))
    {
        return rows::shape(row, &[]);
    }
    Ok(Shape::object(rows::fields(&rows)?, at))
}

impl Models {
    /// The model of what an action answers: operations name only the model of their parameters, and not always their own.
    pub(super) fn result_of(&self, action: &str, at: &str) -> Option<Shape> {
        let belongs = |name: &&String| {
            name.strip_suffix(OUTPUT).and_then(|name| name.strip_suffix(action)).is_some_and(|prefix| {
                prefix.is_empty() || (prefix.ends_with('_') && !prefix.trim_end_matches('_').contains('_'))
            })
        };
        let name = self.types.keys().find(belongs)?;
        Some(Shape::new(Kind::Named(name.clone()), at))
    }
}

/// What is wrong where an operation names the parameters of another one.
pub(super) fn foreign_params(action: &str, params: &Shape) -> Option<String> {
    let Kind::Named(name) = &params.kind else { return None };
    let own = name.strip_suffix(INPUT)?.ends_with(action);
    (!own).then(|| format!("its parameters are the model {name}, which belongs to another action"))
}

/// Gives each protocol of a page the models that hang together with its operations. A model that hangs together with
/// none goes where the one before it went: a page lists the models of one protocol after the other.
pub(super) fn share_out(models: &Models, parts: &mut [Upstream]) {
    let links = links(&models.types);
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        let mut waiting: Vec<String> = Vec::new();
        for action in part.actions.values() {
            waiting.extend(names(&action.params));
            waiting.extend(names(&action.result));
        }
        while let Some(name) = waiting.pop() {
            if let Some((name, _)) = models.types.get_key_value(&name)
                && !owners.contains_key(name.as_str())
            {
                owners.insert(name, index);
                waiting.extend(links.get(name).into_iter().flatten().cloned());
            }
        }
    }
    let mut owner = 0;
    for name in &models.order {
        owner = owners.get(name.as_str()).copied().unwrap_or(owner);
        if let (Some(part), Some(shape)) = (parts.get_mut(owner), models.types.get(name)) {
            part.types.insert(name.clone(), shape.clone());
        }
    }
    parts.iter_mut().for_each(finish);
}

/// Which models hang together, in both directions.
fn links(types: &Types) -> BTreeMap<String, BTreeSet<String>> {
    let mut links: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, shape) in types {
        for other in names(shape) {
            links.entry(name.clone()).or_default().insert(other.clone());
            links.entry(other).or_default().insert(name.clone());
        }
    }
    links
}

/// The models that a shape names.
fn names(shape: &Shape) -> Vec<String> {
    let mut found = Vec::new();
    shape.walk(&mut |shape| {
        if let Kind::Named(name) = &shape.kind {
            found.push(name.clone());
        }
    });
    found
}

/// Puts the operations' own parameter models in their place, and the segments and events in theirs.
fn finish(part: &mut Upstream) {
    let types = part.types.clone();
    for action in part.actions.values_mut() {
        for shape in [&mut action.params, &mut action.result] {
            if let Kind::Named(name) = &shape.kind
                && (name.ends_with(INPUT) || name.ends_with(OUTPUT))
                && let Some(target) = types.get(name)
            {
                *shape = target.clone();
            }
        }
    }
    part.types.retain(|name, _| !name.ends_with(INPUT) && !name.ends_with(OUTPUT));
    let file = part.file.clone();
    let source = |name: &str, _: &str| UpSource { document: file.clone(), heading: name.to_owned(), note: None };
    segments::extract(part, &source);
    let events: Vec<String> =
        part.types.keys().filter(|name| name.ends_with(EVENT) && name.len() > EVENT.len()).cloned().collect();
    for name in events {
        if let Some(shape) = part.types.remove(&name) {
            let heading = name.clone();
            let sources = vec![UpSource { document: part.file.clone(), heading, note: None }];
            part.events.insert(name, UpEvent { at: shape.at.clone(), shape, sources });
        }
    }
    part.says.segments = !part.segments.is_empty();
    part.says.events = !part.events.is_empty();
}
