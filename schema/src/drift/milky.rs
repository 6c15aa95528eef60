//! Reads Milky's definition: APIs, shared structs, events and segments as JSON Schema.

use serde_json::{Map, Value};

use super::error::ReadError;
use super::segments;
use super::upstream::{Format, Remark, Says, UpAction, UpEvent, UpSource, Upstream};
use crate::shape::{Direction, Kind, Shape};
use crate::shape::{Reader, escape};

/// Where a schema keeps the structs that it shares with others.
const DEFS: &str = "#/$defs/";

/// Reads a whole definition.
pub(super) fn read(root: &Value, file: &str) -> Result<Upstream, ReadError> {
    let version = ["milkyPackageVersion", "milkyVersion"].iter().find_map(|key| root.get(*key)?.as_str());
    let mut upstream = Upstream {
        format: Format::Milky,
        name: "Milky".to_owned(),
        version: version.map(str::to_owned),
        file: file.to_owned(),
        says: Says { actions: true, segments: true, events: true, integers: true, defaults: true, enums: true },
        ..Upstream::default()
    };
    for (name, schema) in group(root, "common", file)? {
        document(schema, &format!("#/common/{}", escape(name)), &mut upstream)?;
    }
    for (name, api) in group(root, "apis", file)? {
        let at = format!("#/apis/{}", escape(name));
        let mut part = |key: &str| match api.get(key) {
            Some(schema) => document(schema, &format!("{at}/{key}"), &mut upstream),
            None => Ok(Shape::unknown(&at)),
        };
        let action = UpAction {
            params: part("input")?,
            result: part("output")?,
            aliases: Vec::new(),
            category: api.get("category").and_then(Value::as_str).map(str::to_owned),
            summary_present: api.get("description").is_some_and(Value::is_string),
            deprecated: api.get("deprecated") == Some(&Value::Bool(true)),
            sources: vec![source(&upstream, &at)],
            at,
        };
        upstream.actions.insert(name.clone(), action);
    }
    for (name, schema) in group(root, "events", file)? {
        let at = format!("#/events/{}", escape(name));
        let shape = document(schema, &at, &mut upstream)?;
        let sources = vec![source(&upstream, &at)];
        upstream.events.insert(name.clone(), UpEvent { at, shape, sources });
    }
    for (key, direction) in [("incomingSegments", Direction::Receive), ("outgoingSegments", Direction::Send)] {
        for (name, schema) in group(root, key, file)? {
            let at = format!("#/{key}/{}", escape(name));
            let shape = document(schema, &at, &mut upstream)?;
            let Some((tag, data)) = segments::segment_of(&shape, &upstream.types) else {
                return Err(ReadError::at(
                    file,
                    at,
                    "this is no segment",
                    "A segment is an object of a type with one value, and data",
                ));
            };
            let data = data.clone();
            let source = source(&upstream, &at);
            upstream.add_segment(&tag, &data, Some(direction), source);
        }
    }
    let stated = (upstream.segments.clone(), upstream.events.clone());
    let document = upstream.title();
    segments::extract(&mut upstream, &|_, at| UpSource {
        document: document.clone(),
        heading: at.to_owned(),
        note: None,
    });
    compare_with_stated(
        &mut upstream,
        &stated.0.into_keys().collect::<Vec<_>>(),
        &stated.1.into_keys().collect::<Vec<_>>(),
    );
    Ok(upstream)
}

/// The unions among the shared structs list segments and events a second time; what only they have is remembered.
fn compare_with_stated(upstream: &mut Upstream, segments: &[String], events: &[String]) {
    let extra = upstream.segments.keys().filter(|name| !segments.contains(name));
    let extra = extra.chain(upstream.events.keys().filter(|name| !events.contains(name)));
    let remarks = extra.map(|name| Remark {
        name: name.clone(),
        at: String::new(),
        text: "stands in the union of the shared structs, and not in the list".to_owned(),
    });
    let remarks: Vec<Remark> = remarks.collect();
    upstream.remarks.extend(remarks);
}

fn source(upstream: &Upstream, at: &str) -> UpSource {
    UpSource { document: upstream.title(), heading: at.to_owned(), note: None }
}

fn group<'a>(root: &'a Value, key: &str, file: &str) -> Result<&'a Map<String, Value>, ReadError> {
    root.get(key).and_then(Value::as_object).ok_or_else(|| {
        let advice = "Milky's definition has apis, common, events, incomingSegments and outgoingSegments";
        ReadError::at(file, format!("#/{key}"), "there is no object of this name", advice)
    })
}

/// One schema with its own copies of the structs it uses; those join the shared types.
fn document(schema: &Value, at: &str, upstream: &mut Upstream) -> Result<Shape, ReadError> {
    let named =
        |reference: &str| reference.strip_prefix(DEFS).map(|name| Shape::new(Kind::Named(name.to_owned()), reference));
    let reader = Reader::new(schema, &named);
    let shape = reader.shape(schema, at);
    for (name, definition) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
        let place = format!("{at}/$defs/{}", escape(name));
        let shape = reader.shape(definition, &place);
        let before = upstream.types.entry(name.clone()).or_insert_with(|| shape.clone());
        if !before.same(&shape) {
            let text = format!("this copy of {name} differs from the one at {}", before.at);
            upstream.remarks.push(Remark { name: name.clone(), at: place, text });
        }
    }
    upstream.unreadable.extend(reader.unreadable());
    match reader.problem() {
        Some((at, problem)) => {
            Err(ReadError::at(&upstream.file, at, problem, "Repair the schema there, or export the definition again"))
        }
        None => Ok(shape),
    }
}
