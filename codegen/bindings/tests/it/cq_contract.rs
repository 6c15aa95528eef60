//! The CQ codes of the bindings mean what they mean to everybody who reads them with the contracts at hand.

use botspec_bindings::{Segment, llonebot, napcat, onebot11};
use botspec_schema::cq as contract;
use botspec_schema::model::CqCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::dialects::dialect;

fn code(name: &str) -> &'static CqCode {
    dialect(name).file.cq_code.as_ref().expect("it has codes")
}

fn values<S: Segment + serde::Serialize>(segments: &[S]) -> Vec<Value> {
    segments.iter().map(|segment| serde_json::to_value(segment).expect("JSON")).collect()
}

/// What each side reads: the dialect, by the contracts, by the bindings.
fn both(message: &str) -> [(&'static str, Vec<Value>, Vec<Value>); 3] {
    [
        (
            "onebot11",
            contract::parse(code("onebot11"), message),
            values(&onebot11::cq::parse::<onebot11::ReceiveSegment>(message)),
        ),
        (
            "napcat",
            contract::parse(code("napcat"), message),
            values(&napcat::cq::parse::<napcat::ReceiveSegment>(message)),
        ),
        (
            "llonebot",
            contract::parse(code("llonebot"), message),
            values(&llonebot::cq::parse::<llonebot::ReceiveSegment>(message)),
        ),
    ]
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "data": { "text": text } })
}

fn at(data: &Value) -> Value {
    json!({ "type": "at", "data": data })
}

#[test]
fn strings_mean_the_same_to_both() {
    let cases = [
        ("", vec![]),
        ("a[CQ:at,qq=1]b", vec![text("a"), at(&json!({"qq": "1"})), text("b")]),
        ("[CQ:at,qq=1", vec![text("[CQ:at,qq=1")]),
        ("[CQ:]]", vec![text("[CQ:]]")]),
        ("[CQ:,qq=1]", vec![text("[CQ:,qq=1]")]),
        ("][CQ:at]", vec![text("]"), at(&json!({}))]),
        ("[CQ:at,qq=1,qq=2]", vec![at(&json!({"qq": "2"}))]),
        ("[CQ:at,qq=1,name=,qq=2]", vec![at(&json!({"qq": "2", "name": ""}))]),
        ("[CQ:at,,qq=1,name]", vec![at(&json!({"qq": "1", "name": ""}))]),
        ("[CQ:at[CQ:at,qq=1]", vec![text("[CQ:at"), at(&json!({"qq": "1"}))]),
        ("[CQ:[CQ:at,qq=1]", vec![text("[CQ:"), at(&json!({"qq": "1"}))]),
        ("[CQ:at,qq=[CQ:at]", vec![at(&json!({"qq": "[CQ:at"}))]),
        ("[CQ:at,qq=[CQ:at,name=2]]", vec![at(&json!({"qq": "[CQ:at", "name": "2"})), text("]")]),
        ("[CQ:x][CQ:x]", vec![json!({"type": "x", "data": {}}), json!({"type": "x", "data": {}})]),
        ("[CQ:at,qq=&#44;&amp;#44;=]", vec![at(&json!({"qq": ",&#44;="}))]),
    ];
    for (message, expected) in cases {
        for (dialect, by_contract, by_bindings) in both(message) {
            assert_eq!(by_contract, expected, "{dialect}, by the contracts: {message}");
            assert_eq!(by_bindings, expected, "{dialect}, by the bindings: {message}");
        }
    }
}

#[test]
fn a_comma_may_be_escaped_in_plain_text_where_the_dialect_says_so() {
    let plain = "1&#44;2&amp;#44;3";
    for (dialect, by_contract, by_bindings) in both(plain) {
        let expected = if dialect == "onebot11" { "1&#44;2&#44;3" } else { "1,2&#44;3" };
        assert_eq!(by_contract, [text(expected)], "{dialect}, by the contracts");
        assert_eq!(by_bindings, [text(expected)], "{dialect}, by the bindings");
    }
    assert_eq!(napcat::cq::escape_text("1,2"), "1,2", "it is never written");
    assert_eq!(contract::escape_text(code("napcat"), "1,2"), "1,2", "it is never written");
}

/// Nobody would wait for these if reading them took steps by the square of their length.
#[test]
fn a_long_run_of_signs_is_read_in_one_pass() {
    let runs = [
        (1 << 20, "[CQ:", ""),
        (1 << 20, "[CQ:", ",a]"),
        (1 << 18, "[CQ:", "]"),
        (1 << 18, "[CQ:,", "]"),
        (1 << 18, "[CQ:a,b=", "]"),
        (1 << 18, "[CQ:a", "[CQ:at,qq=1]"),
        (1 << 18, "[", "]"),
        (1 << 18, "]", ""),
        (1 << 18, "&#44;", ""),
        (1 << 16, "[CQ:]", ""),
    ];
    for (times, run, end) in runs {
        let message = run.repeat(times) + end;
        let by_contract = contract::parse(code("napcat"), &message);
        let by_bindings = values(&napcat::cq::parse::<napcat::ReceiveSegment>(&message));
        assert!(by_contract == by_bindings, "a run of {run}, then {end}");
    }
    let params = (0..1 << 15).map(|key| format!(",{key}=")).collect::<Vec<_>>().concat();
    let message = format!("[CQ:x{params}{params}]");
    let by_contract = contract::parse(code("napcat"), &message);
    assert!(by_contract == values(&napcat::cq::parse::<napcat::ReceiveSegment>(&message)), "many parameters");
}

/// Message strings of everything that has a meaning in one.
fn message() -> impl Strategy<Value = String> {
    let signs = vec![
        "[CQ:", "]", ",", "=", "&amp;", "&#91;", "&#93;", "&#44;", "&", "#44;", "at", "face", "text", "xyz", "qq",
        "id", "[", "é", " ",
    ];
    let pieces = prop::collection::vec(prop::sample::select(signs), 0..24).prop_map(|parts| parts.concat());
    let code = ("at|face|xyz|shake|share|text", prop::collection::vec(("qq|id|url|zz", "[a-z &;#=\\[]{0,6}"), 0..4))
        .prop_map(|(kind, params)| {
            let params = params.iter().map(|(key, value)| format!(",{key}={value}")).collect::<Vec<_>>().concat();
            format!("[CQ:{kind}{params}]")
        });
    prop::collection::vec(prop_oneof![pieces, code, any::<String>()], 0..4).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn any_string_means_the_same_to_both(message in message()) {
        for (dialect, by_contract, by_bindings) in both(&message) {
            prop_assert_eq!(&by_bindings, &by_contract, "{}", dialect);
        }
    }

    #[test]
    fn what_the_bindings_write_means_the_same_to_both(message in message()) {
        let segments = napcat::cq::parse::<napcat::SendSegment>(&message);
        // A type or a key that came in with a sign of the code cannot be written again.
        if let Ok(written) = napcat::cq::write(&segments) {
            prop_assert_eq!(contract::parse(code("napcat"), &written), contract::parse(code("napcat"), &message));
        }
    }
}
