//! The result of a comparison.

use schemars::JsonSchema;
use serde::Serialize;

use super::sentence::Sentence;
use super::subject::Subject;
use crate::model::Text;

/// What a difference means for a bot that was written for the first dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Code that works with the first dialect fails with the second, or does something else.
    Breaks,
    /// Code goes on working, but gets less, or what it asks for is not done.
    Misses,
    /// The second dialect has more.
    New,
    /// Only for information.
    Note,
}

/// How the two dialects differ; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The second dialect does not have it.
    Missing,
    /// The second dialect calls it something else.
    Renamed,
    /// Optional in the first, required in the second; or the other way round.
    Required,
    /// At least one of several fields is required.
    OneOf,
    /// Another type.
    Type,
    /// Other values.
    Enum,
    /// Other bounds: a range, a length, a pattern.
    Limits,
    /// Something else is taken where it is left out.
    Default,
    /// One of its other names is not known.
    Alias,
    /// Another value of a setting of the whole dialect.
    Setting,
    /// The second dialect has it, the first does not.
    Added,
    /// Nothing is known of its type in the second dialect.
    Untyped,
    /// The second dialect advises against it.
    Deprecated,
}

/// A place in a contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Place {
    /// What it is.
    pub kind: Subject,
    /// Its name in the first dialect; in the second, where only that has it.
    pub name: String,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// What it means for a bot.
    pub level: Level,
    /// What it is found in.
    pub kind: Subject,
    /// The name of that, in the first dialect; in the second, where only that has it.
    pub name: String,
    /// Its name in the second dialect, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_name: Option<String>,
    /// The place in it, such as `/params/group_id` or `/result/[]/user_id`; empty where the whole is meant.
    pub pointer: String,
    /// How the two dialects differ.
    pub change: Change,
    /// The difference in one sentence.
    pub text: Text,
    /// The sentence with a gap, from which the text is made.
    #[serde(skip)]
    pub(super) sentence: Sentence,
    /// What the first dialect states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What the second dialect states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What the second dialect has in its place; empty where nothing is known of that kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replacements: Vec<String>,
    /// True where the documents of the second dialect mention what no build of it has.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub documented: bool,
    /// The category of an action that is there or not as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Where the first dialect states it: file and JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_at: Option<String>,
    /// Where the second dialect states it: file and JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_at: Option<String>,
    /// Other contracts with the same difference in the same place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Place>,
    /// The contracts that use a shared type, directly or within another one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<Place>,
}

/// One of the two dialects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct About {
    /// Its short name.
    pub name: String,
    /// The name people use.
    pub title: Text,
    /// The protocol version that its contracts describe.
    pub protocol_version: String,
}

/// How many differences there are of each level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// [`Level::Breaks`].
    pub breaks: usize,
    /// [`Level::Misses`].
    pub misses: usize,
    /// [`Level::New`].
    pub new: usize,
    /// [`Level::Note`].
    pub note: usize,
}

/// What differs for a bot that moves from one dialect to another.
///
/// The entries are ordered by level, then by kind, then by change, in the order in which these enums list them; then by
/// name and pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comparison {
    /// The dialect that the bot was written for.
    pub from: About,
    /// The dialect that it moves to.
    pub to: About,
    /// How many entries there are of each level.
    pub counts: Counts,
    /// The differences.
    pub entries: Vec<Entry>,
}

impl Level {
    /// Every level, worst first.
    pub const ALL: [Self; 4] = [Self::Breaks, Self::Misses, Self::New, Self::Note];
}

impl Counts {
    /// Counts entries.
    pub fn of(entries: &[Entry]) -> Self {
        let count = |level| entries.iter().filter(|entry| entry.level == level).count();
        Self {
            breaks: count(Level::Breaks),
            misses: count(Level::Misses),
            new: count(Level::New),
            note: count(Level::Note),
        }
    }

    /// The count of one level.
    pub fn get(self, level: Level) -> usize {
        match level {
            Level::Breaks => self.breaks,
            Level::Misses => self.misses,
            Level::New => self.new,
            Level::Note => self.note,
        }
    }
}

impl Entry {
    /// What the published order goes by.
    pub(super) fn order(&self) -> (Level, Subject, Change, &str, &Option<String>, &str) {
        (self.level, self.kind, self.change, &self.name, &self.to_name, &self.pointer)
    }

    /// The place of the contract that it is found in.
    pub(super) fn place(&self) -> Place {
        Place { kind: self.kind, name: self.name.clone() }
    }

    /// Whether it is about what comes back, and not about what is sent.
    pub(super) fn is_of_answer(&self) -> bool {
        self.pointer.starts_with("/result") || self.pointer.starts_with("/receive")
    }

    /// Whether a whole contract is meant and not a place in it.
    pub fn is_whole(&self) -> bool {
        self.pointer.is_empty()
    }
}
