//! The contracts of Milky against what upstream publishes and what the page of LLOneBot shows of it: no unexplained
//! difference, and every example is valid, or listed with the reason why it is not.

use std::collections::BTreeSet;

use botspec_schema::drift::{self, Contracts, Format, Known, explained};
use botspec_schema::{Catalog, Dialect, Kind, SINCE, Violation, reference};
use serde_json::{Value, json};

use super::published::{read, shared};

const PAGE: &str = "llonebot-and-milky-apifox.md";

fn milky() -> &'static Dialect {
    Catalog::builtin().dialect("milky").expect("Milky is built in")
}

#[test]
fn milky_has_no_unexplained_drift() {
    let Some(folder) = shared() else { return };
    let older = milky().as_of("1.2").expect("the contracts know a younger version");
    for (dialect, file, format, explanations) in [
        (&older, "upstream/milky-1.2.2.schema.json", Format::Milky, 0),
        (milky(), "upstream/milky-1.3.0-rc.1.schema.json", Format::Milky, 0),
        (&older, "docs/llonebot-and-milky-apifox.md", Format::Apifox, 22),
    ] {
        let here = Contracts::of(dialect);
        let there = drift::part_for(&here, read(&folder, file)).expect("one part is Milky");
        assert_eq!(there.actions.contains_key("get_login_info"), !there.actions.contains_key("send_msg"), "{file}");
        let known = Known::builtin("milky", format).expect("the file of known differences is sound");
        let sorted = explained(&drift::compare(&here, &there), &known);
        assert_eq!(sorted.unexplained, [], "{file}");
        assert_eq!(sorted.stale, [], "{file}");
        assert_eq!(sorted.explained.len(), explanations, "{file}");
    }
}

/// What an example of the page shows.
enum Shown<'a> {
    Document(Kind, Option<&'a str>),
    Type(String),
}

impl Shown<'_> {
    /// What a model of the page is here.
    fn model(name: &str) -> Shown<'_> {
        let inner = name.strip_prefix("Api_");
        let params = inner.and_then(|name| name.strip_suffix("_input"));
        let result = inner.and_then(|name| name.strip_suffix("_output"));
        match (params, result, name) {
            (Some(action), ..) => Shown::Document(Kind::ActionParams, Some(action)),
            (_, Some(action), _) => Shown::Document(Kind::ActionResult, Some(action)),
            // The page has a model for an empty answer, and one for the envelope; they are those of every such action.
            (.., "ApiEmptyObject") => Shown::Document(Kind::ActionResult, Some("set_nickname")),
            (.., "ApiResponse") => Shown::Document(Kind::Response, Some("set_nickname")),
            (.., "Event") => Shown::Document(Kind::Event, None),
            (.., "IncomingSegment") => Shown::Document(Kind::SegmentReceive, None),
            (.., "OutgoingSegment") => Shown::Document(Kind::SegmentSend, None),
            _ => Shown::Type(snake(name)),
        }
    }

    fn differences(&self, value: &Value) -> Vec<Violation> {
        match self {
            Self::Document(kind, name) => milky().check(*kind, *name, value).expect("the contract is there"),
            Self::Type(name) => {
                assert!(milky().types.contains_key(name), "there is no type {name}");
                milky().check_against(&reference(name), value)
            }
        }
    }
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Calls back with every JSON block of the page's part about Milky: its heading, what it shows, and its text.
fn each_example(page: &str, see: &mut dyn FnMut(String, &Shown<'_>, &str)) {
    let (mut action, mut label, mut model) = ("", "", None);
    let mut is_milky = false;
    let mut rest = page;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        if let Some(part) = line.strip_prefix("# ") {
            is_milky = part.starts_with("Milky/");
        } else if let Some(path) = line.strip_prefix("POST /") {
            (action, model) = (path.strip_prefix("api/").unwrap_or_default(), None);
        } else if let Some(words) = line.strip_prefix("> ") {
            label = words;
        } else if let Some(heading) = line.strip_prefix("<h2 id=\"tocS_") {
            let name = heading.split('"').next().unwrap_or_default();
            model = Some(name);
            // The models of OneBot come first; this is the first of Milky's.
            is_milky |= name == "FriendEntity";
        } else if line == "```json" && is_milky {
            let (block, after) = rest.split_once("\n```").expect("a block ends");
            rest = after;
            if let Some(name) = model {
                see(name.to_owned(), &Shown::model(name), block);
            } else {
                let kind = if label == "Body 请求参数" { Kind::ActionParams } else { Kind::Response };
                see(format!("POST /api/{action} {label}"), &Shown::Document(kind, Some(action)), block);
            }
        }
    }
}

/// The least numbers of a type, which the editor writes where somebody should write a figure of their own.
const FIGURES: [i64; 2] = [-9_007_199_254_740_991, -2_147_483_648];

/// The same with figures that a contract may allow.
fn with_figures(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.as_i64().is_some_and(|number| FIGURES.contains(&number)) => json!(20002),
        Value::Array(items) => items.iter().map(with_figures).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, it)| match it.as_i64() {
                Some(figure) if key.ends_with("time") && FIGURES.contains(&figure) => {
                    (key.clone(), json!(1_767_225_600))
                }
                _ => (key.clone(), with_figures(it)),
            })
            .collect(),
        other => other.clone(),
    }
}

/// Whether a difference stands at or below something that the editor left empty.
fn is_in_a_gap(violation: &Violation, value: &Value) -> bool {
    let is_gap = |value: &Value| *value == json!({}) || value.is_null() || *value == json!("[");
    let steps = violation.pointer.match_indices('/').map(|(at, _)| at).chain([violation.pointer.len()]);
    let mut above = steps.filter_map(|end| value.pointer(&violation.pointer[..end]));
    above.any(is_gap)
}

/// Whether a difference is the lack of something that came with a later version than the page describes.
fn is_younger(violation: &Violation) -> bool {
    let field = violation.pointer.rsplit('/').next().unwrap_or_default();
    let young = |schema: &Value| schema["properties"][field][SINCE] == "1.2";
    violation.found == "nothing" && milky().types.values().any(|shared| young(&shared.schema))
}

#[test]
fn every_example_is_valid_or_listed() {
    let Some(folder) = shared() else { return };
    let listed: Value = serde_json::from_str(include_str!("../../../drift/milky/examples.json")).expect("a list");
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).expect("a text").to_owned();
    let mut expected = BTreeSet::new();
    for group in listed.as_array().expect("a list") {
        assert_eq!((group["document"].as_str(), text(&group["reason"]).is_empty()), (Some(PAGE), false));
        let headings = group["headings"].as_array().expect("headings").iter();
        expected.extend(headings.map(|heading| (text(heading), text(&group["because"]))));
    }
    let page = std::fs::read_to_string(folder.join("docs").join(PAGE)).expect("the page");
    let mut found = BTreeSet::new();
    let mut count = 0;
    each_example(&page, &mut |heading, shown, block| {
        count += 1;
        let value: Value = serde_json::from_str(block).unwrap_or_else(|error| panic!("{heading}: {error}"));
        if shown.differences(&value).is_empty() {
            return;
        }
        // Each reason is one that can be seen in the example itself.
        let value = with_figures(&value);
        let differences = shown.differences(&value);
        let because = if differences.is_empty() {
            "figure"
        } else if differences.iter().all(is_younger) {
            "earlier"
        } else if differences.iter().all(|it| is_in_a_gap(it, &value) || is_younger(it)) {
            "empty"
        } else {
            panic!("{heading}: {differences:#?}");
        };
        found.insert((heading, because.to_owned()));
    });
    assert_eq!(count, 232, "the page has as many blocks");
    assert_eq!(found, expected);
}
