//! What actions make, and which action takes it away again: derived from what contracts state of ids.

use serde_json::Value;

use crate::annotations::ID;
use crate::dialect::Dialect;
use crate::model::{Action, Effect, Fixture, FoundBy, Need, Party, Schema, Thing, kind_of};
use crate::referenced;

/// How deep in a result is looked.
const DEPTH: usize = 4;

/// Something that an action makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What it is.
    pub fixture: Fixture,
    /// How its id is known.
    pub known: Known,
    /// The action that takes it away again, where the contract names one.
    pub undo: Option<String>,
}

/// How the id of something that was made is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Pointer into the `data` of the answer.
    Answered(String),
    /// It is what a parameter named.
    Named(String),
    /// It is found in a list.
    Found(FoundBy),
}

/// A value in a document that has a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindAt {
    /// Its pointer; `*` for any item of a list.
    pub pointer: String,
    /// Its kind: `x-id`, or what it is that is no identifier.
    pub kind: String,
}

impl Dialect {
    /// What an action makes.
    pub fn made_by(&self, action: &Action) -> Vec<Made> {
        let mut made: Vec<Made> = Vec::new();
        for makes in &action.makes {
            let known = match (&makes.found_by, &makes.of, &makes.at) {
                (Some(found), ..) => Known::Found(found.clone()),
                (_, Some(of), _) => Known::Named(of.clone()),
                (.., Some(at)) => Known::Answered(at.clone()),
                _ => continue,
            };
            made.push(Made { fixture: makes.fixture, known, undo: makes.undo.clone() });
        }
        if action.effect == Effect::Read {
            return made;
        }
        let arguments = self.kinds_at(&action.params);
        for place in self.kinds_at(&action.result) {
            let lists = place.pointer.contains('*');
            let people = ["user", "group", "peer"].contains(&place.kind.as_str());
            if lists || people || arguments.iter().any(|it| it.kind == place.kind) && place.kind != "message" {
                continue;
            }
            let thing = Thing { by: Some(Party::Own), ..Thing::default() };
            let Some(fixture) = Fixture::of(&place.kind, &thing) else { continue };
            if !made.iter().any(|it| it.fixture == fixture) {
                made.push(Made { fixture, known: Known::Answered(place.pointer), undo: None });
            }
        }
        made
    }

    /// The action that takes a fixture away again.
    pub fn undo_of(&self, fixture: Fixture) -> Option<&Action> {
        let spends = |action: &&Action| {
            action.spends.contains(&fixture)
                && action.effect > Effect::Send
                && action.needs.iter().any(|need| need.fixture(&action.params) == Some(fixture))
        };
        self.actions
            .values()
            .map(|action| &action.value)
            .filter(spends)
            .min_by_key(|it| (it.spends.len(), it.needs.len()))
    }

    /// Where in a document values with a kind stand, those nearest to the top first.
    pub fn kinds_at(&self, schema: &Schema) -> Vec<KindAt> {
        let mut found = Vec::new();
        self.collect(schema, "", 0, &mut found);
        found.sort_by_key(|it| it.pointer.matches('/').count());
        found
    }

    fn collect(&self, schema: &Schema, pointer: &str, depth: usize, found: &mut Vec<KindAt>) {
        if let Some(kind) = kind_of(schema) {
            let place = KindAt { pointer: pointer.to_owned(), kind: kind.to_owned() };
            if !found.contains(&place) {
                found.push(place);
            }
        }
        if depth > DEPTH {
            return;
        }
        let target = schema.get("$ref").and_then(Value::as_str).and_then(referenced);
        if let Some(target) = target.and_then(|name| self.defs().get(name)) {
            self.collect(target, pointer, depth + 1, found);
        }
        for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let name = name.replace('~', "~0").replace('/', "~1");
            self.collect(inner, &format!("{pointer}/{name}"), depth + 1, found);
        }
        if let Some(items) = schema.get("items") {
            self.collect(items, &format!("{pointer}/*"), depth + 1, found);
        }
        for branches in ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()) {
            for branch in branches {
                self.collect(branch, pointer, depth + 1, found);
            }
        }
    }

    /// The read that reports under the same name what an action sets, of what the action is about.
    pub fn read_back(&self, action: &Action) -> Option<&Action> {
        let params = action.params.get("properties")?.as_object()?;
        let ids: Vec<&str> =
            params.iter().filter(|(_, it)| it.get(ID).is_some()).map(|(name, _)| name.as_str()).collect();
        let set: Vec<&String> = params.iter().filter(|(_, it)| it.get(ID).is_none()).map(|(name, _)| name).collect();
        self.actions.values().map(|read| &read.value).filter(|read| read.effect == Effect::Read).find(|read| {
            let required = read.params.get("required").and_then(Value::as_array);
            let asks: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
            let target = read.result.get("$ref").and_then(Value::as_str).and_then(referenced);
            let result = target.and_then(|name| self.defs().get(name)).unwrap_or(&read.result);
            let told = result.get("properties").and_then(Value::as_object);
            asks == ids && told.is_some_and(|told| set.iter().any(|name| told.contains_key(name.as_str())))
        })
    }

    /// Whether what an action of effect `write` changes can be put back, as far as the contracts state.
    pub fn can_undo(&self, action: &Action) -> bool {
        let undone = |made: &Made| made.undo.is_some() || self.undo_of(made.fixture).is_some();
        let takes_back = |other: &Action| {
            other.makes.iter().any(|makes| {
                makes.undo.as_deref() == Some(action.name.as_str()) || action.spends.contains(&makes.fixture)
            })
        };
        !action.reads_back.is_empty()
            || self.made_by(action).iter().any(undone)
            || self.read_back(action).is_some()
            || self.actions.values().any(|other| takes_back(&other.value))
    }
}

/// Needs that stand at a parameter of a call.
pub fn needs_of_call<'a>(needs: &'a [Need], params: &'a Value) -> impl Iterator<Item = &'a Need> {
    needs.iter().filter(|need| {
        let top = need.at().and_then(|at| at.trim_start_matches('/').split('/').next());
        top.is_none_or(|top| params.get(top).is_some_and(|value| !value.is_null()))
    })
}
