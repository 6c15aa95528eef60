//! The envelope of answers, and the frame of calls.

use botspec_schema::model::RequestFrame;
use botspec_schema::{DATA, RETCODE, STATUS};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::file::SourceFile;
use super::{item, record};
use crate::model::{Entry, Field, Item, Module, Record};
use crate::plan::EnvelopePlan;
use crate::rust::names::{self, ident};

pub(crate) fn envelope(file: &mut SourceFile, plan: &EnvelopePlan) {
    file.declare(Module::Envelope, &plan.items);
    item::items(file, &plan.items);
    file.uses(&["Action", "DecodeError", "FromJson", "Outcome", "Raw"]);
    let (ok, ok_code) = (&plan.ok.0, plan.ok.1);
    let deferred = plan.deferred.as_ref().map(|(status, _)| quote!(#status => Outcome::Deferred,));
    let makers = makers(file, plan);
    let frame = plan.frame.as_ref().map(frame);
    let (status, data) = (ident(&names::field(STATUS)), data(plan));
    file.rust(quote! {
        impl Envelope {
            /// How the call ended.
            pub fn outcome(&self) -> Outcome {
                match self.#status.as_str() {
                    #ok => Outcome::Ok,
                    #deferred
                    _ => Outcome::Failed,
                }
            }

            /// What the action reports, decoded; missing data is taken as null.
            pub fn response<A: Action>(&self) -> Result<A::Response, DecodeError> {
                A::Response::from_json(#data.map_or("null", Raw::as_str))
            }

            /// The answer to a call that was done.
            pub fn done(data: Raw) -> Self {
                Self::with(#ok, #ok_code, Some(data))
            }

            #makers
        }

        #frame
    });
}

/// What stands in the field for the data, as an option.
fn data(plan: &EnvelopePlan) -> TokenStream {
    let name = ident(&names::field(DATA));
    let is_tri = |field: &Field| field.key == DATA && tri(field);
    let tri = matches!(plan.items.first(), Some(Item::Record(record)) if record.fields().any(is_tri));
    if tri { quote!(self.#name.value()) } else { quote!(self.#name.as_ref()) }
}

/// Whether absent and null are distinguished.
fn tri(field: &Field) -> bool {
    field.presence.nullable && !field.presence.required
}

/// Envelopes for the other outcomes.
fn makers(file: &mut SourceFile, plan: &EnvelopePlan) -> TokenStream {
    let failed = &plan.failed;
    let deferred = plan.deferred.as_ref().map(|(status, code)| {
        quote! {
            /// The answer to a call that was taken on, and whose result is never reported.
            pub fn deferred() -> Self {
                Self::with(#status, #code, None)
            }
        }
    });
    let fields = plan.items.first().map(|item| match item {
        Item::Record(record) => values(file, record),
        _ => Vec::new(),
    });
    let fields = fields.unwrap_or_default();
    quote! {
        #deferred

        /// The answer to a call that was not done.
        pub fn failed(retcode: i64) -> Self {
            Self::with(#failed, retcode, None)
        }

        fn with(status: &str, retcode: i64, data: Option<Raw>) -> Self {
            Self { #(#fields)* extra: Extra::new() }
        }
    }
}

/// The value of each field of an envelope that is made here.
fn values(file: &mut SourceFile, record: &Record) -> Vec<TokenStream> {
    let mut value = |field: &Field| {
        let name = ident(&names::field(&field.key));
        match field.key.as_str() {
            RETCODE if record::is_option(record, field) => quote!(#name: Some(retcode),),
            _ if record::is_option(record, field) => quote!(#name: Some(Default::default()),),
            STATUS => quote!(#name: status.into(),),
            RETCODE => given(&name, "retcode"),
            DATA if tri(field) => quote!(#name: data.into(),),
            DATA => given(&name, "data"),
            _ if field.presence.required && !field.presence.nullable => {
                let ty = file.ty(&field.ty);
                quote!(#name: <#ty>::default(),)
            }
            _ if tri(field) => quote!(#name: Nullable::Absent,),
            _ => quote!(#name: None,),
        }
    };
    record
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Field(field) => Some(value(field)),
            Entry::Tag { .. } => None,
        })
        .collect()
}

/// A field that is given by an argument; short where both have the same name.
fn given(field: &Ident, argument: &str) -> TokenStream {
    let argument = ident(argument);
    if *field == argument { quote!(#field,) } else { quote!(#field: #argument,) }
}

fn frame(keys: &RequestFrame) -> TokenStream {
    let (action, params, echo) = (&keys.action, &keys.params, &keys.echo);
    quote! {
        /// The frame that calls an action over a WebSocket: `params` is a JSON object, `echo` comes back in the answer.
        pub fn request_frame(action: &str, params: &Raw, echo: &Raw) -> Result<String, DecodeError> {
            crate::frame::write([#action, #params, #echo], action, params, echo)
        }
    }
}
