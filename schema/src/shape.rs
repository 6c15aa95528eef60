//! The neutral form of a type, in which contracts are compared with each other and with documents of upstream.

mod contract;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub(crate) use contract::of_contract;
pub(crate) use read::{Reader, escape, fits, strings, word_of};

/// How deep references are followed before they are taken for endless.
const DEPTH: usize = 24;

/// Which way a segment or a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// From the client to the implementation.
    Send,
    /// From the implementation to the client.
    Receive,
}

/// A type as a contract or a document states it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Where it is stated: a JSON pointer, or a line.
    pub at: String,
    /// What it is.
    pub kind: Kind,
    /// The only values it may have; empty where every value of the type is allowed.
    pub values: Vec<Value>,
    /// Bounds such as `minimum`, carried along for drafts.
    pub bounds: Map<String, Value>,
    /// Which kind of identifier it is, where a contract states so.
    pub id: Option<String>,
}

/// The kinds of types.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing is stated about it, or that it may be anything.
    Unknown,
    /// null.
    Null,
    /// true or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list of equal elements.
    Array(Box<Shape>),
    /// Named fields.
    Object(Object),
    /// One of several types.
    Union(Vec<Shape>),
    /// A shared type, by its name.
    Named(String),
    /// A message segment; distinguished by its type, and compared with the segments instead of in each place.
    Segment(Option<Direction>),
    /// Any event, compared with the events instead of in each place.
    Event,
}

/// An object with named fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    /// The fields, in the order in which they are stated.
    pub fields: Vec<Field>,
    /// False where it is only stated that there is an object, and nothing about its fields.
    pub stated: bool,
    /// True where the fields are only those that an example happens to show.
    pub partial: bool,
    /// The type of fields whose names are not fixed.
    pub rest: Option<Box<Shape>>,
    /// True where no other fields may be there.
    pub closed: bool,
    /// Sets of fields of which at least one is there; empty where nothing of that kind is stated.
    pub sets: Vec<Vec<String>>,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Other names of the same field.
    pub aliases: Vec<String>,
    /// Its type.
    pub shape: Shape,
    /// Whether it must be there; absent where nobody states (a field that is only seen in an example).
    pub required: Option<bool>,
    /// What is taken where it is left out.
    pub default: Option<Value>,
}

/// Shared types by name.
pub type Types = BTreeMap<String, Shape>;

impl Shape {
    /// A type without values or bounds.
    pub fn new(kind: Kind, at: impl Into<String>) -> Self {
        Shape { at: at.into(), kind, values: Vec::new(), bounds: Map::new(), id: None }
    }

    /// A type of which nothing is known.
    pub fn unknown(at: impl Into<String>) -> Self {
        Shape::new(Kind::Unknown, at)
    }

    /// An object with these fields and no others stated.
    pub fn object(fields: Vec<Field>, at: impl Into<String>) -> Self {
        Shape::new(Kind::Object(Object { fields, stated: true, ..Object::default() }), at)
    }

    /// A list.
    pub fn array(items: Shape, at: impl Into<String>) -> Self {
        Shape::new(Kind::Array(Box::new(items)), at)
    }

    /// One of several types; nested unions are laid flat, and a single one stays itself.
    pub fn union(alternatives: Vec<Shape>, at: impl Into<String>) -> Self {
        let mut flat: Vec<Shape> = Vec::new();
        for alternative in alternatives {
            match alternative.kind {
                Kind::Union(inner) => flat.extend(inner),
                _ => flat.push(alternative),
            }
        }
        match flat.len() {
            0 => Shape::unknown(at),
            1 => flat.remove(0),
            _ => Shape::new(Kind::Union(flat), at),
        }
    }

    /// The same type or null.
    #[must_use]
    pub fn or_null(self) -> Self {
        let at = self.at.clone();
        Shape::union(vec![self, Shape::new(Kind::Null, at.clone())], at)
    }

    /// Whether two shapes state the same, wherever they stand.
    pub fn same(&self, other: &Shape) -> bool {
        let bare = |shape: &Shape| {
            let mut shape = shape.clone();
            shape.rewrite(&mut |shape| shape.at.clear());
            shape
        };
        bare(self) == bare(other)
    }

    /// Whether anything is known about it.
    pub fn is_known(&self) -> bool {
        !matches!(self.kind, Kind::Unknown)
    }

    /// The shape behind a name, as far as there is one.
    pub fn resolve<'a>(&'a self, types: &'a Types) -> &'a Shape {
        let mut shape = self;
        for _ in 0..DEPTH {
            match &shape.kind {
                Kind::Named(name) => match types.get(name) {
                    Some(target) => shape = target,
                    None => return shape,
                },
                _ => return shape,
            }
        }
        shape
    }

    /// Every type it may be, with names and nested unions resolved; each name once, so that a union that names itself
    /// ends.
    pub fn alternatives<'a>(&'a self, types: &'a Types) -> Vec<&'a Shape> {
        let mut found = Vec::new();
        self.collect(types, &mut found, &mut Vec::new());
        found
    }

    fn collect<'a>(&'a self, types: &'a Types, found: &mut Vec<&'a Shape>, seen: &mut Vec<&'a str>) {
        match &self.kind {
            Kind::Union(inner) => inner.iter().for_each(|alternative| alternative.collect(types, found, seen)),
            Kind::Named(name) => match types.get(name) {
                Some(_) if seen.contains(&name.as_str()) => {}
                Some(target) => {
                    seen.push(name);
                    target.collect(types, found, seen);
                }
                None => found.push(self),
            },
            _ => found.push(self),
        }
    }

    /// The fields, where it is an object and nothing else.
    pub fn fields<'a>(&'a self, types: &'a Types) -> &'a [Field] {
        match &self.resolve(types).kind {
            Kind::Object(object) => &object.fields,
            _ => &[],
        }
    }

    /// The values it is limited to, over all alternatives; empty as soon as one of them is not limited.
    pub fn allowed(&self, types: &Types) -> Vec<Value> {
        let mut values = Vec::new();
        for alternative in self.alternatives(types) {
            if alternative.values.is_empty() {
                if alternative.kind == Kind::Null {
                    continue;
                }
                return Vec::new();
            }
            for value in &alternative.values {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        values
    }

    /// Calls `change` on this shape and everything below it, children first.
    pub fn rewrite(&mut self, change: &mut impl FnMut(&mut Shape)) {
        match &mut self.kind {
            Kind::Array(items) => items.rewrite(change),
            Kind::Object(object) => {
                for field in &mut object.fields {
                    field.shape.rewrite(change);
                }
                if let Some(rest) = &mut object.rest {
                    rest.rewrite(change);
                }
            }
            Kind::Union(inner) => inner.iter_mut().for_each(|alternative| alternative.rewrite(change)),
            _ => {}
        }
        change(self);
    }

    /// Calls `see` on this shape and everything below it, without following names.
    pub fn walk(&self, see: &mut impl FnMut(&Shape)) {
        see(self);
        match &self.kind {
            Kind::Array(items) => items.walk(see),
            Kind::Object(object) => {
                for field in &object.fields {
                    field.shape.walk(see);
                }
                if let Some(rest) = &object.rest {
                    rest.walk(see);
                }
            }
            Kind::Union(inner) => inner.iter().for_each(|alternative| alternative.walk(see)),
            _ => {}
        }
    }

    /// The name of the type as people write it, such as `integer | string` or `[object]`.
    pub fn title(&self, types: &Types) -> String {
        self.title_within(types, 0)
    }

    fn title_within(&self, types: &Types, depth: usize) -> String {
        let mut names: Vec<String> = Vec::new();
        for alternative in self.alternatives(types) {
            let name = match &alternative.kind {
                Kind::Array(items) if depth < DEPTH => format!("[{}]", items.title_within(types, depth + 1)),
                kind => kind.word().to_owned(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.sort();
        names.join(" | ")
    }
}

impl Object {
    /// The field of this name, or with this name among its other names.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .or_else(|| self.fields.iter().find(|field| field.aliases.iter().any(|alias| alias == name)))
    }
}

impl Field {
    /// A field of which it is known whether it is required.
    pub fn new(name: impl Into<String>, shape: Shape, required: bool) -> Self {
        Field { name: name.into(), aliases: Vec::new(), shape, required: Some(required), default: None }
    }
}

impl Kind {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Unknown => "any",
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array(_) => "array",
            Kind::Object(_) => "object",
            Kind::Union(_) => "union",
            Kind::Named(_) => "named",
            Kind::Segment(_) => "segment",
            Kind::Event => "event",
        }
    }

    /// The kind that JSON Schema calls by this name; nothing is known of elements and fields yet.
    pub fn of_word(word: &str) -> Option<Kind> {
        Some(match word {
            "null" => Kind::Null,
            "boolean" => Kind::Boolean,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "string" => Kind::String,
            "array" => Kind::Array(Box::new(Shape::unknown(""))),
            "object" => Kind::Object(Object::default()),
            _ => return None,
        })
    }
}

/// The field that distinguishes several objects: in each of them limited to one value, and to another one in each.
pub(crate) fn tag_of(objects: &[&Shape], types: &Types) -> Option<String> {
    let first = objects.first()?;
    if objects.len() < 2 {
        return None;
    }
    first.fields(types).iter().map(|field| &field.name).find_map(|name| {
        let mut seen: Vec<Value> = Vec::new();
        for object in objects {
            let value = tag_value(object, name, types)?;
            if seen.contains(&value) {
                return None;
            }
            seen.push(value);
        }
        Some(name.clone())
    })
}

/// The one value that a field of an object is limited to.
pub(crate) fn tag_value(object: &Shape, name: &str, types: &Types) -> Option<Value> {
    let field = object.fields(types).iter().find(|field| field.name == name)?;
    let mut values = field.shape.allowed(types);
    if values.len() == 1 { values.pop() } else { None }
}

/// Several objects as one: what is in all of them is required if it is so everywhere.
pub(crate) fn merged(objects: &[&Shape]) -> Shape {
    let mut whole = Object::default();
    let parts: Vec<&Object> = objects
        .iter()
        .filter_map(|shape| match &shape.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        })
        .collect();
    for part in &parts {
        whole.stated |= part.stated;
        for field in &part.fields {
            match whole.fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) => {
                    let at = known.shape.at.clone();
                    if known.shape.kind != field.shape.kind {
                        known.shape = Shape::union(vec![known.shape.clone(), field.shape.clone()], at);
                    }
                }
                None => whole.fields.push(field.clone()),
            }
        }
    }
    for field in &mut whole.fields {
        let everywhere = parts.iter().all(|part| part.field(&field.name).is_some_and(|f| f.required == Some(true)));
        field.required = field.required.map(|_| everywhere);
    }
    let at = objects.first().map(|shape| shape.at.clone()).unwrap_or_default();
    Shape::new(Kind::Object(whole), at)
}

/// A value as people write it: a string without quotes.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Values as people write them, each once.
pub(crate) fn texts(values: &[Value]) -> BTreeSet<String> {
    values.iter().map(text).collect()
}
