//! Schemas stay within the subset, and mean something.

use serde_json::{Map, Value};

use super::{File, refs, unions, values};
use crate::annotations::{ALIASES, FIXTURE, ID, ID_KINDS, SAME_AS, SOURCE, UNTYPED};
use crate::closest::closest;
use crate::model::{Fixture, Schema};
use crate::parse::Contract;
use crate::subset;
use crate::validate::{escape_pointer, types_of};

/// Where a schema stands in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole of what is described.
    Root,
    /// The parameters of an action.
    Params,
    /// A property of the parameters.
    Param,
    /// Any other property.
    Property,
    /// An item, or an alternative.
    Part,
}

pub(super) fn check(file: &mut File<'_>) {
    let item = file.item;
    match &item.contract {
        Contract::Dialect(it) => walk(file, &it.envelope.schema, "/envelope/schema", Role::Root),
        Contract::Action(it) => {
            walk(file, &it.params, "/params", Role::Params);
            walk(file, &it.result, "/result", Role::Root);
        }
        Contract::Segment(it) => {
            it.send.iter().for_each(|schema| walk(file, schema, "/send", Role::Root));
            it.receive.iter().for_each(|schema| walk(file, schema, "/receive", Role::Root));
        }
        Contract::Event(it) => {
            walk(file, &it.data, "/data", Role::Root);
            it.quick_operation.iter().for_each(|schema| walk(file, schema, "/quick_operation", Role::Root));
        }
        Contract::Type(it) => walk(file, &it.schema, "/schema", Role::Root),
        Contract::Requirements(_) => {}
    }
}

/// Checks a schema and every schema in it.
pub(super) fn walk(file: &mut File<'_>, schema: &Schema, at: &str, role: Role) {
    let Some(keywords) = schema.as_object() else {
        return file.report_with(at, "keyword-shape", "a schema is an object", "write { … }");
    };
    let mut sound = true;
    for (keyword, value) in keywords {
        sound &= check_keyword(file, keyword, value, at);
    }
    if !sound {
        return;
    }
    refs::check(file, keywords, at);
    unions::check(file, keywords, at);
    values::check(file, schema, at);
    required(file, keywords, at);
    same_as(file, keywords, at);
    identifier(file, schema, at);
    source(file, schema, at);
    typed(file, keywords, at);
    if matches!(role, Role::Param | Role::Property)
        && !["description", "const", "$ref"].iter().any(|k| keywords.contains_key(*k))
    {
        file.report_with(at, "no-description", "the property is not described", "say in a few words what it holds");
    }
    if keywords.contains_key(ALIASES) && role != Role::Param {
        let pointer = format!("{at}/{ALIASES}");
        file.report(&pointer, "misplaced-annotation", "only a parameter of an action has other names");
    }

    let inner = if role == Role::Params { Role::Param } else { Role::Property };
    for (name, property) in keywords.get("properties").and_then(Value::as_object).into_iter().flatten() {
        walk(file, property, &format!("{at}/properties/{}", escape_pointer(name)), inner);
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(part @ Value::Object(_)) = keywords.get(keyword) {
            walk(file, part, &format!("{at}/{keyword}"), Role::Part);
        }
    }
    for (index, branch) in keywords.get("oneOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
        walk(file, branch, &format!("{at}/oneOf/{index}"), if role == Role::Params { role } else { Role::Part });
    }
}

fn check_keyword(file: &mut File<'_>, keyword: &str, value: &Value, at: &str) -> bool {
    let pointer = || format!("{at}/{}", escape_pointer(keyword));
    let Some(holds) = subset::holds(keyword) else {
        let message = format!("`{keyword}` is no keyword of the subset");
        match closest(keyword, subset::KEYWORDS.iter().map(|(name, _)| *name)) {
            Some(meant) => file.report_with(&pointer(), "unknown-keyword", message, format!("did you mean `{meant}`?")),
            None => file.report(&pointer(), "unknown-keyword", message),
        }
        return false;
    };
    let fits = holds.admits(value);
    if !fits {
        file.report(&pointer(), "keyword-shape", format!("`{keyword}` holds {}", holds.words()));
    }
    fits
}

/// The field whose value another one has stands beside it.
fn same_as(file: &mut File<'_>, keywords: &Map<String, Value>, at: &str) {
    let Some(properties) = keywords.get("properties").and_then(Value::as_object) else { return };
    for (name, property) in properties {
        let Some(other) = property.get(SAME_AS).and_then(Value::as_str) else { continue };
        if other != name && properties.contains_key(other) {
            continue;
        }
        let pointer = format!("{at}/properties/{}/{SAME_AS}", escape_pointer(name));
        let message = format!("`{name}` has the value of `{other}`, and no such field stands beside it");
        match closest(other, properties.keys().map(String::as_str).filter(|known| known != name)) {
            Some(meant) => file.report_with(&pointer, "unknown-same-as", message, format!("did you mean `{meant}`?")),
            None => file.report(&pointer, "unknown-same-as", message),
        }
    }
}

/// What is required is described.
fn required(file: &mut File<'_>, keywords: &Map<String, Value>, at: &str) {
    let properties = keywords.get("properties").and_then(Value::as_object);
    let mut check = |list: Option<&Value>, place: &dyn Fn() -> String| {
        for (index, name) in list.and_then(Value::as_array).into_iter().flatten().enumerate() {
            let Some(name) = name.as_str() else { continue };
            if !properties.is_some_and(|properties| properties.contains_key(name)) {
                let known = properties.into_iter().flat_map(Map::keys).map(String::as_str);
                let message = format!("`{name}` is required, and there is no such property");
                let help = closest(name, known)
                    .map_or_else(|| "describe it in `properties`".into(), |meant| format!("did you mean `{meant}`?"));
                file.report_with(&format!("{}/{index}", place()), "unknown-required", message, help);
            }
        }
    };
    check(keywords.get("required"), &|| format!("{at}/required"));
    for (index, branch) in keywords.get("anyOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
        check(branch.get("required"), &|| format!("{at}/anyOf/{index}/required"));
    }
}

/// What a parameter takes from elsewhere is no identifier, and what has a name as a fixture has a known one.
fn source(file: &mut File<'_>, schema: &Schema, at: &str) {
    if schema.get(SOURCE).is_some() && schema.get(ID).is_some() {
        file.report_with(
            &format!("{at}/{SOURCE}"),
            "source-id",
            "a source is no identifier",
            "leave one of the two out",
        );
    }
    if let Some(word) = schema.get(FIXTURE).filter(|word| serde_json::from_value::<Fixture>((*word).clone()).is_err()) {
        file.report(&format!("{at}/{FIXTURE}"), "unknown-fixture", format!("{word} is no fixture"));
    }
}

/// An identifier is an integer or a string, of a kind that is known.
fn identifier(file: &mut File<'_>, schema: &Schema, at: &str) {
    let Some(kind) = schema.get(ID).and_then(Value::as_str) else { return };
    let pointer = format!("{at}/{ID}");
    if !ID_KINDS.contains(&kind) {
        let help = closest(kind, ID_KINDS)
            .map_or_else(|| format!("there are {}", ID_KINDS.join(", ")), |meant| format!("did you mean `{meant}`?"));
        file.report_with(&pointer, "unknown-id", format!("`{kind}` is no kind of identifier"), help);
    }
    let Some(dialect) = file.dialect else { return };
    let types = types_of(schema, dialect.defs());
    let fits = types.as_ref().is_some_and(|types| {
        types.iter().all(|name| ["integer", "string", "null"].contains(name))
            && types.iter().any(|name| *name != "null")
    });
    if !fits {
        let found = types.map_or_else(|| "anything".into(), |types| types.join(" or "));
        file.report_with(
            &pointer,
            "id-of-no-id",
            format!("an identifier is an integer or a string, this is {found}"),
            "put it on the value that is the identifier",
        );
    }
}

/// A schema states what it admits, or why it does not.
fn typed(file: &mut File<'_>, keywords: &Map<String, Value>, at: &str) {
    let says = ["type", "const", "enum", "$ref", "oneOf", UNTYPED];
    // The envelope goes around anything.
    if !says.iter().any(|keyword| keywords.contains_key(*keyword)) && !at.starts_with("/envelope/") {
        file.report_with(at, "untyped", "the type is missing", "write `type`, or say why there is none in `x-untyped`");
    }
    if keywords.get("type").and_then(Value::as_str) == Some("array")
        && !keywords.contains_key("items")
        && !keywords.contains_key(UNTYPED)
    {
        file.report_with(
            at,
            "untyped",
            "the schema of the items is missing",
            "write `items`, or say why not in `x-untyped`",
        );
    }
}
