//! A module with a file for each contract below it.

use proc_macro2::TokenStream;
use quote::quote;

use super::file::SourceFile;
use crate::model::Module;
use crate::rust::inherit::Inherited;
use crate::rust::keep::{Condition, Keep};
use crate::rust::names::{self, ident};

/// A module of a dialect that re-exports what its files declare.
pub(crate) struct Tree {
    /// The path of the module, without `.rs`.
    pub(crate) path: String,
    pub(crate) root: SourceFile,
    files: Vec<(String, Condition, SourceFile)>,
    /// The declaration that takes over what another dialect has.
    inherited: Option<TokenStream>,
}

impl Tree {
    pub(crate) fn new(dialect: &str, path: &str, docs: &str) -> Self {
        let root = SourceFile::new(dialect, &format!("{path}.rs"), docs);
        Self { path: path.to_owned(), root, files: Vec::new(), inherited: None }
    }

    /// A file below the module, named as what it describes; add it when it is written.
    pub(crate) fn file(&self, name: &str, docs: &str) -> SourceFile {
        let name = names::field(name);
        let path = format!("{}/{}.rs", self.path, name.trim_start_matches("r#"));
        SourceFile::new(self.root.dialect(), &path, docs)
    }

    /// Adds a file that is compiled under a condition.
    pub(crate) fn add(&mut self, name: &str, condition: Condition, file: SourceFile) {
        self.files.push((names::field(name), condition, file));
    }

    /// Takes over what another dialect has in a module of the same name.
    pub(crate) fn inherit(&mut self, inherited: &Inherited, module: Module, keep: &Keep) {
        self.inherited = inherited.declaration(module, keep);
    }

    /// All its files. What the root declares follows after the modules below it.
    pub(crate) fn finish(mut self) -> Vec<SourceFile> {
        let modules: Vec<_> = self.files.iter().map(|(name, ..)| ident(name)).collect();
        let conditions: Vec<_> = self.files.iter().map(|(_, condition, _)| condition.attribute()).collect();
        let inherited = self.inherited;
        self.root.first(quote! {
            #(#conditions mod #modules;)*
            #(#conditions pub use #modules::*;)*
            #inherited
        });
        let mut files = vec![self.root];
        files.extend(self.files.into_iter().map(|(.., file)| file));
        files
    }
}
