//! The client: a method for each action.

use botspec_schema::model::Suffixes;
use proc_macro2::TokenStream;
use quote::quote;

use super::file::{SourceFile, doc_lines};
use super::record::argument;
use crate::model::{Field, Module, Path, Type};
use crate::plan::ActionPlan;
use crate::rust::docs;
use crate::rust::names::{self, ident};

/// The bot itself.
pub(crate) fn bot(file: &mut SourceFile, suffixes: Option<&Suffixes>) {
    file.uses(&["Action", "FromJson", "Outcome", "Raw", "Failed", "Transport"]);
    let envelope_type = file.ty(&Type::Named(Path { module: Module::Envelope, name: "Envelope".to_owned() }));
    let suffixes = suffixes.map(|suffixes| {
        let (deferred, rate_limited) = (&suffixes.deferred, &suffixes.rate_limited);
        quote! {
            /// Calls an action that is answered at once and done afterwards.
            pub async fn call_async<A: Action>(&self, action: &A) -> Result<(), CallError<T::Error>> {
                self.answer(&[A::NAME, #deferred].concat(), action).await.map(|_| ())
            }

            /// Calls an action that is answered at once and done in a queue with pauses.
            pub async fn call_rate_limited<A: Action>(&self, action: &A) -> Result<(), CallError<T::Error>> {
                self.answer(&[A::NAME, #rate_limited].concat(), action).await.map(|_| ())
            }
        }
    });
    file.rust(quote! {
        /// Why a call gave no result.
        pub type CallError<E> = crate::CallError<E, #envelope_type>;

        /// A bot behind a transport: a method for each action.
        ///
        /// A method takes what the action requires; an action with more to say is built first and given to
        /// [`call`](Self::call).
        #[derive(Debug, Clone)]
        pub struct Bot<T> {
            transport: T,
        }

        impl<T: Transport> Bot<T> {
            /// A bot behind `transport`.
            pub const fn new(transport: T) -> Self {
                Self { transport }
            }

            /// The transport.
            pub const fn transport(&self) -> &T {
                &self.transport
            }

            /// Calls an action.
            pub async fn call<A: Action>(&self, action: &A) -> Result<A::Response, CallError<T::Error>> {
                Ok(self.answer(A::NAME, action).await?.response::<A>()?)
            }

            #suffixes

            async fn answer<A: Action>(&self, name: &str, action: &A) -> Result<#envelope_type, CallError<T::Error>> {
                let params = Raw::of(action)?.to_string();
                let body = self.transport.call(name, params).await.map_err(CallError::Transport)?;
                let envelope = #envelope_type::from_json(&body)?;
                match envelope.outcome() {
                    Outcome::Ok | Outcome::Deferred => Ok(envelope),
                    Outcome::Failed => Err(CallError::Failed(Failed::new(name, envelope, body))),
                }
            }
        }
    });
}

/// The methods for one category.
pub(crate) fn methods(file: &mut SourceFile, actions: &[ActionPlan]) {
    file.uses(&["Transport"]);
    let methods: Vec<_> = actions.iter().map(|action| method(file, action)).collect();
    file.rust(quote! {
        impl<T: Transport> super::Bot<T> {
            #(#methods)*
        }
    });
}

fn method(file: &mut SourceFile, action: &ActionPlan) -> TokenStream {
    let path = Path { module: Module::Actions, name: action.params.name.clone() };
    let (name, ty, docs) = (ident(&names::field(&action.called)), file.path(&path), method_docs(action));
    let response = file.ty(&action.response);
    let (arguments, call) = if !action.params.alternatives.is_empty() {
        (quote!(action: &#ty), quote!(action))
    } else if action.params.by_name() {
        let init = file.path(&Path { module: Module::Actions, name: action.params.init_name() });
        (quote!(init: #init), quote!(&#ty::new(init)))
    } else {
        let required: Vec<Field> = action.params.required().into_iter().cloned().collect();
        let names: Vec<_> = required.iter().map(|field| ident(&names::field(&field.key))).collect();
        let types: Vec<_> = required.iter().map(|field| argument(file, field, &quote!(value)).0).collect();
        (quote!(#(#names: #types),*), quote!(&#ty::new(#(#names),*)))
    };
    quote! {
        #docs
        pub async fn #name(&self, #arguments) -> Result<#response, super::CallError<T::Error>> {
            self.call(#call).await
        }
    }
}

/// What the action's own docs say before its sources, and how to give what the method does not ask for.
fn method_docs(action: &ActionPlan) -> TokenStream {
    let mut docs = docs::record(&action.params);
    docs.sources.clear();
    let mut lines = docs::lines(&docs);
    let optional = action.params.fields().any(|field| !field.presence.required);
    if optional && action.params.alternatives.is_empty() {
        let name = &action.params.name;
        let hint =
            format!("For its optional parameters give a [`{name}`](actions::{name}) to [`call`](super::Bot::call).");
        lines.extend([String::new(), hint]);
    }
    doc_lines(&lines)
}
