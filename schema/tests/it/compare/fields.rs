//! Fields of parameters, where less is worse, and of answers, where less and more of the same is.

use serde_json::{Value, json};

use super::{Contract, comparison, object, told};

/// What is told of an action whose parameters (or whose answer) are these in the two dialects.
fn of(part: &str, one: &Value, other: &Value) -> Vec<String> {
    let act = |schema: &Value| [Contract::Action("act", json!({ (part): schema }))];
    told(&comparison((&json!({}), &act(one)), (&json!({}), &act(other))))
}

#[track_caller]
fn params(one: &Value, other: &Value, expected: &[&str]) {
    assert_eq!(of("params", one, other), expected);
}

#[track_caller]
fn result(one: &Value, other: &Value, expected: &[&str]) {
    assert_eq!(of("result", one, other), expected);
}

fn one(schema: Value) -> Value {
    object(&[("a", schema)], &[])
}

fn needed(schema: Value) -> Value {
    object(&[("a", schema)], &["a"])
}

#[test]
fn a_parameter_that_is_not_read_is_missed_and_one_that_is_refused_breaks() {
    let a = one(json!({ "type": "string" }));
    let none = object(&[], &[]);
    params(&a, &none, &["misses act/params/a: New does not read `a`."]);
    let mut closed = none.clone();
    closed["additionalProperties"] = json!(false);
    params(&a, &closed, &["breaks act/params/a: New refuses `a`."]);
    params(&none, &a, &["new act/params/a: New takes `a` as well."]);
}

#[test]
fn what_has_to_be_given_breaks_only_where_it_had_not() {
    let (optional, required) = (one(json!({ "type": "string" })), needed(json!({ "type": "string" })));
    params(&optional, &required, &["breaks act/params/a: `a` must be given; optional in Old."]);
    params(&object(&[], &[]), &required, &["breaks act/params/a: `a` must be given; unknown to Old."]);
    params(&required, &optional, &["new act/params/a: `a` may be left out."]);
}

#[test]
fn one_of_several_parameters_may_have_to_be_given() {
    let fields = [("a", json!({ "type": "string" })), ("b", json!({ "type": "string" }))];
    let (free, mut either) = (object(&fields, &[]), object(&fields, &[]));
    either["anyOf"] = json!([{ "required": ["a"] }, { "required": ["b"] }]);
    params(&free, &either, &["breaks act/params: `a` or `b` must be given."]);
    params(&object(&fields, &["b"]), &either, &[]);
    params(&either, &free, &[]);
    params(&either, &either, &[]);
    params(&either, &object(&fields, &["a"]), &["breaks act/params/a: `a` must be given; optional in Old."]);
    let mut first = free;
    first["anyOf"] = json!([{ "required": ["a"] }]);
    params(&either, &first, &["breaks act/params: `a` must be given."]);
}

#[test]
fn a_parameter_under_another_name() {
    let (a, b) = (json!({ "type": "string" }), json!({ "type": "string", "x-aliases": ["a"] }));
    let known = object(&[("b", b.clone())], &["b"]);
    let renamed = "note act/params/a: `a` is called `b` in New; the old name works too.";
    params(&needed(a.clone()), &known, &[renamed]);
    params(&known, &needed(a.clone()), &["breaks act/params/b: `b` is called `a` in New, a name that Old takes too."]);
    let same = object(&[("b", a.clone())], &["b"]);
    params(&known, &same, &["breaks act/params/b: New does not know `a`, the other name of `b`."]);
    let spelt = |name| object(&[(name, a.clone())], &[]);
    params(
        &spelt("sub_type"),
        &spelt("subType"),
        &["breaks act/params/sub_type: `sub_type` is called `subType` in New."],
    );
}

#[test]
fn a_parameter_that_may_have_another_name() {
    let field = |name: &'static str| object(&[(name, json!({ "type": "string" }))], &[]);
    params(
        &field("parent_folder"),
        &field("folder"),
        &[
            "misses act/params/parent_folder: New does not read `parent_folder`; `folder` may be the same.",
            "new act/params/folder: New takes `folder` as well.",
        ],
    );
    // Of another type it is something else.
    let number = object(&[("folder", json!({ "type": "boolean" }))], &[]);
    assert_eq!(
        of("params", &field("parent_folder"), &number)[0],
        "misses act/params/parent_folder: New does not read `parent_folder`."
    );
}

#[test]
fn types_of_a_parameter_may_grow_and_not_shrink() {
    let (integer, number) = (one(json!({ "type": "integer" })), one(json!({ "type": "number" })));
    params(&integer, &number, &[]);
    params(&number, &integer, &["breaks act/params/a: `a` must be `integer`; Old takes `number`."]);
    let boolean = one(json!({ "type": "boolean" }));
    params(&integer, &boolean, &["breaks act/params/a: `a` must be `boolean`; Old takes `integer`."]);
    let nullable = one(json!({ "type": ["integer", "null"] }));
    params(&integer, &nullable, &[]);
    params(&nullable, &integer, &["misses act/params/a: `a` may not be null."]);
    params(&integer, &one(json!({ "x-untyped": "Nobody knows." })), &[]);
}

#[test]
fn a_string_is_read_as_a_number_where_the_dialect_does_so() {
    let (text, integer) = (one(json!({ "type": "string" })), one(json!({ "type": "integer" })));
    let said = "`a` must be `integer`, or a string that reads as one; Old takes any `string`.";
    params(&text, &integer, &[&format!("breaks act/params/a: {said}")]);
    let digits = one(json!({ "type": "string", "pattern": "^[0-9]+$" }));
    params(&digits, &integer, &[&format!("note act/params/a: {said}")]);
    params(&one(json!({ "type": ["integer", "string"] })), &integer, &[]);
    // Deeper than the parameters themselves nothing is read as anything else.
    let deep = |schema: &Value| object(&[("outer", schema.clone())], &[]);
    params(
        &deep(&text),
        &deep(&integer),
        &["breaks act/params/outer/a: `outer.a` must be `integer`; Old takes `string`."],
    );
}

#[test]
fn values_of_a_parameter() {
    let words = |words: &[&str]| one(json!({ "type": "string", "enum": words }));
    params(&words(&["x", "y"]), &words(&["x"]), &["breaks act/params/a: `a` may not be `y`."]);
    params(&words(&["x"]), &words(&["x", "y"]), &["new act/params/a: `a` can be `y` as well."]);
    let free = one(json!({ "type": "string" }));
    params(&free, &words(&["x"]), &["breaks act/params/a: `a` must be one of `x`; Old takes any value."]);
    params(&words(&["x"]), &free, &[]);
}

#[test]
fn defaults_and_ranges_of_a_parameter() {
    let with = |default: Value| one(json!({ "type": "integer", "default": default }));
    params(&with(json!(1)), &with(json!(2)), &["breaks act/params/a: Left out, `a` means `2` in New and `1` in Old."]);
    params(&with(json!(1)), &one(json!({ "type": "integer" })), &[]);
    let range = |low: i64, high: i64| one(json!({ "type": "integer", "minimum": low, "maximum": high }));
    params(&range(0, 9), &range(0, 5), &["breaks act/params/a: `a` must be within 0 … 5; Old takes 0 … 9."]);
    params(&range(0, 5), &range(0, 9), &[]);
    // How wide a number is says nothing of what it means, and an identifier is whatever its giver gives.
    params(&range(0, i64::MAX), &range(0, i64::from(i32::MAX)), &[]);
    let id = one(json!({ "type": "integer", "minimum": 10001, "maximum": 99999, "x-id": "user" }));
    params(&range(1, i64::MAX), &id, &[]);
}

#[test]
fn an_answer_that_tells_less() {
    let (optional, required) = (one(json!({ "type": "string" })), needed(json!({ "type": "string" })));
    let none = object(&[], &[]);
    result(&required, &none, &["breaks act/result/a: New does not return `a`."]);
    result(&optional, &none, &["misses act/result/a: New does not return `a`."]);
    result(&none, &optional, &["new act/result/a: New returns `a` as well."]);
    result(&required, &optional, &["breaks act/result/a: `a` may be missing; always there in Old."]);
    result(&optional, &required, &[]);
    result(&required, &json!({ "type": "null" }), &["breaks act/result: New returns no value in the answer."]);
    result(&json!({ "type": "null" }), &required, &["new act/result: New returns a value in the answer."]);
    result(&json!({ "type": "null" }), &none, &[]);
    result(&none, &json!({ "type": "null" }), &[]);
    result(
        &required,
        &json!({ "x-untyped": "Nobody knows." }),
        &["note act/result: What New returns in the answer is not known in detail."],
    );
}

#[test]
fn an_answer_of_another_type() {
    let (integer, text) = (one(json!({ "type": "integer" })), one(json!({ "type": "string" })));
    result(&integer, &text, &["breaks act/result/a: `a`: `string` in New, `integer` in Old."]);
    let both = one(json!({ "type": ["integer", "null"] }));
    result(&integer, &both, &["breaks act/result/a: `a` may be null."]);
    result(&both, &integer, &[]);
    result(&one(json!({ "type": "number" })), &integer, &[]);
    result(
        &integer,
        &one(json!({ "type": "number" })),
        &["breaks act/result/a: `a`: `number` in New, `integer` in Old."],
    );
    let range = |high: i64| one(json!({ "type": "integer", "minimum": 0, "maximum": high }));
    result(&range(i64::from(i32::MAX)), &range(i64::MAX), &["note act/result/a: `a` may not fit into 32 bits."]);
}

#[test]
fn values_of_an_answer() {
    let words = |words: &[&str]| one(json!({ "type": "string", "enum": words }));
    result(&words(&["x"]), &words(&["x", "y"]), &["breaks act/result/a: `a` may be `y` as well."]);
    result(&words(&["x", "y"]), &words(&["x"]), &["misses act/result/a: `a` is never `y`."]);
    let free = one(json!({ "type": "string" }));
    let limited = "note act/result/a: `a` is not limited to fixed values; in Old it is one of `x`.";
    result(&words(&["x"]), &free, &[limited]);
    result(&free, &words(&["x"]), &[]);
}

#[test]
fn an_answer_one_level_deeper_or_higher() {
    let list = json!({ "type": "array", "items": needed(json!({ "type": "string" })) });
    let within = object(&[("list", list.clone())], &["list"]);
    result(&list, &within, &["breaks act/result: In New the answer stands in `list`."]);
    result(&within, &list, &["breaks act/result: In New the answer is what stands in `list` in Old."]);
    let text = || json!({ "type": "string" });
    let plain = object(&[("a", text()), ("b", text()), ("c", text())], &["a", "b"]);
    let deeper = object(&[("user", object(&[("a", text()), ("b", text()), ("d", text())], &["b"]))], &["user"]);
    result(
        &plain,
        &deeper,
        &[
            "breaks act/result: In New the answer stands in `user`.",
            "breaks act/result/a: `a` may be missing; always there in Old.",
            "misses act/result/c: New does not return `c`.",
            "new act/result/d: New returns `d` as well.",
        ],
    );
    result(
        &deeper,
        &plain,
        &[
            "breaks act/result: In New the answer is what stands in `user` in Old.",
            "misses act/result/user/d: New does not return `user.d`.",
            "new act/result/user/c: New returns `user.c` as well.",
        ],
    );
}

#[test]
fn forms_that_a_field_tells_apart() {
    let form = |kind: &str, field: &'static str| {
        object(&[("kind", json!({ "const": kind })), (field, json!({ "type": "string" }))], &["kind", field])
    };
    let (one, other) =
        (json!({ "oneOf": [form("x", "a"), form("y", "b")] }), json!({ "oneOf": [form("x", "c"), form("z", "b")] }));
    params(
        &object(&[("it", one.clone())], &[]),
        &object(&[("it", other.clone())], &[]),
        &[
            "breaks act/params/it/{kind=y}: New does not take the form with `kind` = `y`.",
            "breaks act/params/it/{kind=x}/c: `it.c` (`kind` = `x`) must be given; unknown to Old.",
            "misses act/params/it/{kind=x}/a: New does not read `it.a` (`kind` = `x`).",
            "new act/params/it/{kind=z}: New takes a form with `kind` = `z` as well.",
        ],
    );
    result(
        &one,
        &other,
        &[
            "breaks act/result/{kind=x}/a: New does not return `a` (`kind` = `x`).",
            "breaks act/result/{kind=z}: New returns a form with `kind` = `z` as well.",
            "misses act/result/{kind=y}: New does not return the form with `kind` = `y`.",
            "new act/result/{kind=x}/c: New returns `c` (`kind` = `x`) as well.",
        ],
    );
}

#[test]
fn deep_and_endless_types_end() {
    let endless = |schema: &str| {
        [
            Contract::Action("act", json!({ "result": { "$ref": "#/$defs/node" } })),
            Contract::Type(
                "node",
                json!({ "schema": object(&[("next", json!({ "oneOf": [{ "$ref": "#/$defs/node" }, { "type": "null" }] })),
                                           ("a", json!({ "type": schema }))], &["a"]) }),
            ),
        ]
    };
    let found = comparison((&json!({}), &endless("string")), (&json!({}), &endless("integer")));
    assert_eq!(told(&found), ["breaks node/a: `a`: `integer` in New, `string` in Old."]);
    assert_eq!(found.entries[0].used_by.len(), 1);
    let mut deep = json!({ "type": "string" });
    for _ in 0..30 {
        deep = json!({ "type": "array", "items": deep });
    }
    result(&deep, &deep, &[]);
}
