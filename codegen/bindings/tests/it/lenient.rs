//! Every field that a contract names, absent, null and of another type: never an error, never a lost neighbour, and
//! what came is written back.

use botspec_schema::{SEGMENT_DATA, SEGMENT_TYPE};
use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::bindings::{self, Bindings};
use crate::roundtrip::Read;
use crate::sample::{segments, values};

/// How a value of a contract is read.
type Reader<'a> = &'a dyn Fn(&str) -> Result<(Option<String>, Read), String>;

/// What a field may hold that its contract does not know.
fn odd() -> Vec<Option<Value>> {
    let some = [json!(null), json!(true), json!(1.5), json!("odd word"), json!([]), json!({}), json!([[7]])];
    some.into_iter().map(Some).chain([None]).collect()
}

/// The pointers of everything inside of a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inside = |step: &str, value: &Value| {
        let at = format!("{at}/{step}");
        found.push(at.clone());
        pointers(value, &at, found);
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| inside(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| inside(&index.to_string(), value)),
        _ => {}
    }
}

/// The value with something else at a place; nothing where that changes nothing or is no field.
fn changed(value: &Value, pointer: &str, odd: Option<&Value>) -> Option<Value> {
    let mut changed = value.clone();
    if let Some(odd) = odd {
        *changed.pointer_mut(pointer)? = odd.clone();
    } else {
        let (parent, key) = pointer.rsplit_once('/')?;
        changed.pointer_mut(parent)?.as_object_mut()?.remove(key)?;
    }
    (changed != *value).then_some(changed)
}

/// Tries all of it on some values of a contract. `name` is what they are known by.
fn tried(what: &str, name: Option<&str>, values: &BoxedStrategy<Value>, read: Reader<'_>) -> usize {
    let mut runner = TestRunner::new(crate::cases());
    let mut count = 0;
    for _ in 0..2 {
        let value = values.new_tree(&mut runner).expect("a value").current();
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        for pointer in all {
            for odd in odd() {
                let Some(changed) = changed(&value, &pointer, odd.as_ref()) else { continue };
                count += 1;
                check(&format!("{what}: {pointer} in {changed}"), name, &changed, &pointer, read);
            }
        }
    }
    count
}

fn check(what: &str, name: Option<&str>, changed: &Value, pointer: &str, read: Reader<'_>) {
    let (found, read) = read(&changed.to_string()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let inside =
        |defect: &String| defect.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    assert!(read.defects.iter().all(inside), "{what}: a neighbour is lost: {:?}", read.defects);
    // Where something that says what it is was changed, it is something else, or kept whole.
    assert!(found.is_some() || name.is_none() || read.defects.is_empty(), "{what}: {:?}", read.defects);
    let (mut again, mut came) = (read.value, changed.clone());
    if again != came && read.defects.is_empty() {
        // What stands for a value of the contract is written as the contract says: `1` for `"1"`.
        for value in [&mut again, &mut came] {
            if let Some(place) = value.pointer_mut(pointer) {
                *place = Value::Null;
            }
        }
    }
    // A list by itself has no place for an item that is none.
    let left_out = changed.is_array() && pointer.matches('/').count() == 1 && !read.defects.is_empty();
    assert!(again == came || left_out, "{what} became {again}");
}

fn events(bindings: &Bindings) {
    let mut count = 0;
    for event in bindings.dialect.events.values() {
        let values = values(bindings.dialect, &event.data);
        count += tried(&event.name, Some(&event.name), &values, &bindings.event);
    }
    assert!(count > 100, "{count} changes");
}

fn received(bindings: &Bindings) {
    let mut count = 0;
    for segment in bindings.dialect.segments.values() {
        let Some(data) = &segment.receive else { continue };
        let values = segments(bindings.dialect, &segment.name, data);
        count += tried(&segment.name, Some(&segment.name), &values, &bindings.receive);
        for odd in odd() {
            let mut whole = json!({ SEGMENT_TYPE: segment.name });
            if let Some(odd) = odd {
                whole[SEGMENT_DATA] = odd;
            }
            let (found, read) = (bindings.receive)(&whole.to_string()).expect("a segment is never an error");
            assert_eq!(read.value, whole, "{found:?} {:?}", read.defects);
            assert!(found.is_some() || read.defects.is_empty(), "{whole}: {:?}", read.defects);
        }
    }
    assert!(count > 10, "{count} changes");
}

fn answers(bindings: &Bindings) {
    let mut count = 0;
    for (name, (_, _, result)) in &bindings.actions {
        let values = values(bindings.dialect, &bindings.dialect.actions[*name].result);
        count += tried(name, None, &values, &|text| result(text).map(|read| (None, read)));
    }
    assert!(count > 100, "{count} changes");
}

macro_rules! dialects {
    ($($dialect:ident)*) => {$(
        mod $dialect {
            #[test]
            fn events() {
                super::events(&super::bindings::$dialect());
            }

            #[test]
            fn received() {
                super::received(&super::bindings::$dialect());
            }

            #[test]
            fn answers() {
                super::answers(&super::bindings::$dialect());
            }
        }
    )*};
}

dialects!(onebot11 gocqhttp napcat llonebot milky);
