//! Which features need an item: a dialect that others extend is compiled for them as far as they take it over, and no
//! further.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;

use super::inherit::Inherited;
use crate::model::Module;

/// The features that need what a dialect declares. Each dialect has a feature of its name.
#[derive(Debug, Default)]
pub(crate) struct Keep {
    dialect: String,
    /// The dialect and all that extend it, also through others.
    family: BTreeSet<String>,
    /// By type, the dialects that take it over.
    heirs: BTreeMap<(Module, String), BTreeSet<String>>,
    /// The same for the CQ codes.
    cq: BTreeSet<String>,
}

impl Keep {
    /// What is needed of a dialect, by what those that extend it take over and what is needed of these.
    pub(crate) fn of<'k>(dialect: &str, children: impl IntoIterator<Item = (&'k Self, &'k Inherited)>) -> Self {
        let mut keep = Self { dialect: dialect.to_owned(), ..Self::default() };
        keep.family.insert(dialect.to_owned());
        for (theirs, inherited) in children {
            keep.family.extend(theirs.family.iter().cloned());
            for (module, name) in inherited.names() {
                let heirs = keep.heirs.entry((module, name.to_owned())).or_default();
                heirs.extend(theirs.features(module, name).map(str::to_owned));
            }
            if inherited.cq {
                keep.cq.extend(theirs.with_own(&theirs.cq).map(str::to_owned));
            }
        }
        keep
    }

    /// The features that need a type. Ids are small and stand in every union: all need them.
    fn features(&self, module: Module, name: &str) -> impl Iterator<Item = &str> {
        let heirs = self.heirs.get(&(module, name.to_owned()));
        let all = (module == Module::Ids).then_some(&self.family);
        self.with_own(heirs.into_iter().chain(all).flatten())
    }

    fn with_own<'k>(&'k self, heirs: impl IntoIterator<Item = &'k String>) -> impl Iterator<Item = &'k str> {
        std::iter::once(self.dialect.as_str()).chain(heirs.into_iter().map(String::as_str))
    }

    /// The condition under which a type is compiled.
    pub(crate) fn item(&self, module: Module, name: &str) -> Condition {
        self.condition(self.features(module, name))
    }

    /// The condition for what no other dialect takes over.
    pub(crate) fn own(&self) -> Condition {
        self.condition(self.with_own([]))
    }

    /// The condition for the CQ codes.
    pub(crate) fn cq(&self) -> Condition {
        self.condition(self.with_own(&self.cq))
    }

    fn condition<'k>(&self, features: impl Iterator<Item = &'k str>) -> Condition {
        let features: BTreeSet<String> = features.map(str::to_owned).collect();
        Condition(if features == self.family { BTreeSet::new() } else { features })
    }
}

/// The features of which one has to be there; none where the module itself needs one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Condition(BTreeSet<String>);

impl Condition {
    /// The predicate; nothing where there is no condition.
    fn predicate(&self) -> Option<String> {
        let features: Vec<_> = self.0.iter().map(|feature| format!("feature = {feature:?}")).collect();
        match features.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(format!("any({})", several.join(", "))),
        }
    }

    /// The attribute as text; empty where there is no condition.
    pub(crate) fn text(&self) -> String {
        self.predicate().map_or(String::new(), |predicate| format!("#[cfg({predicate})]"))
    }

    /// The attribute; nothing where there is no condition.
    pub(crate) fn attribute(&self) -> TokenStream {
        tokens(&self.text())
    }

    /// The attribute for what needs one more feature.
    pub(crate) fn and(&self, feature: &str) -> TokenStream {
        let feature = format!("feature = {feature:?}");
        tokens(&match self.predicate() {
            None => format!("#[cfg({feature})]"),
            Some(predicate) => format!("#[cfg(all({feature}, {predicate}))]"),
        })
    }
}

fn tokens(attribute: &str) -> TokenStream {
    attribute.parse().expect("names of dialects are plain words")
}
