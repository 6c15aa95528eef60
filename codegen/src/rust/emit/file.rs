//! One source file: what it needs in scope, and its parts.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::docs::Docs;
use crate::model::{Item, Module, Path, Type};
use crate::rust::docs;
use crate::rust::keep::Condition;
use crate::rust::names::ident;
use crate::{CodegenError, GeneratedFile};

/// A source file that is being written.
pub(crate) struct SourceFile {
    dialect: String,
    path: String,
    docs: String,
    /// Names that are declared in it.
    declared: BTreeSet<(Module, String)>,
    /// Modules of the dialect, and names of the runtime, that it uses.
    modules: BTreeSet<&'static str>,
    runtime: BTreeSet<&'static str>,
    parts: Vec<Part>,
    /// Under which the next parts are compiled.
    condition: Condition,
}

/// Some items.
struct Part {
    /// Under which each of them is compiled.
    condition: Condition,
    text: Text,
}

enum Text {
    Rust(TokenStream),
    /// A table of the runtime's macros, written out line by line.
    Table(String),
}

impl SourceFile {
    pub(crate) fn new(dialect: &str, path: &str, docs: &str) -> Self {
        Self {
            dialect: dialect.to_owned(),
            path: path.to_owned(),
            docs: docs.to_owned(),
            declared: BTreeSet::new(),
            modules: BTreeSet::new(),
            runtime: BTreeSet::new(),
            parts: Vec::new(),
            condition: Condition::default(),
        }
    }

    /// States that items of `module` are declared here, so that they need no path.
    pub(crate) fn declare<'i>(&mut self, module: Module, items: impl IntoIterator<Item = &'i Item>) {
        self.declared.extend(items.into_iter().map(|item| (module, item.name().to_owned())));
    }

    /// The same for one name.
    pub(crate) fn declare_name(&mut self, module: Module, name: &str) {
        self.declared.insert((module, name.to_owned()));
    }

    /// Uses a name of the runtime.
    pub(crate) fn uses(&mut self, names: &[&'static str]) {
        self.runtime.extend(names);
    }

    /// Writes items that are compiled under a condition.
    pub(crate) fn under(&mut self, condition: Condition, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.condition, condition);
        write(self);
        self.condition = before;
    }

    pub(crate) fn rust(&mut self, tokens: TokenStream) {
        self.parts.push(Part { condition: self.condition.clone(), text: Text::Rust(tokens) });
    }

    /// Puts items in front of all others.
    pub(crate) fn first(&mut self, tokens: TokenStream) {
        self.parts.insert(0, Part { condition: self.condition.clone(), text: Text::Rust(tokens) });
    }

    pub(crate) fn path_in_dialect(&self) -> &str {
        &self.path
    }

    pub(crate) fn dialect(&self) -> &str {
        &self.dialect
    }

    pub(crate) fn table(&mut self, text: String) {
        self.parts.push(Part { condition: self.condition.clone(), text: Text::Table(text) });
    }

    /// A type, with what it needs brought into scope.
    pub(crate) fn ty(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::Integer => quote!(i64),
            Type::Number => {
                self.uses(&["Number"]);
                quote!(Number)
            }
            Type::Boolean => quote!(bool),
            Type::Text => quote!(String),
            Type::Raw => {
                self.uses(&["Raw"]);
                quote!(Raw)
            }
            Type::Empty => {
                self.uses(&["Empty"]);
                quote!(Empty)
            }
            Type::Named(path) => self.path(path),
            Type::List(item) => {
                let item = self.ty(item);
                quote!(Vec<#item>)
            }
            Type::Map(value) => {
                self.uses(&["Map"]);
                let value = self.ty(value);
                quote!(Map<#value>)
            }
            Type::TextIds(ids) => {
                self.uses(&["TextIds"]);
                let ids = self.ty(ids);
                quote!(TextIds<#ids>)
            }
            Type::Option(value) => {
                let value = self.ty(value);
                quote!(Option<#value>)
            }
        }
    }

    pub(crate) fn path(&mut self, path: &Path) -> TokenStream {
        let name = ident(&path.name);
        if self.declared.contains(&(path.module, path.name.clone())) {
            return quote!(#name);
        }
        let steps = path.module.path();
        self.modules.insert(steps[0]);
        let steps = steps.iter().map(|step| ident(step));
        quote!(#(#steps::)* #name)
    }

    /// The text, formatted.
    pub(crate) fn finish(self) -> Result<GeneratedFile, CodegenError> {
        let mut text = format!("{}\n//! {}\n", crate::output::MARK, self.docs);
        let uses = [("crate".to_owned(), self.runtime), (format!("crate::{}", self.dialect), self.modules)];
        let uses: Vec<String> = uses.iter().filter_map(|(root, names)| import(root, names)).collect();
        if !uses.is_empty() {
            text.push('\n');
        }
        text.extend(uses);
        for Part { condition, text: part } in self.parts {
            text.push('\n');
            match part {
                Text::Table(table) => text.push_str(&(head(&condition) + &table)),
                Text::Rust(tokens) => text.push_str(&format(tokens, &condition, &self.path)?),
            }
        }
        Ok(GeneratedFile { path: self.path, text })
    }
}

/// The line that brings names of `root` into scope.
fn import(root: &str, names: &BTreeSet<&str>) -> Option<String> {
    let names: Vec<_> = names.iter().copied().collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("use {root}::{name};\n")),
        names => Some(format!("use {root}::{{{}}};\n", names.join(", "))),
    }
}

/// Items as text, with an empty line between them; declarations of one line stand together.
fn format(tokens: TokenStream, condition: &Condition, file: &str) -> Result<String, CodegenError> {
    let problem = |error: syn::Error| CodegenError::NotRust { file: file.to_owned(), problem: error.to_string() };
    let parsed: syn::File = syn::parse2(tokens).map_err(problem)?;
    let mut text = String::new();
    let mut after_declaration = true;
    for item in parsed.items {
        let declaration = matches!(item, syn::Item::Mod(_) | syn::Item::Use(_));
        let close = after_declaration && declaration;
        if !(close || text.is_empty()) {
            text.push('\n');
        }
        after_declaration = declaration;
        text.push_str(&head(condition));
        text.push_str(&prettyplease::unparse(&syn::File {
            shebang: None,
            attrs: Vec::new(),
            items: vec![item],
            frontmatter: None,
        }));
    }
    Ok(text)
}

/// The line in front of an item that is compiled under a condition.
fn head(condition: &Condition) -> String {
    let mut text = condition.text();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Doc attributes.
pub(crate) fn doc(docs: &Docs) -> TokenStream {
    doc_lines(&docs::lines(docs))
}

/// The same for lines that are written out.
pub(crate) fn doc_lines(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// A string literal as it stands in a table.
pub(crate) fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}
