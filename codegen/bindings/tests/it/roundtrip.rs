//! The one way in which the tests hold bindings against contracts.

use botspec_bindings::FromJson;
use botspec_schema::{Dialect, Kind};
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::Serialize;
use serde_json::Value;

use crate::sample::without_further_keys;

/// What became of a text: what is written back, and where it is not as the contract says.
#[derive(Debug, PartialEq)]
pub(crate) struct Read {
    pub(crate) value: Value,
    /// Their pointers.
    pub(crate) defects: Vec<String>,
}

/// Decodes a text and writes it back; an error where it does not decode as what it is.
pub(crate) type Again = fn(&str) -> Result<Read, String>;

/// The same for a union; it tells by what name the value is known.
pub(crate) type Known = fn(&str) -> Result<(Option<String>, Read), String>;

/// `Again` for a type that has no unknown form.
pub(crate) fn again<T: FromJson + Serialize>(text: &str) -> Result<Read, String> {
    read::<T>(text).map(|(_, read)| read)
}

fn read<T: FromJson + Serialize>(text: &str) -> Result<(T, Read), String> {
    let (decoded, defects) = T::from_json_with_defects(text).map_err(|error| error.to_string())?;
    let value = serde_json::to_value(&decoded).map_err(|error| error.to_string())?;
    let defects = defects.iter().map(|defect| defect.pointer().to_owned()).collect();
    Ok((decoded, Read { value, defects }))
}

/// `Known` for a union, of which `known` tells the name.
pub(crate) fn again_known<T: FromJson + Serialize>(
    text: &str,
    known: impl Fn(&T) -> Option<&str>,
) -> Result<(Option<String>, Read), String> {
    let (decoded, read) = read::<T>(text)?;
    Ok((known(&decoded).map(str::to_owned), read))
}

/// Checks values of one kind: what the contract allows decodes, is written back as it was, and is allowed again.
///
/// It knows nothing of the type, so that it is compiled once for all of them.
pub(crate) fn lossless(
    what: &str,
    values: &BoxedStrategy<Value>,
    valid: &dyn Fn(&Value) -> Vec<String>,
    again: &dyn Fn(&str) -> Result<Read, String>,
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
        if again.value != value || !again.defects.is_empty() {
            return Err(TestCaseError::fail(format!("{value} became {again:?}")));
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
