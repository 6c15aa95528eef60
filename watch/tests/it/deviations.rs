//! Deviations of the stand-in that the traffic of a small bot shows: the watch between them finds them, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use botspec_reference::faults;
use botspec_schema::Catalog;

use crate::bot::{Passed, fault, passed};

#[test]
fn nothing_is_found_where_nothing_deviates() {
    for dialect in Catalog::builtin().dialects() {
        let Passed { left, received, .. } = passed(dialect.name(), None);
        assert_eq!(left.bad(), Vec::<String>::new(), "{}", dialect.name());
        assert!(received.len() > 20, "{}: {received:#?}", dialect.name());
    }
}

/// What a run compares is compared here too, by the same code.
#[test]
fn relations_between_documents_are_judged() {
    let mut missed = Vec::new();
    for (dialect, id, wanted) in [
        ("onebot11", "result-count/get_group_info/member_count", "get_group_"),
        ("onebot11", "result-empty/get_group_list", "get_group_list/result"),
        ("onebot11", "result-repeated/get_friend_list", "each item once"),
        ("onebot11", "bug/napcat-506-stale-card", "as in get_group_member_"),
        ("onebot11", "time-off/messages", "get_msg/result"),
        ("onebot11", "time-off/events", "/time"),
        ("onebot11", "answers-swapped", "which was asked for"),
        ("onebot11", "answer-twice", "traffic/echo"),
        ("onebot11", "echo-changed/number-to-string", "traffic/echo"),
        ("onebot11", "event-twice", "traffic/once"),
        ("onebot11", "event-other/message.group", "message"),
        ("milky", "result-empty/get_group_list", "get_group_list/result"),
        ("milky", "event-other/message_receive", "message"),
    ] {
        let found = passed(dialect, Some(fault(dialect, id))).left.bad();
        if !found.iter().any(|it| it.contains(wanted)) {
            missed.push(format!("{dialect} {id}: no {wanted} in {found:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Prints of all deviations which of them the traffic shows, and which of those are found. `BOTSPEC_DIALECT` names a dialect.
#[test]
#[ignore = "some minutes of measuring: cargo test -p botspec-watch --test it share -- --ignored --nocapture"]
fn share_of_deviations_that_are_found() {
    let only = std::env::var("BOTSPEC_DIALECT").ok();
    for dialect in Catalog::builtin().dialects().filter(|it| only.as_deref().is_none_or(|only| only == it.name())) {
        let clean = passed(dialect.name(), None);
        assert_eq!(clean.left.bad(), Vec::<String>::new());
        let used: BTreeSet<String> =
            clean.left.run.checks.iter().filter_map(|it| it.id.split('/').nth(2)).map(str::to_owned).collect();
        let (mut shown, mut missed) = (BTreeMap::<String, (u32, u32)>::new(), Vec::new());
        for fault in faults::all(dialect) {
            // What is about a contract that the bot does not meet shows nowhere.
            let about = fault.id.split('/').nth(1).unwrap_or_default();
            let is_name = dialect.resolve_call(about).is_some() || dialect.events.contains_key(about);
            if is_name && !used.contains(about) {
                continue;
            }
            let id = fault.id.clone();
            let with = passed(dialect.name(), Some(fault));
            if !with.edited && with.received == clean.received {
                continue;
            }
            let family = id.split('/').next().unwrap_or_default().to_owned();
            let (of, found) = shown.entry(family).or_default();
            *of += 1;
            if with.left.bad().is_empty() { missed.push(id) } else { *found += 1 }
        }
        for (family, (of, found)) in &shown {
            println!("{} {family}: {found} of {of}", dialect.name());
        }
        let (of, found) = shown.values().fold((0, 0), |(of, found), one| (of + one.0, found + one.1));
        println!(
            "{}: {found} of {of} deviations that the traffic shows are found, {} %",
            dialect.name(),
            found * 100 / of.max(1)
        );
        println!("{} missed: {}", dialect.name(), missed.join(" "));
    }
}
