//! Enumerations, and unions that a key or the JSON type decides.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::file::{SourceFile, doc, literal};
use crate::model::{Choice, OpenEnum, Shape, Tagged, Type};
use crate::rust::names::ident;

pub(crate) fn open_enum(file: &mut SourceFile, item: &OpenEnum) {
    let (name, docs) = (ident(&item.name), doc(&item.docs));
    let variants = item.variants.iter().map(|(variant, value)| {
        let (variant, docs) = (ident(variant), format!(" `{value}`"));
        quote!(#[doc = #docs] #variant,)
    });
    file.rust(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc(hidden)]
            _Custom(crate::open_enum::PrivOwnedStr),
        }
    });
    let mut text = format!("crate::open_enum::open_enum! {{\n    {} {{\n", item.name);
    for (variant, value) in &item.variants {
        let _ = writeln!(text, "        {variant} = {},", literal(value));
    }
    text.push_str("    }\n}\n");
    file.table(text);
}

pub(crate) fn tagged(file: &mut SourceFile, item: &Tagged) {
    file.uses(&["Raw"]);
    let (name, docs) = (ident(&item.name), doc(&item.docs));
    let mut variants = Vec::new();
    let mut text =
        format!("crate::union::tagged! {{\n    {} {} by {} {{\n", item.name, literal(&item.what), literal(&item.key));
    for branch in &item.branches {
        let (variant, docs, ty) = (ident(&branch.name), doc(&branch.docs), file.ty(&branch.ty));
        let _ = writeln!(text, "        {} {variant}({}),", literal(&branch.tag), compact(&ty));
        variants.push(quote!(#docs #variant(#ty),));
    }
    let unknown = format!(" Another value of `{}`, whole.", item.key);
    file.rust(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = #unknown]
            Unknown(Raw),
        }
    });
    text.push_str("    }\n}\n");
    file.table(text);
}

/// What the runtime calls a type of JSON.
const fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "String",
        Shape::Number => "Number",
        Shape::Boolean => "Boolean",
        Shape::List => "Array",
        Shape::Object => "Object",
    }
}

pub(crate) fn choice(file: &mut SourceFile, item: &Choice) {
    let forms: Vec<_> =
        item.forms.iter().map(|form| (shape(form.shape), form.shape.name(), &form.ty, &form.docs)).collect();
    let (name, docs) = (ident(&item.name), doc(&item.docs));
    let mut variants = Vec::new();
    let mut conversions = Vec::new();
    let mut text = format!("crate::union::choice! {{\n    {} {} {{\n", item.name, literal(&item.what));
    for (shape, variant, ty, docs) in forms {
        let (variant, docs, tokens) = (ident(variant), doc(docs), file.ty(ty));
        let _ = writeln!(text, "        {shape} {variant}({}),", compact(&tokens));
        variants.push(quote!(#docs #variant(#tokens),));
        conversions.push(quote! {
            impl From<#tokens> for #name {
                fn from(value: #tokens) -> Self {
                    Self::#variant(value)
                }
            }
        });
        let plain = match ty {
            Type::Text => vec![quote!(&str)],
            Type::Number => vec![quote!(f64), quote!(i64)],
            _ => Vec::new(),
        };
        conversions.extend(plain.iter().map(|plain| {
            quote! {
                impl From<#plain> for #name {
                    fn from(value: #plain) -> Self {
                        Self::#variant(value.into())
                    }
                }
            }
        }));
    }
    file.rust(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
        }
        #(#conversions)*
    });
    text.push_str("    }\n}\n");
    file.table(text);
}

/// A type as text without the spaces between its tokens.
pub(crate) fn compact(ty: &TokenStream) -> String {
    ty.to_string().replace(' ', "")
}
