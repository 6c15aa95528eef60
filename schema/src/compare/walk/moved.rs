//! What is reported one level deeper or higher: a list that stands in a field of an object, fields that stand in another one.

use super::super::entry::{Change, Level};
use super::super::side::Alternative;
use super::{Pair, Walk};
use crate::shape::{Direction, Field, Kind, Object, Shape, Types};

impl Walk<'_> {
    /// A list that is reported in a field of an object on one side. True where that is so, and all of it is compared.
    pub(super) fn list_moved(
        &mut self,
        pair: Pair<'_>,
        (one, other): (&[Alternative<'_>], &[Alternative<'_>]),
        pointer: &str,
    ) -> bool {
        if self.direction != Direction::Receive {
            return false;
        }
        match (only(one).map(|shape| &shape.kind), only(other).map(|shape| &shape.kind)) {
            (Some(Kind::Array(_)), Some(Kind::Object(object))) => {
                let Some(field) = only_list(object, &self.to.types) else { return false };
                let sentence = self.words().moved_into(&field.name);
                self.push(Level::Breaks, Change::Renamed, pointer, Some(pair), sentence);
                self.shapes(Pair { from: pair.from, to: &field.shape }, pointer);
                for other in object.fields.iter().filter(|other| other.name != field.name) {
                    self.added(pair, other, &format!("{pointer}/{}", other.name));
                }
                true
            }
            (Some(Kind::Object(object)), Some(Kind::Array(_))) => {
                let Some(field) = only_list(object, &self.from.types) else { return false };
                let sentence = self.words().moved_out(&field.name);
                self.push(Level::Breaks, Change::Renamed, pointer, Some(pair), sentence);
                self.shapes(Pair { from: &field.shape, to: pair.to }, &format!("{pointer}/{}", field.name));
                let nothing = Object::default();
                for other in object.fields.iter().filter(|other| other.name != field.name) {
                    self.gone(pair, other, &nothing, (None, &format!("{pointer}/{}", other.name)));
                }
                true
            }
            _ => false,
        }
    }

    /// Fields that are reported in an object within, on one side. What is compared by that leaves the lists of fields that are
    /// gone and of those that are added.
    pub(super) fn fields_moved(
        &mut self,
        pair: Pair<'_>,
        (gone, added): (&mut Vec<&Field>, &mut Vec<&Field>),
        pointer: &str,
    ) {
        let (from, to) = (self.from, self.to);
        let deeper = added.iter().position(|field| most_of(gone, fields(&field.shape, &to.types)));
        if let Some(index) = deeper {
            let inner = added.remove(index);
            let sentence = self.words().moved_into(&inner.name);
            self.push(Level::Breaks, Change::Renamed, pointer, Some(pair), sentence);
            let left = Shape::object(gone.drain(..).cloned().collect(), pair.from.at.clone());
            self.objects(Pair { from: &left, to: inner.shape.resolve(&to.types) }, pointer);
            return;
        }
        let higher = gone.iter().position(|field| most_of(added, fields(&field.shape, &from.types)));
        if let Some(index) = higher {
            let inner = gone.remove(index);
            let sentence = self.words().moved_out(&inner.name);
            self.push(Level::Breaks, Change::Renamed, pointer, Some(pair), sentence);
            let left = Shape::object(added.drain(..).cloned().collect(), pair.to.at.clone());
            let step = format!("{pointer}/{}", inner.name);
            self.objects(Pair { from: inner.shape.resolve(&from.types), to: &left }, &step);
        }
    }
}

/// The only type that something may be.
fn only<'s>(alternatives: &[Alternative<'s>]) -> Option<&'s Shape> {
    match alternatives {
        [only] => Some(only.shape),
        _ => None,
    }
}

/// The only field of an object that is a list.
fn only_list<'s>(object: &'s Object, types: &Types) -> Option<&'s Field> {
    let mut lists = object.fields.iter().filter(|field| matches!(field.shape.resolve(types).kind, Kind::Array(_)));
    let first = lists.next()?;
    lists.next().is_none().then_some(first)
}

fn fields<'s>(shape: &'s Shape, types: &'s Types) -> &'s [Field] {
    shape.fields(types)
}

/// Whether most of these fields, and at least two, are in an object.
fn most_of(fields: &[&Field], within: &[Field]) -> bool {
    let common = fields.iter().filter(|field| within.iter().any(|inner| inner.name == field.name)).count();
    common > 1 && common * 2 >= fields.len()
}
