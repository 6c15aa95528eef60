//! Differences that are known and justified, in a file beside the contracts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::difference::{Difference, Sort, Subject};
use super::error::{ReadError, bare_message};
use super::upstream::Format;

/// The known differences between a dialect and one document of upstream.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The file they were read from.
    pub file: String,
    /// The entries, in the order of the file.
    pub entries: Vec<KnownEntry>,
}

/// One entry: which differences it explains, and why they are right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownEntry {
    /// What the differences are found in.
    pub kind: KnownSubject,
    /// A glob over the names of actions, segments, events or types.
    pub name: String,
    /// A glob over pointers, such as `/params/**`. `*` stays within one step, `**` does not.
    pub pointer: String,
    /// How the sides differ.
    pub difference: Sort,
    /// What the contracts state, exactly; absent: whatever they state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<String>,
    /// What upstream states, exactly; absent: whatever it states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub there: Option<String>,
    /// Why the contracts are right as they are.
    pub reason: String,
}

/// What an entry is about: one kind, or `*` for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownSubject {
    /// Actions.
    Action,
    /// Segments.
    Segment,
    /// Events.
    Event,
    /// Shared types.
    Type,
    /// All of them.
    #[serde(rename = "*")]
    Any,
}

/// Differences sorted by whether they are explained.
#[derive(Debug, Clone, Default)]
pub struct Explained {
    /// Those that no entry explains.
    pub unexplained: Vec<Difference>,
    /// Those that one does, with its reason.
    pub explained: Vec<(Difference, String)>,
    /// Entries that explain nothing any more.
    pub stale: Vec<KnownEntry>,
}

/// The files that this crate carries: dialect, format of the document, text.
static BUILTIN: [(&str, Format, &str); 5] = [
    ("napcat", Format::OpenApi, include_str!("../../drift/napcat/openapi.json")),
    ("llonebot", Format::Actions, include_str!("../../drift/llonebot/actions.json")),
    ("llonebot", Format::Apifox, include_str!("../../drift/llonebot/apifox.json")),
    ("milky", Format::Milky, include_str!("../../drift/milky/milky.json")),
    ("milky", Format::Apifox, include_str!("../../drift/milky/apifox.json")),
];

impl Known {
    /// The known differences that this crate carries for a dialect and documents of one format; none where there is no
    /// file.
    pub fn builtin(dialect: &str, format: Format) -> Result<Self, ReadError> {
        match BUILTIN.iter().find(|(name, of, _)| *name == dialect && *of == format) {
            Some((_, _, text)) => Known::read(text, &Known::place(dialect, format)),
            None => Ok(Known::default()),
        }
    }

    /// Where the file for a dialect and a format stands in the repository.
    pub fn place(dialect: &str, format: Format) -> String {
        format!("schema/drift/{dialect}/{}.json", format.word())
    }

    /// Reads the text of a file of known differences.
    pub fn read(text: &str, file: &str) -> Result<Self, ReadError> {
        let entries: Vec<KnownEntry> = serde_json::from_str(text).map_err(|error| ReadError::Known {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            problem: bare_message(&error),
        })?;
        for (index, entry) in entries.iter().enumerate() {
            if entry.reason.trim().is_empty() {
                let advice = "Say in a sentence why the contracts are right as they are";
                return Err(ReadError::at(file, format!("#/{index}/reason"), "the reason is empty", advice));
            }
        }
        Ok(Known { file: file.to_owned(), entries })
    }
}

impl KnownEntry {
    /// Whether it explains a difference.
    pub fn explains(&self, difference: &Difference) -> bool {
        let exact = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        self.kind.covers(difference.kind)
            && self.difference == difference.difference
            && glob(&self.name, &difference.name)
            && glob(&self.pointer, &difference.pointer)
            && exact(&self.here, &difference.here)
            && exact(&self.there, &difference.there)
    }
}

impl fmt::Display for KnownEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            KnownSubject::Action => "action",
            KnownSubject::Segment => "segment",
            KnownSubject::Event => "event",
            KnownSubject::Type => "type",
            KnownSubject::Any => "*",
        };
        write!(f, "{kind} {} {} {}", self.name, self.pointer, self.difference.words())?;
        if let Some(here) = &self.here {
            write!(f, ", here {here}")?;
        }
        if let Some(there) = &self.there {
            write!(f, ", there {there}")?;
        }
        Ok(())
    }
}

impl KnownSubject {
    fn covers(self, kind: Subject) -> bool {
        match self {
            KnownSubject::Any => true,
            KnownSubject::Action => kind == Subject::Action,
            KnownSubject::Segment => kind == Subject::Segment,
            KnownSubject::Event => kind == Subject::Event,
            KnownSubject::Type => kind == Subject::Type,
        }
    }
}

/// Sorts differences by the entries that explain them, and finds the entries that explain none.
pub fn explained(differences: &[Difference], known: &Known) -> Explained {
    let mut sorted = Explained::default();
    let mut used = vec![false; known.entries.len()];
    for difference in differences {
        let mut reason = None;
        for (index, entry) in known.entries.iter().enumerate() {
            if entry.explains(difference) {
                used[index] = true;
                reason.get_or_insert_with(|| entry.reason.clone());
            }
        }
        match reason {
            Some(reason) => sorted.explained.push((difference.clone(), reason)),
            None => sorted.unexplained.push(difference.clone()),
        }
    }
    let stale = known.entries.iter().zip(used).filter(|(_, used)| !used);
    sorted.stale = stale.map(|(entry, _)| entry.clone()).collect();
    sorted
}

/// Whether a text matches a glob: `*` stands for any run of characters without `/`, `**` for any run at all.
fn glob(pattern: &str, text: &str) -> bool {
    let Some(star) = pattern.find('*') else { return pattern == text };
    let (head, tail) = pattern.split_at(star);
    let Some(rest) = text.strip_prefix(head) else { return false };
    let (tail, deep) = match tail.strip_prefix("**") {
        Some(tail) => (tail, true),
        None => (&tail[1..], false),
    };
    let end = if deep { rest.len() } else { rest.find('/').unwrap_or(rest.len()) };
    let steps = rest.char_indices().map(|(index, _)| index).chain([rest.len()]);
    steps.take_while(|index| *index <= end).any(|index| glob(tail, &rest[index..]))
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_glob_stays_within_a_step_unless_it_has_two_stars() {
        let cases = [
            ("get_*", "get_msg", true),
            ("get_*", "set_msg", false),
            ("/params/*", "/params/group_id", true),
            ("/params/*", "/params/messages/text", false),
            ("/params/**", "/params/messages/text", true),
            ("**", "", true),
            ("*", "", true),
            ("/**/user_id", "/result/[]/user_id", true),
            ("/result/*_id", "/result/user_id", true),
            ("/result/*_id", "/result/user_ids", false),
            ("", "", true),
            ("", "/params", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(glob(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
