//! Two documents about the same build: a table of what it registers, and a description of what it answers.

use super::compare::compare;
use super::contracts::Contracts;
use super::difference::{Difference, Sort, Subject};
use super::upstream::{UpSource, Upstream};
use crate::shape::{Kind, Object, Shape, Types};

impl Upstream {
    /// Fills what this document does not state from another one about the same build. Where both state something, this one
    /// stays; what the other states differently is noted beside its source.
    ///
    /// Actions that only the other one has are not taken over: this one leads on what exists. They are returned.
    pub fn fill_from(&mut self, other: &Upstream) -> Vec<String> {
        let mut differences = against(self, other);
        for (name, action) in &mut self.actions {
            let Some(told) = other.actions.get(name) else { continue };
            fill(&mut action.params, &told.params, &other.types);
            fill(&mut action.result, &told.result, &other.types);
            action.category = action.category.take().or_else(|| told.category.clone());
            action.summary_present |= told.summary_present;
            action.deprecated |= told.deprecated;
            let note = notes(&mut differences, name);
            action.sources.extend(told.sources.iter().map(|source| UpSource { note: note.clone(), ..source.clone() }));
        }
        for (name, shape) in &other.types {
            self.types.entry(name.clone()).or_insert_with(|| shape.clone());
        }
        if !self.says.segments {
            self.segments.clone_from(&other.segments);
            self.says.segments = other.says.segments;
        }
        if !self.says.events {
            self.events.clone_from(&other.events);
            self.says.events = other.says.events;
        }
        self.streams.extend(other.streams.iter().cloned());
        self.remarks.extend(other.remarks.iter().cloned());
        other.actions.keys().filter(|name| !self.actions.contains_key(*name)).cloned().collect()
    }
}

/// What the second document states differently of the actions that both have.
fn against(one: &Upstream, other: &Upstream) -> Vec<Difference> {
    let mut here = Contracts::new(one.title());
    here.take_actions(one);
    let differences = compare(&here, other);
    let tells = |difference: &Difference| difference.kind == Subject::Action && !difference.pointer.is_empty();
    differences.into_iter().filter(tells).collect()
}

/// What the other document states of an action, in one sentence.
fn notes(differences: &mut Vec<Difference>, name: &str) -> Option<String> {
    let mut said = Vec::new();
    differences.retain(|difference| {
        let own = difference.name == name;
        if own {
            let pointer = &difference.pointer;
            let there = difference.there.as_deref().unwrap_or_default();
            let here = difference.here.as_deref().unwrap_or_default();
            match difference.difference {
                // What is unknown or only coarser in the leading document was filled in.
                Sort::Type if here == "any" || refines(here, there) => {}
                Sort::Type | Sort::Required => said.push(format!("{pointer} is {there}")),
                Sort::Enum => said.push(format!("{pointer} allows {there}")),
                Sort::Default => said.push(format!("{pointer} defaults to {there}")),
                Sort::MissingHere => said.push(format!("has {pointer}")),
                Sort::MissingThere => said.push(format!("has no {pointer}")),
            }
        }
        !own
    });
    (!said.is_empty()).then(|| format!("It differs: {}.", said.join("; ")))
}

/// Whether a type is one that the other states more exactly: `number` may be a whole number.
fn refines(here: &str, there: &str) -> bool {
    let coarse = there.replace("integer", "number");
    here == coarse || here.split(" | ").any(|word| word == coarse)
}

/// Fills the unknown parts of a shape from another one.
fn fill(own: &mut Shape, other: &Shape, types: &Types) {
    match (&mut own.kind, &other.kind) {
        (_, Kind::Unknown) => {}
        (Kind::Unknown, _) => {
            let at = std::mem::take(&mut own.at);
            *own = other.clone();
            own.at = at;
        }
        (Kind::Array(own), Kind::Array(other)) => fill(own, other, types),
        (Kind::Object(own_object), _) => {
            let Kind::Object(told) = &other.resolve(types).kind else { return };
            if own_object.stated {
                fill_fields(own_object, told, types);
            } else {
                own.kind = other.kind.clone();
            }
        }
        (Kind::Number, Kind::Integer) => own.kind = Kind::Integer,
        (Kind::String, Kind::String) if own.values.is_empty() => own.values.clone_from(&other.values),
        (Kind::Union(alternatives), Kind::Integer | Kind::String | Kind::Boolean) => {
            for alternative in alternatives {
                fill(alternative, other, types);
            }
        }
        _ => {}
    }
}

fn fill_fields(own: &mut Object, other: &Object, types: &Types) {
    for field in &mut own.fields {
        if let Some(told) = other.field(&field.name) {
            fill(&mut field.shape, &told.shape, types);
            field.required = field.required.or(told.required);
        }
    }
}
