//! Reads the action table of LLBot: what its running build registers, with the types of parameters, and the TypeScript
//! types of answers as text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::ReadError;
use super::typescript;
use super::upstream::{Format, Says, UpAction, UpSource, Upstream};
use crate::shape::{Field, Kind, Object, Shape};
use crate::shape::{escape, strings};

/// The list of actions: the first list in the document whose entries have an action and its parameters.
pub(super) fn list(root: &Value) -> Option<(&String, &Vec<Value>)> {
    root.as_object()?.iter().find_map(|(key, value)| {
        let list = value.as_array()?;
        let first = list.first()?;
        (first.get("action")?.is_string() && first.get("params")?.is_array()).then_some((key, list))
    })
}

/// Reads a whole table.
pub(super) fn read(root: &Value, file: &str) -> Result<Upstream, ReadError> {
    let Some((key, rows)) = list(root) else {
        return Err(ReadError::at(file, "#", "there is no list of actions", "Dump the table again"));
    };
    let version = root
        .as_object()
        .into_iter()
        .flatten()
        .find_map(|(key, value)| Some((key.strip_suffix("_version")?.to_owned(), value.as_str()?.to_owned())));
    let (name, version) = version.map_or((file.to_owned(), None), |(name, version)| (name, Some(version)));
    let mut upstream = Upstream {
        format: Format::Actions,
        name,
        version,
        file: file.to_owned(),
        says: Says { actions: true, defaults: true, ..Says::default() },
        ..Upstream::default()
    };
    let mut answers = Answers::default();
    for row in rows {
        answers.remember(row);
    }
    for (index, row) in rows.iter().enumerate() {
        let at = format!("#/{}/{index}", escape(key));
        let Some(name) = row.get("action").and_then(Value::as_str) else {
            return Err(ReadError::at(file, at, "an action has no name", "Every row has an action"));
        };
        let file_of = row.get("source").and_then(Value::as_str);
        let heading = file_of.map_or_else(|| name.to_owned(), |file| format!("{name} ({file})"));
        let action = UpAction {
            aliases: strings(row.get("aliases")),
            category: file_of.and_then(folder),
            params: params(row, &at, file)?,
            result: answers.of(row, &at),
            summary_present: false,
            deprecated: false,
            sources: vec![UpSource { document: format!("{} action table", upstream.title()), heading, note: None }],
            at,
        };
        upstream.actions.insert(name.to_owned(), action);
    }
    Ok(upstream)
}

/// The folder that the source of an action stands in.
fn folder(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/').skip(1);
    parts.next().map(str::to_owned)
}

fn params(row: &Value, at: &str, file: &str) -> Result<Shape, ReadError> {
    let mut fields = Vec::new();
    for (index, param) in row.get("params").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let place = format!("{at}/params/{index}");
        let Some(name) = param.get("name").and_then(Value::as_str) else {
            return Err(ReadError::at(file, place, "a parameter has no name", "Every parameter has a name and a type"));
        };
        let shape = type_of(param.get("type").unwrap_or(&Value::Null), &place)
            .map_err(|problem| ReadError::at(file, format!("{place}/type"), problem, "Dump the table again"))?;
        let required = param.get("required") == Some(&Value::Bool(true));
        fields.push(Field { default: param.get("default").cloned(), ..Field::new(name, shape, required) });
    }
    Ok(Shape::object(fields, at))
}

/// `number | string`, `{"array_of": …}`, `{"enum": […]}` or `{"object": {…}}`.
fn type_of(value: &Value, at: &str) -> Result<Shape, String> {
    match value {
        Value::String(text) => {
            let alternatives: Result<Vec<Shape>, String> = text.split('|').map(|word| word_of(word, at)).collect();
            Ok(Shape::union(alternatives?, at))
        }
        Value::Object(map) => match map.iter().next() {
            Some((key, items)) if key == "array_of" => Ok(Shape::array(type_of(items, at)?, at)),
            Some((key, Value::Array(values))) if key == "enum" => {
                let mut shape = Shape::new(Kind::String, at);
                shape.values.clone_from(values);
                Ok(shape)
            }
            Some((key, Value::Object(fields))) if key == "object" => {
                let fields: Result<Vec<Field>, String> = fields
                    .iter()
                    .map(|(name, value)| Ok(Field { required: None, ..Field::new(name, type_of(value, at)?, false) }))
                    .collect();
                Ok(Shape::object(fields?, at))
            }
            _ => Err("a type is a word, array_of, enum or object".to_owned()),
        },
        _ => Err("a type is a word, array_of, enum or object".to_owned()),
    }
}

/// One word of a type; a remark in brackets states how it is converted.
fn word_of(word: &str, at: &str) -> Result<Shape, String> {
    let word = word.split('(').next().unwrap_or_default().trim();
    let kind = match word {
        "any" | "unknown" => Kind::Unknown,
        "[object Object]" => Kind::Object(Object::default()),
        word => Kind::of_word(word).ok_or_else(|| format!("there is no type {word}"))?,
    };
    Ok(Shape::new(kind, at))
}

/// What the classes of the table answer.
#[derive(Default)]
struct Answers {
    /// The TypeScript of each class: the type it answers, and the interfaces it knows.
    classes: BTreeMap<String, (String, typescript::Interfaces)>,
    /// The interfaces that stand beside some class which extends this one.
    bases: BTreeMap<String, typescript::Interfaces>,
}

impl Answers {
    fn remember(&mut self, row: &Value) {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let interfaces = typescript::interfaces(text("response_interfaces"));
        if !interfaces.is_empty() {
            self.bases.insert(text("response_class_type").to_owned(), interfaces.clone());
        }
        let before = self.classes.get(text("class")).is_some_and(|(_, known)| !known.is_empty());
        if !before {
            self.classes.insert(text("class").to_owned(), (text("response_class_type").to_owned(), interfaces));
        }
    }

    /// The last type argument of what the class extends; without one, what the class it extends answers; without that,
    /// the only interface that stands beside it.
    fn of(&self, row: &Value, at: &str) -> Shape {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let own = typescript::interfaces(text("response_interfaces"));
        let mut base = text("response_class_type").to_owned();
        let mut interfaces = &own;
        for _ in 0..self.classes.len() {
            if let Some(answer) = typescript::last_argument(&base) {
                return typescript::shape(answer, interfaces, at);
            }
            match self.classes.get(&base) {
                Some((next, known)) if *next != base => {
                    base.clone_from(next);
                    interfaces = if known.is_empty() { interfaces } else { known };
                }
                _ => break,
            }
        }
        let beside = if own.is_empty() { self.bases.get(&base).unwrap_or(&own) } else { &own };
        match beside.single() {
            Some(name) => typescript::shape(name, beside, at),
            None => Shape::unknown(at),
        }
    }
}
