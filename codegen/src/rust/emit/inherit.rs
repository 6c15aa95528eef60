//! What is taken over from the dialect that this one extends.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::file::SourceFile;
use crate::model::Module;
use crate::rust::inherit::Inherited;
use crate::rust::keep::{Condition, Keep};
use crate::rust::names::ident;

impl Inherited {
    /// The declarations that bring the parent's types into a module, one per condition; nothing where there are none.
    pub(crate) fn declaration(&self, module: Module, keep: &Keep) -> Option<TokenStream> {
        let mut names: BTreeMap<Condition, Vec<_>> = BTreeMap::new();
        for name in self.of(module) {
            names.entry(keep.item(module, name)).or_default().push(ident(name));
        }
        if names.is_empty() {
            return None;
        }
        let (parent, steps) = (ident(&self.parent), module.path().iter().map(|step| ident(step)));
        let steps: Vec<_> = steps.collect();
        let declarations: Vec<_> = names
            .iter()
            .map(|(condition, names)| {
                let condition = condition.attribute();
                quote!(#condition pub use crate::#parent #(::#steps)*::{#(#names),*};)
            })
            .collect();
        Some(quote!(#(#declarations)*))
    }

    /// A file that is the parent's whole.
    pub(crate) fn whole(&self, file: &mut SourceFile, module: &str) {
        let (parent, module) = (ident(&self.parent), ident(module));
        file.rust(quote!(pub use crate::#parent::#module::*;));
    }
}
