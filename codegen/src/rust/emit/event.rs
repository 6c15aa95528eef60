//! Events: a file for each kind, and the union.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quote::quote;

use super::file::{SourceFile, doc, literal};
use super::{item, record};
use crate::model::{Field, Module, Type};
use crate::plan::EventPlan;
use crate::rust::docs;
use crate::rust::names::{self, ident};

/// One event, with what it needs.
pub(crate) fn event(file: &mut SourceFile, event: &EventPlan) {
    file.declare(Module::Events, &event.items);
    file.declare_name(Module::Events, &event.record.name);
    record::record(file, &event.record);
    item::items(file, &event.items);
}

/// The union of all events.
pub(crate) fn union(file: &mut SourceFile, events: &[EventPlan]) {
    file.uses(&["UnknownEvent"]);
    let keys: BTreeSet<&str> = events.iter().flat_map(|event| event.identify.keys().map(String::as_str)).collect();
    let mut variants = Vec::new();
    for event in events {
        let (name, docs) = (ident(&event.record.name), doc(&event.short));
        file.declare_name(Module::Events, &event.record.name);
        variants.push(quote!(#docs #name(Box<#name>),));
    }
    let accessors = accessors(file, events);
    file.rust(quote! {
        /// Any event. It is decoded by the keys that identify it; one that no contract describes is kept whole.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            #(#variants)*
            /// An event that no contract describes, whole.
            Unknown(UnknownEvent),
        }

        impl Event {
            #(#accessors)*
        }
    });
    file.table(table(&keys, events));
}

fn table(keys: &BTreeSet<&str>, events: &[EventPlan]) -> String {
    let names: Vec<_> = keys.iter().map(|key| literal(key)).collect();
    let mut text = format!("crate::union::events! {{\n    Event by [{}] {{\n", names.join(", "));
    let mut sorted: Vec<&EventPlan> = events.iter().collect();
    // More keys go first: among the events that match, the one with the most wins.
    sorted.sort_by_key(|event| (Reverse(event.identify.len()), &event.name));
    for event in sorted {
        let pattern: Vec<_> = keys
            .iter()
            .map(|key| event.identify.get(*key).map_or("_".to_owned(), |value| format!("Some({})", literal(value))))
            .collect();
        let name = &event.record.name;
        let _ = writeln!(text, "        {} {name}({name}) = [{}],", literal(&event.name), pattern.join(", "));
    }
    text.push_str("    }\n}\n");
    text
}

/// A method for each field that every event requires, with the same type.
fn accessors(file: &mut SourceFile, events: &[EventPlan]) -> Vec<proc_macro2::TokenStream> {
    let mut shared: BTreeMap<String, Field> = BTreeMap::new();
    let Some((first, rest)) = events.split_first() else { return Vec::new() };
    for field in first.record.required() {
        let same = |other: &&Field| other.key == field.key && other.ty == field.ty && other.presence == field.presence;
        if !field.presence.nullable && rest.iter().all(|event| event.record.required().iter().any(same)) {
            shared.insert(field.key.clone(), field.clone());
        }
    }
    let arms: Vec<_> = events.iter().map(|event| ident(&event.record.name)).collect();
    shared
        .into_values()
        .map(|field| {
            let (name, docs, ty) = (ident(&names::field(&field.key)), doc(&docs::field(&field)), file.ty(&field.ty));
            let copy = matches!(field.ty, Type::Integer | Type::Number | Type::Boolean);
            let (ty, value) =
                if copy { (ty, quote!(event.#name)) } else { (quote!(&#ty), quote!(event.#name.as_ref())) };
            quote! {
                #docs
                ///
                /// Nothing for an unknown event, and where it could not be read.
                pub fn #name(&self) -> Option<#ty> {
                    match self {
                        #(Self::#arms(event) => #value,)*
                        Self::Unknown(_) => None,
                    }
                }
            }
        })
        .collect()
}
