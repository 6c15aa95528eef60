//! What a dialect becomes, whatever the language: the step between schemas and source text.
//!
//! Every back end takes this, and states for itself what a field or a type is called where its language has words of its own.

use crate::docs::Docs;

/// The type of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Integer,
    Number,
    Boolean,
    Text,
    /// Any JSON, kept as text.
    Raw,
    /// An answer that reports nothing.
    Empty,
    /// A type of this dialect.
    Named(Path),
    List(Box<Type>),
    Map(Box<Type>),
    /// A value inside a list or map that may be null.
    Option(Box<Type>),
    /// Ids, or whatever holds them, that are written as strings where no field can state so.
    TextIds(Box<Type>),
}

/// How ids are written that are not simply numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdForm {
    /// As strings.
    Text,
    /// As numbers or strings, whichever they came as.
    Any,
}

/// Where a type of the dialect stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    pub(crate) module: Module,
    pub(crate) name: String,
}

/// The part of the dialect that a type stands in; within one, names are distinguished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Module {
    Ids,
    Types,
    Segments,
    SegmentsSend,
    SegmentsReceive,
    Events,
    Actions,
    Envelope,
}

/// Whether a key may be missing, and whether it may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presence {
    pub(crate) required: bool,
    pub(crate) nullable: bool,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// The key on the wire.
    pub(crate) key: String,
    /// Other keys that are read as this one.
    pub(crate) aliases: Vec<String>,
    pub(crate) docs: Docs,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
    /// How it is written, where it holds ids.
    pub(crate) ids: Option<IdForm>,
    /// Without it nobody can report what the object is, so that it has to be there in what is received, too.
    pub(crate) essential: bool,
    /// It is a message to send, in a dialect whose messages are plain lists of segments.
    pub(crate) message: bool,
}

/// One key of a record, in the order of the contract.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// It always holds the same string and states what the object is.
    Tag {
        key: String,
        value: String,
    },
    Field(Field),
}

/// An object with known keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) name: String,
    /// What errors call it.
    pub(crate) what: String,
    pub(crate) docs: Docs,
    pub(crate) entries: Vec<Entry>,
    /// Sets of optional keys of which it needs at least one.
    pub(crate) alternatives: Vec<Vec<String>>,
    /// Whether it stands in what an implementation sends: there, any field may be missing or be something else.
    pub(crate) received: bool,
}

impl Record {
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Field(field) => Some(field),
            Entry::Tag { .. } => None,
        })
    }

    /// The fields that have to be given to make one.
    pub(crate) fn required(&self) -> Vec<&Field> {
        self.fields().filter(|field| field.presence.required).collect()
    }
}

/// Strings, of which some are known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenEnum {
    pub(crate) name: String,
    pub(crate) docs: Docs,
    /// Name in code and value on the wire.
    pub(crate) variants: Vec<(String, String)>,
}

/// An object whose type one of its keys reports.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tagged {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) docs: Docs,
    pub(crate) key: String,
    pub(crate) branches: Vec<Branch>,
}

/// One type of a union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    /// The value of the key that reports the type.
    pub(crate) tag: String,
    /// Its name in code.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) docs: Docs,
}

/// A type of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Number,
    Boolean,
    List,
    Object,
}

impl Shape {
    /// What a form of this type is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::List => "List",
            Self::Object => "Object",
        }
    }
}

/// A value whose JSON type reports its form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) docs: Docs,
    pub(crate) forms: Vec<Form>,
}

/// One form of a choice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    pub(crate) shape: Shape,
    pub(crate) ty: Type,
    pub(crate) docs: Docs,
}

/// A type that has a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Record(Record),
    OpenEnum(OpenEnum),
    Tagged(Tagged),
    Choice(Choice),
}

impl Item {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Record(item) => &item.name,
            Self::OpenEnum(item) => &item.name,
            Self::Tagged(item) => &item.name,
            Self::Choice(item) => &item.name,
        }
    }
}

impl Type {
    /// Adds the types of the dialect that it is made of.
    pub(crate) fn paths(&self, found: &mut Vec<Path>) {
        match self {
            Self::Named(path) => found.push(path.clone()),
            Self::List(inner) | Self::Map(inner) | Self::Option(inner) | Self::TextIds(inner) => inner.paths(found),
            Self::Integer | Self::Number | Self::Boolean | Self::Text | Self::Raw | Self::Empty => {}
        }
    }
}

impl Record {
    /// Shows the type of each field.
    pub(crate) fn types(&self, take: &mut impl FnMut(&Type)) {
        self.fields().for_each(|field| take(&field.ty));
    }
}

impl Item {
    /// Shows each type that it is made of.
    pub(crate) fn types(&self, take: &mut impl FnMut(&Type)) {
        match self {
            Self::Record(record) => record.types(take),
            Self::OpenEnum(_) => {}
            Self::Tagged(union) => union.branches.iter().for_each(|branch| take(&branch.ty)),
            Self::Choice(choice) => choice.forms.iter().for_each(|form| take(&form.ty)),
        }
    }
}
