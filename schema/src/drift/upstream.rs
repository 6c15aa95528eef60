//! What an upstream document states, in one form for all formats.

use std::collections::BTreeMap;

use crate::shape::{Direction, Kind, Shape, Types};

/// The formats in which upstream publishes its interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Format {
    /// An OpenAPI 3 document.
    #[default]
    OpenApi,
    /// Milky's definition.
    Milky,
    /// LLBot's table of actions.
    Actions,
    /// The Markdown export of Apifox.
    Apifox,
}

impl Format {
    /// Its word, which is also the name of the file of known differences.
    pub fn word(self) -> &'static str {
        match self {
            Format::OpenApi => "openapi",
            Format::Milky => "milky",
            Format::Actions => "actions",
            Format::Apifox => "apifox",
        }
    }
}

/// Everything that one document states about one protocol.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Upstream {
    /// The format it has.
    pub format: Format,
    /// What it describes, such as the title of the document.
    pub name: String,
    /// The version it describes, where it states so.
    pub version: Option<String>,
    /// The file it was read from.
    pub file: String,
    /// What the format can express; what it cannot is not taken for a difference.
    pub says: Says,
    /// The actions by name.
    pub actions: BTreeMap<String, UpAction>,
    /// The segments by type.
    pub segments: BTreeMap<String, UpSegment>,
    /// The events by the name the document gives them.
    pub events: BTreeMap<String, UpEvent>,
    /// Shared types by the name the document gives them.
    pub types: Types,
    /// Paths at which events come as a stream.
    pub streams: Vec<String>,
    /// Where the document contradicts itself.
    pub remarks: Vec<Remark>,
    /// Places that cannot be compared, with the reason.
    pub unreadable: Vec<(String, String)>,
}

/// What a document covers, and how exact its format is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent statement about a format")]
pub struct Says {
    /// It lists the actions that exist.
    pub actions: bool,
    /// It lists the segments that exist.
    pub segments: bool,
    /// It lists the events that exist.
    pub events: bool,
    /// It distinguishes whole numbers from others; otherwise its `number` may be either.
    pub integers: bool,
    /// A field without a default has none; otherwise nothing is known about it.
    pub defaults: bool,
    /// A field without a list of values allows every value; otherwise nothing is known about it.
    pub enums: bool,
}

/// An action as upstream describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct UpAction {
    /// Where it is described.
    pub at: String,
    /// Further names of it.
    pub aliases: Vec<String>,
    /// The group it stands in there.
    pub category: Option<String>,
    /// The parameters; an object, or unknown.
    pub params: Shape,
    /// The `data` of a successful answer.
    pub result: Shape,
    /// Whether a sentence describes it there. The sentence itself is not read.
    pub summary_present: bool,
    /// Whether it is marked as one that should no longer be used.
    pub deprecated: bool,
    /// Where facts of it come from, the leading document first.
    pub sources: Vec<UpSource>,
}

/// A segment as upstream describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct UpSegment {
    /// Where it is described.
    pub at: String,
    /// Its data when it is sent.
    pub send: Option<Shape>,
    /// Its data when it is received.
    pub receive: Option<Shape>,
    /// True where the document has one description and does not state for which direction.
    pub undirected: bool,
    /// Where its facts come from.
    pub sources: Vec<UpSource>,
}

/// An event as upstream describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct UpEvent {
    /// Where it is described.
    pub at: String,
    /// The whole event.
    pub shape: Shape,
    /// Where its facts come from.
    pub sources: Vec<UpSource>,
}

/// A document that facts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpSource {
    /// The document.
    pub document: String,
    /// The place in it.
    pub heading: String,
    /// What it states differently from the leading document.
    pub note: Option<String>,
}

/// A place where a document contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The action, segment or event.
    pub name: String,
    /// Where.
    pub at: String,
    /// What is stated there, in our words.
    pub text: String,
}

impl Upstream {
    /// Name and version, as a source or a heading states them.
    pub fn title(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.clone(),
        }
    }

    /// Adds the segments that a list of objects with a `type` and a `data` describes.
    pub(super) fn add_segment(&mut self, name: &str, data: &Shape, direction: Option<Direction>, source: UpSource) {
        let segment = self.segments.entry(name.to_owned()).or_insert_with(|| UpSegment {
            at: data.at.clone(),
            send: None,
            receive: None,
            undirected: direction.is_none(),
            sources: Vec::new(),
        });
        let mut put = |slot: fn(&mut UpSegment) -> &mut Option<Shape>| {
            let slot = slot(segment);
            *slot = Some(match slot.take() {
                Some(before) if before.same(data) => before,
                Some(before) => {
                    let at = before.at.clone();
                    Shape::union(vec![before, data.clone()], at)
                }
                None => data.clone(),
            });
        };
        if direction != Some(Direction::Receive) {
            put(|segment| &mut segment.send);
        }
        if direction != Some(Direction::Send) {
            put(|segment| &mut segment.receive);
        }
        if !segment.sources.contains(&source) {
            segment.sources.push(source);
        }
    }

    /// Puts the word `segment` in the place of every shared type that is a segment or one of several, and `event` in
    /// the place of those that are an event; they are compared once, by name, and not wherever they occur.
    pub(super) fn replace_named(&mut self, virtuals: &BTreeMap<String, Kind>) {
        self.rewrite(&mut |shape| {
            if let Kind::Named(name) = &shape.kind
                && let Some(kind) = virtuals.get(name)
            {
                shape.kind = kind.clone();
            }
        });
        self.types.retain(|name, _| !virtuals.contains_key(name));
    }

    /// Calls `change` on every shape, children first.
    pub(super) fn rewrite(&mut self, change: &mut impl FnMut(&mut Shape)) {
        for action in self.actions.values_mut() {
            action.params.rewrite(change);
            action.result.rewrite(change);
        }
        for segment in self.segments.values_mut() {
            for shape in [&mut segment.send, &mut segment.receive].into_iter().flatten() {
                shape.rewrite(change);
            }
        }
        for event in self.events.values_mut() {
            event.shape.rewrite(change);
        }
        for shape in self.types.values_mut() {
            shape.rewrite(change);
        }
    }
}
