//! A fact that is another than it is.

use botspec_schema::model::DialectFile;
use botspec_schema::{Catalog, Dialect};
use serde_json::Value;

/// The part of a dialect that a fact stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Params(String),
    Result(String),
    Send(String),
    Receive(String),
    Event(String),
    Type(String),
    File,
}

/// A fact that is another than it is.
#[derive(Debug, Clone)]
pub(super) struct Flip {
    /// Dialect, part, place and, of a value in place of it, what was changed.
    pub(super) id: String,
    /// What kind of fact it is.
    pub(super) family: &'static str,
    pub(super) part: Part,
    /// Where in the part.
    pub(super) pointer: String,
    /// What stands there then; nothing where it is taken away.
    pub(super) value: Option<Value>,
    /// The field that a difference has to be about, where it is about one.
    pub(super) field: String,
    /// Whether it is about something that other facts stand in.
    pub(super) encloses: bool,
}

impl Flip {
    /// Whether it is about what a target sends, so that answers and events show whether it is noticed.
    pub(super) fn is_received(&self) -> bool {
        matches!(self.part, Part::Result(_) | Part::Receive(_) | Part::Event(_) | Part::Type(_))
    }

    /// The contract that it stands in, where that is one that checks are derived from: its kind and its name.
    pub(super) fn contract(&self) -> Option<(&'static str, &str)> {
        match &self.part {
            Part::Params(name) | Part::Result(name) => Some(("action", name)),
            Part::Send(name) | Part::Receive(name) => Some(("segment", name)),
            Part::Event(name) => Some(("event", name)),
            Part::Type(_) | Part::File => None,
        }
    }

    /// The same place with a schema that nothing fits, by which it shows whether anything is sent there; nothing for a value of
    /// an enumeration, as it shows by itself whether that is sent.
    pub(super) fn contradicted(&self) -> Option<Self> {
        let mut steps: Vec<&str> = self.pointer.split('/').collect();
        let last = steps.pop()?;
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            // An item of a list of words.
            if steps.pop()? == "enum" {
                return None;
            }
        }
        Some(Self {
            pointer: steps.join("/"),
            value: Some(serde_json::json!({ "const": "never sent" })),
            ..self.clone()
        })
    }

    fn apply(&self, dialect: &mut Dialect) {
        if self.part == Part::File {
            if let Some(file) = self.edited_file(&dialect.file) {
                dialect.file = file;
            }
            return;
        }
        let schema = match &self.part {
            Part::Params(name) => dialect.actions.get_mut(name).map(|it| &mut it.value.params),
            Part::Result(name) => dialect.actions.get_mut(name).map(|it| &mut it.value.result),
            Part::Send(name) => dialect.segments.get_mut(name).and_then(|it| it.value.send.as_mut()),
            Part::Receive(name) => dialect.segments.get_mut(name).and_then(|it| it.value.receive.as_mut()),
            Part::Event(name) => dialect.events.get_mut(name).map(|it| &mut it.value.data),
            Part::Type(name) => dialect.types.get_mut(name).map(|it| &mut it.value.schema),
            Part::File => None,
        };
        let place = schema.and_then(|schema| schema.pointer_mut(&self.pointer));
        *place.unwrap_or_else(|| panic!("{}: nothing is there", self.id)) = self.value.clone().unwrap_or_default();
    }

    /// The file with the fact changed; nothing where it is no file of a dialect then.
    pub(super) fn edited_file(&self, file: &DialectFile) -> Option<DialectFile> {
        let mut document = serde_json::to_value(file).ok()?;
        let (parent, key) = self.pointer.rsplit_once('/')?;
        let key = key.replace("~1", "/").replace("~0", "~");
        match document.pointer_mut(parent)? {
            Value::Array(items) => {
                let index: usize = key.parse().ok()?;
                match &self.value {
                    Some(value) => *items.get_mut(index)? = value.clone(),
                    None => drop(items.remove(index)),
                }
            }
            Value::Object(fields) => match &self.value {
                Some(value) => *fields.get_mut(&key)? = value.clone(),
                None => drop(fields.remove(&key)),
            },
            _ => return None,
        }
        serde_json::from_value(document).ok()
    }
}

/// The contracts of a dialect with facts changed.
pub(super) fn flipped(dialect: &Dialect, flips: &[&Flip]) -> Catalog {
    Catalog::of([dialect.edited(|dialect| flips.iter().for_each(|flip| flip.apply(dialect)))])
}
