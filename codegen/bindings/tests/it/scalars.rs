//! Numbers, strings and flags in the forms in which implementations really write them.

use std::fmt::Debug;

use botspec_bindings::{Empty, FromJson, Map, Mode, Nullable, Number, Raw};

fn reads<T: FromJson + PartialEq + Debug>(cases: &[(&str, T)]) {
    for (text, expected) in cases {
        assert_eq!(T::from_json(text).as_ref(), Ok(expected), "{text}");
    }
}

fn refuses<T: FromJson + Debug>(texts: &[&str]) {
    for text in texts {
        let error = T::from_json(text).expect_err(text);
        assert_eq!(error.body(), *text);
    }
}

#[test]
fn integers() {
    reads::<i64>(&[("7", 7), ("-7", -7), ("7.0", 7), ("1e3", 1000), ("\"7\"", 7), ("\"-7\"", -7)]);
    refuses::<i64>(&[
        "7.5",
        "\"7.0\"",
        "\"\"",
        "\" 7\"",
        "true",
        "null",
        "[]",
        "{}",
        "18446744073709551615",
        "1e300",
        "7 7",
    ]);
}

#[test]
fn numbers() {
    reads::<f64>(&[
        ("7", 7.0),
        ("-0.5", -0.5),
        ("\"39.9\"", 39.9),
        ("18446744073709551615", 18_446_744_073_709_551_615.0),
    ]);
    refuses::<f64>(&["\"NaN\"", "\"inf\"", "\"\"", "true", "null", "[]"]);
    refuses::<Number>(&["\"NaN\"", "\"inf\"", "\"\"", "true", "null", "[]"]);
}

#[test]
fn a_number_is_written_as_it_came() {
    for text in ["7", "-7", "0.5", "7.0", "9007199254740993"] {
        let number = Number::from_json(text).expect("a number");
        assert_eq!(serde_json::to_string(&number).expect("JSON"), text);
    }
    assert_eq!(Number::from(7), Number::from(7.0));
    assert_eq!((Number::from(7).as_i64(), Number::from(7.5).as_i64()), (Some(7), None));
    assert_eq!((Number::from_json("\"39.9\""), Number::from_json("\"8\"")), (Ok(39.9.into()), Ok(8.into())));
    assert_eq!(format!("{} {:?}", Number::from(7), Number::from(0.5)), "7 0.5");
}

#[test]
fn booleans() {
    reads::<bool>(&[("true", true), ("1", true), ("\"true\"", true), ("\"1\"", true)]);
    reads::<bool>(&[("false", false), ("0", false), ("\"false\"", false), ("\"0\"", false)]);
    refuses::<bool>(&["2", "-1", "\"yes\"", "\"True\"", "\"\"", "null", "[]"]);
}

#[test]
fn strings() {
    reads::<String>(&[("\"a\\u0041\"", "aA".to_owned()), ("7", "7".to_owned()), ("true", "true".to_owned())]);
    reads::<String>(&[("-1.5", "-1.5".to_owned()), ("18446744073709551615", "18446744073709551615".to_owned())]);
    refuses::<String>(&["null", "[]", "{}", "\"a"]);
}

#[test]
fn nothing_is_anything() {
    reads::<Empty>(&[("null", Empty), ("{}", Empty), ("\"ok\"", Empty), ("[[[]]]", Empty)]);
    assert_eq!(serde_json::to_string(&Empty).expect("JSON"), "null");
}

#[test]
fn lists_and_maps_point_to_what_does_not_fit() {
    assert_eq!(<Vec<i64>>::from_json_in(Mode::Strict, "[1, 2, [], 3]").expect_err("a list").pointer(), "/2");
    let error = <Map<Vec<i64>>>::from_json_in(Mode::Strict, r#"{"a": [1], "b": [1, "x"]}"#).expect_err("a word");
    assert_eq!(error.pointer(), "/b/1");
    let (map, defects) = <Map<Vec<i64>>>::from_json_with_defects(r#"{"a": [1], "b": [1, "x"]}"#).expect("the rest");
    assert_eq!((map.get("b"), defects.len(), defects[0].pointer()), (Some(&vec![1]), 1, "/b/1"));
    let map = Map::<i64>::from_json(r#"{"b": 1, "a": 2, "b": 3}"#).expect("a map");
    assert_eq!((map.len(), map.get("b"), map.get("c")), (3, Some(&3), None));
    assert_eq!(serde_json::to_string(&map).expect("JSON"), r#"{"b":1,"a":2,"b":3}"#);
}

#[test]
fn json_is_kept_to_the_letter() {
    let text = r#"{ "b":1.50, "a":[ 1E2 ] }"#;
    let raw = Raw::from_json(text).expect("JSON");
    assert_eq!((raw.as_str(), format!("{raw:?}").as_str()), (text, text));
    assert_ne!(raw, Raw::from_json(r#"{"b":1.50,"a":[1E2]}"#).expect("JSON"));
    refuses::<Raw>(&["", "{", "{}}", "nul"]);
}

#[test]
fn absent_null_and_a_value_are_three_things() {
    let (absent, null, value) = (Nullable::<i64>::Absent, Nullable::<i64>::Null, Nullable::from(7));
    assert_eq!(Nullable::default(), absent);
    assert_eq!((Nullable::from(None), Nullable::from(Some(7))), (null, value));
    assert_eq!((absent.value(), null.value(), value.into_value()), (None, None, Some(7)));
    assert!(absent.is_absent() && null.is_null() && !value.is_null());
    assert_eq!(value.map(|number| number + 1), Nullable::Value(8));
}
