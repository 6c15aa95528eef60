//! What Rust items a dialect becomes: the step between schemas and source text.

/// A Rust type in a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Integer,
    Number,
    Boolean,
    Text,
    /// Any JSON, kept as text.
    Raw,
    /// An answer that tells nothing.
    Empty,
    /// A type of this dialect.
    Named(Path),
    List(Box<Type>),
    Map(Box<Type>),
    /// A value inside a list or map that may be null.
    Option(Box<Type>),
    /// Ids, or whatever holds them, that are written as strings where no field can say so.
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

/// The module of the dialect that a type stands in.
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

impl Module {
    /// The module at the root of the dialect that has to be in scope, and the path from there.
    pub(crate) const fn path(self) -> &'static [&'static str] {
        match self {
            Self::Ids => &["ids"],
            Self::Types => &["types"],
            Self::Segments => &["segments"],
            Self::SegmentsSend => &["segments", "send"],
            Self::SegmentsReceive => &["segments", "receive"],
            Self::Events => &["events"],
            Self::Actions => &["actions"],
            Self::Envelope => &["envelope"],
        }
    }
}

/// Whether a key may be missing, and whether it may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presence {
    pub(crate) required: bool,
    pub(crate) nullable: bool,
}

/// Up to this many required fields are arguments of `new`; more are given by name.
const MAX_ARGUMENTS: usize = 4;

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// The key on the wire.
    pub(crate) key: String,
    /// Other keys that are read as this one.
    pub(crate) aliases: Vec<String>,
    /// The name in Rust.
    pub(crate) ident: String,
    pub(crate) docs: Vec<String>,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
    /// How it is written, where it holds ids.
    pub(crate) ids: Option<IdForm>,
}

/// One key of a record, in the order of the contract.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// It always holds the same string and says what the object is.
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
    pub(crate) docs: Vec<String>,
    pub(crate) entries: Vec<Entry>,
    /// It needs one set of its optional fields or another, which `new` cannot ask for.
    pub(crate) alternatives: bool,
}

impl Record {
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Field(field) => Some(field),
            Entry::Tag { .. } => None,
        })
    }

    /// Every name that it declares.
    pub(crate) fn names(&self) -> Vec<String> {
        let init = self.by_name().then(|| self.init_name());
        std::iter::once(self.name.clone()).chain(init).collect()
    }

    /// Whether what is required is given by name, in a struct of its own.
    pub(crate) fn by_name(&self) -> bool {
        self.required().len() > MAX_ARGUMENTS
    }

    /// The name of that struct.
    pub(crate) fn init_name(&self) -> String {
        format!("{}Init", self.name)
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
    pub(crate) docs: Vec<String>,
    /// Name in Rust and value on the wire.
    pub(crate) variants: Vec<(String, String)>,
}

/// An object whose type one of its keys tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tagged {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) docs: Vec<String>,
    pub(crate) key: String,
    pub(crate) branches: Vec<Branch>,
}

/// One type of a union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    /// The value of the key that tells the type.
    pub(crate) tag: String,
    pub(crate) variant: String,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<String>,
}

/// A value whose JSON type tells its form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) docs: Vec<String>,
    pub(crate) forms: Vec<Form>,
}

/// One form of a choice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    /// The JSON type, as the runtime calls it.
    pub(crate) shape: &'static str,
    pub(crate) variant: &'static str,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<String>,
}

/// A Rust item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Record(Record),
    OpenEnum(OpenEnum),
    Tagged(Tagged),
    Choice(Choice),
}

impl Item {
    /// Every name that it declares.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Record(record) => record.names(),
            other => vec![other.name().to_owned()],
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Record(item) => &item.name,
            Self::OpenEnum(item) => &item.name,
            Self::Tagged(item) => &item.name,
            Self::Choice(item) => &item.name,
        }
    }
}
