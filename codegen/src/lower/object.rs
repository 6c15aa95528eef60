//! Objects.

use serde_json::{Map, Value};

use super::{Lower, Lowered, Naming, Place, named};
use crate::CodegenError;
use crate::model::{Entry, Field, Item, Presence, Record, Type};
use crate::{docs, names};

impl Lower<'_> {
    pub(super) fn object(
        &mut self,
        schema: &Value,
        nullable: bool,
        naming: &Naming,
        place: &Place,
    ) -> Result<Lowered, CodegenError> {
        let properties = schema.get("properties").and_then(Value::as_object);
        match (properties, schema.get("additionalProperties")) {
            (None, _) if schema.get("x-untyped").is_some() => Ok(Lowered::plain(Type::Raw, nullable)),
            (None, Some(values @ Value::Object(_))) => {
                let inside = naming.inside("value", values);
                let value = self.ty(values, &inside, &place.at("additionalProperties"))?;
                let ids = value.ids;
                Ok(Lowered { ty: Type::Map(Box::new(value.into_item())), nullable, ids })
            }
            _ => {
                self.record(schema, properties.unwrap_or(&Map::new()), naming, place)?;
                Ok(Lowered::plain(named(place.module, &naming.name), nullable))
            }
        }
    }

    fn record(
        &mut self,
        schema: &Value,
        properties: &Map<String, Value>,
        naming: &Naming,
        place: &Place,
    ) -> Result<(), CodegenError> {
        let position = self.items.len();
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        if let Some(key) = required.iter().find(|key| !properties.contains_key(**key)) {
            return Err(place.at("required").problem(format!("`{key}` is required, but is no property")));
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (key, property) in properties {
            let place = place.at(&format!("properties/{key}"));
            let is_required = required.contains(&key.as_str());
            if let (true, Some(value)) = (is_required, property.get("const").and_then(Value::as_str)) {
                entries.push(Entry::Tag { key: key.clone(), value: value.to_owned() });
                continue;
            }
            let field = self.field(key, property, is_required, naming, &place)?;
            let name = names::snake(key);
            if entries.iter().any(|entry| matches!(entry, Entry::Field(other) if names::snake(&other.key) == name)) {
                return Err(place.problem(format!("another property is called `{name}` in code, too")));
            }
            entries.push(Entry::Field(field));
        }
        let record = Record {
            name: naming.name.clone(),
            what: naming.what.clone(),
            docs: naming.docs.clone(),
            entries,
            alternatives: docs::alternatives(schema),
            received: false,
        };
        self.items.insert(position, Item::Record(record));
        Ok(())
    }

    fn field(
        &mut self,
        key: &str,
        property: &Value,
        required: bool,
        naming: &Naming,
        place: &Place,
    ) -> Result<Field, CodegenError> {
        let lowered = self.ty(property, &naming.inside(key, property), place)?;
        let aliases = property.get("x-aliases").and_then(Value::as_array).into_iter().flatten();
        Ok(Field {
            key: key.to_owned(),
            aliases: aliases.filter_map(Value::as_str).map(str::to_owned).collect(),
            docs: docs::field(key, property),
            ty: lowered.ty,
            presence: Presence { required, nullable: lowered.nullable },
            ids: lowered.ids,
            essential: false,
            message: self.is_message_list(property),
        })
    }
}
