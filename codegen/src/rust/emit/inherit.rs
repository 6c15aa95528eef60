//! What is taken over from the dialect that this one extends.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::SourceFile;
use crate::rust::inherit::Inherited;
use crate::rust::model::Module;
use crate::rust::names::ident;

impl Inherited {
    /// The declaration that brings the parent's types into a module; nothing where there are none.
    pub(crate) fn declaration(&self, module: Module) -> Option<TokenStream> {
        let names: Vec<_> = self.of(module).map(ident).collect();
        if names.is_empty() {
            return None;
        }
        let (parent, steps) = (ident(&self.parent), module.path().iter().map(|step| ident(step)));
        Some(quote!(pub use crate::#parent #(::#steps)*::{#(#names),*};))
    }

    /// A file that is the parent's whole.
    pub(crate) fn whole(&self, file: &mut SourceFile, module: &str) {
        let (parent, module) = (ident(&self.parent), ident(module));
        file.rust(quote!(pub use crate::#parent::#module::*;));
    }
}
