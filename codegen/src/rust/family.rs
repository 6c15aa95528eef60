//! Dialects whose modules stand beside each other: each is lowered once, and knows what it shares with the others.

use std::collections::BTreeMap;

use botspec_schema::Dialect;

use super::keep::Keep;
use super::layout::Layout;
use super::{emit, inherit};
use crate::plan::plan;
use crate::{CodegenError, GeneratedFile};

/// Some dialects. What one of them has in common with the one that it extends is taken from there, and what those that
/// extend it do not take over is compiled with its own feature only.
#[derive(Debug)]
pub struct Family {
    plans: BTreeMap<String, Layout>,
}

impl Family {
    /// Lowers all of them.
    pub fn new<'d>(dialects: impl IntoIterator<Item = &'d Dialect>) -> Result<Self, CodegenError> {
        let mut family = Self { plans: BTreeMap::new() };
        let mut extends = BTreeMap::new();
        for dialect in dialects {
            family.plans.insert(dialect.name().to_owned(), Layout::alone(plan(dialect)?));
            extends.insert(dialect.name(), dialect.file.extends.as_deref());
        }
        for (name, parent) in &extends {
            let parent = parent.and_then(|parent| family.plans.get(parent));
            let inherited = parent.map(|parent| inherit::inherited(&family.plans[*name], parent)).unwrap_or_default();
            if let Some(plan) = family.plans.get_mut(*name) {
                plan.inherited = inherited;
            }
        }
        let roots = extends.iter().filter(|(_, parent)| parent.is_none_or(|parent| !extends.contains_key(parent)));
        for (root, _) in roots {
            family.find_heirs(root, &extends);
        }
        Ok(family)
    }

    /// A dialect, and of the others those that descend from the same one.
    pub(super) fn of<'d>(
        dialect: &'d Dialect,
        others: impl IntoIterator<Item = &'d Dialect>,
    ) -> Result<Self, CodegenError> {
        let others: Vec<&Dialect> = others.into_iter().filter(|other| other.name() != dialect.name()).collect();
        let all = || others.iter().copied().chain([dialect]);
        let above = |one: &'d Dialect| all().find(|other| one.file.extends.as_deref() == Some(other.name()));
        let root = |one: &'d Dialect| std::iter::successors(Some(one), |one| above(one)).last().map(Dialect::name);
        Self::new(all().filter(|other| root(other) == root(dialect)))
    }

    /// Finds what the dialects that extend this one need of it, after the same of those.
    fn find_heirs(&mut self, name: &str, extends: &BTreeMap<&str, Option<&str>>) {
        let children: Vec<&str> =
            extends.iter().filter(|(_, parent)| **parent == Some(name)).map(|(child, _)| *child).collect();
        for child in &children {
            self.find_heirs(child, extends);
        }
        let children = children.iter().map(|child| &self.plans[*child]);
        let keep = Keep::of(name, children.map(|child| (&child.keep, &child.inherited)));
        if let Some(plan) = self.plans.get_mut(name) {
            plan.keep = keep;
        }
    }

    /// The source files of the bindings of one of them, sorted by their paths below its module; nothing for another one.
    pub fn files(&self, dialect: &str) -> Result<Vec<GeneratedFile>, CodegenError> {
        self.plans.get(dialect).map_or_else(|| Ok(Vec::new()), emit::files)
    }
}
