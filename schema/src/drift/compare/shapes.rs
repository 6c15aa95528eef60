//! Walks two shapes side by side.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::contracts::Contracts;
use super::super::difference::{Difference, Sort, Subject};
use super::super::upstream::Upstream;
use crate::shape::{Field, Kind, Object, Shape, Types, merged, tag_of, tag_value, text, texts};

/// How deep shapes are compared.
const DEPTH: usize = 24;

/// The same place on both sides.
pub(super) struct Pair<'s> {
    here: &'s Shape,
    there: &'s Shape,
    /// Fields whose values are what decided that the two belong together.
    decided: &'s [String],
}

impl<'s> Pair<'s> {
    pub(super) fn new(here: &'s Shape, there: &'s Shape) -> Self {
        Pair { here, there, decided: &[] }
    }

    /// A pair that belongs together because of the values of these fields.
    pub(super) fn decided(here: &'s Shape, there: &'s Shape, decided: &'s [String]) -> Self {
        Pair { here, there, decided }
    }
}

/// What was found so far, and where the walk is.
pub(super) struct Walk<'a> {
    here: &'a Contracts,
    there: &'a Upstream,
    pub(super) found: Vec<Difference>,
    kind: Subject,
    name: String,
    /// Pairs of shared types that were compared already.
    seen: BTreeSet<(String, String)>,
    /// Pairs of objects that were compared already, by their places and their fields: a shared type beside others is met
    /// more than once, and one that holds itself without end.
    compared: BTreeSet<[String; 4]>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(here: &'a Contracts, there: &'a Upstream) -> Self {
        let (kind, name) = (Subject::Action, String::new());
        Walk { here, there, found: Vec::new(), kind, name, seen: BTreeSet::new(), compared: BTreeSet::new(), depth: 0 }
    }

    /// What is found from now on belongs to this contract.
    pub(super) fn enter(&mut self, kind: Subject, name: &str) {
        self.kind = kind;
        name.clone_into(&mut self.name);
    }

    fn push(&mut self, pair: &Pair<'_>, pointer: &str, difference: Sort, here: String, there: String) {
        self.found.push(Difference {
            kind: self.kind,
            name: self.name.clone(),
            pointer: pointer.to_owned(),
            difference,
            here: Some(here),
            there: Some(there),
            here_at: Some(pair.here.at.clone()),
            there_at: Some(pair.there.at.clone()),
        });
    }

    /// Compares two shapes and everything below them.
    pub(super) fn shapes(&mut self, pair: &Pair<'_>, pointer: &str) {
        if self.depth > DEPTH {
            return;
        }
        self.depth += 1;
        match (&pair.here.kind, &pair.there.kind) {
            (Kind::Named(own), Kind::Named(up)) if self.here.types.contains_key(own) => {
                if self.seen.insert((own.clone(), up.clone())) {
                    let (kind, name) = (self.kind, std::mem::take(&mut self.name));
                    self.enter(Subject::Type, own);
                    self.alternatives(pair, "");
                    self.enter(kind, &name);
                }
            }
            _ => self.alternatives(pair, pointer),
        }
        self.depth -= 1;
    }

    fn alternatives(&mut self, pair: &Pair<'_>, pointer: &str) {
        let (own_types, up_types) = (&self.here.types, &self.there.types);
        let own = pair.here.alternatives(own_types);
        let up = pair.there.alternatives(up_types);
        if up.iter().any(|shape| matches!(shape.kind, Kind::Unknown | Kind::Named(_))) {
            return;
        }
        let own_words = words(&own, true);
        let mut up_words = words(&up, self.there.says.integers);
        if !self.there.says.integers && own_words.contains("integer") && !own_words.contains("number") {
            // The format writes `number` for whole numbers as well.
            if up_words.remove("number") {
                up_words.insert("integer");
            }
        }
        if own_words != up_words || says_less(&own, &up) {
            let (here, there) = (pair.here.title(own_types), pair.there.title(up_types));
            self.push(pair, pointer, Sort::Type, here, there);
        }
        if own.iter().any(|shape| shape.kind == Kind::Unknown) {
            return;
        }
        self.values(pair, pointer, &own, &up);
        if let (Some(own), Some(up)) = (own.iter().find_map(|s| items(s)), up.iter().find_map(|s| items(s))) {
            self.shapes(&Pair::new(own, up), &format!("{pointer}/[]"));
        }
        let objects = |shapes: &[&'_ Shape]| shapes.iter().filter(|s| matches!(s.kind, Kind::Object(_))).count();
        match (objects(&own), objects(&up)) {
            (0, _) | (_, 0) => {}
            (1, 1) => match (named(pair.here, own_types), named(pair.there, up_types)) {
                // A shared type beside null is still compared once.
                (Some(own), Some(up)) => self.shapes(&Pair::new(own, up), pointer),
                _ => self.objects(pair, pointer, &own, &up),
            },
            _ => self.tagged(pair, pointer, &own, &up),
        }
    }

    /// Compares the values that both sides allow.
    fn values(&mut self, pair: &Pair<'_>, pointer: &str, own: &[&Shape], up: &[&Shape]) {
        let plain = |shapes: &[&Shape]| shapes.iter().all(|s| !matches!(s.kind, Kind::Object(_) | Kind::Array(_)));
        if !plain(own) || !plain(up) {
            return;
        }
        let own = texts(&pair.here.allowed(&self.here.types));
        let up = texts(&pair.there.allowed(&self.there.types));
        if own == up || (up.is_empty() && !self.there.says.enums) {
            return;
        }
        let list = |values: &BTreeSet<String>| {
            if values.is_empty() { "any".to_owned() } else { values.iter().cloned().collect::<Vec<_>>().join(", ") }
        };
        self.push(pair, pointer, Sort::Enum, list(&own), list(&up));
    }

    /// Compares several objects: one by one where a field distinguish them, otherwise as if they were one.
    fn tagged(&mut self, pair: &Pair<'_>, pointer: &str, own: &[&Shape], up: &[&Shape]) {
        let is_object = |shape: &&&Shape| matches!(shape.kind, Kind::Object(_));
        let own: Vec<&Shape> = own.iter().filter(is_object).copied().collect();
        let up: Vec<&Shape> = up.iter().filter(is_object).copied().collect();
        let (own_types, up_types) = (&self.here.types, &self.there.types);
        let tag = tag_of(&up, up_types).or_else(|| tag_of(&own, own_types));
        let tagged = tag.and_then(|tag| {
            let values = |shapes: &[&Shape], here: bool| -> Option<Vec<Value>> {
                let types = if here { own_types } else { up_types };
                shapes.iter().map(|shape| tag_value(shape, &tag, types)).collect()
            };
            Some((tag.clone(), values(&own, true)?, values(&up, false)?))
        });
        let Some((tag, own_values, up_values)) = tagged else {
            let (own, up) = (merged(&own), merged(&up));
            self.objects(pair, pointer, &[&own], &[&up]);
            return;
        };
        let decided = [tag.clone()];
        for (value, up) in up_values.iter().zip(&up) {
            let step = format!("{pointer}/{{{tag}={}}}", text(value));
            match own_values.iter().position(|own| text(own) == text(value)) {
                Some(index) => self.shapes(&Pair::decided(own[index], up, &decided), &step),
                None => self.missing(pair, &step, Sort::MissingHere, None, Some(&up.at)),
            }
        }
        for (value, own) in own_values.iter().zip(&own) {
            if !up_values.iter().any(|up| text(up) == text(value)) {
                let step = format!("{pointer}/{{{tag}={}}}", text(value));
                self.missing(pair, &step, Sort::MissingThere, Some(&own.at), None);
            }
        }
    }

    fn missing(&mut self, pair: &Pair<'_>, pointer: &str, sort: Sort, here: Option<&str>, there: Option<&str>) {
        self.found.push(Difference {
            kind: self.kind,
            name: self.name.clone(),
            pointer: pointer.to_owned(),
            difference: sort,
            here: None,
            there: None,
            here_at: Some(here.unwrap_or(&pair.here.at).to_owned()),
            there_at: Some(there.unwrap_or(&pair.there.at).to_owned()),
        });
    }

    fn objects(&mut self, pair: &Pair<'_>, pointer: &str, own: &[&Shape], up: &[&Shape]) {
        let (Some((own_shape, own)), Some((up_shape, up))) = (object(own), object(up)) else { return };
        let names =
            |object: &Object| object.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(" ");
        let place = [own_shape.at.clone(), up_shape.at.clone(), names(own), names(up)];
        if !up.stated || !self.compared.insert(place) {
            return;
        }
        let pair = Pair { here: own_shape, there: up_shape, decided: pair.decided };
        for field in &up.fields {
            let step = format!("{pointer}/{}", field.name);
            match own.field(&field.name) {
                Some(known) => self.field(&pair, (known, field), up, &step),
                None if own.rest.is_some() => {}
                None => self.missing(&pair, &step, Sort::MissingHere, None, Some(&field.shape.at)),
            }
        }
        for field in &own.fields {
            let known = std::iter::once(&field.name).chain(&field.aliases).any(|name| up.field(name).is_some());
            if !known && up.rest.is_none() && !up.partial {
                let step = format!("{pointer}/{}", field.name);
                self.missing(&pair, &step, Sort::MissingThere, Some(&field.shape.at), None);
            }
        }
        if let (Some(own), Some(up)) = (&own.rest, &up.rest) {
            self.shapes(&Pair::new(own, up), &format!("{pointer}/*"));
        }
    }

    fn field(&mut self, pair: &Pair<'_>, (own, up): (&Field, &Field), up_object: &Object, pointer: &str) {
        if pair.decided.contains(&up.name) {
            return;
        }
        let inner = Pair::new(&own.shape, &up.shape);
        // A field that has several names is required under one of them, and so optional under each.
        let renamed = own.name != up.name || own.aliases.iter().any(|alias| up_object.field(alias).is_some());
        if let (Some(here), Some(there)) = (own.required, up.required)
            && here != there
            && !renamed
        {
            let word = |required: bool| if required { "required" } else { "optional" }.to_owned();
            self.push(&inner, pointer, Sort::Required, word(here), word(there));
        }
        let stated = up.default.is_some() || self.there.says.defaults;
        let several = up.shape.alternatives(&self.there.types).len() > 1;
        if stated && !same_default(own.default.as_ref(), up.default.as_ref(), several) {
            let word = |value: &Option<Value>| value.as_ref().map_or_else(|| "none".to_owned(), Value::to_string);
            self.push(&inner, pointer, Sort::Default, word(&own.default), word(&up.default));
        }
        self.shapes(&inner, pointer);
    }
}

/// Whether two defaults mean the same. An empty list or null is what is left out anyway; and where upstream takes a
/// value in several types, it may write its default in another one of them.
fn same_default(one: Option<&Value>, other: Option<&Value>, several: bool) -> bool {
    let empty = |value: Option<&Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    };
    one == other || (empty(one) && empty(other)) || (several && one.map(text) == other.map(text))
}

/// The name of a shared object among the alternatives of a union.
fn named<'s>(shape: &'s Shape, types: &Types) -> Option<&'s Shape> {
    let Kind::Union(alternatives) = &shape.kind else { return None };
    alternatives
        .iter()
        .find(|shape| matches!(shape.kind, Kind::Named(_)) && matches!(shape.resolve(types).kind, Kind::Object(_)))
}

fn items(shape: &Shape) -> Option<&Shape> {
    match &shape.kind {
        Kind::Array(items) => Some(items),
        _ => None,
    }
}

fn object<'s>(shapes: &[&'s Shape]) -> Option<(&'s Shape, &'s Object)> {
    shapes.iter().find_map(|shape| match &shape.kind {
        Kind::Object(object) => Some((*shape, object)),
        _ => None,
    })
}

/// The types that are possible; a segment or an event is an object on the wire.
fn words(shapes: &[&Shape], integers: bool) -> BTreeSet<&'static str> {
    shapes
        .iter()
        .map(|shape| match shape.kind {
            Kind::Segment(_) | Kind::Event => "object",
            Kind::Integer if !integers => "number",
            ref kind => kind.word(),
        })
        .collect()
}

/// Whether upstream states that something is a segment where the contracts only state that it is an object.
fn says_less(own: &[&Shape], up: &[&Shape]) -> bool {
    let segment = |shapes: &[&Shape]| shapes.iter().any(|shape| matches!(shape.kind, Kind::Segment(_)));
    segment(up) && !segment(own) && own.iter().any(|shape| matches!(shape.kind, Kind::Object(_)))
}

/// Which fields of a shape are limited to values, with those values.
pub(super) fn limited(shape: &Shape, there: &Upstream, name: &str) -> Vec<String> {
    let fields = shape.fields(&there.types);
    let field = fields.iter().find(|field| field.name == name);
    field.map(|field| field.shape.allowed(&there.types).iter().map(text).collect()).unwrap_or_default()
}
