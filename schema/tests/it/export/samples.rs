//! What an export says of a document is what the checks of this crate say of it.

use std::fmt::Write as _;

use botspec_schema::export::{Format, export};
use botspec_schema::generate::{self, Options};
use botspec_schema::model::Presence;
use botspec_schema::{Catalog, Dialect, Kind};
use jsonschema::{Draft, ValidatorMap};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::each;

/// The definitions of a document by name, as validators of a complete JSON Schema implementation.
struct Oracle {
    prefix: &'static str,
    validators: ValidatorMap,
}

impl Oracle {
    fn new(dialect: &Dialect, format: Format) -> Self {
        let document = export(dialect, format);
        let (schema, draft, prefix) = match format {
            Format::JsonSchema => (document, Draft::Draft202012, "#/$defs/"),
            format => {
                let draft = if format == Format::OpenApi { Draft::Draft202012 } else { Draft::Draft7 };
                let schemas = document["components"]["schemas"].clone();
                let all: Vec<Value> = schemas
                    .as_object()
                    .expect("schemas")
                    .keys()
                    .map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }))
                    .collect();
                // Whatever is referred to is compiled.
                (json!({ "components": { "schemas": schemas }, "anyOf": all }), draft, "#/components/schemas/")
            }
        };
        let validators = jsonschema::options().with_draft(draft).build_map(&schema);
        Self { prefix, validators: validators.unwrap_or_else(|error| panic!("{}: {error}", dialect.name())) }
    }

    fn is_valid(&self, name: &str, value: &Value) -> bool {
        let pointer = format!("{}{name}", self.prefix);
        self.validators.get(&pointer).unwrap_or_else(|| panic!("{pointer} is not there")).is_valid(value)
    }
}

/// The documents that a dialect describes, by kind, with their names in an export.
fn described(dialect: &Dialect) -> Vec<(Kind, &str, String)> {
    let actions = dialect.actions.keys().flat_map(|name| {
        [
            (Kind::ActionParams, name.as_str(), format!("{name}_params").replace('.', "_")),
            (Kind::ActionResult, name, format!("{name}_result").replace('.', "_")),
            (Kind::Response, name, format!("{name}_response").replace('.', "_")),
        ]
    });
    let segments = dialect.segments.values().flat_map(|it| {
        let send = it.send.iter().map(|_| (Kind::SegmentSend, it.name.as_str(), format!("segment_send_{}", it.name)));
        let receive =
            it.receive.iter().map(|_| (Kind::SegmentReceive, it.name.as_str(), format!("segment_receive_{}", it.name)));
        send.chain(receive)
    });
    let events =
        dialect.events.keys().map(|name| (Kind::Event, name.as_str(), format!("event_{name}").replace('.', "_")));
    actions.chain(segments).chain(events).collect()
}

#[test]
fn samples_fit_and_mutants_do_not() {
    for dialect in Catalog::builtin().dialects() {
        let oracles = Format::ALL.map(|format| (format, Oracle::new(dialect, format)));
        let (mut samples, mut mutants) = (0, 0);
        for (kind, name, definition) in described(dialect) {
            let schema = dialect.schema_of(kind, name).expect("it is there");
            let strategy = generate::strategy(&schema, dialect.defs(), &Options::default());
            let mut runner = TestRunner::deterministic();
            for _ in 0..4 {
                let value = strategy.new_tree(&mut runner).expect("a value").current();
                for (format, oracle) in &oracles {
                    assert!(oracle.is_valid(&definition, &value), "{} {format} {definition}: {value}", dialect.name());
                }
                samples += 1;
            }
            for (label, value) in generate::boundary(&schema, dialect.defs(), &Options::default()) {
                let (_, oracle) = &oracles[0];
                assert!(oracle.is_valid(&definition, &value), "{} {definition}, {label}: {value}", dialect.name());
                samples += 1;
            }
            for mutant in generate::defects(&schema, dialect.defs(), &Options::default()) {
                for (format, oracle) in &oracles {
                    let told = !oracle.is_valid(&definition, &mutant.value);
                    assert!(told, "{} {format} {definition}, {}: {}", dialect.name(), mutant.label, mutant.value);
                }
                mutants += 1;
            }
        }
        assert!(samples > 500 && mutants > 500, "{}: {samples} samples, {mutants} mutants", dialect.name());
    }
}

/// An event fits the union where it fits the event that it is recognised as, and nothing else does.
#[test]
fn unions_are_of_one_mind_with_the_checks() {
    for dialect in Catalog::builtin().dialects() {
        let oracle = Oracle::new(dialect, Format::JsonSchema);
        let mut told = [0, 0];
        for (kind, name, _) in described(dialect) {
            let union = match kind {
                Kind::SegmentSend => "segment_send",
                Kind::SegmentReceive => "segment_receive",
                Kind::Event => "event",
                _ => continue,
            };
            let schema = dialect.schema_of(kind, name).expect("it is there");
            let plain = generate::simple(&schema, dialect.defs(), &Options::default());
            let mutants = generate::defects(&schema, dialect.defs(), &Options::default());
            for value in plain.into_iter().chain(mutants.into_iter().map(|mutant| mutant.value)) {
                let valid = dialect.check(kind, None, &value).is_ok_and(|told| told.is_empty());
                assert_eq!(oracle.is_valid(union, &value), valid, "{} {union}: {value}", dialect.name());
                told[usize::from(valid)] += 1;
            }
        }
        assert!(told.into_iter().all(|count| count > 10) || dialect.events.is_empty(), "{}: {told:?}", dialect.name());
    }
}

/// The root of the JSON Schema describes any event, and nothing that is none.
#[test]
fn the_root_is_any_event() {
    for dialect in Catalog::builtin().dialects().filter(|dialect| !dialect.events.is_empty()) {
        let root = jsonschema::draft202012::new(&export(dialect, Format::JsonSchema)).expect("a schema");
        for event in dialect.events.values().filter(|event| event.presence == Presence::Current) {
            assert!(!event.examples.is_empty(), "{} has no example", event.path);
            for example in &event.examples {
                assert!(root.is_valid(example), "{}: {example}", event.path);
            }
        }
        for other in [json!({}), json!(null), json!("event"), json!([])] {
            assert!(!root.is_valid(&other), "{}: {other}", dialect.name());
        }
    }
}

/// Schemas of a document that have examples beside them.
#[derive(Default)]
struct Examples {
    schemas: Map<String, Value>,
    values: Vec<(String, Value)>,
}

impl Examples {
    /// Every object with a schema under one key, and examples that hold their value under another.
    fn gather(&mut self, value: &Value, schema_key: &str, value_key: &str) {
        if let (Some(schema), Some(examples)) = (value.get(schema_key), value.get("examples")) {
            let name = format!("e{}", self.schemas.len());
            let values: Vec<&Value> = match examples {
                Value::Object(named) => named.values().collect(),
                Value::Array(list) => list.iter().collect(),
                _ => vec![],
            };
            self.values.extend(values.into_iter().map(|example| (name.clone(), example[value_key].clone())));
            self.schemas.insert(name, schema.clone());
        }
        match value {
            Value::Object(members) => {
                // Names of parameters and of results are nothing of the document itself.
                for (_, value) in members.iter().filter(|(key, _)| *key != "schemas") {
                    self.gather(value, schema_key, value_key);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.gather(item, schema_key, value_key)),
            _ => {}
        }
    }
}

#[test]
fn examples_in_the_documents_fit_the_schemas_beside_them() {
    for (format, draft, schema_key, value_key) in [
        (Format::OpenApi, Draft::Draft202012, "schema", "value"),
        (Format::AsyncApi, Draft::Draft7, "payload", "payload"),
    ] {
        let mut wrong = String::new();
        each(format, |dialect, document| {
            let mut examples = Examples::default();
            examples.gather(document, schema_key, value_key);
            assert!(examples.values.len() > 30, "{dialect}: only {}", examples.values.len());
            let cases: Vec<&Value> = examples.schemas.values().collect();
            let bundle = json!({
                "components": { "schemas": document["components"]["schemas"] },
                "definitions": examples.schemas,
                "anyOf": cases,
            });
            let validators = jsonschema::options().with_draft(draft).build_map(&bundle).expect("schemas");
            for (name, value) in &examples.values {
                let validator = validators.get(&format!("#/definitions/{name}")).expect("the schema");
                if let Err(error) = validator.validate(value) {
                    let _ = writeln!(wrong, "{dialect} {format} {name}: {error} in {value}");
                }
            }
        });
        assert_eq!(wrong, "");
    }
}
