//! From a pointer to a place in a text.

use botspec_schema::locate;

#[track_caller]
fn check(text: &str, pointer: &str, expected: &str) {
    let found = locate(text, pointer).map_or_else(|| "nowhere".to_owned(), |position| position.to_string());
    assert_eq!(found, expected, "{pointer} in {text}");
}

#[test]
fn places() {
    let text = "{\n  \"a\": [1, {\"b\\\"c\": \"名\", \"d/e~\": null}],\n  \"名\": \"[,]\", \"last\": true\n}";
    check(text, "", "1:1");
    check(text, "/a", "2:8");
    check(text, "/a/0", "2:9");
    check(text, "/a/1", "2:12");
    check(text, "/a/1/b\"c", "2:21");
    check(text, "/a/1/d~1e~0", "2:34");
    check(text, "/名", "3:8");
    check(text, "/last", "3:23");
    check("  7", "", "1:3");
    check("{\"a\": 1, \"a\": 2}", "/a", "1:15");
}

#[test]
fn what_is_not_there() {
    for (text, pointer) in [
        ("", ""),
        ("{}", "/a"),
        ("[]", "/0"),
        ("[1]", "/1"),
        ("[1]", "/x"),
        ("7", "/a"),
        ("{\"a\"", "/a"),
        ("{\"a\": \"", "/b"),
        ("{\"a\": [}", "/b"),
        ("{\"a\": 1}", "a"),
    ] {
        check(text, pointer, "nowhere");
    }
}

#[test]
fn depth_costs_no_stack() {
    let deep = 200_000;
    let text = format!("{{\"x\": {}1{}, \"y\": 2}}", "[".repeat(deep), "]".repeat(deep));
    check(&text, "/y", &format!("1:{}", 7 + 2 * deep + 1 + 7));
}
