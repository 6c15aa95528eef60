//! Reads an OpenAPI 3 document, such as NapCat's export.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::ReadError;
use super::example;
use super::segments;
use super::upstream::{Format, Remark, Says, UpAction, UpSource, Upstream};
use crate::shape::{Field, Kind, Object, Shape};
use crate::shape::{Reader, escape};
use crate::{DATA, RETCODE};

/// Where shared types stand.
const TYPES: &str = "#/components/schemas/";
/// Methods of an operation.
const METHODS: [&str; 5] = ["post", "get", "put", "patch", "delete"];

/// Reads a whole document.
pub(super) fn read(root: &Value, file: &str) -> Result<Upstream, ReadError> {
    let info = root.get("info");
    let text = |key: &str| info.and_then(|info| info.get(key)).and_then(Value::as_str).map(str::to_owned);
    let mut upstream = Upstream {
        format: Format::OpenApi,
        name: text("title").unwrap_or_else(|| file.to_owned()),
        version: text("version"),
        file: file.to_owned(),
        says: Says { actions: true, integers: has_word(root, "integer"), defaults: true, ..Says::default() },
        ..Upstream::default()
    };
    let named =
        |reference: &str| reference.strip_prefix(TYPES).map(|name| Shape::new(Kind::Named(name.to_owned()), reference));
    let reader = Reader::new(root, &named);

    let schemas = root.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        upstream.types.insert(name.clone(), reader.shape(schema, &format!("{TYPES}{}", escape(name))));
    }
    let Some(Value::Object(paths)) = root.get("paths") else {
        return Err(ReadError::at(file, "#/paths", "there are no paths", "Export the document with its operations"));
    };
    for (path, item) in paths {
        for method in METHODS {
            let at = format!("#/paths/{}/{method}", escape(path));
            match item.get(method) {
                Some(Value::Object(operation)) => {
                    let name = action_name(path);
                    let mut action = operation_of(&reader, operation, &at, &upstream)?;
                    learn_from_examples(&reader, operation, name, &mut action, &mut upstream);
                    upstream.actions.entry(name.to_owned()).or_insert(action);
                }
                Some(_) => {
                    return Err(ReadError::at(file, at, "an operation is an object", "Repair or remove it"));
                }
                None => {}
            }
        }
    }
    if let Some((at, problem)) = reader.problem() {
        return Err(ReadError::at(file, at, problem, "Repair the schema there, or export the document again"));
    }
    upstream.unreadable = reader.unreadable();
    let title = upstream.title();
    let source = |_: &str, at: &str| UpSource { document: title.clone(), heading: at.to_owned(), note: None };
    segments::extract(&mut upstream, &source);
    upstream.says.segments = !upstream.segments.is_empty();
    Ok(upstream)
}

/// The name of an action is the last part of its path.
pub(super) fn action_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn operation_of(
    reader: &Reader<'_>,
    operation: &Map<String, Value>,
    at: &str,
    upstream: &Upstream,
) -> Result<UpAction, ReadError> {
    let summary = ["summary", "description"]
        .iter()
        .any(|key| operation.get(*key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()));
    let tags = operation.get("tags").and_then(Value::as_array);
    Ok(UpAction {
        at: at.to_owned(),
        aliases: Vec::new(),
        category: tags.and_then(|tags| tags.first()).and_then(Value::as_str).map(str::to_owned),
        params: params(reader, operation, at, &upstream.file)?,
        result: result(reader, operation, at, upstream),
        summary_present: summary,
        deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
        sources: vec![UpSource { document: upstream.title(), heading: at.to_owned(), note: None }],
    })
}

/// The body and the query parameters as one object.
fn params(reader: &Reader<'_>, operation: &Map<String, Value>, at: &str, file: &str) -> Result<Shape, ReadError> {
    let mut fields = Vec::new();
    if let Some(Value::Array(list)) = operation.get("parameters") {
        for (index, parameter) in list.iter().enumerate() {
            let place = format!("{at}/parameters/{index}");
            let parameter = follow(reader, parameter);
            if parameter.get("in").and_then(Value::as_str) == Some("query") {
                let Some(name) = parameter.get("name").and_then(Value::as_str) else {
                    return Err(ReadError::at(file, place, "a parameter has no name", "Name it or remove it"));
                };
                let schema = parameter.get("schema").unwrap_or(&Value::Bool(true));
                let required = parameter.get("required") == Some(&Value::Bool(true));
                let mut field = Field::new(name, reader.shape(schema, &format!("{place}/schema")), required);
                field.default = schema.get("default").cloned();
                fields.push(field);
            }
        }
    }
    let body = operation.get("requestBody").map(|body| follow(reader, body));
    let body = body
        .and_then(|body| media(body))
        .map(|(media, schema)| reader.shape(schema, &format!("{at}/requestBody/content/{}/schema", escape(media))));
    let mut shape = match body {
        Some(mut shape) if !fields.is_empty() => {
            if let Kind::Object(object) = &mut shape.kind {
                fields.append(&mut object.fields);
            }
            Shape::object(fields, at)
        }
        Some(shape) => shape,
        None => Shape::object(fields, at),
    };
    // A field with a default may be left out, whatever `required` states: the document states what stands there once the
    // defaults are filled in.
    shape.rewrite(&mut |shape| {
        if let Kind::Object(object) = &mut shape.kind {
            for field in object.fields.iter_mut().filter(|field| field.default.is_some()) {
                field.required = Some(false);
            }
        }
    });
    Ok(shape)
}

/// The `data` of the answer where there is an envelope, the whole answer otherwise.
fn result(reader: &Reader<'_>, operation: &Map<String, Value>, at: &str, upstream: &Upstream) -> Shape {
    let Some((code, response)) = success(operation) else { return Shape::unknown(at) };
    let Some((media, schema)) = media(follow(reader, response)) else { return Shape::unknown(at) };
    let place = format!("{at}/responses/{code}/content/{}/schema", escape(media));
    let whole = reader.shape(schema, &place);
    match &whole.resolve(&upstream.types).kind {
        Kind::Object(Object { fields, .. }) => match fields.iter().find(|field| field.name == DATA) {
            Some(field) => field.shape.clone(),
            None => whole,
        },
        _ => whole,
    }
}

fn success(operation: &Map<String, Value>) -> Option<(&String, &Value)> {
    let responses = operation.get("responses")?.as_object()?;
    responses.iter().find(|(code, _)| code.starts_with('2')).or_else(|| responses.iter().next())
}

/// The media type and its schema, JSON first.
fn media(body: &Value) -> Option<(&String, &Value)> {
    let content = body.get("content")?.as_object()?;
    let found = content.iter().find(|(name, _)| name.contains("json")).or_else(|| content.iter().next())?;
    Some((found.0, found.1.get("schema")?))
}

fn follow<'a>(reader: &Reader<'a>, value: &'a Value) -> &'a Value {
    value.get("$ref").and_then(Value::as_str).and_then(|reference| reader.target(reference)).unwrap_or(value)
}

/// Takes types from the examples of an operation where its schemas have none, and remembers where they contradict.
fn learn_from_examples(
    reader: &Reader<'_>,
    operation: &Map<String, Value>,
    name: &str,
    action: &mut UpAction,
    upstream: &mut Upstream,
) {
    let mut found = BTreeMap::new();
    let bodies = operation.get("requestBody").map(|body| (body, "/params"));
    let answers = success(operation).map(|(_, answer)| (answer, "/result"));
    for (holder, part) in bodies.into_iter().chain(answers) {
        let shape = if part == "/params" { &mut action.params } else { &mut action.result };
        for value in examples(reader, follow(reader, holder)) {
            let value = match part {
                "/result" if value.get(RETCODE).and_then(Value::as_i64).is_some_and(|code| code != 0) => continue,
                "/result" => value.get(DATA).unwrap_or(value),
                _ => value,
            };
            example::contradictions(shape, value, part, &upstream.types, upstream.says, &mut found);
            let at = shape.at.clone();
            for pointer in example::fill_unknown(shape, value, &at, part) {
                found.entry(pointer).or_insert_with(|| "typed by an example only".to_owned());
            }
        }
    }
    upstream.remarks.extend(found.into_iter().map(|(at, text)| Remark { name: name.to_owned(), at, text }));
}

/// Every example of a body or a response.
fn examples<'a>(reader: &Reader<'a>, holder: &'a Value) -> Vec<&'a Value> {
    let Some(content) = holder.get("content").and_then(Value::as_object) else { return Vec::new() };
    let mut found = Vec::new();
    for media in content.values() {
        found.extend(media.get("example"));
        let named = media.get("examples").and_then(Value::as_object);
        found.extend(named.into_iter().flatten().filter_map(|(_, example)| follow(reader, example).get("value")));
    }
    found
}

/// Whether a schema of the document uses a type of this name.
fn has_word(value: &Value, word: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| {
            (key == "type" && (value == word || value.as_array().is_some_and(|list| list.iter().any(|v| v == word))))
                || has_word(value, word)
        }),
        Value::Array(list) => list.iter().any(|value| has_word(value, word)),
        _ => false,
    }
}
