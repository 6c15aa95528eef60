//! One bundled JSON Schema 2020-12.

use serde_json::{Value, json};

use crate::defs::reference;
use crate::dialect::Dialect;

use super::{definitions, names, text};

/// The document; by itself it describes any event, where the dialect has events.
pub(super) fn document(dialect: &Dialect) -> Value {
    let mut defs = definitions::all(dialect);
    let root = defs.contains_key(names::EVENT).then(|| reference(names::EVENT));
    defs.extend(definitions::calls(dialect));
    let file = &dialect.file;
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:botspec:{}:{}", file.name, file.protocol_version),
        "title": format!("{} event", file.title.en),
        "description": text::both(&file.summary),
        "x-botspec-dialect": file.name,
        "x-botspec-contracts": dialect.hash(),
    });
    if let (Some(document), Some(Value::Object(root))) = (document.as_object_mut(), root) {
        document.extend(root);
    }
    document["$defs"] = defs.into();
    document
}
