//! Schemas become types.

mod object;
pub(crate) mod reference;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::Dialect;
use botspec_schema::model::MessageForms;
use serde_json::Value;

use self::reference::Shared;
use crate::CodegenError;
use crate::docs::Docs;
use crate::model::{IdForm, Item, Module, OpenEnum, Path, Type};
use crate::{docs, names};

/// What a schema states, beside its type.
#[derive(Debug, Clone)]
pub(crate) struct Lowered {
    pub(crate) ty: Type,
    /// Null is a value of it.
    pub(crate) nullable: bool,
    /// How it is written, where it holds ids.
    pub(crate) ids: Option<IdForm>,
}

impl Lowered {
    fn plain(ty: Type, nullable: bool) -> Self {
        Self { ty, nullable, ids: None }
    }

    /// The type of a value in a list or map: null has to be part of the type.
    fn into_item(self) -> Type {
        match self.ty {
            ty @ (Type::Empty | Type::Raw) => ty,
            ty if self.nullable => Type::Option(Box::new(ty)),
            ty => ty,
        }
    }

    /// The type of a value that stands alone, where everything has to be part of the type.
    pub(crate) fn into_type(self) -> Type {
        match (self.ids, self.into_item()) {
            (Some(IdForm::Text), ty) => Type::TextIds(Box::new(ty)),
            (_, ty) => ty,
        }
    }
}

/// How an item is called, should the schema need one of its own.
#[derive(Debug, Clone)]
pub(crate) struct Naming {
    /// In code.
    pub(crate) name: String,
    /// In errors.
    pub(crate) what: String,
    /// Its doc comment.
    pub(crate) docs: Docs,
}

impl Naming {
    /// Names something inside of this.
    fn inside(&self, key: &str, schema: &Value) -> Self {
        Self {
            name: format!("{}{}", self.name, names::pascal(key)),
            what: format!("{}/{key}", self.what),
            docs: Docs::text(docs::described(schema).unwrap_or_else(|| format!("`{key}` of `{}`.", self.name))),
        }
    }
}

/// Where in the contracts a schema stands, and which module its items go to.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) pointer: String,
    pub(crate) module: Module,
}

impl Place {
    fn at(&self, steps: &str) -> Self {
        Self { pointer: format!("{}/{steps}", self.pointer), ..self.clone() }
    }

    fn problem(&self, problem: impl Into<String>) -> CodegenError {
        CodegenError::Unsupported { file: self.file.clone(), pointer: self.pointer.clone(), problem: problem.into() }
    }
}

/// Turns schemas into types, and collects the items that this takes.
pub(crate) struct Lower<'a> {
    shared: BTreeMap<String, Shared<'a>>,
    /// The forms of a message.
    message_forms: &'a MessageForms,
    /// The kinds of id that are used.
    pub(crate) ids: BTreeSet<String>,
    /// Shared types that are being written out, to find one that holds itself.
    open: Vec<String>,
    /// Names that are taken, with the file that took them.
    declared: BTreeMap<(Module, String), String>,
    /// Items of the contract at hand, the outer before the inner.
    items: Vec<Item>,
}

impl<'a> Lower<'a> {
    pub(crate) fn new(dialect: &'a Dialect) -> Self {
        Self {
            shared: reference::shared(dialect),
            message_forms: &dialect.file.message_forms,
            ids: BTreeSet::new(),
            open: Vec::new(),
            declared: BTreeMap::from([((Module::Events, "Event".to_owned()), "the union of all events".to_owned())]),
            items: Vec::new(),
        }
    }

    /// Lowers the schema of a contract; returns its type and the items that have to be declared for it.
    pub(crate) fn contract(
        &mut self,
        schema: &Value,
        naming: &Naming,
        place: &Place,
    ) -> Result<(Lowered, Vec<Item>), CodegenError> {
        let lowered = self.ty(schema, naming, place)?;
        let items = std::mem::take(&mut self.items);
        for name in items.iter().flat_map(Item::names) {
            self.declare(&name, place)?;
        }
        Ok((lowered, items))
    }

    /// Takes a name in a module; an error where it is taken.
    fn declare(&mut self, name: &str, place: &Place) -> Result<(), CodegenError> {
        match self.declared.insert((place.module, name.to_owned()), place.file.clone()) {
            None => Ok(()),
            Some(other) => {
                Err(place.problem(format!("it makes a type {name}, and so does {other}; rename one of them")))
            }
        }
    }

    fn ty(&mut self, schema: &Value, naming: &Naming, place: &Place) -> Result<Lowered, CodegenError> {
        if let Some(target) = schema.get("$ref") {
            return self.reference(target, place);
        }
        if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
            return self.one_of(schema, branches, naming, place);
        }
        let mut kinds = kinds(schema);
        let nullable = kinds.contains(&"null");
        kinds.retain(|kind| *kind != "null");
        if let Some(id) = schema.get("x-id").and_then(Value::as_str) {
            return Ok(self.id(id, &kinds, nullable));
        }
        let ty = match kinds.as_slice() {
            [] if nullable => Type::Empty,
            [] => return Ok(Lowered::plain(Type::Raw, true)),
            ["string"] => self.string(schema, naming, place)?,
            ["integer"] => Type::Integer,
            ["number"] => Type::Number,
            ["boolean"] => Type::Boolean,
            ["array"] => return self.array(schema, nullable, naming, place),
            ["object"] => return self.object(schema, nullable, naming, place),
            several => self.scalars(several, naming, place)?,
        };
        Ok(Lowered::plain(ty, nullable))
    }

    fn id(&mut self, kind: &str, kinds: &[&str], nullable: bool) -> Lowered {
        self.ids.insert(kind.to_owned());
        let path = Path { module: Module::Ids, name: id_name(kind) };
        let ids = match (kinds.contains(&"string"), kinds.iter().any(|kind| *kind != "string")) {
            (true, false) => Some(IdForm::Text),
            (true, true) => Some(IdForm::Any),
            (false, _) => None,
        };
        Lowered { ty: Type::Named(path), nullable, ids }
    }

    fn array(
        &mut self,
        schema: &Value,
        nullable: bool,
        naming: &Naming,
        place: &Place,
    ) -> Result<Lowered, CodegenError> {
        let Some(items) = schema.get("items") else {
            return Ok(Lowered::plain(Type::List(Box::new(Type::Raw)), nullable));
        };
        let item = self.ty(items, &naming.inside("item", items), &place.at("items"))?;
        let ids = item.ids;
        Ok(Lowered { ty: Type::List(Box::new(item.into_item())), nullable, ids })
    }

    fn string(&mut self, schema: &Value, naming: &Naming, place: &Place) -> Result<Type, CodegenError> {
        let known = match (schema.get("enum"), schema.get("const")) {
            (Some(Value::Array(values)), _) => values.iter().filter(|value| !value.is_null()).collect(),
            (_, Some(value)) => vec![value],
            _ => return Ok(Type::Text),
        };
        let mut variants: Vec<(String, String)> = Vec::new();
        for value in known {
            let text = value.as_str().ok_or_else(|| place.problem(format!("{value} in an enumeration of strings")))?;
            let variant = names::pascal(text);
            if let Some((_, other)) = variants.iter().find(|(name, _)| *name == variant) {
                return Err(place.problem(format!("`{other}` and `{text}` would both be called {variant}")));
            }
            variants.push((variant, text.to_owned()));
        }
        self.items.push(Item::OpenEnum(OpenEnum { name: naming.name.clone(), docs: naming.docs.clone(), variants }));
        Ok(named(place.module, &naming.name))
    }
}

/// The name of the type of a kind of id.
pub(crate) fn id_name(kind: &str) -> String {
    format!("{}Id", names::pascal(kind))
}

fn named(module: Module, name: &str) -> Type {
    Type::Named(Path { module, name: name.to_owned() })
}

/// The JSON types of the values of a schema without `$ref` and `oneOf`; none where it takes anything.
fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => return vec![kind],
        Some(Value::Array(kinds)) => return kinds.iter().filter_map(Value::as_str).collect(),
        _ => {}
    }
    let values = match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(values)), _) => values.as_slice(),
        (_, Some(value)) => std::slice::from_ref(value),
        _ if schema.get("properties").is_some() => return vec!["object"],
        _ => return Vec::new(),
    };
    let mut kinds = Vec::new();
    for value in values {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}
