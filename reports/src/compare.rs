//! Two dialects compared, as a page: what differs for a bot that moves from one to the other.

use std::collections::BTreeMap;

use botspec_schema::compare::{Comparison, Entry, Level, Subject};
use maud::{Markup, html};

use crate::html::page::{Icon, Page};
use crate::html::words::{both, text};
use crate::words::Language;

/// The page. Without its script it shows this language.
pub fn compare_html(comparison: &Comparison, language: Language) -> String {
    let (from, to) = (&comparison.from, &comparison.to);
    let body = html! {
        header.masthead {
            p.target {
                b { (text(&from.title)) } " " code { (from.name) } " " (from.protocol_version) " → "
                b { (text(&to.title)) } " " code { (to.name) } " " (to.protocol_version)
            }
            h1 { span { (both(
                &format!("Moving a bot from {} to {}", from.title.en, to.title.en),
                &format!("把机器人从 {} 迁移到 {}", from.title.zh(), to.title.zh()),
            )) } }
            p.facts {
                @for level in Level::ALL {
                    @let count = comparison.counts.get(level);
                    @if count > 0 { span { a href={ "#" (id(level)) } { (word(level)) } " " b { (count) } } }
                }
            }
        }
        (filter())
        main {
            p.nothing hidden { (both("Nothing matches the filter.", "没有符合筛选条件的差异。")) }
            @if comparison.entries.is_empty() { p { (both("No differences.", "没有差异。")) } }
            @for level in Level::ALL { (section(comparison, level)) }
        }
    };
    let title = format!("{} → {}", from.title.en, to.title.en);
    Page { title, icon: Icon::Unknown, script: include_str!("html/compare.js"), body }.render_in(language)
}

fn id(level: Level) -> &'static str {
    match level {
        Level::Breaks => "breaks",
        Level::Misses => "misses",
        Level::New => "new",
        Level::Note => "note",
    }
}

/// What a level means to a bot, as a heading.
pub(crate) fn word(level: Level) -> Markup {
    match level {
        Level::Breaks => both("Breaks a bot", "会让机器人出错"),
        Level::Misses => both("Is lost", "会失去"),
        Level::New => both("Is new", "新增"),
        Level::Note => both("Worth knowing", "值得注意"),
    }
}

fn note(level: Level) -> Markup {
    match level {
        Level::Breaks => {
            both("Code that works there fails here, or does something else.", "原来能用的代码会失败，或者行为不同。")
        }
        Level::Misses => both("Code goes on working, but gets less.", "代码仍可运行，但得到的内容更少。"),
        Level::New => both("Only the second has it.", "只有目标方言才有。"),
        Level::Note => both("For information.", "仅供参考。"),
    }
}

fn subject(subject: Subject) -> Markup {
    match subject {
        Subject::Dialect => both("Connections and envelope", "连接与信封"),
        Subject::Action => both("Actions", "动作"),
        Subject::Segment => both("Segments", "消息段"),
        Subject::Event => both("Events", "事件"),
        Subject::Type => both("Shared types", "公共类型"),
    }
}

fn filter() -> Markup {
    html! {
        form.filter role="search" {
            label.search {
                span.hidden-label { (both("Search", "搜索")) }
                input type="search" name="q" autocomplete="off" spellcheck="false"
                    placeholder="Search  ( / )" data-placeholder-en="Search  ( / )" data-placeholder-zh="搜索  ( / )";
            }
            output.shown aria-live="polite" {}
            button.reset type="reset" hidden { (both("Clear", "清除")) }
        }
    }
}

fn section(comparison: &Comparison, level: Level) -> Markup {
    let entries: Vec<&Entry> = comparison.entries.iter().filter(|entry| entry.level == level).collect();
    if entries.is_empty() {
        return html! {};
    }
    html! {
        section.group id=(id(level)) data-group="" {
            div.heading { h2 { (word(level)) " " span.count { (entries.len()) } } p { (note(level)) } }
            @for kind in Subject::ALL { (of_kind(&entries, kind, level)) }
        }
    }
}

fn of_kind(entries: &[&Entry], kind: Subject, level: Level) -> Markup {
    let mut by_name: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == kind) {
        by_name.entry(&entry.name).or_default().push(entry);
    }
    let count: usize = by_name.values().map(Vec::len).sum();
    html! {
        @if count > 0 {
            details.fold data-kind="" {
                summary { span.title { b { (subject(kind)) } } span.count { (count) } }
                ul.rows {
                    @for (name, entries) in &by_name { (contract(name, entries, level)) }
                }
            }
        }
    }
}

fn contract(name: &str, entries: &[&Entry], level: Level) -> Markup {
    let first = entries[0];
    html! {
        li.difference id={ (id(level)) "/" (word_of(first.kind)) "/" (name) } {
            p {
                code.id { b { (name) } }
                @if let Some(other) = &first.to_name { " → " code { (other) } }
                @if !first.replacements.is_empty() { " → " code { (first.replacements.join(", ")) } }
                @if let Some(category) = &first.category { " " span.count { (category) } }
            }
            ul {
                @for entry in entries {
                    li {
                        @if !entry.pointer.is_empty() { code { (entry.pointer) } " " }
                        (text(&entry.text))
                        @if !entry.also.is_empty() || !entry.used_by.is_empty() {
                            details.also {
                                summary { (both("also in", "同样出现于")) " " (entry.also.len() + entry.used_by.len()) }
                                p { @for place in entry.also.iter().chain(&entry.used_by) { code { (place.name) } " " } }
                            }
                        }
                        @for (at, en, zh) in [(&entry.from_at, "from", "原"), (&entry.to_at, "to", "现")] {
                            @if let Some(at) = at { " " span.source { (both(en, zh)) " " code { (at) } } }
                        }
                    }
                }
            }
        }
    }
}

fn word_of(subject: Subject) -> &'static str {
    match subject {
        Subject::Dialect => "dialect",
        Subject::Action => "action",
        Subject::Segment => "segment",
        Subject::Event => "event",
        Subject::Type => "type",
    }
}
