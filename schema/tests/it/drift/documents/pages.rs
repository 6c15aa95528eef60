//! Finds the JSON examples of a page, and what each is an example of.

use botspec_schema::{Dialect, Kind};
use serde_json::Value;

use super::{Example, ExampleKind};

/// The JSON value at the beginning of a text, whatever comes after it.
fn leading(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

/// The blocks of a page of plain text whose headings begin with `POST /`.
pub(super) fn plain(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    for part in page.split("\nPOST /").skip(1) {
        let name = part.lines().next().unwrap_or_default().trim();
        let (body, rest) = part.split_once("返回示例").unwrap_or((part, ""));
        let answers = rest.split("返回结果").next().unwrap_or_default();
        for (label, kind, text) in [("Body 请求参数", Kind::ActionParams, body), ("返回示例", Kind::Response, answers)]
        {
            for block in text.split("\njson\n").skip(1).filter(|block| block.starts_with('{')) {
                found.push(Example::new(format!("POST /{name} {label}"), kind, Some(name), leading(block)));
            }
        }
    }
    found
}

/// The blocks of a page that lists actions by their bare names.
pub(super) fn by_names(dialect: &Dialect, page: &str) -> Vec<Example> {
    let (mut found, mut name, mut comment) = (Vec::new(), "", "");
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let bare = line.trim();
        if dialect.action(bare).is_some() {
            name = bare;
        } else if bare.starts_with("// ") {
            comment = bare.split(" - ").next().unwrap_or(bare);
        } else if line.starts_with('{') {
            let kind = if comment == "// Request" { Kind::ActionParams } else { Kind::Response };
            found.push(Example::new(format!("{name} {comment}"), kind, Some(name), leading(&page[at..])));
        }
        at += line.len();
    }
    found
}

/// The frames of a page in Markdown: events, and a call with its answers.
pub(super) fn frames(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut called = None;
    for block in page.split("```json\n").skip(1) {
        let frame = leading(block).expect("each frame is JSON");
        let heading = frame.to_string();
        found.push(if let Some(action) = frame["action"].as_str() {
            called = Some(action.to_owned());
            Example::new(heading, Kind::ActionParams, Some(action), Some(frame["params"].clone()))
        } else if frame.get("retcode").is_some() {
            Example::new(heading, Kind::Response, called.as_deref(), Some(frame))
        } else {
            Example::new(heading, Kind::Event, None, Some(frame))
        });
    }
    found
}

/// The blocks of JSON in a part of Markdown, each with the line that was the last to begin with one of `labels`.
fn blocks<'a>(part: &'a str, labels: &[&'static str]) -> Vec<(&'static str, &'a str)> {
    let (mut found, mut label, mut at) = (Vec::new(), "", 0);
    for line in part.split_inclusive('\n') {
        at += line.len();
        label = labels.iter().find(|label| line.contains(**label)).copied().unwrap_or(label);
        if line.trim_end() == "```json" {
            found.push((label, part[at..].split("\n```").next().unwrap_or_default()));
        }
    }
    found
}

/// A text without what stands behind `//` outside its strings.
fn without_comments(text: &str) -> String {
    let code = |line: &str| {
        let (mut quoted, mut escaped, mut slash) = (false, false, None);
        for (at, sign) in line.char_indices() {
            match sign {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '/' if !quoted && slash.is_some_and(|slash| slash + 1 == at) => return line[..at - 1].to_owned(),
                '/' if !quoted => slash = Some(at),
                _ => {}
            }
        }
        line.to_owned()
    };
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}

#[test]
fn comments_are_told_from_addresses() {
    let text = "{ \"url\": \"https://example.com/\\\"//x\", // where\n\"a\": 1 } // end";
    let value: Value = serde_json::from_str(&without_comments(text)).expect("it is JSON");
    assert_eq!(value, serde_json::json!({ "url": "https://example.com/\"//x", "a": 1 }));
}

/// The actions of an Apifox page in Markdown, each below a heading with its title. A body that the editor kept as a
/// string, so that it may hold comments, is the text in it. What is no action is a stream of events.
pub(super) fn markdown_actions(dialect: &Dialect, page: &str) -> Vec<Example> {
    const BODY: &str = "Body 请求参数";
    const ANSWER: &str = "返回示例";
    let mut found: Vec<Example> = Vec::new();
    for part in page.split("\n## ").skip(1) {
        let is_heading = |line: &&str| line.starts_with("GET /") || line.starts_with("POST /");
        let Some(heading) = part.lines().find(is_heading) else { continue };
        let name = heading.split('/').next_back().unwrap_or_default();
        for (label, block) in blocks(part, &[BODY, ANSWER]) {
            let kind = match label {
                _ if dialect.action(name).is_none() => Kind::Event,
                BODY => Kind::ActionParams,
                ANSWER => Kind::Response,
                _ => Kind::Event,
            };
            let value = match serde_json::from_str(block).ok() {
                Some(Value::String(text)) => serde_json::from_str(&without_comments(&text)).ok(),
                value => value,
            };
            let heading = format!("{heading} {label}").trim_end().to_owned();
            let again = found.iter().filter(|it| it.heading.starts_with(&heading)).count();
            let heading = if again == 0 { heading } else { format!("{heading} {}", again + 1) };
            found.push(Example::new(heading, kind, (kind != Kind::Event).then_some(name), value));
        }
    }
    found
}

/// The models of an Apifox page in Markdown: segments, events, and the objects in them that `types` names.
pub(super) fn markdown_models(part: &str, types: &[(&str, &'static str)]) -> Vec<Example> {
    let mut found = Vec::new();
    for model in part.split("<h2 id=\"tocS_").skip(1) {
        let name = model.split('"').next().unwrap_or_default();
        for (_, block) in blocks(model, &[]) {
            let value: Option<Value> = serde_json::from_str(block).ok();
            let segment = value.as_ref().and_then(|value| value["type"].as_str()).map(str::to_owned);
            let kinds = if let Some((_, own)) = types.iter().find(|(model, _)| *model == name) {
                vec![ExampleKind::Type(own)]
            } else if name.ends_with("Event") {
                vec![ExampleKind::Checked(Kind::Event, None)]
            } else {
                let both = [Kind::SegmentSend, Kind::SegmentReceive];
                both.map(|kind| ExampleKind::Checked(kind, segment.clone())).into()
            };
            found.push(Example { heading: name.to_owned(), kinds, value });
        }
    }
    found
}
