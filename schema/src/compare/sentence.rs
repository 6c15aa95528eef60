//! How a sentence about a difference is put together, in both languages.

use super::Language;
use super::subject::Subject;
use crate::model::Text;

/// A sentence with a gap for what it is about, so that one sentence can report the same of several fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sentence {
    en: Template,
    zh: Template,
    label: Label,
    /// The form of a tagged object that it is about: its tag and the value of that.
    form: Option<(String, String)>,
}

/// What stands before and after the gap; nothing after it where there is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Template {
    before: String,
    after: Option<String>,
}

/// What a place in a contract is called: a field as code, or a whole part in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Label {
    en: String,
    zh: String,
}

impl Sentence {
    /// A sentence from templates in which `{name}` stands for a value and `{}` for the gap.
    pub(super) fn new(en: &str, zh: &str, values: &[(&str, &str)]) -> Self {
        Self { en: Template::fill(en, values), zh: Template::fill(zh, values), label: Label::default(), form: None }
    }

    /// This sentence in English, and the other one in Chinese.
    pub(super) fn or_chinese(self, other: Self) -> Self {
        Self { zh: other.zh, ..self }
    }

    /// The sentence about this place.
    pub(super) fn about(mut self, kind: Subject, pointer: &str) -> Self {
        (self.label, self.form) = place(kind, pointer);
        self
    }

    /// The whole sentence in both languages.
    pub(super) fn text(&self) -> Text {
        let of = |language| self.with(language, &[self.label(language)], &self.forms());
        Text { en: of(Language::En), zh: of(Language::Zh) }
    }

    /// The sentence about several fields in several forms.
    pub(super) fn with(&self, language: Language, labels: &[&str], forms: &[(&str, &str)]) -> String {
        let template = self.template(language);
        let (comma, open, is, close) = match language {
            Language::En => (", ", " (", " = ", ")"),
            Language::Zh => ("、", "（", " 为 ", "）"),
        };
        let mut gap = labels.join(comma);
        if let Some((tag, _)) = forms.first() {
            let values: Vec<String> = forms.iter().map(|(_, value)| format!("`{value}`")).collect();
            gap = format!("{gap}{open}`{tag}`{is}{}{close}", values.join(comma));
        }
        capitalised(&template.with(&gap))
    }

    /// What it states of whatever it is about.
    pub(super) fn template(&self, language: Language) -> &Template {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    /// What it is about.
    pub(super) fn label(&self, language: Language) -> &str {
        match language {
            Language::En => &self.label.en,
            Language::Zh => &self.label.zh,
        }
    }

    /// The form that it is about, if there is one.
    pub(super) fn forms(&self) -> Vec<(&str, &str)> {
        self.form.iter().map(|(tag, value)| (tag.as_str(), value.as_str())).collect()
    }
}

impl Template {
    fn fill(template: &str, values: &[(&str, &str)]) -> Self {
        let mut filled = Self::default();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else { break };
            filled.push(before);
            if name.is_empty() {
                filled.after = Some(String::new());
            } else if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                filled.push(value);
            }
            rest = behind;
        }
        filled.push(rest);
        filled
    }

    fn push(&mut self, text: &str) {
        self.after.as_mut().unwrap_or(&mut self.before).push_str(text);
    }

    fn with(&self, gap: &str) -> String {
        let Some(after) = &self.after else { return self.before.clone() };
        let (mut before, mut after) = (self.before.as_str(), after.as_str());
        // Chinese words join without a space; code and Latin letters are set apart.
        if gap.starts_with(is_chinese) && before.strip_suffix(' ').is_some_and(|before| before.ends_with(is_chinese)) {
            before = before.trim_end();
        }
        if gap.ends_with(is_chinese) && after.strip_prefix(' ').is_some_and(|after| after.starts_with(is_chinese)) {
            after = after.trim_start();
        }
        format!("{before}{gap}{after}")
    }
}

fn is_chinese(letter: char) -> bool {
    ('\u{3000}'..='\u{9fff}').contains(&letter) || ('\u{ff00}'..='\u{ffef}').contains(&letter)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// What a place in a contract is called, and the form of a tagged object that it is in.
fn place(kind: Subject, pointer: &str) -> (Label, Option<(String, String)>) {
    let mut steps = pointer.split('/').skip(1);
    let part = if kind == Subject::Type { None } else { steps.next() };
    let (mut path, mut form) = (String::new(), None);
    for step in steps {
        let tagged = step.strip_prefix('{').and_then(|step| step.strip_suffix('}'));
        if let Some((tag, value)) = tagged.and_then(|step| step.split_once('=')) {
            form = Some((tag.to_owned(), value.to_owned()));
            continue;
        }
        if step != "[]" && !path.is_empty() {
            path.push('.');
        }
        path.push_str(step);
    }
    if !path.is_empty() && path != "[]" {
        let code = format!("`{path}`");
        return (Label { en: code.clone(), zh: code }, form);
    }
    let (en, zh) = match (part, path.as_str()) {
        (_, "[]") => ("each element", "每个元素"),
        (Some("params"), _) => ("what is asked for", "参数"),
        (Some("result"), _) => ("the answer", "返回值"),
        (Some("quick_operation"), _) => ("the quick operation", "快速操作"),
        (Some("envelope"), _) => ("the envelope", "响应外层"),
        _ if kind == Subject::Event => ("the event", "事件"),
        (Some(_), _) => ("its data", "数据"),
        (None, _) => ("the value", "取值"),
    };
    (Label { en: en.to_owned(), zh: zh.to_owned() }, form)
}

#[cfg(test)]
mod tests {
    use super::{Sentence, Subject};

    fn told(pointer: &str, en: &str, zh: &str) -> [String; 2] {
        let text = Sentence::new(en, zh, &[("to", "Mini")]).about(Subject::Action, pointer).text();
        [text.en, text.zh]
    }

    #[test]
    fn the_gap_is_filled_with_a_path() {
        let [en, zh] = told("/result/[]/sender/role", "{to} does not return {}.", "{to} 不提供 {}。");
        assert_eq!(en, "Mini does not return `[].sender.role`.");
        assert_eq!(zh, "Mini 不提供 `[].sender.role`。");
    }

    #[test]
    fn the_form_of_a_tagged_object_stands_behind_the_field() {
        let [en, zh] = told("/params/{type=qq}/id", "{} must be given.", "{} 为必填。");
        assert_eq!(en, "`id` (`type` = `qq`) must be given.");
        assert_eq!(zh, "`id`（`type` 为 `qq`）为必填。");
    }

    #[test]
    fn a_whole_part_is_told_in_words() {
        let [en, zh] = told("/result", "{} may be null.", "不确定 {} 会是什么。");
        assert_eq!(en, "The answer may be null.");
        assert_eq!(zh, "不确定返回值会是什么。");
    }

    #[test]
    fn a_value_is_never_taken_for_a_gap() {
        let sentence = Sentence::new("{to}: {}.", "{to}：{}。", &[("to", "a {} b {to}")]);
        assert_eq!(sentence.about(Subject::Type, "/x").text().en, "A {} b {to}: `x`.");
    }
}
