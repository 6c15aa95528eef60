//! The list of what there is.

use botspec_schema::{Catalog, listing};
use serde_json::{Value, json};

#[test]
fn rows_have_the_published_keys() {
    let rows = serde_json::to_value(listing::rows(Catalog::builtin())).expect("JSON");
    let rows = rows.as_array().expect("an array");
    let find = |kind: &str, name: &str| {
        let mut found =
            rows.iter().filter(|row| row["dialect"] == "onebot11" && row["kind"] == kind && row["name"] == name);
        found.next().cloned().unwrap_or(Value::Null)
    };
    assert_eq!(
        serde_json::to_string(&find("action", "send_msg")).expect("JSON"),
        json!({
            "dialect": "onebot11", "kind": "action", "name": "send_msg", "category": "message", "effect": "send",
            "declared_in": "onebot11", "status": "current", "since": null, "untyped": 0,
        })
        .to_string()
    );
    assert_eq!(
        find("segment", "text"),
        json!({
            "dialect": "onebot11", "kind": "segment", "name": "text", "category": null, "effect": null,
            "declared_in": "onebot11", "status": "current", "since": null, "untyped": 0,
        })
    );
    assert_eq!(find("event", "notice.notify.poke")["status"], "current");
    assert_eq!(find("type", "group_member_info")["declared_in"], "onebot11");
}

/// The dialect of the standard is complete: the counts are those of its documents.
#[test]
fn the_standard_is_complete() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let hidden = dialect.actions.values().filter(|action| action.category == "hidden").count();
    assert_eq!(dialect.actions.len() - hidden, 38);
    assert!(hidden >= 1);
    assert_eq!(
        listing::rows_of(dialect).len(),
        dialect.actions.len() + dialect.segments.len() + dialect.events.len() + dialect.types.len()
    );
}

#[test]
fn what_has_no_type_says_why() {
    for dialect in Catalog::builtin().dialects() {
        for place in listing::untyped(dialect) {
            assert!(!place.why.trim().is_empty(), "{} {}", place.path, place.pointer);
        }
    }
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let pointers: Vec<String> = listing::untyped(dialect).into_iter().map(|place| place.pointer).collect();
    assert_eq!(pointers, ["/params/properties/operation"]);
    let rows = listing::rows_of(dialect);
    let counted: Vec<(&str, usize)> =
        rows.iter().filter(|row| row.untyped > 0).map(|row| (row.name, row.untyped)).collect();
    assert_eq!(counted, [(".handle_quick_operation", 1)]);
}

/// Every contract of Milky says its version, and Milky knows the type of everything.
#[test]
fn milky_says_its_versions() {
    let dialect = Catalog::builtin().dialect("milky").expect("Milky is built in");
    let rows = listing::rows_of(dialect);
    let of = |since: &str| rows.iter().filter(|row| row.since == Some(since)).count();
    assert_eq!(["1.0", "1.1", "1.2", "1.3"].map(of).iter().sum::<usize>(), rows.len());
    // The changelog of 1.1 names five actions; that of 1.2 two actions, an event, and where a reaction comes from.
    // 1.3 adds an action, an event and a segment.
    assert_eq!((of("1.1"), of("1.2"), of("1.3")), (5, 4, 3));
    assert_eq!(rows.iter().map(|row| row.untyped).sum::<usize>(), 0);
}
