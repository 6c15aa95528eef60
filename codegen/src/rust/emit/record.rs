//! Records: the struct, how one is made, and its table.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::file::{SourceFile, doc, literal};
use crate::model::{Entry, Field, IdForm, Module, Path, Record, Type};
use crate::rust::docs;
use crate::rust::names::{self, ident};

pub(crate) fn record(file: &mut SourceFile, record: &Record) {
    file.uses(&["Extra"]);
    let types = file_types(file, record);
    file.rust(definition(&types, record));
    if record.by_name() {
        let init = init(file, record);
        file.rust(init);
    }
    let methods = methods(file, record);
    file.rust(methods);
    file.table(table(record));
}

/// The type of each field, as it stands in the struct.
fn file_types(file: &mut SourceFile, record: &Record) -> Vec<TokenStream> {
    record.fields().map(|field| field_type(file, record, field)).collect()
}

/// The type of a field: in what is received, any may be absent.
fn field_type(file: &mut SourceFile, record: &Record, field: &Field) -> TokenStream {
    let ty = value_type(file, field);
    if is_option(record, field) { quote!(Option<#ty>) } else { ty }
}

/// Whether what is required is an option nevertheless.
pub(crate) fn is_option(record: &Record, field: &Field) -> bool {
    record.received && field.presence.required && !field.presence.nullable && !field.essential
}

/// The type of what a field is given.
fn value_type(file: &mut SourceFile, field: &Field) -> TokenStream {
    let ty = file.ty(&field.ty);
    match (field.presence.required, field.presence.nullable) {
        (true, false) => ty,
        (false, true) => {
            file.uses(&["Nullable"]);
            quote!(Nullable<#ty>)
        }
        (true, true) | (false, false) => quote!(Option<#ty>),
    }
}

fn definition(types: &[TokenStream], record: &Record) -> TokenStream {
    let (name, docs) = (ident(&record.name), doc(&docs::record(record)));
    let fields = record.fields().zip(types).map(|(field, ty)| {
        let (name, docs) = (ident(&names::field(&field.key)), doc(&docs::field(field)));
        quote!(#docs pub #name: #ty,)
    });
    let default = record.required().is_empty().then(|| quote!(, Default));
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq #default)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// Keys that the contract does not name.
            pub extra: Extra,
        }
    }
}

/// The struct that holds what is required, for a record that requires much.
fn init(file: &mut SourceFile, record: &Record) -> TokenStream {
    let (name, init) = (ident(&record.name), ident(&record.init_name()));
    let docs = format!(" What [`{}`] requires.", record.name);
    let required: Vec<Field> = record.required().into_iter().cloned().collect();
    let fields = required.iter().map(|field| {
        let (name, docs, ty) = (ident(&names::field(&field.key)), doc(&docs::field(field)), value_type(file, field));
        quote!(#docs pub #name: #ty,)
    });
    let fields: Vec<_> = fields.collect();
    quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, PartialEq)]
        pub struct #init {
            #(#fields)*
        }

        impl From<#init> for #name {
            fn from(init: #init) -> Self {
                Self::new(init)
            }
        }
    }
}

/// How a field is given: the type of the argument, and the value of the field made from it.
pub(crate) fn argument(file: &mut SourceFile, field: &Field, name: &TokenStream) -> (TokenStream, TokenStream) {
    if field.presence.required && field.presence.nullable {
        let ty = value_type(file, field);
        return (ty, quote!(#name));
    }
    if field.message {
        let message = file.path(&Path { module: Module::Segments, name: "SendMessage".to_owned() });
        return (quote!(impl Into<#message>), quote!(#name.into().into_segments()));
    }
    let ty = file.ty(&field.ty);
    match field.ty {
        Type::Text | Type::Number | Type::Named(_) => (quote!(impl Into<#ty>), quote!(#name.into())),
        _ => (quote!(#ty), quote!(#name)),
    }
}

fn methods(file: &mut SourceFile, record: &Record) -> TokenStream {
    let name = ident(&record.name);
    let new = constructor(file, record);
    let optional: Vec<Field> = record.fields().filter(|field| !field.presence.required).cloned().collect();
    let setters: Vec<_> = optional.iter().map(|field| setter(file, field)).collect();
    quote! {
        impl #name {
            #new
            #(#setters)*
        }
    }
}

fn constructor(file: &mut SourceFile, record: &Record) -> TokenStream {
    let required: Vec<Field> = record.required().into_iter().cloned().collect();
    let by_name = record.by_name();
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in record.fields().cloned().collect::<Vec<_>>() {
        let field_name = ident(&names::field(&field.key));
        if field.presence.required {
            let mut value = quote!(init.#field_name);
            if !by_name {
                let (ty, given) = argument(file, &field, &quote!(#field_name));
                arguments.push(quote!(#field_name: #ty));
                value = given;
            }
            if is_option(record, &field) {
                value = quote!(Some(#value));
            }
            values.push(if field_name == value.to_string() {
                quote!(#field_name,)
            } else {
                quote!(#field_name: #value,)
            });
        } else if field.presence.nullable {
            values.push(quote!(#field_name: Nullable::Absent,));
        } else {
            values.push(quote!(#field_name: None,));
        }
    }
    if by_name {
        let init = ident(&record.init_name());
        arguments.push(quote!(init: #init));
    }
    let doc = if required.is_empty() { " Makes one." } else { " Makes one of what is required." };
    quote! {
        #[doc = #doc]
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#values)* extra: Extra::new() }
        }
    }
}

fn setter(file: &mut SourceFile, field: &Field) -> TokenStream {
    let name = names::field(&field.key);
    let (name, doc) = (ident(&name), format!(" Sets `{}`.", name.trim_start_matches("r#")));
    let (ty, value) = if field.presence.nullable {
        let ty = value_type(file, field);
        (quote!(impl Into<#ty>), quote!(value.into()))
    } else {
        let (ty, value) = argument(file, field, &quote!(value));
        (ty, quote!(Some(#value)))
    };
    quote! {
        #[doc = #doc]
        #[must_use]
        pub fn #name(mut self, value: #ty) -> Self {
            self.#name = #value;
            self
        }
    }
}

/// The table that gives the record its serde.
fn table(record: &Record) -> String {
    let via = if record.received { "received" } else { "sent" };
    let mut text = format!("crate::record::record! {{\n    {via} {} {} {{", record.name, literal(&record.what));
    // Tags stand in brackets behind the field that they follow, or first of all.
    let (mut tags, mut inside) = (Vec::new(), false);
    let flush = |text: &mut String, tags: &mut Vec<String>, inside: bool| {
        if !tags.is_empty() {
            text.push_str(if inside { " " } else { "\n        " });
            let _ = write!(text, "[{}]", tags.join(", "));
            tags.clear();
        }
        if inside {
            text.push(',');
        }
    };
    for entry in &record.entries {
        match entry {
            Entry::Tag { key, value } => tags.push(format!("{} = {}", literal(key), literal(value))),
            Entry::Field(field) => {
                flush(&mut text, &mut tags, inside);
                inside = true;
                let _ = write!(text, "\n        {}: {} {}", names::field(&field.key), kind(field), literal(&field.key));
                if !field.aliases.is_empty() {
                    let aliases: Vec<_> = field.aliases.iter().map(|alias| literal(alias)).collect();
                    let _ = write!(text, " or [{}]", aliases.join(", "));
                }
            }
        }
    }
    flush(&mut text, &mut tags, inside);
    text.push_str("\n    }\n}\n");
    text
}

/// The kind of a field in the table.
fn kind(field: &Field) -> String {
    if field.essential {
        return "key".to_owned();
    }
    let presence = match (field.presence.required, field.presence.nullable) {
        (true, false) => "req",
        (false, false) => "opt",
        (true, true) => "nul",
        (false, true) => "tri",
    };
    let form = match field.ids {
        None => "",
        Some(IdForm::Text) => "_text",
        Some(IdForm::Any) => "_any",
    };
    format!("{presence}{form}")
}
