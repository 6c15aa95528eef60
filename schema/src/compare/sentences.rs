//! The sentences in which differences are reported.

mod connection;
mod contracts;
mod fields;

use super::sentence::Sentence;
use crate::model::Text;

/// The names of the two dialects in sentences.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) from: &'a Text,
    pub(super) to: &'a Text,
}

/// A sentence, and what each side states.
pub(super) struct Said {
    pub(super) sentence: Sentence,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) replacements: Vec<String>,
    pub(super) documented: bool,
}

impl Words<'_> {
    /// A sentence in both languages: `{to}` and `{from}` are the dialects, `{}` is what it is about.
    fn say(self, en: &str, zh: &str) -> Said {
        self.say_with(en, zh, &[])
    }

    /// The same with more values; one that is reported differently in Chinese has a name of its own.
    fn say_with(self, en: &str, zh: &str, values: &[(&str, &str)]) -> Said {
        let with = |from, to| [&[("from", from), ("to", to)], values].concat();
        let english = Sentence::new(en, "", &with(&self.from.en, &self.to.en));
        let chinese = Sentence::new("", zh, &with(&self.from.zh, &self.to.zh));
        Said {
            sentence: english.or_chinese(chinese),
            from: None,
            to: None,
            replacements: Vec::new(),
            documented: false,
        }
    }
}

impl Said {
    pub(super) fn between(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.from = Some(from.into());
        self.to = Some(to.into());
        self
    }

    pub(super) fn instead(mut self, replacement: impl Into<String>) -> Self {
        self.replacements.push(replacement.into());
        self
    }
}

/// Values as code.
fn code(values: &[String], and: &str) -> String {
    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(and)
}
