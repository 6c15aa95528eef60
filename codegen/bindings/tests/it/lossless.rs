//! What a contract allows decodes into the bindings, is written back the same, and is still what the contract allows.

use botspec_schema::{Catalog, Kind};
use serde_json::{Value, json};

use crate::bindings::{self, Bindings};
use crate::roundtrip::{Known, Read, lossless, problems};
use crate::sample::{segments, values};

fn actions(bindings: &Bindings) {
    let dialect = bindings.dialect;
    for (name, (effect, params, result)) in &bindings.actions {
        let contract = &dialect.actions[*name];
        let valid = problems(dialect, Kind::ActionParams, name);
        lossless(&format!("{name}, parameters"), &values(dialect, &dialect.params(contract)), &valid, params);
        let valid = problems(dialect, Kind::ActionResult, name);
        lossless(&format!("{name}, answer"), &values(dialect, &contract.result), &valid, result);
        assert_eq!(format!("{effect:?}"), format!("{:?}", contract.effect));
    }
    let named: Vec<_> = dialect.actions.keys().map(String::as_str).collect();
    assert_eq!(bindings.actions.keys().copied().collect::<Vec<_>>(), named, "what the visitor sees");
    assert_eq!(bindings.listed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), named, "what the list says");
}

fn messages(bindings: &Bindings) {
    let dialect = bindings.dialect;
    for segment in dialect.segments.values() {
        let name = segment.name.as_str();
        if let Some(data) = &segment.send {
            let valid = problems(dialect, Kind::SegmentSend, name);
            lossless(name, &segments(dialect, name, data), &valid, &|text| named(bindings.send, text, name));
        }
        if let Some(data) = &segment.receive {
            let valid = problems(dialect, Kind::SegmentReceive, name);
            lossless(name, &segments(dialect, name, data), &valid, &|text| named(bindings.receive, text, name));
        }
    }
}

/// Reads a value that has to be known by a name.
fn named(read: Known, text: &str, name: &str) -> Result<Read, String> {
    let (found, read) = read(text)?;
    if found.as_deref() == Some(name) { Ok(read) } else { Err(format!("{text} is taken for {found:?}")) }
}

fn events(bindings: &Bindings) {
    let dialect = bindings.dialect;
    for event in dialect.events.values() {
        let valid = problems(dialect, Kind::Event, &event.name);
        lossless(&event.name, &values(dialect, &event.data), &valid, &|text| {
            let (found, read) = (bindings.event)(text)?;
            let found = found.ok_or_else(|| format!("{text} is kept as unknown"))?;
            // An event that has more to it than the one that was asked for is taken for what it is.
            let narrower =
                event.identify.iter().all(|pair| dialect.events[&found].identify.iter().any(|one| one == pair));
            if narrower { Ok(read) } else { Err(format!("{text} is taken for {found}")) }
        });
        if let Some(schema) = &event.quick_operation {
            let found = bindings.quick_operations.iter().find(|(name, _)| *name == event.name);
            let (name, again) = found.unwrap_or_else(|| panic!("`{}` has a quick operation", event.name));
            lossless(name, &values(dialect, schema), &|_| Vec::new(), again);
        }
    }
}

fn envelopes(bindings: &Bindings) {
    let schema = &bindings.dialect.file.envelope.schema;
    lossless("envelope", &values(bindings.dialect, schema), &|_| Vec::new(), &bindings.envelope);
}

/// Every example in the contracts decodes, too, as what it is an example of.
fn examples(bindings: &Bindings) {
    let (dialect, mut count) = (bindings.dialect, 0);
    let mut same = |what: &str, read: &dyn Fn(&str) -> Result<Read, String>, example: &Value| {
        let expected = Read { value: example.clone(), defects: Vec::new() };
        assert_eq!(read(&example.to_string()), Ok(expected), "{what}");
        count += 1;
    };
    for (name, (_, params, result)) in &bindings.actions {
        for example in &dialect.actions[*name].examples {
            same(name, params, &example.params);
            same(name, result, &example.result);
        }
    }
    for segment in dialect.segments.values() {
        let (name, cases) = (segment.name.as_str(), &segment.examples);
        for (read, data) in
            cases.iter().flat_map(|case| [(bindings.send, &case.send), (bindings.receive, &case.receive)])
        {
            let Some(data) = data else { continue };
            same(name, &|text| named(read, text, name), &json!({"type": name, "data": data}));
        }
    }
    for event in dialect.events.values() {
        for example in &event.examples {
            same(&event.name, &|text| named(bindings.event, text, &event.name), example);
        }
    }
    assert!(count > dialect.actions.len(), "there are examples");
}

/// No dialect goes untested.
#[test]
fn every_dialect_is_here() {
    let named: Vec<_> = Catalog::builtin().dialects().map(botspec_schema::Dialect::name).collect();
    let mut tested = TESTED.to_vec();
    tested.retain(|name| *name != "shapes");
    tested.sort_unstable();
    assert_eq!(tested, named);
}

macro_rules! dialects {
    ($($dialect:ident: $($test:ident)*;)*) => {
        const TESTED: &[&str] = &[$(stringify!($dialect)),*];

        $(
        mod $dialect {
            $(
                #[test]
                fn $test() {
                    super::$test(&super::bindings::$dialect());
                }
            )*
        }
        )*
    };
}

dialects! {
    onebot11: actions messages events envelopes examples;
    gocqhttp: actions messages events envelopes examples;
    napcat: actions messages events envelopes examples;
    llonebot: actions messages events envelopes examples;
    milky: actions messages events envelopes examples;
    shapes: actions messages events;
}
