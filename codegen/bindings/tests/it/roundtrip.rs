//! The one way in which the tests hold bindings against contracts.

use std::fmt::Debug;

use botspec_bindings::FromJson;
use botspec_schema::{Dialect, Kind};
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::Serialize;
use serde_json::Value;

use crate::sample::without_further_keys;

/// Decodes a text and writes it back; an error where it does not decode as what it is.
pub(crate) type Again = fn(&str) -> Result<Value, String>;

/// The same for a union; it tells by what name the value is known.
pub(crate) type Known = fn(&str) -> Result<(String, Value), String>;

/// `Again` for a type that has no unknown form.
pub(crate) fn again<T: FromJson + Serialize>(text: &str) -> Result<Value, String> {
    let decoded = T::from_json(text).map_err(|error| error.to_string())?;
    serde_json::to_value(&decoded).map_err(|error| error.to_string())
}

/// `Known` for a union, of which `known` tells the name.
pub(crate) fn again_known<T: FromJson + Serialize + Debug>(
    text: &str,
    known: impl Fn(&T) -> Option<&str>,
) -> Result<(String, Value), String> {
    let decoded = T::from_json(text).map_err(|error| error.to_string())?;
    let name = known(&decoded).ok_or_else(|| format!("kept as unknown: {decoded:?}"))?.to_owned();
    let value = serde_json::to_value(&decoded).map_err(|error| error.to_string())?;
    Ok((name, value))
}

/// Checks values of one kind: what the contract allows decodes, is written back as it was, and is allowed again.
///
/// It knows nothing of the type, so that it is compiled once for all of them.
pub(crate) fn lossless(
    what: &str,
    values: &BoxedStrategy<Value>,
    valid: &dyn Fn(&Value) -> Vec<String>,
    again: &dyn Fn(&str) -> Result<Value, String>,
) {
    let mut runner = TestRunner::new(Config { cases: 32, ..crate::cases() });
    let outcome = runner.run(values, |mut value| {
        if !valid(&value).is_empty() {
            // An object whose keys are data takes no other keys.
            without_further_keys(&mut value);
        }
        let before = valid(&value);
        if !before.is_empty() {
            return Err(TestCaseError::fail(format!("the test made what the contract refuses: {before:?}")));
        }
        let again = again(&value.to_string()).map_err(TestCaseError::fail)?;
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
