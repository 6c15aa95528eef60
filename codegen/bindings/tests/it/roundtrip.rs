//! The one way in which the tests hold bindings against contracts.

use botspec_bindings::FromJson;
use botspec_schema::{Dialect, Kind};
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::Serialize;
use serde_json::Value;

use crate::sample::without_further_keys;

/// Checks one kind of value; `known` tells whether it was decoded as what it is.
pub(crate) fn lossless<T: FromJson + Serialize + std::fmt::Debug>(
    what: &str,
    values: &BoxedStrategy<Value>,
    valid: impl Fn(&Value) -> Vec<String>,
    known: impl Fn(&T) -> bool,
) {
    let mut runner = TestRunner::new(Config { cases: 48, ..crate::cases() });
    let outcome = runner.run(values, |mut value| {
        if !valid(&value).is_empty() {
            // An object whose keys are data takes no other keys.
            without_further_keys(&mut value);
        }
        let before = valid(&value);
        if !before.is_empty() {
            return Err(TestCaseError::fail(format!("the test made what the contract refuses: {before:?}")));
        }
        let decoded = T::from_json(&value.to_string()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        if !known(&decoded) {
            return Err(TestCaseError::fail(format!("kept as unknown: {decoded:?}")));
        }
        let again = serde_json::to_value(&decoded).map_err(|error| TestCaseError::fail(error.to_string()))?;
        if again != value {
            return Err(TestCaseError::fail(format!("{value} became {again}")));
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{what}: {error}");
    }
}

pub(crate) fn problems(dialect: &Dialect, kind: Kind, name: &str) -> impl Fn(&Value) -> Vec<String> {
    move |value| {
        let found = dialect.check(kind, Some(name), value).expect("the name is known");
        found.iter().map(ToString::to_string).collect()
    }
}
