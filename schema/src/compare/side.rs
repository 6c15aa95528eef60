//! One of the two dialects, with its shared types as shapes.

use super::entry::About;
use crate::dialect::{Dialect, Loaded};
use crate::model::{Action, Presence, Schema, Text};
use crate::shape::{Kind, Shape, Types, of_contract};

/// A dialect in a comparison.
pub(super) struct Side<'a> {
    pub(super) dialect: &'a Dialect,
    pub(super) types: Types,
}

impl<'a> Side<'a> {
    pub(super) fn new(dialect: &'a Dialect) -> Self {
        let mut side = Side { dialect, types: Types::new() };
        let types = dialect.types.values();
        side.types =
            types.map(|shared| (shared.name.clone(), side.shape(&shared.schema, &shared.path, "schema"))).collect();
        side
    }

    pub(super) fn about(&self) -> About {
        let file = &self.dialect.file;
        About {
            name: self.dialect.name().to_owned(),
            title: file.title.clone(),
            protocol_version: file.protocol_version.clone(),
        }
    }

    /// The name people use.
    pub(super) fn title(&self) -> &'a Text {
        &self.dialect.file.title
    }

    /// The shape of a part of a contract.
    pub(super) fn shape(&self, schema: &Schema, file: &str, part: &str) -> Shape {
        of_contract(schema, Some(&self.dialect.file.message_forms), &format!("{file}#/{part}"))
    }

    /// An action by one of its names, where a build has it.
    pub(super) fn action(&self, name: &str) -> Option<&'a Loaded<Action>> {
        self.dialect.action(name).filter(|action| action.presence == Presence::Current)
    }

    /// Every type that a shape may be, each with the name of the shared type that states it.
    pub(super) fn alternatives<'s>(&'s self, shape: &'s Shape) -> Vec<Alternative<'s>> {
        let mut found = Vec::new();
        self.collect(shape, None, &mut found, &mut Vec::new());
        found
    }

    fn collect<'s>(
        &'s self,
        shape: &'s Shape,
        name: Option<&'s str>,
        found: &mut Vec<Alternative<'s>>,
        seen: &mut Vec<&'s str>,
    ) {
        match &shape.kind {
            Kind::Union(inner) => inner.iter().for_each(|shape| self.collect(shape, name, found, seen)),
            Kind::Named(inner) if seen.contains(&inner.as_str()) => {}
            Kind::Named(inner) => {
                seen.push(inner);
                match self.types.get(inner) {
                    // The outermost name is what both sides agree on.
                    Some(target) => self.collect(target, name.or(Some(inner)), found, seen),
                    None => found.push(Alternative { shape, name }),
                }
            }
            _ => found.push(Alternative { shape, name }),
        }
    }
}

/// One of the types that something may be.
#[derive(Clone, Copy)]
pub(super) struct Alternative<'s> {
    pub(super) shape: &'s Shape,
    /// The shared type that states it.
    pub(super) name: Option<&'s str>,
}
