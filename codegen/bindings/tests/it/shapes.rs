//! Every form that a schema can have, from the contract to a value and back.

use botspec_bindings::shapes::Envelope;
use botspec_bindings::shapes::actions::{TakeAll, TakeAllInit, TakeAllType};
use botspec_bindings::shapes::types::{Circle, Either, Figure};
use botspec_bindings::{FromJson as _, Mode, Nullable, Outcome, Raw};
use serde_json::json;

#[test]
fn what_is_required_is_given_by_name() {
    let figure = Figure::from(Circle::new(2.5));
    let all = TakeAll::new(TakeAllInit {
        kind: TakeAllType::N163,
        must_null: None,
        must_null_id: Some(7.into()),
        figure,
        anything: Some(Raw::of(&1).expect("JSON")),
    });
    let all = all.may_null_id(Nullable::Null).may_null(3).either("x").text_or_number(None).ids(vec![1.into()]);
    assert_eq!(
        serde_json::to_value(&all).expect("JSON"),
        json!({
            "type": "163", "fixed": "always", "must_null": null, "must_null_id": "7", "may_null": 3,
            "may_null_id": null, "ids": ["1"], "figure": {"form": "circle", "radius": 2.5},
            "either": "x", "text_or_number": null, "anything": 1,
        })
    );
    assert_eq!(all.either, Some(Either::Text("x".to_owned())));
}

#[test]
fn other_names_of_a_parameter_are_read() {
    for name in ["camelCase", "camel", "kebab-case"] {
        let text = json!({
            "type": "a", name: "x", "must_null": null, "must_null_id": null, "anything": null,
            "figure": {"form": "square"}, "fixed": "always",
        });
        let all = TakeAll::from_json(&text.to_string()).expect(name);
        assert_eq!(all.camel_case.as_deref(), Some("x"));
    }
}

#[test]
fn a_key_that_says_what_an_object_is_must_say_it() {
    let error = Circle::from_json_in(Mode::Strict, r#"{"form":"square","radius":1}"#).expect_err("it is a square");
    assert_eq!((error.pointer(), error.what()), ("/form", "circle"));
    assert!(error.reason().starts_with("expected `circle`, found `square`"), "{error}");
    let error = Figure::from_json_in(Mode::Strict, r#"{"radius":1}"#).expect_err("it is nothing");
    assert!(error.to_string().starts_with("figure: /form: missing"), "{error}");
    let other = Figure::from_json(r#"{"form":"star","n":5}"#).expect("it is kept");
    assert!(matches!(other, Figure::Unknown(raw) if raw.as_str() == r#"{"form":"star","n":5}"#));
}

#[test]
fn a_form_that_no_branch_has_is_an_error() {
    let error = Either::from_json("null").expect_err("null is none of them");
    assert!(error.to_string().starts_with("either: Null is none of the forms"), "{error}");
}

#[test]
fn the_envelope_follows_the_contract() {
    let done = Envelope::done(Raw::of(&json!({})).expect("JSON"));
    assert_eq!(serde_json::to_value(&done).expect("JSON"), json!({"status": "ok", "retcode": 0, "data": {}}));
    assert_eq!((done.outcome(), Envelope::failed(4).outcome()), (Outcome::Ok, Outcome::Failed));
    let frame = botspec_bindings::shapes::envelope::request_frame(
        "give_text",
        &Raw::of(&json!({})).expect("JSON"),
        &Raw::of("7").expect("JSON"),
    );
    assert_eq!(frame.expect("JSON"), r#"{"do":"give_text","with":{},"ref":"7"}"#);
}
