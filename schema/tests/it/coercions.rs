//! What an implementation takes beyond what it documents is told apart from what it refuses.

use botspec_schema::{Catalog, Kind};
use serde_json::{Value, json};

/// What is refused, and what is taken though it is not documented, one to a line.
fn told(dialect: &str, kind: Kind, name: &str, value: &Value) -> String {
    let dialect = Catalog::builtin().dialect(dialect).expect("built in");
    let checked = dialect.check_as_taken(kind, Some(name), value).expect("the contract is there");
    let refused = checked.violations.iter().map(|it| format!("refused {it}"));
    let taken = checked.undocumented.iter().map(|it| format!("taken {it}"));
    refused.chain(taken).collect::<Vec<_>>().join("; ")
}

fn check(cases: &[(&str, &str, Value, &str)]) {
    for (dialect, action, params, expected) in cases {
        assert_eq!(told(dialect, Kind::ActionParams, action, params), *expected, "{dialect} {action} {params}");
    }
}

#[test]
fn numbers_booleans_and_nulls_in_parameters() {
    let card = |card: Value| json!({ "group_id": 70001, "user_id": 30003, "card": card });
    let text_for = |found: &str| format!("/card: expected string, found {found}");
    check(&[
        ("napcat", "set_group_card", card(json!("Chief")), ""),
        ("napcat", "set_group_card", card(json!(123)), &format!("taken {}", text_for("integer"))),
        ("llonebot", "set_group_card", card(json!(123)), &format!("refused {}", text_for("integer"))),
        ("onebot11", "set_group_card", card(json!(123)), &format!("refused {}", text_for("integer"))),
        ("napcat", "set_group_card", card(json!(null)), &format!("refused {}", text_for("null"))),
        ("llonebot", "set_group_card", card(json!(null)), &format!("taken {}", text_for("null"))),
        ("napcat", "set_group_card", card(json!({})), &format!("refused {}", text_for("object"))),
        (
            "napcat",
            "set_group_add_request",
            json!({ "flag": 1_734_738_688_386_176_i64, "approve": 1 }),
            "taken /flag: expected string, found integer; taken /approve: expected boolean, found integer",
        ),
        (
            "llonebot",
            "set_group_add_request",
            json!({ "flag": "1|2|3|0", "approve": 1 }),
            "refused /approve: expected boolean, found integer",
        ),
        (
            "napcat",
            "get_forward_msg",
            json!({ "message_id": 315_011_686 }),
            "taken /message_id: expected string, found integer",
        ),
        ("napcat", "translate_en2zh", json!({ "words": "bread" }), "taken /words: expected array, found string"),
        ("napcat", "get_file", json!({}), "taken /file: expected string, found nothing"),
        ("napcat", "set_group_card", json!({ "group_id": 70001 }), "refused /user_id: expected integer, found nothing"),
    ]);
}

#[test]
fn segments_are_not_checked_by_the_builds() {
    let sent = |kind: &str, data: Value| json!({ "group_id": 70001, "message": [{ "type": kind, "data": data }] });
    for dialect in ["napcat", "llonebot"] {
        check(&[
            (dialect, "send_group_msg", sent("at", json!({ "qq": "30003" })), ""),
            (
                dialect,
                "send_group_msg",
                sent("at", json!({ "qq": 30003 })),
                "taken /message/0/data/qq: expected string, found integer",
            ),
            (
                dialect,
                "send_group_msg",
                sent("reply", json!({ "id": 51001 })),
                "taken /message/0/data/id: expected string, found integer",
            ),
            (
                dialect,
                "send_group_msg",
                sent("face", json!({ "id": 14 })),
                "taken /message/0/data/id: expected string, found integer",
            ),
            (
                dialect,
                "send_group_msg",
                sent("text", json!({ "text": 7 })),
                "taken /message/0/data/text: expected string, found integer",
            ),
        ]);
        let dice = told(dialect, Kind::ActionParams, "send_group_msg", &sent("dice", json!({})));
        assert!(!dice.contains("refused"), "{dialect}: {dice}");
        let named = json!({ "qq": "30003", "name": null });
        let named = told(dialect, Kind::ActionParams, "send_group_msg", &sent("at", named));
        assert_eq!(named, "taken /message/0/data/name: expected string, found null", "{dialect}");
    }
    // One segment alone, in both forms that `check` takes.
    let at = json!({ "type": "at", "data": { "qq": 30003 } });
    assert_eq!(told("napcat", Kind::SegmentSend, "at", &at), "taken /data/qq: expected string, found integer");
    assert_eq!(told("napcat", Kind::SegmentSend, "at", &at["data"]), "taken /qq: expected string, found integer");
    assert_eq!(told("onebot11", Kind::SegmentSend, "at", &at["data"]), "refused /qq: expected string, found integer");
}

#[test]
fn what_is_documented_needs_no_coercion() {
    for dialect in Catalog::builtin().dialects() {
        for action in dialect.actions.values() {
            for example in &action.examples {
                let coerced = dialect.coerce_params(action, example.params.clone());
                assert_eq!(coerced.undocumented, [], "{} {}", dialect.name(), action.name);
                assert_eq!(coerced.value, dialect.normalise_params(action, example.params.clone()));
            }
        }
    }
}
