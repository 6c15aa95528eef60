//! Segments of one direction: the union, how a segment is made, and the data of each type.

use std::fmt::Write as _;

use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::file::{SourceFile, doc, literal};
use super::record::argument;
use super::{item, union};
use crate::model::{Branch, Field, Item, Module};
use crate::plan::{Direction, SegmentPlan};
use crate::rust::names::{self, ident};

/// The data of one segment.
pub(crate) fn data(file: &mut SourceFile, module: Module, segment: &SegmentPlan) {
    file.declare(module, &segment.items);
    item::items(file, &segment.items);
}

/// The union of a direction.
pub(crate) fn segments(file: &mut SourceFile, name: &str, docs: &str, direction: &Direction) {
    file.uses(&["UnknownSegment"]);
    file.declare_name(Module::Segments, name);
    let enum_name = ident(name);
    let mut variants = Vec::new();
    let mut table = format!(
        "crate::segment::segments! {{\n    {name} by {} holding {} {{\n",
        literal(SEGMENT_TYPE),
        literal(SEGMENT_DATA)
    );
    for SegmentPlan { branch, .. } in &direction.segments {
        let (variant, docs, ty) = (ident(&branch.name), doc(&branch.docs), file.ty(&branch.ty));
        let _ = writeln!(table, "        {} {variant}({}),", literal(&branch.tag), union::compact(&ty));
        variants.push(quote!(#docs #variant(#ty),));
    }
    table.push_str("    }\n}\n");
    file.rust(quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #enum_name {
            #(#variants)*
            /// A segment of another type, or one whose data is not what the contract states, whole.
            Unknown(UnknownSegment),
        }
    });
    let makers: Vec<_> =
        direction.segments.iter().map(|segment| maker(file, &segment.branch, &segment.items)).collect();
    file.rust(quote! {
        impl #enum_name {
            #(#makers)*
        }

        impl From<UnknownSegment> for #enum_name {
            fn from(segment: UnknownSegment) -> Self {
                Self::Unknown(segment)
            }
        }
    });
    file.table(table);
}

/// The name of what makes a segment; `taken` are names of other methods.
fn maker_name(branch: &Branch, taken: &[&str]) -> Ident {
    ident(&match names::field(&branch.tag) {
        name if taken.contains(&name.as_str()) => format!("{name}_segment"),
        name => name,
    })
}

/// A method for each segment that adds it to a message.
pub(crate) fn adders(
    file: &mut SourceFile,
    segment: &Ident,
    direction: &Direction,
    taken: &[&str],
) -> Vec<TokenStream> {
    let adder = |one: &SegmentPlan| {
        let (arguments, names) = arguments(file, &one.branch, &one.items);
        let (name, maker) = (maker_name(&one.branch, taken), maker_name(&one.branch, &TAKEN));
        let docs = doc(&one.branch.docs);
        quote! {
            #docs
            #[must_use]
            pub fn #name(self, #arguments) -> Self {
                self.push(#segment::#maker(#names))
            }
        }
    };
    direction.segments.iter().map(adder).collect()
}

/// Methods that every segment has.
const TAKEN: [&str; 3] = ["kind", "known", "other"];

/// `SendSegment::text("…")`: one of what the data requires.
fn maker(file: &mut SourceFile, branch: &Branch, items: &[Item]) -> TokenStream {
    let (variant, name, docs) = (ident(&branch.name), maker_name(branch, &TAKEN), doc(&branch.docs));
    let (arguments, _) = arguments(file, branch, items);
    let ty = file.ty(&branch.ty);
    let value = made_of(branch, items).map_or(quote!(data.into()), |fields| {
        let [required, chosen] = fields.map(|fields| fields.iter().map(name_of).collect::<Vec<_>>());
        quote!(#ty::new(#(#required),*)#(.#chosen(#chosen))*)
    });
    quote! {
        #docs
        pub fn #name(#arguments) -> Self {
            Self::#variant(#value)
        }
    }
}

/// The arguments of what makes a segment, and their names.
fn arguments(file: &mut SourceFile, branch: &Branch, items: &[Item]) -> (TokenStream, TokenStream) {
    let Some(fields) = made_of(branch, items) else {
        let ty = file.ty(&branch.ty);
        return (quote!(data: impl Into<#ty>), quote!(data));
    };
    let all = fields.concat();
    let names: Vec<_> = all.iter().map(name_of).collect();
    let types: Vec<_> = all.iter().map(|field| argument(file, field, &quote!(value)).0).collect();
    (quote!(#(#names: #types),*), quote!(#(#names),*))
}

fn name_of(field: &Field) -> Ident {
    ident(&names::field(&field.key))
}

/// The fields that a segment is made of: those that it requires, and where it needs one of several, the first that the
/// contract names, so that it is made as it is where that one is simply required. Nothing where it is given whole.
fn made_of(branch: &Branch, items: &[Item]) -> Option<[Vec<Field>; 2]> {
    let record = items.iter().find_map(|item| match item {
        Item::Record(record) if record.name == branch.name && !record.by_name() => Some(record),
        _ => None,
    })?;
    let first = record.alternatives.first().map(Vec::as_slice).unwrap_or_default();
    let chosen = record.fields().filter(|field| !field.presence.required && first.contains(&field.key));
    Some([record.required().into_iter().cloned().collect(), chosen.cloned().collect()])
}
