//! `$ref`: shared types, and those that stand for messages, segments and events.

use std::collections::BTreeMap;

use botspec_schema::Dialect;
use botspec_schema::model::{MessageForm, MessageForms};
use serde_json::Value;

use super::{Lower, Lowered, Naming, Place, kinds, named};
use crate::CodegenError;
use crate::docs::Docs;
use crate::model::{Module, Type};
use crate::names;

/// A shared type.
pub(super) struct Shared<'a> {
    file: String,
    schema: &'a Value,
}

pub(super) fn shared(dialect: &Dialect) -> BTreeMap<String, Shared<'_>> {
    let types = dialect.types.iter();
    types.map(|(name, shared)| (name.clone(), Shared { file: shared.path.clone(), schema: &shared.schema })).collect()
}

/// Whether a schema becomes an item with a name; the others (a number, a list) are written out where they are used.
pub(crate) fn is_item(schema: &Value) -> bool {
    if schema.get("x-id").is_some() || schema.get("$ref").is_some() {
        return false;
    }
    if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
        return branches.iter().filter(|branch| kinds(branch) != ["null"]).count() > 1;
    }
    let mut kinds = kinds(schema);
    kinds.retain(|kind| *kind != "null");
    match kinds.as_slice() {
        ["string"] => schema.get("enum").is_some() || schema.get("const").is_some(),
        ["object"] => {
            schema.get("properties").is_some()
                || schema.get("additionalProperties").is_none_or(|more| !more.is_object())
        }
        [_] | [] => false,
        _ => true,
    }
}

impl Lower<'_> {
    pub(super) fn reference(&mut self, target: &Value, place: &Place) -> Result<Lowered, CodegenError> {
        let name = target.as_str().and_then(botspec_schema::referenced);
        let name = name.ok_or_else(|| place.problem(format!("{target} is not `#/$defs/<type>`")))?;
        if let Some(ty) = virtual_type(name, self.message_forms) {
            return Ok(Lowered::plain(ty, false));
        }
        let shared = self.shared.get(name).ok_or_else(|| place.problem(format!("there is no type `{name}`")))?;
        let (file, schema) = (shared.file.clone(), shared.schema);
        if is_item(schema) {
            let nullable = kinds(schema).contains(&"null");
            return Ok(Lowered::plain(named(Module::Types, &names::pascal(name)), nullable));
        }
        let naming = Naming { name: names::pascal(name), what: name.to_owned(), docs: Docs::default() };
        if self.open.iter().any(|open| open == name) {
            return Err(place.problem(format!("the type `{name}` is a list or an alias of itself")));
        }
        self.open.push(name.to_owned());
        let lowered = self.ty(schema, &naming, &Place { file, pointer: "/schema".to_owned(), module: Module::Types });
        self.open.pop();
        lowered
    }

    /// Whether a schema is a message to send, where that is a plain list of segments.
    pub(super) fn is_message_list(&self, schema: &Value) -> bool {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(botspec_schema::referenced);
        name == Some("message_send") && self.message_forms.send == [MessageForm::Array]
    }

    /// The schema behind a reference to a shared type; any other schema itself.
    pub(super) fn behind<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(botspec_schema::referenced);
        name.and_then(|name| self.shared.get(name)).map_or(schema, |shared| shared.schema)
    }
}

/// The types that follow from the segments and events.
fn virtual_type(name: &str, forms: &MessageForms) -> Option<Type> {
    let segment = |name| named(Module::Segments, name);
    let list = |name| Type::List(Box::new(segment(name)));
    let only_list = |forms: &[MessageForm]| forms == [MessageForm::Array];
    Some(match name {
        "segment_send" => segment("SendSegment"),
        "segment_receive" => segment("ReceiveSegment"),
        "message_send" if only_list(&forms.send) => list("SendSegment"),
        "message_send" => segment("SendMessage"),
        "message_receive" if !only_list(&forms.receive) => segment("ReceiveMessage"),
        "message_receive" | "message_array" => list("ReceiveSegment"),
        "event" => named(Module::Events, "Event"),
        _ => return None,
    })
}
