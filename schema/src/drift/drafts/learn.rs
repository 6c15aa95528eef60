//! What the contracts state about fields of the same name: annotations, bounds and descriptions, in our own words.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::contracts::Annotated;
use crate::annotations::{ID, ID_KINDS, PERSONAL, SECRET, VOLATILE};

/// Keywords that state the same of a field wherever it stands.
const ANNOTATIONS: [&str; 4] = [ID, PERSONAL, SECRET, VOLATILE];
/// Bounds that go with a kind of id.
const BOUNDS: [&str; 2] = ["minimum", "maximum"];
/// What a name ends in that is an id, and the words before that for somebody's account.
const ID_END: &str = "_id";
const PEOPLE: [&str; 6] = ["operator", "sender", "receiver", "initiator", "invitor", "self"];
/// The kind of somebody's account.
const USER: &str = "user";
/// Parts of names of which it is safer to think that they are a credential.
const SECRETS: [&str; 6] = ["cookie", "token", "rkey", "clientkey", "skey", "password"];

/// The kind of id that a name suggests: the last word before `_id`, where there is such a kind.
fn kind_of_id(name: &str) -> Option<&'static str> {
    let word = name.strip_suffix(ID_END)?.rsplit('_').next()?;
    let kind = if PEOPLE.contains(&word) { USER } else { word };
    ID_KINDS.into_iter().find(|known| *known == kind)
}

/// What is learned of field names.
pub(super) struct Learned<'a> {
    fields: BTreeMap<&'a str, Vec<&'a Annotated>>,
}

impl<'a> Learned<'a> {
    /// Learns from the fields of contracts.
    pub(super) fn from(fields: &'a [Annotated]) -> Self {
        let mut learned: BTreeMap<&str, Vec<&Annotated>> = BTreeMap::new();
        for field in fields {
            learned.entry(&field.name).or_default().push(field);
        }
        Learned { fields: learned }
    }

    /// The value that more than half of the fields of a name have for a keyword, in one part or in all.
    fn most(&self, name: &str, keyword: &str, part: Option<&str>) -> Option<(&'a Value, usize)> {
        let fields = self.fields.get(name)?;
        let fields: Vec<&Annotated> =
            fields.iter().copied().filter(|field| part.is_none_or(|part| field.part == part)).collect();
        let said: Vec<&'a Value> = fields.iter().filter_map(|field| field.schema.get(keyword)).collect();
        said.iter().copied().find_map(|value| {
            let same = said.iter().filter(|other| **other == value).count();
            (same * 2 > fields.len()).then_some((value, same))
        })
    }

    fn value(&self, name: &str, keyword: &str) -> Option<&'a Value> {
        self.most(name, keyword, None).map(|(value, _)| value)
    }

    /// The annotations of a field: those that most contracts give to fields of its name, or a guess.
    pub(super) fn annotations(&self, name: &str) -> Map<String, Value> {
        let mut found = Map::new();
        for keyword in ANNOTATIONS {
            if let Some(value) = self.value(name, keyword) {
                found.insert(keyword.to_owned(), value.clone());
            }
        }
        if !self.fields.contains_key(name) {
            let lower = name.to_ascii_lowercase();
            if let Some(kind) = kind_of_id(&lower) {
                found.insert(ID.to_owned(), kind.into());
            }
            if SECRETS.iter().any(|part| lower.contains(part)) {
                found.insert(SECRET.to_owned(), true.into());
            }
        }
        found
    }

    /// The bounds of a whole number that is an id.
    pub(super) fn bounds(&self, name: &str) -> Map<String, Value> {
        let bounds = BOUNDS.iter().filter_map(|word| Some(((*word).to_owned(), self.value(name, word)?.clone())));
        if self.value(name, ID).is_some() { bounds.collect() } else { Map::new() }
    }

    /// Whether ids of this name are whole numbers in the contracts.
    pub(super) fn is_whole_id(&self, name: &str) -> bool {
        self.value(name, ID).is_some() && self.value(name, "type").is_some_and(|kind| kind == "integer")
    }

    /// The shared type that most contracts have for fields of this name in this part.
    pub(super) fn reference(&self, name: &str, part: &str) -> Option<&'a str> {
        self.most(name, "$ref", Some(part))?.0.as_str()
    }

    /// What most contracts state about fields of this name in this part, if at least two do.
    pub(super) fn description(&self, name: &str, part: &str) -> Option<&'a str> {
        let (text, count) = self.most(name, "description", Some(part))?;
        if count > 1 { text.as_str() } else { None }
    }
}
