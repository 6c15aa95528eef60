//! Objects that describe something: a message, an account, a group, somebody in a group. Each names what it is about by an
//! id that is called after its kind, and has more about it in the fields beside that.

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::model::MessageFormat;
use botspec_schema::{COUNTS, DATA, ID, PERSONAL, SECRET, VOLATILE};
use serde::Deserialize;
use serde_json::Value;

use crate::contract::{Contract, Id, id_at, is_called_after};

/// A definition that holds the content of a message that came.
const CONTENT: &str = "#/$defs/message_receive";

/// Bounds of a number that is a time begin here: the year 2000, in seconds.
pub(super) const FIRST_TIME: i64 = 946_684_800;

/// How many objects of a document are compared; of a long list, those at its beginning.
const OBJECTS_COMPARED: usize = 300;

/// What an object reports about one thing.
#[derive(Debug, Clone, Default)]
pub(super) struct Description {
    /// Where the object stands.
    pub(super) pointer: String,
    /// What it is about: kinds of ids with their values.
    pub(super) key: Vec<(String, String)>,
    /// Whether that is a message.
    pub(super) is_message: bool,
    /// What it reports, by the name of the field.
    pub(super) fields: BTreeMap<String, Field>,
    /// The accounts that it names, but for the account that receives it.
    pub(super) people: Vec<Id>,
    /// The groups and conversations that it names.
    pub(super) places: Vec<Id>,
    /// Of a message, the kinds of its segments and its text.
    pub(super) content: Option<Content>,
    /// Of a group, how many it states that it has of what a list of the dialect holds.
    pub(super) counts: Vec<(String, String, u64)>,
}

/// One field of a description.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) value: Value,
    /// What its contract states it means, so that fields of one name with another meaning are not compared.
    pub(super) meaning: String,
    pub(super) is_time: bool,
    /// Whether its contract marks it as personal or secret.
    pub(super) is_personal: bool,
}

/// The content of a message, without what is reported differently each time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) kinds: Vec<String>,
    pub(super) text: String,
}

impl Content {
    pub(super) fn of(contract: &Contract, message: &Value) -> Self {
        let mut content = Self::default();
        for segment in contract.segments_of(message) {
            let kind = segment.get(botspec_schema::SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default();
            match crate::checks::words_of(contract, &segment) {
                Some(text) => content.text.push_str(&text),
                None => content.kinds.push(kind.to_owned()),
            }
        }
        content.text = content.text.trim().to_owned();
        content
    }

    /// Whether it is text alone, and not empty.
    pub(super) fn is_text(&self) -> bool {
        self.kinds.is_empty() && !self.text.is_empty()
    }
}

/// What places of a document its contract states something of.
#[derive(Default)]
struct Marks {
    ids: Vec<Id>,
    id_pointers: BTreeSet<String>,
    volatile: BTreeSet<String>,
    meanings: BTreeMap<String, String>,
    times: BTreeSet<String>,
    personal: BTreeSet<String>,
    contents: Vec<String>,
    counts: BTreeMap<String, String>,
}

impl Marks {
    /// One walk for all of them: every frame and every answer is looked at.
    fn of(contract: &Contract, schema: &Value, document: &Value) -> Self {
        let mut marks = Self::default();
        let mut choices = BTreeMap::new();
        contract.each_place(schema, document, &mut |at, schema| {
            let Some(keywords) = schema.as_object() else { return };
            for (keyword, annotation) in keywords {
                let pointer = || at.to_owned();
                match keyword.as_str() {
                    "$ref" if annotation == CONTENT => marks.contents.push(pointer()),
                    ID => marks.ids.extend(id_at(document, at, annotation)),
                    VOLATILE => drop(marks.volatile.insert(pointer())),
                    PERSONAL | SECRET => drop(marks.personal.insert(pointer())),
                    "description" => drop(marks.meanings.insert(pointer(), annotation.to_string())),
                    // How messages are written is a setting of each connection.
                    "enum" if are_formats(annotation) => drop(marks.volatile.insert(pointer())),
                    "enum" => drop(choices.insert(pointer(), annotation.to_string())),
                    "minimum" if annotation.as_i64() == Some(FIRST_TIME) => drop(marks.times.insert(pointer())),
                    COUNTS => marks.counts.extend(annotation.as_str().map(|list| (pointer(), list.to_owned()))),
                    _ => {}
                }
            }
        });
        // Values that may be chosen from state more of what a field means than a sentence does.
        marks.meanings.extend(choices);
        // Several branches may state the same of a place.
        marks.contents.sort_unstable();
        marks.contents.dedup();
        let mut seen = BTreeSet::new();
        let Self { ids, contents, id_pointers, .. } = &mut marks;
        let inside = |pointer: &str| {
            contents.iter().any(|it| pointer.strip_prefix(it.as_str()).is_some_and(|it| it.starts_with('/')))
        };
        ids.retain(|id| !inside(&id.pointer) && seen.insert((id.pointer.clone(), id.kind.clone())));
        id_pointers.extend(ids.iter().map(|id| id.pointer.clone()));
        marks
    }
}

/// Whether the values that may be chosen from are the forms of a message.
fn are_formats(choices: &Value) -> bool {
    let Some(choices) = choices.as_array().filter(|it| (1..=2).contains(&it.len())) else { return false };
    choices.iter().all(|it| MessageFormat::deserialize(it).is_ok())
}

/// Every description in a document.
pub(super) fn all(contract: &Contract, schema: &Value, document: &Value, is_event: bool) -> Vec<Description> {
    let marks = Marks::of(contract, schema, document);
    let mut own: BTreeMap<&str, Vec<&Id>> = BTreeMap::new();
    for (object, id) in marks.ids.iter().filter_map(own_place) {
        own.entry(object).or_default().push(id);
    }
    let objects = own.keys().take(OBJECTS_COMPARED);
    objects.filter_map(|object| description(contract, document, &marks, object, &own, is_event)).collect()
}

/// The object that an id names, where its field is called after its kind.
fn own_place(id: &Id) -> Option<(&str, &Id)> {
    let (object, field) = id.pointer.rsplit_once('/')?;
    is_called_after(field, &id.kind).then_some((object, id))
}

fn description(
    contract: &Contract,
    document: &Value,
    marks: &Marks,
    object: &str,
    own: &BTreeMap<&str, Vec<&Id>>,
    is_event: bool,
) -> Option<Description> {
    let fields = document.pointer(object)?.as_object()?;
    let names = |object: &str, kind: &str| {
        let ids = own.get(object).into_iter().flatten();
        let mut of_kind = ids.filter(|id| id.kind == kind).map(|id| &id.value);
        let first = of_kind.next();
        // Of two of a kind that differ, neither is what the object is about.
        first.filter(|first| of_kind.all(|other| other == *first)).cloned()
    };
    let content = marks.contents.iter().find(|it| it.rsplit_once('/').is_some_and(|(whole, _)| whole == object));
    let message = names(object, "message");
    let mut key: Vec<(String, String)> = Vec::new();
    let mut add = |kind: &str, value: Option<String>| key.extend(value.map(|value| (kind.to_owned(), value)));
    let is_message = content.is_some() && message.is_some();
    if is_message {
        add("message", message);
        add("peer", names(object, "peer"));
    } else {
        // The event itself is about what happened, and does not describe those whom it names.
        if message.is_some() || is_event && (object.is_empty() || object[1..] == *DATA) {
            return None;
        }
        // Who wrote an old message may be somebody else by now.
        let holds_writer =
            |it: &String| it.rsplit_once('/').is_some_and(|(whole, _)| object.starts_with(&format!("{whole}/")));
        if !is_event && marks.contents.iter().any(holds_writer) {
            return None;
        }
        let (group, user) = (names(object, "group"), names(object, "user"));
        let around = object.rsplit_once('/').and_then(|(around, _)| names(around, "group"));
        add("group", group.or_else(|| around.filter(|_| user.is_some())));
        add("user", user);
    }
    if key.is_empty() {
        return None;
    }
    let below = format!("{object}/");
    let mentioned = |kinds: &[&str]| -> Vec<Id> {
        let own_field = contract.roles().self_field.as_deref();
        let wanted = |id: &&Id| {
            kinds.contains(&id.kind.as_str())
                && id.pointer.starts_with(&below)
                && Some(&id.pointer[below.len()..]) != own_field
        };
        marks.ids.iter().filter(wanted).cloned().collect()
    };
    let reported = fields.iter().filter_map(|(name, value)| {
        let pointer = format!("{below}{name}");
        let is_time = marks.times.contains(&pointer) && value.is_i64();
        let is_id = marks.id_pointers.contains(&pointer);
        let is_raw = contract.roles().raw_field.as_ref().is_some_and(|raw| raw[1..] == **name);
        let stable = !marks.volatile.contains(&pointer) || is_time && is_message;
        let is_scalar = !value.is_object() && !value.is_array();
        let is_content = content == Some(&pointer);
        (stable && is_scalar && !is_id && !is_raw && !is_content).then(|| {
            let meaning = marks.meanings.get(&pointer).cloned().unwrap_or_default();
            let is_personal = marks.personal.contains(&pointer);
            (name.clone(), Field { value: value.clone(), meaning, is_time, is_personal })
        })
    });
    let counts = marks.counts.iter().filter_map(|(pointer, list)| {
        let of_this = pointer.rsplit_once('/').is_some_and(|(whole, _)| whole == object);
        let count = document.pointer(pointer)?.as_u64()?;
        of_this.then(|| (pointer.clone(), list.clone(), count))
    });
    Some(Description {
        pointer: object.to_owned(),
        is_message,
        fields: reported.collect(),
        people: mentioned(&["user"]),
        places: mentioned(&["group", "peer"]),
        content: content.and_then(|it| document.pointer(it)).map(|it| Content::of(contract, it)),
        counts: counts.collect(),
        key,
    })
}
