//! `oneOf`: by a key of the object, by the JSON type, or nothing but null beside something else.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Lower, Lowered, Naming, Place, kinds, named};
use crate::CodegenError;
use crate::docs::Docs;
use crate::model::{Branch, Choice, Form, Item, Shape, Tagged, Type};
use crate::{docs, names};

impl Lower<'_> {
    pub(super) fn one_of(
        &mut self,
        schema: &Value,
        branches: &[Value],
        naming: &Naming,
        place: &Place,
    ) -> Result<Lowered, CodegenError> {
        let place = &place.at("oneOf");
        let some: Vec<(usize, &Value)> =
            branches.iter().enumerate().filter(|(_, branch)| kinds(branch) != ["null"]).collect();
        let nullable = some.len() < branches.len();
        if let Some(id) = id_kind(schema).or_else(|| shared_id_kind(&some)) {
            let kinds: Vec<&str> = some.iter().flat_map(|(_, branch)| kinds(branch)).collect();
            return Ok(self.id(id, &kinds, nullable));
        }
        if let [(index, only)] = some.as_slice() {
            let lowered = self.ty(only, naming, &place.at(&index.to_string()))?;
            return Ok(Lowered { nullable: true, ..lowered });
        }
        let ty = match self.tag_key(&some) {
            Some(key) => self.tagged(&key, &some, naming, place)?,
            None => self.choice(&some, naming, place)?,
        };
        Ok(Lowered::plain(ty, nullable))
    }

    /// The property that is another constant in each branch.
    fn tag_key(&self, branches: &[(usize, &Value)]) -> Option<String> {
        let (_, first) = branches.first()?;
        let keys = self.behind(first).get("properties")?.as_object()?.keys();
        keys.into_iter()
            .find(|key| {
                let mut seen = BTreeSet::new();
                branches.iter().all(|(_, branch)| self.tag(branch, key).is_some_and(|tag| seen.insert(tag)))
            })
            .cloned()
    }

    fn tag(&self, branch: &Value, key: &str) -> Option<String> {
        Some(self.behind(branch).get("properties")?.get(key)?.get("const")?.as_str()?.to_owned())
    }

    fn tagged(
        &mut self,
        key: &str,
        branches: &[(usize, &Value)],
        naming: &Naming,
        place: &Place,
    ) -> Result<Type, CodegenError> {
        let position = self.items.len();
        let mut done: Vec<Branch> = Vec::new();
        for (index, branch) in branches {
            let place = place.at(&index.to_string());
            let tag = self.tag(branch, key).unwrap_or_default();
            let name = names::pascal(&tag);
            if done.iter().any(|other| other.name == name) || name == "Unknown" {
                return Err(place.problem(format!("`{tag}` makes a branch {name}, which there is already")));
            }
            let docs = Docs::text(docs::described(branch).unwrap_or_else(|| format!("`{key}` is `{tag}`.")));
            let inside = Naming {
                name: format!("{}{name}", naming.name),
                what: format!("{} {tag}", naming.what),
                docs: docs.clone(),
            };
            let lowered = self.ty(branch, &inside, &place)?;
            done.push(Branch { tag, name, ty: lowered.ty, docs });
        }
        let item = Tagged {
            name: naming.name.clone(),
            what: naming.what.clone(),
            docs: naming.docs.clone(),
            key: key.to_owned(),
            branches: done,
        };
        self.items.insert(position, Item::Tagged(item));
        Ok(named(place.module, &naming.name))
    }

    fn choice(&mut self, branches: &[(usize, &Value)], naming: &Naming, place: &Place) -> Result<Type, CodegenError> {
        let position = self.items.len();
        let mut forms: Vec<Form> = Vec::new();
        for (index, branch) in branches {
            let place = place.at(&index.to_string());
            let kind = match kinds(self.behind(branch)).as_slice() {
                [kind] => *kind,
                _ => {
                    return Err(place
                        .problem("a branch of `oneOf` has to have one JSON type, or a constant that identifies it"));
                }
            }
            .to_owned();
            let shape = form(&kind).ok_or_else(|| place.problem(format!("`{kind}` is not a type of JSON")))?;
            if forms.iter().any(|form| form.shape == shape) {
                return Err(
                    place.problem(format!("two branches have the JSON type {kind}, and no constant identifies it"))
                );
            }
            let lowered = self.ty(branch, &naming.inside(shape.name(), branch), &place)?;
            let docs = Docs::text(docs::described(branch).unwrap_or_else(|| format!("As a JSON {kind}.")));
            forms.push(Form { shape, ty: lowered.into_type(), docs });
        }
        let (name, what) = (naming.name.clone(), naming.what.clone());
        self.items.insert(position, Item::Choice(Choice { name, what, docs: naming.docs.clone(), forms }));
        Ok(named(place.module, &naming.name))
    }

    /// A value of one of several simple types, as in `"type": ["string", "integer"]`.
    pub(super) fn scalars(&mut self, kinds: &[&str], naming: &Naming, place: &Place) -> Result<Type, CodegenError> {
        if kinds.iter().all(|kind| matches!(*kind, "integer" | "number")) {
            return Ok(Type::Number);
        }
        let branches: Vec<Value> = kinds.iter().map(|kind| json!({ "type": kind })).collect();
        let branches: Vec<(usize, &Value)> = branches.iter().enumerate().collect();
        self.choice(&branches, naming, place)
    }
}

fn id_kind(schema: &Value) -> Option<&str> {
    schema.get("x-id").and_then(Value::as_str)
}

/// The kind of id that every branch is, in one form or another.
fn shared_id_kind<'s>(branches: &[(usize, &'s Value)]) -> Option<&'s str> {
    let (first, rest) = branches.split_first()?;
    let kind = id_kind(first.1)?;
    rest.iter().all(|(_, branch)| id_kind(branch) == Some(kind)).then_some(kind)
}

/// The form that a JSON type is.
fn form(kind: &str) -> Option<Shape> {
    Some(match kind {
        "string" => Shape::Text,
        "integer" | "number" => Shape::Number,
        "boolean" => Shape::Boolean,
        "array" => Shape::List,
        "object" => Shape::Object,
        _ => return None,
    })
}
