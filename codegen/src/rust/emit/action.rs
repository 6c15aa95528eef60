//! Actions.

use std::fmt::Write as _;

use botspec_schema::model::Effect;
use proc_macro2::TokenStream;
use quote::quote;

use super::file::{SourceFile, literal};
use super::{item, record};
use crate::model::Module;
use crate::plan::{ActionPlan, Plan};
use crate::rust::names::ident;

/// One action, with what it needs and answers.
pub(crate) fn action(file: &mut SourceFile, action: &ActionPlan) {
    file.declare(Module::Actions, &action.items);
    file.declare_name(Module::Actions, &action.params.name);
    file.uses(&["Action", "Effect"]);
    record::record(file, &action.params);
    let (name, wire, effect) = (ident(&action.params.name), &action.name, effect(action.effect));
    let response = file.ty(&action.response);
    file.rust(quote! {
        impl Action for #name {
            const NAME: &'static str = #wire;
            const EFFECT: Effect = #effect;
            type Response = #response;
        }
    });
    item::items(file, &action.items);
}

fn effect(effect: Effect) -> TokenStream {
    match effect {
        Effect::Read => quote!(Effect::Read),
        Effect::Send => quote!(Effect::Send),
        Effect::Write => quote!(Effect::Write),
        Effect::Destructive => quote!(Effect::Destructive),
        Effect::Lifecycle => quote!(Effect::Lifecycle),
    }
}

/// Every action with its effect, in the order of their names.
pub(crate) fn list(file: &mut SourceFile, plan: &Plan) {
    let mut all: Vec<&ActionPlan> = plan.actions.values().flatten().collect();
    all.sort_by_key(|action| &action.name);
    file.uses(&["Effect"]);
    let mut text = "/// Every action: its name, and what it does to the world.\n".to_owned();
    text.push_str("pub const ACTIONS: &[(&str, Effect)] = &[\n");
    for action in all {
        let _ = writeln!(text, "    ({}, {}),", literal(&action.name), super::union::compact(&effect(action.effect)));
    }
    text.push_str("];\n");
    file.table(text);
    visitor(file, plan);
}

/// A way to do something with the type of every action.
fn visitor(file: &mut SourceFile, plan: &Plan) {
    let names = plan.actions.values().flatten().map(|action| ident(&action.params.name));
    file.rust(quote! {
        pub use crate::Visitor;

        /// Shows the type of every action to a visitor: to register them, or to see that none is missing.
        pub fn visit<V: Visitor>(visitor: &mut V) {
            #(visitor.action::<#names>();)*
        }
    });
}
