//! Segments of one direction: the union, how a segment is made, and the data of each type.

use std::fmt::Write as _;

use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE};
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
            /// A segment of another type, or one whose data is not what the contract says, whole.
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

/// `SendSegment::text("…")`: one of what the data requires.
fn maker(file: &mut SourceFile, branch: &Branch, items: &[Item]) -> proc_macro2::TokenStream {
    let (variant, ty) = (ident(&branch.name), file.ty(&branch.ty));
    let name = match names::field(&branch.tag) {
        taken if matches!(taken.as_str(), "kind" | "known" | "other") => format!("{taken}_segment"),
        name => name,
    };
    let (name, docs) = (ident(&name), doc(&branch.docs));
    let record = items.iter().find_map(|item| match item {
        Item::Record(record) if record.name == branch.name => Some(record),
        _ => None,
    });
    let (arguments, value) = match record {
        Some(record) if !record.by_name() && record.alternatives.is_empty() => {
            let required: Vec<Field> = record.required().into_iter().cloned().collect();
            let names: Vec<_> = required.iter().map(|field| ident(&names::field(&field.key))).collect();
            let types: Vec<_> = required.iter().map(|field| argument(file, field, &quote!(value)).0).collect();
            (quote!(#(#names: #types),*), quote!(#ty::new(#(#names),*)))
        }
        _ => (quote!(data: impl Into<#ty>), quote!(data.into())),
    };
    quote! {
        #docs
        pub fn #name(#arguments) -> Self {
            Self::#variant(#value)
        }
    }
}
