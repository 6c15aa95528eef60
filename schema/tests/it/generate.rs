//! What is generated fits, by this crate's checks and by a complete JSON Schema implementation.

use std::fmt::Write as _;
use std::sync::Arc;

use botspec_schema::generate::{self, Mutation, Options};
use botspec_schema::{Catalog, Dialect, Kind};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

/// Calls back with every schema of every dialect.
fn each_schema(mut visit: impl FnMut(&Dialect, Kind, &str, &Value)) {
    let mut count = 0;
    for dialect in Catalog::builtin().dialects() {
        let actions = dialect.actions.keys().flat_map(|name| {
            [Kind::ActionParams, Kind::ActionResult, Kind::Response].map(|kind| (kind, name.as_str()))
        });
        let segments = dialect
            .segments
            .keys()
            .flat_map(|name| [Kind::SegmentSend, Kind::SegmentReceive].map(|kind| (kind, name.as_str())));
        let events = dialect.events.keys().map(|name| (Kind::Event, name.as_str()));
        for (kind, name) in actions.chain(segments).chain(events) {
            if let Some(schema) = dialect.schema_of(kind, name) {
                visit(dialect, kind, name, &schema);
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} schemas");
}

fn oracle(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::new(schema).expect("a contract is a JSON Schema")
}

#[test]
fn random_values_fit() {
    each_schema(|dialect, kind, name, schema| {
        let oracle = oracle(schema);
        let strategy = generate::strategy(schema, dialect.defs(), &Options::default());
        let mut runner = runner(7);
        for _ in 0..24 {
            let mut tree = strategy.new_tree(&mut runner).expect("a value");
            let mut steps = 0;
            loop {
                let value = tree.current();
                let told = dialect.check(kind, Some(name), &value).expect("it is known");
                assert_eq!(told, [], "{kind} {name}: {value}");
                assert!(oracle.is_valid(&value), "{kind} {name}: {value}");
                steps += 1;
                if steps > 6 || !tree.simplify() {
                    break;
                }
            }
        }
    });
}

#[test]
fn boundary_values_fit() {
    each_schema(|dialect, kind, name, schema| {
        let oracle = oracle(schema);
        let cases = generate::boundary(schema, dialect.defs(), &Options::default());
        assert!(!cases.is_empty(), "{kind} {name}");
        for (label, value) in cases {
            let told = dialect.check(kind, Some(name), &value).expect("it is known");
            assert_eq!(told, [], "{kind} {name}, {label}: {value}");
            assert!(oracle.is_valid(&value), "{kind} {name}, {label}: {value}");
        }
    });
}

#[test]
fn defects_are_defects() {
    each_schema(|dialect, kind, name, schema| {
        let oracle = oracle(schema);
        for mutant in generate::defects(schema, dialect.defs(), &Options::default()) {
            let told = dialect.check(kind, Some(name), &mutant.value).expect("it is known");
            // The `data` of a segment alone is a document too; an envelope is only told apart by what is in it.
            if kind != Kind::SegmentSend && kind != Kind::SegmentReceive {
                assert_ne!(told, [], "{kind} {name}, {}: {}", mutant.label, mutant.value);
            }
            if matches!(mutant.mutation, Mutation::Missing | Mutation::WrongType | Mutation::Null)
                && kind == Kind::Event
            {
                assert_eq!(told.len(), 1, "{kind} {name}, {}: {told:?}", mutant.label);
                assert_eq!(told[0].pointer, mutant.pointer, "{kind} {name}, {}", mutant.label);
            }
            assert!(!oracle.is_valid(&mutant.value), "{kind} {name}, {}: {}", mutant.label, mutant.value);
        }
    });
}

#[test]
fn any_event_and_any_message_fits_its_union() {
    for dialect in Catalog::builtin().dialects() {
        for (name, definition) in dialect.defs() {
            let schema = dialect.bundle(definition.clone());
            let oracle = oracle(&schema);
            let strategy = generate::strategy(&schema, dialect.defs(), &Options::default());
            let mut runner = runner(3);
            for _ in 0..64 {
                let value = strategy.new_tree(&mut runner).expect("a value").current();
                assert!(oracle.is_valid(&value), "{name}: {value}");
                if name == "event" {
                    assert_eq!(dialect.check(Kind::Event, None, &value), Ok(vec![]), "{value}");
                }
            }
        }
    }
}

/// Both implementations agree on values of one schema held against another.
#[test]
fn verdicts_are_those_of_a_complete_implementation() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let mut values = Vec::new();
    let mut schemas = Vec::new();
    each_schema(|dialect, kind, name, schema| {
        values.extend(generate::boundary(schema, dialect.defs(), &Options::default()).into_iter().take(3).map(|c| c.1));
        let defects = generate::defects(schema, dialect.defs(), &Options::default());
        values.extend(defects.into_iter().take(3).map(|mutant| mutant.value));
        schemas.push((dialect.name().to_owned(), kind, name.to_owned(), oracle(schema)));
    });
    let (mut fitting, mut not) = (0, 0);
    for (of, kind, name, oracle) in schemas.iter().filter(|(of, kind, ..)| {
        // A segment may be given as its data alone, and params in other forms, which no JSON Schema says.
        of == "onebot11" && !matches!(kind, Kind::SegmentSend | Kind::SegmentReceive | Kind::ActionParams)
    }) {
        for value in &values {
            let told = dialect.check(*kind, Some(name), value).expect("it is known");
            assert_eq!(told.is_empty(), oracle.is_valid(value), "{of} {kind} {name}: {value}\n{told:?}");
            if told.is_empty() { fitting += 1 } else { not += 1 }
        }
    }
    assert!(fitting > 100 && not > 1_000, "{fitting} fit, {not} do not");
}

fn smallest(schema: &Value, defs: &Map<String, Value>, options: &Options) -> Value {
    let strategy = generate::strategy(schema, defs, options);
    let mut tree = strategy.new_tree(&mut runner(1)).expect("a value");
    let mut steps = 0;
    while tree.simplify() && steps < 10_000 {
        steps += 1;
    }
    tree.current()
}

#[test]
fn shrinking_ends_with_the_smallest() {
    let schema = json!({
        "type": "object",
        "properties": {
            "count": { "type": "integer" },
            "day": { "type": "integer", "minimum": 3, "maximum": 9 },
            "below": { "type": "integer", "minimum": -9, "maximum": -3 },
            "name": { "type": "string", "minLength": 2 },
            "digits": { "type": "string", "pattern": "^[0-9]+$" },
            "maybe": { "type": ["string", "null"] },
            "kind": { "enum": ["a", "b"] },
            "list": { "type": "array", "items": { "type": "boolean" } },
            "extra": { "type": "integer" },
        },
        "required": ["count", "day", "below", "name", "digits", "maybe", "kind", "list"],
    });
    let value = smallest(&schema, &Map::new(), &Options::default());
    insta::assert_snapshot!(value.to_string());
}

#[test]
fn known_identifiers_are_drawn_where_they_fit() {
    let schema = json!({
        "type": "object",
        "properties": { "user_id": { "type": "integer", "minimum": 1, "x-id": "user" }, "group_id": { "type": "integer", "x-id": "group" } },
        "required": ["user_id", "group_id"],
    });
    let ids: generate::Ids =
        Arc::new(|kind, _| (kind == "user").then(|| vec![json!(20002), json!("30003"), json!(-4), json!(10001)]));
    let options = Options { ids, ..Options::default() };
    let strategy = generate::strategy(&schema, &Map::new(), &options);
    let mut runner = runner(2);
    let mut drawn: Vec<i64> = (0..64)
        .filter_map(|_| strategy.new_tree(&mut runner).expect("a value").current()["user_id"].as_i64())
        .collect();
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn, [10001, 20002]);
    assert_eq!(generate::simple(&schema, &Map::new(), &options), Some(json!({"user_id": 20002, "group_id": 0})));
}

#[test]
fn the_same_seed_draws_the_same_values() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let schema = dialect.schema_of(Kind::ActionParams, "send_msg").expect("it is there");
    let draw = |seed| {
        let strategy = generate::strategy(&schema, dialect.defs(), &Options::default());
        let mut runner = runner(seed);
        (0..20).map(|_| strategy.new_tree(&mut runner).expect("a value").current()).collect::<Vec<_>>()
    };
    assert_eq!(draw(5), draw(5));
    assert_ne!(draw(5), draw(6));
}

#[test]
fn a_definition_that_never_ends_yields_no_value() {
    let defs = json!({ "a": { "type": "object", "properties": { "a": { "$ref": "#/$defs/a" } }, "required": ["a"] } });
    let defs = defs.as_object().expect("an object");
    assert_eq!(generate::simple(&json!({ "$ref": "#/$defs/a" }), defs, &Options::default()), None);
}

#[test]
fn cases_by_their_labels() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the standard is built in");
    let mut golden = String::new();
    for (kind, name) in [
        (Kind::ActionParams, "set_group_ban"),
        (Kind::ActionParams, "set_group_anonymous_ban"),
        (Kind::ActionParams, "send_private_msg"),
        (Kind::SegmentSend, "music"),
        (Kind::SegmentSend, "node"),
    ] {
        let schema = dialect.schema_of(kind, name).expect("it is there");
        let _ = writeln!(golden, "{kind} {name}");
        for (label, value) in generate::boundary(&schema, dialect.defs(), &Options::default()) {
            let value: String = value.to_string().chars().take(160).collect();
            let _ = writeln!(golden, "  + {label}\n      {value}");
        }
        for mutant in generate::defects(&schema, dialect.defs(), &Options::default()) {
            let _ = writeln!(
                golden,
                "  - {} ({:?} at {})\n      {}",
                mutant.label, mutant.mutation, mutant.pointer, mutant.value
            );
        }
    }
    insta::assert_snapshot!(golden);
}
