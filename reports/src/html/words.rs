//! Words of the page in both languages. Both stand in the page; a rule of its style shows one of them.

use maud::{Markup, html};

use crate::chinese::chinese;
use crate::record::{Level, Text};
use crate::summary::{Group, State};
use crate::visible::{visible, visible_line};
use crate::words::{self, Word};

/// A piece of text in English and in Chinese.
pub(crate) fn both(en: &str, zh: &str) -> Markup {
    html! { span.en lang="en" { (en) } span.zh lang="zh-CN" { (zh) } }
}

/// What a difference states of one side, in both languages; `most` characters of it.
pub(crate) fn side(phrase: &str, most: usize) -> Markup {
    let shown = |phrase: &str| visible(crate::record::cut(phrase, most)).into_owned();
    match chinese(phrase) {
        zh if zh == phrase => html! { (shown(phrase)) },
        zh => both(&shown(phrase), &shown(&zh)),
    }
}

/// A word in both languages.
pub(crate) fn word(word: Word) -> Markup {
    both(word.0, word.1)
}

/// A sentence of a record, in the languages it has.
pub(crate) fn text(text: &Text) -> Markup {
    if text.zh.is_empty() {
        html! { span lang="en" { (sentence(&text.en)) } }
    } else {
        html! { span.en lang="en" { (sentence(&text.en)) } span.zh lang="zh-CN" { (sentence(&text.zh)) } }
    }
}

/// A sentence, with what stands between backticks set as code.
fn sentence(text: &str) -> Markup {
    let shown = visible(text);
    let parts: Vec<_> = shown.split('`').collect();
    // An odd number of backticks closes nothing.
    let paired = parts.len() % 2 == 1;
    html! {
        @if paired {
            @for (at, part) in parts.iter().enumerate() { @if at % 2 == 1 { code { (part) } } @else { (part) } }
        } @else {
            (shown)
        }
    }
}

/// The word that stands beside a check.
pub(super) fn standing(group: Group) -> Markup {
    word(words::standing(group))
}

/// The word for how a requirement stands.
pub(super) fn state(state: State) -> Markup {
    word(words::state(state))
}

/// A level: a word of RFC 2119, with what it means.
pub(super) fn level(level: Level) -> Markup {
    word(words::level(level))
}

/// The id of a check, with what distinguish it set off from its beginning.
pub(super) fn id(id: &str) -> Markup {
    let shown = visible_line(id);
    // The last two parts name the thing and what is asked of it.
    let start = shown.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    html! { code.id { span { (shown[..start]) } (shown[start..]) } }
}
