//! What is around every call and event: the envelope, tokens, the transports, the string form of messages.

mod websocket;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::entry::{Change, Level};
use super::settings::{RULES, Rule, Setting};
use super::subject::Subject;
use super::walk::{Part, Walk};
use crate::model::{DialectFile, Schema, Transport};
use crate::shape::Direction;

/// The transports, with what people call them.
const TRANSPORTS: [(&str, &str); 5] = [
    ("http", "HTTP"),
    ("ws", "WebSocket"),
    ("reverse_ws", "reverse WebSocket"),
    ("webhook", "webhook"),
    ("sse", "SSE"),
];

/// Parts of `dialect.json` that are compared by their meaning and not value by value, and those that state nothing about
/// the wire.
const APART: [&str; 19] = [
    "/$schema",
    "/name",
    "/title",
    "/summary",
    "/extends",
    "/without",
    "/protocol_version",
    "/sources",
    "/envelope/schema",
    "/envelope/outcomes/ok/required",
    "/envelope/outcomes/failed/required",
    "/envelope/texts",
    "/envelope/omits_data",
    "/implementation",
    "/failures",
    "/transports/ws/endpoints",
    "/transports/ws/other_paths",
    "/auth/query",
    "/auth/query_on",
];

/// Compares what is around every call and event.
pub(super) fn compare(walk: &mut Walk<'_>) {
    let (one, other) = (&walk.from.dialect.file, &walk.to.dialect.file);
    if walk.from.dialect.name() == walk.to.dialect.name() {
        return;
    }
    envelope(walk, one, other);
    query(walk, one, other);
    let (from, to) = (json!(one), json!(other));
    let mut apart: Vec<String> = APART.iter().map(|pointer| (*pointer).to_owned()).collect();
    for (key, title) in TRANSPORTS {
        let pointer = format!("/transports/{key}");
        if whole(walk, (&from, &to), &pointer, key, title) {
            apart.push(pointer);
        }
    }
    websocket::compare(walk, one, other);
    if let Some(pointer) = calls(walk, (&from, &to)) {
        apart.push(pointer);
    }
    for setting in RULES {
        if !apart.iter().any(|known| within(setting.pointer, known)) {
            judge(walk, setting, from.pointer(setting.pointer), to.pointer(setting.pointer));
        }
        apart.push(setting.pointer.to_owned());
    }
    rest(walk, &from, &to, "", &apart);
}

fn within(pointer: &str, of: &str) -> bool {
    pointer.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A transport that only one side has. True where there is nothing below it to compare.
fn whole(walk: &mut Walk<'_>, (from, to): (&Value, &Value), pointer: &str, key: &str, title: &str) -> bool {
    let (had, has) = (from.pointer(pointer).is_some(), to.pointer(pointer).is_some());
    if had != has {
        walk.enter(Subject::Dialect, key);
        let said = walk.words().transport(title, has);
        let (level, change) = if had { (Level::Breaks, Change::Missing) } else { (Level::New, Change::Added) };
        walk.push(level, change, pointer, None, said);
    }
    !(had && has)
}

/// Calls over a WebSocket, where only one side has them.
fn calls(walk: &mut Walk<'_>, (from, to): (&Value, &Value)) -> Option<String> {
    let pointer = "/request_frame";
    let (had, has) = (from.pointer(pointer).is_some(), to.pointer(pointer).is_some());
    if had != has {
        walk.enter(Subject::Dialect, "ws");
        let said = walk.words().calls_over_ws(has);
        let (level, change) = if had { (Level::Breaks, Change::Missing) } else { (Level::New, Change::Added) };
        walk.push(level, change, pointer, None, said);
    }
    (!(had && has)).then(|| pointer.to_owned())
}

/// Compares the envelope of a call that succeeds, and what reports how a call ended.
fn envelope(walk: &mut Walk<'_>, from: &DialectFile, to: &DialectFile) {
    walk.enter(Subject::Dialect, "envelope");
    let (one, other) = (of_success(from), of_success(to));
    let path = |file: &DialectFile| format!("contracts/{}/dialect.json", file.name);
    let (one_path, other_path) = (path(from), path(to));
    let parts = (Part { schema: &one, path: &one_path }, Part { schema: &other, path: &other_path });
    walk.part_at("envelope/schema", "/envelope", Direction::Receive, parts);
}

/// The envelope with what it always has where a call succeeds.
fn of_success(file: &DialectFile) -> Schema {
    let mut schema = file.envelope.schema.clone();
    let more = &file.envelope.outcomes.ok.required;
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.extend(more.iter().map(|key| json!(key)));
    }
    schema
}

/// The query parameter that may carry the token, transport by transport.
fn query(walk: &mut Walk<'_>, from: &DialectFile, to: &DialectFile) {
    walk.enter(Subject::Dialect, "auth");
    for (wire, title) in [(Transport::Http, "HTTP"), (Transport::Ws, "WebSocket"), (Transport::Sse, "SSE")] {
        let there = |file: &DialectFile| match wire {
            Transport::Http => file.transports.http.is_some(),
            Transport::Ws => file.transports.ws.is_some(),
            _ => file.transports.sse.is_some(),
        };
        if !there(from) || !there(to) {
            continue;
        }
        let (one, other) = (from.auth.query_over(wire), to.auth.query_over(wire));
        if one != other {
            let said = walk.words().token_in_query(title, one, other);
            let level = if one.is_some() { Level::Breaks } else { Level::New };
            walk.push(level, Change::Setting, "/auth/query", None, said);
        }
    }
}

/// Judges one setting.
fn judge(walk: &mut Walk<'_>, setting: &Setting, from: Option<&Value>, to: Option<&Value>) {
    if from == to {
        return;
    }
    walk.enter(Subject::Dialect, setting.area);
    let words = walk.words();
    match setting.rule {
        Rule::Takes(level) | Rule::Tells(level) => {
            let (one, other) = (members(from), members(to));
            let gone: Vec<String> = one.difference(&other).cloned().collect();
            let more: Vec<String> = other.difference(&one).cloned().collect();
            if !gone.is_empty() {
                walk.push(level, Change::Setting, setting.pointer, None, words.members_gone(setting, &gone));
            }
            if !more.is_empty() {
                let level = if matches!(setting.rule, Rule::Tells(Level::Breaks)) { Level::Breaks } else { Level::New };
                walk.push(level, Change::Setting, setting.pointer, None, words.members_added(setting, &more));
            }
        }
        Rule::Can(level, lost, gained) => {
            let is = |value: Option<&Value>| value.is_some_and(|value| *value != Value::Bool(false));
            match (is(from), is(to)) {
                (true, false) => walk.push(level, Change::Setting, setting.pointer, None, words.ability(lost)),
                (false, true) => {
                    walk.push(Level::New, Change::Setting, setting.pointer, None, words.ability(gained));
                }
                _ => walk.push(level, Change::Setting, setting.pointer, None, words.other_value(setting, from, to)),
            }
        }
        Rule::Word(level) => {
            walk.push(level, Change::Setting, setting.pointer, None, words.other_value(setting, from, to));
        }
        Rule::Known => {
            // What only one side states is no difference.
            if from.is_some() && to.is_some() {
                walk.push(Level::Note, Change::Setting, setting.pointer, None, words.other_value(setting, from, to));
            }
        }
    }
}

/// The words of a list, or the keys of an object.
fn members(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Object(map)) => map.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

/// What no rule judges is reported as it stands, so that a new setting is not overlooked.
fn rest(walk: &mut Walk<'_>, from: &Value, to: &Value, pointer: &str, apart: &[String]) {
    if from == to || apart.iter().any(|known| within(pointer, known)) {
        return;
    }
    let nothing = Value::Object(serde_json::Map::new());
    let (from, to) = match (from, to) {
        (Value::Object(_), Value::Null) => (from, &nothing),
        (Value::Null, Value::Object(_)) => (&nothing, to),
        both => both,
    };
    if let (Value::Object(one), Value::Object(other)) = (from, to) {
        let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        for key in keys {
            let null = Value::Null;
            let (one, other) = (one.get(key).unwrap_or(&null), other.get(key).unwrap_or(&null));
            rest(walk, one, other, &format!("{pointer}/{key}"), apart);
        }
    } else {
        let area = pointer.trim_start_matches("/transports").trim_start_matches('/').split('/').next().unwrap_or("");
        walk.enter(Subject::Dialect, area);
        let said = walk.words().some_setting(pointer, from, to);
        walk.push(Level::Note, Change::Setting, pointer, None, said);
    }
}
