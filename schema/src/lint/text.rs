//! What people read: summaries in both languages, and sources.

use super::File;
use crate::model::{Source, Text};
use crate::parse::Contract;

pub(super) fn check(file: &mut File<'_>) {
    let item = file.item;
    match &item.contract {
        Contract::Dialect(it) => {
            for (pointer, text) in [("/title/en", &it.title.en), ("/title/zh", &it.title.zh)] {
                if text.trim().is_empty() {
                    file.report(pointer, "empty-text", "there is no title");
                }
            }
            both(file, "/summary", &it.summary);
            sources(file, &it.sources);
        }
        Contract::Action(it) => {
            both(file, "/summary", &it.summary);
            sources(file, &it.sources);
            for (index, example) in it.examples.iter().enumerate() {
                title(file, index, &example.title);
            }
        }
        Contract::Segment(it) => {
            both(file, "/summary", &it.summary);
            sources(file, &it.sources);
            for (index, example) in it.examples.iter().enumerate() {
                title(file, index, &example.title);
            }
        }
        Contract::Event(it) => {
            both(file, "/summary", &it.summary);
            sources(file, &it.sources);
        }
        Contract::Type(it) => {
            both(file, "/summary", &it.summary);
            sources(file, &it.sources);
        }
        Contract::Requirements(it) => {
            for (index, requirement) in it.requirements.iter().enumerate() {
                both(file, &format!("/requirements/{index}/sentence"), &requirement.sentence);
                source(file, &format!("/requirements/{index}/source"), &requirement.source);
            }
        }
    }
}

/// A sentence stands in both languages, each in its own.
pub(super) fn both(file: &mut File<'_>, pointer: &str, text: &Text) {
    for (key, sentence, language) in [("en", &text.en, "English"), ("zh", &text.zh, "Chinese")] {
        if sentence.trim().is_empty() {
            file.report_with(
                &format!("{pointer}/{key}"),
                "empty-text",
                format!("the {language} text is missing"),
                "write one sentence",
            );
            return;
        }
    }
    if text.en == text.zh {
        file.report_with(
            &format!("{pointer}/zh"),
            "same-text",
            "both languages say the same, word for word",
            "write each in its own language",
        );
    } else if !text.zh.chars().any(is_han) {
        file.report(&format!("{pointer}/zh"), "wrong-language", "there is no Chinese in the Chinese text");
    } else if text.en.chars().any(is_han) {
        file.report(&format!("{pointer}/en"), "wrong-language", "there is Chinese in the English text");
    }
}

fn is_han(character: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&character)
}

fn title(file: &mut File<'_>, index: usize, title: &str) {
    if title.trim().is_empty() {
        file.report(&format!("/examples/{index}/title"), "empty-text", "the example does not say what it shows");
    }
}

fn sources(file: &mut File<'_>, sources: &[Source]) {
    if sources.is_empty() {
        file.report_with(
            "/sources",
            "no-source",
            "no source is named",
            "name the document and the heading it was taken from",
        );
    }
    for (index, it) in sources.iter().enumerate() {
        source(file, &format!("/sources/{index}"), it);
    }
}

fn source(file: &mut File<'_>, pointer: &str, source: &Source) {
    for (key, text) in [("document", &source.document), ("heading", &source.heading)] {
        if text.trim().is_empty() {
            file.report(&format!("{pointer}/{key}"), "no-source", format!("the source has no {key}"));
        }
    }
}
