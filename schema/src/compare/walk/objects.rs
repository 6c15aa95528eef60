//! Objects side by side: their fields, and the forms that a field distinguishes.

use serde_json::Value;

use super::super::entry::{Change, Level};
use super::super::names;
use super::super::side::Alternative;
use super::{Pair, Walk};
use crate::shape::{Direction, Field, Kind, Object, Shape, merged, tag_of, tag_value, text};

/// A default without what only its type adds: `1` and `true` are one.
fn plain(value: &Value) -> String {
    match value {
        Value::Bool(true) => "1".to_owned(),
        Value::Bool(false) => "0".to_owned(),
        value => text(value).trim().to_owned(),
    }
}

impl Walk<'_> {
    /// Compares two objects.
    pub(super) fn objects(&mut self, pair: Pair<'_>, pointer: &str) {
        let (Kind::Object(one), Kind::Object(other)) = (&pair.from.kind, &pair.to.kind) else { return };
        if !one.stated {
            return;
        }
        if !other.stated {
            if self.direction == Direction::Receive {
                let sentence = self.words().untyped();
                self.push(Level::Note, Change::Untyped, pointer, Some(pair), sentence);
            }
            return;
        }
        let mut gone = Vec::new();
        for field in &one.fields {
            match names::same_field(one, field, other) {
                Some(theirs) => self.field((field, theirs), (one, other), &format!("{pointer}/{}", field.name)),
                None => gone.push(field),
            }
        }
        let mut added: Vec<&Field> =
            other.fields.iter().filter(|field| names::same_field(other, field, one).is_none()).collect();
        if self.direction == Direction::Receive {
            self.fields_moved(pair, (&mut gone, &mut added), pointer);
        }
        let mut alike = names::alike(&gone, &added);
        // Two types with nothing in common are no rename.
        alike.retain(|(mine, theirs)| self.have_a_type_in_common(&mine.shape, &theirs.shape));
        for field in gone {
            let perhaps =
                alike.iter().find(|(mine, _)| mine.name == field.name).map(|(_, theirs)| theirs.name.as_str());
            self.gone(pair, field, other, (perhaps, &format!("{pointer}/{}", field.name)));
        }
        for field in added {
            self.added(pair, field, &format!("{pointer}/{}", field.name));
        }
        if self.direction == Direction::Send {
            self.sets(pair, (one, other), pointer);
        }
        if let (Some(one), Some(other)) = (&one.rest, &other.rest) {
            self.shapes(Pair { from: one, to: other }, &format!("{pointer}/*"));
        }
    }

    /// A field that both sides have, be it under two names.
    fn field(&mut self, (one, other): (&Field, &Field), objects: (&Object, &Object), pointer: &str) {
        let inner = Pair { from: &one.shape, to: &other.shape };
        let words = self.words();
        if one.name != other.name {
            let known = other.aliases.contains(&one.name);
            let level = if known { Level::Note } else { Level::Breaks };
            let common = one.aliases.contains(&other.name);
            let sentence = words.field_renamed(&other.name, known, common);
            self.push(level, Change::Renamed, pointer, Some(inner), sentence);
        } else if self.direction == Direction::Send {
            for alias in &one.aliases {
                if objects.1.field(alias).is_none_or(|theirs| theirs.name != other.name) {
                    let sentence = words.field_alias(alias, &other.name);
                    self.push(Level::Breaks, Change::Alias, pointer, Some(inner), sentence);
                }
            }
        }
        // What stands in every set of which one has to be given is given always.
        let always = |object: &Object, field: &Field| {
            field.required == Some(true)
                || (!object.sets.is_empty() && object.sets.iter().all(|set| set.contains(&field.name)))
        };
        let in_a_set = objects.1.sets.iter().any(|set| set.contains(&other.name));
        match (self.direction, always(objects.0, one), other.required == Some(true)) {
            (Direction::Send, false, true) => {
                let sentence = words.must_be_given(true);
                self.push(Level::Breaks, Change::Required, pointer, Some(inner), sentence);
            }
            (Direction::Send, true, false) if !in_a_set => {
                let sentence = words.may_be_left_out();
                self.push(Level::New, Change::Required, pointer, Some(inner), sentence);
            }
            (Direction::Receive, true, false) => {
                let sentence = words.may_be_missing();
                self.push(Level::Breaks, Change::Required, pointer, Some(inner), sentence);
            }
            _ => {}
        }
        let may_be_left_out = one.required != Some(true) && other.required != Some(true);
        if self.direction == Direction::Send && may_be_left_out {
            self.default(inner, (one, other), pointer);
        }
        self.shapes(inner, pointer);
    }

    /// What is taken where a field is left out.
    fn default(&mut self, pair: Pair<'_>, (one, other): (&Field, &Field), pointer: &str) {
        let (Some(from), Some(to)) = (&one.default, &other.default) else { return };
        if plain(from) != plain(to) {
            let sentence = self.words().default(&from.to_string(), &to.to_string());
            self.push(Level::Breaks, Change::Default, pointer, Some(pair), sentence);
        }
    }

    /// A field that only the first dialect has; `perhaps` is the one that the second may have in its place.
    pub(super) fn gone(
        &mut self,
        pair: Pair<'_>,
        field: &Field,
        other: &Object,
        (perhaps, pointer): (Option<&str>, &str),
    ) {
        if other.rest.is_some() {
            return;
        }
        let words = self.words();
        let level = match self.direction {
            Direction::Send if other.closed => Level::Breaks,
            Direction::Receive if field.required == Some(true) => Level::Breaks,
            Direction::Send | Direction::Receive => Level::Misses,
        };
        let sentence = match (self.direction, perhaps) {
            (way, Some(perhaps)) => words.perhaps_called(perhaps, way),
            (Direction::Send, None) if other.closed => words.refused(),
            (Direction::Send, None) => words.ignored(),
            (Direction::Receive, None) => words.not_told(),
        };
        self.push(level, Change::Missing, pointer, Some(Pair { from: &field.shape, to: pair.to }), sentence);
    }

    /// A field that only the second dialect has.
    pub(super) fn added(&mut self, pair: Pair<'_>, field: &Field, pointer: &str) {
        let words = self.words();
        let (level, change, sentence) = match (self.direction, field.required == Some(true)) {
            (Direction::Send, true) => (Level::Breaks, Change::Required, words.must_be_given(false)),
            (Direction::Send, false) => (Level::New, Change::Added, words.can_be_given()),
            (Direction::Receive, _) => (Level::New, Change::Added, words.told_as_well()),
        };
        self.push(level, change, pointer, Some(Pair { from: pair.from, to: &field.shape }), sentence);
    }

    /// Sets of fields of which one has to be given: whether every call that the first dialect takes has one of them.
    fn sets(&mut self, pair: Pair<'_>, (one, other): (&Object, &Object), pointer: &str) {
        if other.sets.is_empty() {
            return;
        }
        let required = one.fields.iter().filter(|field| field.required == Some(true));
        let always: Vec<&str> = required.map(|field| field.name.as_str()).collect();
        let given = |set: &[String], name: &str| {
            let theirs = other.field(name);
            always.iter().copied().chain(set.iter().map(String::as_str)).any(|own| {
                own == name || theirs.is_some_and(|theirs| one.field(own).is_some_and(|own| names::share(own, theirs)))
            })
        };
        let covers = |set: &[String]| other.sets.iter().any(|needed| needed.iter().all(|name| given(set, name)));
        let covered = if one.sets.is_empty() { covers(&[]) } else { one.sets.iter().all(|set| covers(set)) };
        if !covered {
            let sentence = self.words().one_of(&one.sets, &other.sets);
            self.push(Level::Breaks, Change::OneOf, pointer, Some(pair), sentence);
        }
    }

    /// Several objects: one by one where a field distinguish them on both sides, otherwise as if they were one.
    pub(super) fn tagged(&mut self, pair: Pair<'_>, one: &[Alternative<'_>], other: &[Alternative<'_>], pointer: &str) {
        let bare = |shapes: &[Alternative<'_>]| shapes.iter().map(|a| a.shape.clone()).collect::<Vec<Shape>>();
        let (one, other) = (bare(one), bare(other));
        let (one, other): (Vec<&Shape>, Vec<&Shape>) = (one.iter().collect(), other.iter().collect());
        let tag = tag_of(&other, &self.to.types).or_else(|| tag_of(&one, &self.from.types));
        let tagged = tag.and_then(|tag| {
            let own: Option<Vec<String>> =
                one.iter().map(|s| tag_value(s, &tag, &self.from.types).as_ref().map(text)).collect();
            let theirs: Option<Vec<String>> =
                other.iter().map(|s| tag_value(s, &tag, &self.to.types).as_ref().map(text)).collect();
            Some((tag, own?, theirs?))
        });
        let Some((tag, own, theirs)) = tagged else {
            self.objects(Pair { from: &merged(&one), to: &merged(&other) }, pointer);
            return;
        };
        for (value, shape) in own.iter().zip(&one) {
            let step = format!("{pointer}/{{{tag}={value}}}");
            if let Some(index) = theirs.iter().position(|their| their == value) {
                self.shapes(Pair { from: shape, to: other[index] }, &step);
            } else {
                let level = if self.direction == Direction::Send { Level::Breaks } else { Level::Misses };
                let sentence = self.words().form_gone(&tag, value, self.direction);
                self.push(level, Change::Missing, &step, Some(pair), sentence);
            }
        }
        for value in theirs.iter().filter(|value| !own.contains(value)) {
            let step = format!("{pointer}/{{{tag}={value}}}");
            let level = if self.direction == Direction::Send { Level::New } else { Level::Breaks };
            let sentence = self.words().form_added(&tag, value, self.direction);
            self.push(level, Change::Added, &step, Some(pair), sentence);
        }
    }
}
