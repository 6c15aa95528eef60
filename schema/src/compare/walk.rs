//! Walks what both dialects have side by side, and judges what differs by the way it travels.

mod moved;
mod objects;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Change, Entry, Level, Place};
use super::sentences::{Said, Words};
use super::side::{Alternative, Side};
use super::subject::Subject;
use crate::defs::each_reference;
use crate::model::Schema;
use crate::shape::{Direction, Kind, Shape};

/// How deep shapes are compared.
const DEPTH: usize = 24;

/// A shared type of each side, compared for one way.
type TypePair = (String, String, Direction);

/// A part of a contract, such as its parameters.
#[derive(Clone, Copy)]
pub(super) struct Part<'s> {
    pub(super) schema: &'s Schema,
    /// The file that it stands in.
    pub(super) path: &'s str,
}

/// The same place on both sides.
#[derive(Clone, Copy)]
pub(super) struct Pair<'s> {
    pub(super) from: &'s Shape,
    pub(super) to: &'s Shape,
}

/// What was found so far, and where the walk is.
pub(super) struct Walk<'a> {
    pub(super) from: &'a Side<'a>,
    pub(super) to: &'a Side<'a>,
    pub(super) found: Vec<Entry>,
    here: Place,
    /// The name of that in the second dialect, where it is another one.
    here_to: Option<String>,
    direction: Direction,
    /// The shared type that is looked at; none while a contract is.
    inside: Option<TypePair>,
    /// Shared types that were met and are still to be compared.
    open: Vec<TypePair>,
    /// The contracts in which each pair of shared types stands.
    uses: BTreeMap<TypePair, BTreeSet<Place>>,
    /// The pairs of shared types that stand in each.
    nested: BTreeMap<TypePair, BTreeSet<TypePair>>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(from: &'a Side<'a>, to: &'a Side<'a>) -> Self {
        Walk {
            from,
            to,
            found: Vec::new(),
            here: Place { kind: Subject::Dialect, name: String::new() },
            here_to: None,
            direction: Direction::Receive,
            inside: None,
            open: Vec::new(),
            uses: BTreeMap::new(),
            nested: BTreeMap::new(),
            depth: 0,
        }
    }

    /// The names that sentences use.
    pub(super) fn words(&self) -> Words<'a> {
        Words { from: self.from.title(), to: self.to.title() }
    }

    /// What is found from now on belongs to this contract.
    pub(super) fn enter(&mut self, kind: Subject, name: &str) {
        self.enter_pair(kind, name, name);
    }

    /// The same where the second dialect may have another name for it.
    pub(super) fn enter_pair(&mut self, kind: Subject, name: &str, to_name: &str) {
        self.here = Place { kind, name: name.to_owned() };
        self.here_to = (to_name != name).then(|| to_name.to_owned());
    }

    /// Compares a part of the contract that the walk is in. What both sides take from the same file is the same but for the
    /// shared types in it.
    pub(super) fn part(&mut self, name: &str, direction: Direction, from: Part<'_>, to: Part<'_>) {
        self.part_at(name, &format!("/{name}"), direction, (from, to));
    }

    /// The same for a part that has another place in the file than in the comparison.
    pub(super) fn part_at(
        &mut self,
        name: &str,
        pointer: &str,
        direction: Direction,
        (from, to): (Part<'_>, Part<'_>),
    ) {
        self.direction = direction;
        if from.path == to.path {
            self.references(from.schema);
            return;
        }
        let one = self.from.shape(from.schema, from.path, name);
        let other = self.to.shape(to.schema, to.path, name);
        self.shapes(Pair { from: &one, to: &other }, pointer);
    }

    /// Compares the shared types that were met, and those that are met in them.
    pub(super) fn types(&mut self) {
        while let Some(pair) = self.open.pop() {
            let (from, to) = (self.from, self.to);
            let (Some(one), Some(other)) = (from.dialect.types.get(&pair.0), to.dialect.types.get(&pair.1)) else {
                continue;
            };
            self.enter_pair(Subject::Type, &pair.0, &pair.1);
            self.direction = pair.2;
            let (one_shape, other_shape) = (&from.types[&pair.0], &to.types[&pair.1]);
            self.inside = Some(pair);
            if one.path == other.path {
                self.references(&one.schema);
            } else {
                self.shapes_unnamed(Pair { from: one_shape, to: other_shape }, "");
            }
            self.inside = None;
        }
    }

    /// The contracts in which a shared type of the first dialect stands where the second has another one of this name,
    /// the types that they stand in included.
    pub(super) fn used_by(&self, name: &str, to_name: &str) -> Vec<Place> {
        let mut places = BTreeSet::new();
        let pairs = self.uses.keys().chain(self.nested.keys()).chain(self.nested.values().flatten());
        let mut wanted: Vec<&TypePair> = pairs.filter(|pair| pair.0 == name && pair.1 == to_name).collect();
        let mut seen: BTreeSet<&TypePair> = BTreeSet::new();
        while let Some(pair) = wanted.pop() {
            if seen.insert(pair) {
                places.extend(self.uses.get(pair).into_iter().flatten().cloned());
                wanted.extend(self.nested.iter().filter(|(_, inner)| inner.contains(pair)).map(|(outer, _)| outer));
            }
        }
        places.into_iter().collect()
    }

    /// Remembers the shared types that a schema of both sides refers to.
    fn references(&mut self, schema: &Schema) {
        let mut names = Vec::new();
        each_reference(schema, &mut |name| names.push(name.to_owned()));
        for name in names {
            if self.from.types.contains_key(&name) {
                self.meet((name.clone(), name, self.direction));
            }
        }
    }

    /// Two shared types that stand in the same place.
    fn meet(&mut self, pair: TypePair) {
        let new = !self.uses.contains_key(&pair) && !self.nested.values().any(|inner| inner.contains(&pair));
        match &self.inside {
            Some(outer) => {
                self.nested.entry(outer.clone()).or_default().insert(pair.clone());
            }
            None => {
                self.uses.entry(pair.clone()).or_default().insert(self.here.clone());
            }
        }
        if new {
            self.open.push(pair);
        }
    }

    /// Adds a difference in the contract that the walk is in.
    pub(super) fn push(&mut self, level: Level, change: Change, pointer: &str, pair: Option<Pair<'_>>, said: Said) {
        let sentence = said.sentence.about(self.here.kind, pointer);
        self.found.push(Entry {
            level,
            kind: self.here.kind,
            name: self.here.name.clone(),
            to_name: self.here_to.clone(),
            pointer: pointer.to_owned(),
            change,
            text: sentence.text(),
            sentence,
            from: said.from,
            to: said.to,
            replacements: said.replacements,
            documented: said.documented,
            category: None,
            from_at: pair.map(|pair| pair.from.at.clone()),
            to_at: pair.map(|pair| pair.to.at.clone()),
            also: Vec::new(),
            used_by: Vec::new(),
        });
    }

    /// The action that was reported of last, as a whole, stands in this category.
    pub(super) fn of_category(&mut self, category: &str) {
        if let Some(entry) = self.found.last_mut() {
            entry.category = Some(category.to_owned());
        }
    }

    /// Compares two shapes and everything below them.
    fn shapes(&mut self, pair: Pair<'_>, pointer: &str) {
        match (&pair.from.kind, &pair.to.kind) {
            (Kind::Named(one), Kind::Named(other)) if self.both_known(one, other) => {
                self.meet((one.clone(), other.clone(), self.direction));
            }
            _ => self.shapes_unnamed(pair, pointer),
        }
    }

    fn both_known(&self, from: &str, to: &str) -> bool {
        self.from.types.contains_key(from) && self.to.types.contains_key(to)
    }

    fn shapes_unnamed(&mut self, pair: Pair<'_>, pointer: &str) {
        if self.depth > DEPTH {
            return;
        }
        self.depth += 1;
        let (from, to) = (self.from, self.to);
        let (one, other) = (from.alternatives(pair.from), to.alternatives(pair.to));
        if self.list_moved(pair, (&one, &other), pointer) {
            self.depth -= 1;
            return;
        }
        if values::compare(self, pair, pointer, (&one, &other)) {
            if let (Some(one), Some(other)) = (items(&one), items(&other)) {
                self.shapes(Pair { from: one, to: other }, &format!("{pointer}/[]"));
            }
            match (objects(&one).as_slice(), objects(&other).as_slice()) {
                ([], _) | (_, []) => {}
                ([one], [other]) => match (one.name, other.name) {
                    // A shared type beside null is still compared once.
                    (Some(name), Some(their)) => {
                        self.meet((name.to_owned(), their.to_owned(), self.direction));
                    }
                    _ => self.objects(Pair { from: one.shape, to: other.shape }, pointer),
                },
                (one, other) => self.tagged(pair, one, other, pointer),
            }
        }
        self.depth -= 1;
    }

    /// Which way what is looked at travels.
    pub(super) fn direction(&self) -> Direction {
        self.direction
    }

    /// Whether the walk is in the parameters of an action themselves, where strings may stand for other types.
    pub(super) fn at_parameter(&self, pointer: &str) -> bool {
        self.inside.is_none()
            && self.here.kind == Subject::Action
            && pointer.strip_prefix("/params/").is_some_and(|rest| !rest.contains('/'))
    }
}

fn items<'s>(alternatives: &[Alternative<'s>]) -> Option<&'s Shape> {
    alternatives.iter().find_map(|alternative| match &alternative.shape.kind {
        Kind::Array(items) => Some(&**items),
        _ => None,
    })
}

fn objects<'s>(alternatives: &[Alternative<'s>]) -> Vec<Alternative<'s>> {
    alternatives.iter().copied().filter(|alternative| matches!(alternative.shape.kind, Kind::Object(_))).collect()
}
