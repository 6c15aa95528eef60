//! One difference between the contracts and upstream.

use serde::{Deserialize, Serialize};

/// What a difference is found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An action.
    Action,
    /// A message segment.
    Segment,
    /// An event.
    Event,
    /// A shared type that both sides name; found once and not in every place that uses it.
    Type,
}

/// How the two sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Upstream has it, the contracts do not.
    MissingHere,
    /// Another type.
    Type,
    /// Required on one side, optional on the other.
    Required,
    /// Other values allowed.
    Enum,
    /// The contracts have it, upstream does not.
    MissingThere,
    /// Another default.
    Default,
}

/// One difference, with its place on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is found in.
    pub kind: Subject,
    /// The name of that.
    pub name: String,
    /// The place in it, such as `/params/group_id` or `/result/[]/user_id`; empty where the whole is meant.
    pub pointer: String,
    /// How the two sides differ.
    pub difference: Sort,
    /// What the contracts state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub here: Option<String>,
    /// What upstream states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub there: Option<String>,
    /// Where the contracts state it: file and JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub here_at: Option<String>,
    /// Where upstream states it: JSON pointer or line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub there_at: Option<String>,
}

impl Difference {
    /// How bad it is; 0 is the worst. What breaks a client that trusts the contracts comes before what it misses.
    pub fn weight(&self) -> u8 {
        let whole = self.pointer.is_empty();
        match self.difference {
            Sort::MissingHere if whole => 0,
            Sort::MissingThere if whole => 1,
            Sort::Type => 2,
            Sort::Required => 3,
            Sort::Enum => 4,
            Sort::MissingHere => 5,
            Sort::MissingThere => 6,
            Sort::Default => 7,
        }
    }
}

impl Subject {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Subject::Action => "action",
            Subject::Segment => "segment",
            Subject::Event => "event",
            Subject::Type => "type",
        }
    }
}

impl Sort {
    /// Every sort, worst first.
    pub const ALL: [Sort; 6] =
        [Sort::MissingHere, Sort::Type, Sort::Required, Sort::Enum, Sort::MissingThere, Sort::Default];

    /// Its word, as files and JSON have it.
    pub fn word(self) -> &'static str {
        match self {
            Sort::MissingHere => "missing-here",
            Sort::MissingThere => "missing-there",
            Sort::Type => "type",
            Sort::Required => "required",
            Sort::Enum => "enum",
            Sort::Default => "default",
        }
    }

    /// Its words, as people read them.
    pub fn words(self) -> &'static str {
        match self {
            Sort::MissingHere => "missing here",
            Sort::MissingThere => "missing there",
            sort => sort.word(),
        }
    }
}
