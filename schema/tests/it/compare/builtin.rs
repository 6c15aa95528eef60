//! The real dialects with each other.

use botspec_schema::compare::{Change, Comparison, Counts, Language, Level, Subject, compare, html, markdown, text};
use botspec_schema::{Catalog, Dialect};

fn dialects() -> impl Iterator<Item = &'static Dialect> {
    Catalog::builtin().dialects()
}

fn pairs() -> impl Iterator<Item = (&'static Dialect, &'static Dialect, Comparison)> {
    dialects().flat_map(|one| dialects().map(move |other| (one, other, compare(one, other))))
}

fn of(from: &str, to: &str) -> Comparison {
    let dialect = |name| Catalog::builtin().dialect(name).expect("a dialect");
    compare(dialect(from), dialect(to))
}

#[test]
fn nothing_differs_from_itself() {
    for dialect in dialects() {
        let found = compare(dialect, dialect);
        assert_eq!(found.entries, [], "{}", dialect.name());
        assert!(text(&found, Language::En).ends_with("Nothing differs.\n"));
        assert!(html(&found, Language::Zh).contains("没有差异。"));
    }
}

#[test]
fn entries_come_in_the_published_order_and_are_counted() {
    for (_, _, found) in pairs() {
        let order: Vec<_> =
            found.entries.iter().map(|entry| (entry.level, entry.kind, entry.change, &entry.name)).collect();
        assert!(order.is_sorted());
        assert_eq!(found.counts, Counts::of(&found.entries));
        let all: usize = Level::ALL.into_iter().map(|level| found.counts.get(level)).sum();
        assert_eq!(all, found.entries.len());
    }
}

#[test]
fn every_entry_says_something_in_both_languages() {
    for (one, other, found) in pairs() {
        for entry in &found.entries {
            let (en, zh) = (&entry.text.en, &entry.text.zh);
            let place = format!("{} to {}: {} {}: {en} {zh}", one.name(), other.name(), entry.name, entry.pointer);
            assert!(en.ends_with('.') && zh.ends_with('。'), "{place}");
            assert!(!en.contains("  ") && !zh.contains("  ") && !en.contains("``") && !zh.contains("``"), "{place}");
            assert!(!en.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{place}");
            assert!(zh.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{place}");
            assert!(!en.contains("{to}") && !en.contains("{from}") && !zh.contains("{to}"), "{place}");
            assert!(entry.pointer.is_empty() || entry.pointer.starts_with('/'), "{place}");
            assert!(entry.kind != Subject::Type || !entry.used_by.is_empty(), "{place}");
        }
    }
}

#[test]
fn what_is_missing_one_way_is_new_the_other_way() {
    for (one, other, found) in pairs() {
        let back = compare(other, one);
        let lone = |found: &Comparison, change| -> Vec<(Subject, String)> {
            let whole = found.entries.iter().filter(|entry| entry.is_whole() && entry.change == change);
            whole.map(|entry| (entry.kind, entry.name.clone())).collect()
        };
        for added in lone(&found, Change::Added) {
            let told = back.entries.iter().any(|entry| {
                (entry.kind, &entry.name) == (added.0, &added.1)
                    && matches!(entry.change, Change::Missing | Change::Renamed)
            });
            assert!(told, "{} to {}: {added:?}", one.name(), other.name());
        }
    }
}

#[test]
fn a_replacement_is_something_that_the_other_dialect_has() {
    for (_, other, found) in pairs() {
        for entry in found.entries.iter().filter(|entry| entry.is_whole()) {
            for name in &entry.replacements {
                let there = match entry.kind {
                    Subject::Action => other.action(name).is_some(),
                    Subject::Segment => other.segments.contains_key(name),
                    Subject::Event => other.events.contains_key(name),
                    Subject::Dialect | Subject::Type => false,
                };
                assert!(there, "{} has no {name}", other.name());
            }
        }
    }
}

#[test]
fn an_extension_keeps_what_it_takes_over() {
    let found = of("onebot11", "gocqhttp");
    assert!(found.entries.iter().all(|entry| !(entry.is_whole() && entry.change == Change::Missing)));
    assert!(found.entries.iter().any(|entry| entry.name == "get_essence_msg_list" && entry.change == Change::Added));
    // A contract that both have from the same file is never told.
    assert!(found.entries.iter().all(|entry| entry.name != "send_like"));
}

#[test]
fn what_a_bot_of_napcat_meets_in_llonebot() {
    let found = of("napcat", "llonebot");
    let entry = |name: &str, pointer: &str| {
        let mut entries = found.entries.iter().filter(|entry| entry.pointer == pointer);
        entries.find(|entry| entry.name == name || entry.also.iter().any(|place| place.name == name))
    };
    let renamed = entry("_del_group_notice", "").expect("it is told");
    assert_eq!(renamed.replacements, ["_delete_group_notice"]);
    assert_eq!(renamed.level, Level::Breaks);
    let order = entry("get_group_msg_history", "/params/reverse_order").expect("it is told");
    assert_eq!((order.change, order.replacements.as_slice()), (Change::Renamed, &["reverseOrder".to_owned()][..]));
    assert!(entry("message.private", "/data/real_seq").is_some_and(|entry| entry.also.len() == 3));
    let info = entry("group_info", "/group_remark").expect("it is told");
    let users: Vec<&str> = info.used_by.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(users, ["get_group_info", "get_group_list"]);
}

#[test]
fn every_form_tells_every_entry_of_every_pair() {
    for (one, other, found) in pairs() {
        for language in [Language::En, Language::Zh] {
            for shown in [text(&found, language), markdown(&found, language), html(&found, language)] {
                for entry in found.entries.iter().filter(|entry| entry.kind != Subject::Dialect) {
                    assert!(shown.contains(&entry.name), "{} to {}: {}", one.name(), other.name(), entry.name);
                }
            }
        }
    }
}
