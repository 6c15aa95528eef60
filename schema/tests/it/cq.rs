//! CQ codes there and back.

use botspec_schema::cq::{self, CqError};
use botspec_schema::model::CqCode;
use botspec_schema::{Catalog, Kind, generate};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

fn signs() -> &'static CqCode {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    dialect.file.cq_code.as_ref().expect("the standard has CQ codes")
}

/// The string is read as these segments, and they are written as the same string.
#[track_caller]
fn check(text: &str, segments: &Value) {
    check_parse(text, segments);
    assert_eq!(cq::encode(signs(), segments.as_array().expect("a list")).as_deref(), Ok(text));
}

#[track_caller]
fn check_parse(text: &str, segments: &Value) {
    assert_eq!(Value::Array(cq::parse(signs(), text)), *segments, "{text}");
}

#[test]
fn there_and_back() {
    check("", &json!([]));
    check("hello", &json!([{"type": "text", "data": {"text": "hello"}}]));
    check("&#91;1&#93; &amp;amp; 2, 3", &json!([{"type": "text", "data": {"text": "[1] &amp; 2, 3"}}]));
    check("[CQ:shake]", &json!([{"type": "shake", "data": {}}]));
    check(
        "a[CQ:share,url=https://example.com/?a=1&amp;b=&#91;2&#93;,title=x&#44;y]🎉",
        &json!([
            {"type": "text", "data": {"text": "a"}},
            {"type": "share", "data": {"url": "https://example.com/?a=1&b=[2]", "title": "x,y"}},
            {"type": "text", "data": {"text": "🎉"}},
        ]),
    );
    check(
        "[CQ:at,qq=all][CQ:face,id=1]",
        &json!([
            {"type": "at", "data": {"qq": "all"}},
            {"type": "face", "data": {"id": "1"}},
        ]),
    );
}

#[test]
fn what_is_no_code_is_text() {
    for text in ["[CQ:", "[CQ:]", "[CQ:,a=1]", "[cq:face,id=1]", "a [CQ:face,id=1", "[", "]", "[CQ:x[CQ:y"] {
        check_parse(text, &json!([{"type": "text", "data": {"text": text}}]));
    }
    check_parse(
        "[CQ:x [CQ:face,id=1]",
        &json!([
            {"type": "text", "data": {"text": "[CQ:x "}},
            {"type": "face", "data": {"id": "1"}},
        ]),
    );
    check_parse("[CQ:face,,id=1,raw]", &json!([{"type": "face", "data": {"id": "1", "raw": ""}}]));
}

#[test]
fn values_that_are_no_text() {
    let inner = json!([{"type": "text", "data": {"text": "a,b"}}, {"type": "face", "data": {"id": 14}}]);
    let node = json!({"type": "node", "data": {"time": 3, "gone": null, "content": inner}});
    let text = cq::encode(signs(), &[node]).expect("segments");
    assert_eq!(text, "[CQ:node,time=3,content=a&#44;b&#91;CQ:face&#44;id=14&#93;]");
    assert_eq!(cq::encode(signs(), &[json!({"type": "rps", "data": null})]).as_deref(), Ok("[CQ:rps]"));
    assert_eq!(cq::encode(signs(), &[json!({"type": "face"})]), Err(CqError::NotASegment(0)));
}

#[test]
fn every_text_survives() {
    let mut runner = TestRunner::new_with_rng(
        Config::with_cases(400),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let text = ".{0,20}|(\\[CQ:|&amp;|&#91;|&|\\[|\\]|,|=|a){0,12}";
    runner
        .run(&(text, text), |(plain, value)| {
            prop_assume!(!plain.is_empty());
            let segments =
                vec![json!({"type": "text", "data": {"text": plain}}), json!({"type": "x", "data": {"v": value}})];
            let code = cq::encode(signs(), &segments).expect("segments");
            prop_assert_eq!(cq::parse(signs(), &code), segments);
            Ok(())
        })
        .expect("a text was changed");
}

#[test]
fn every_segment_survives_as_text() {
    for dialect in Catalog::builtin().dialects() {
        let Some(signs) = &dialect.file.cq_code else { continue };
        for segment in dialect.segments.values().filter(|segment| segment.cq && segment.send.is_some()) {
            let schema = dialect.schema_of(Kind::SegmentSend, &segment.name).expect("it can be sent");
            let strategy = generate::strategy(&schema, dialect.defs(), &generate::Options::default());
            let mut runner = TestRunner::deterministic();
            for _ in 0..16 {
                let value = strategy.new_tree(&mut runner).expect("a value").current();
                let code = cq::encode(signs, std::slice::from_ref(&value)).expect("a segment");
                let read = cq::parse(signs, &code);
                let data = value["data"].as_object().map(|data| cq::as_text(signs, data)).unwrap_or_default();
                let empty_text = segment.name == signs.text_segment && data[&signs.text_key] == "";
                let expected = if empty_text { vec![] } else { vec![json!({"type": segment.name, "data": data})] };
                assert_eq!(read, expected, "{code}");
            }
        }
    }
}
