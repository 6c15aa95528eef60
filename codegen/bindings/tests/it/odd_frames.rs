//! Frames that builds really send or sent and that lose the event in other clients, by what is odd about them
//! (`tests/odd_frames.json`): each is the event that it is, and says no more than what is odd.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bindings::{self, Bindings};

fn bindings(dialect: &str) -> Bindings {
    match dialect {
        "onebot11" => bindings::onebot11(),
        "napcat" => bindings::napcat(),
        "llonebot" => bindings::llonebot(),
        "milky" => bindings::milky(),
        other => panic!("no bindings of {other}"),
    }
}

#[test]
fn each_odd_frame_is_the_event_that_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/odd_frames.json");
    let frames: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(path).expect("the frames")).unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for odd in &frames {
        let (name, frame) = (odd["name"].as_str().expect("a name"), &odd["frame"]);
        let bindings = bindings(odd["dialect"].as_str().expect("a dialect"));
        let (event, read) = (bindings.event)(&frame.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected: Vec<&str> = odd["defects"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut found: Vec<&str> = read.defects.iter().map(String::as_str).collect();
        found.sort_unstable();
        if event.as_deref() != odd["event"].as_str() || found != expected {
            wrong.push(format!("{name}: {event:?} with {found:?}, not {} with {expected:?}", odd["event"]));
        }
        // What is written has the form that the contract states, and is the same event without anything odd or with it all.
        let (again, second) =
            (bindings.event)(&read.value.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        if again != event || second.value != read.value {
            wrong.push(format!("{name}: written back as {}", read.value));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
