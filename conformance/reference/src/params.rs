//! Parameters on their way in: named, typed and checked as the contract states.

use botspec_schema::model::{Action, FailureKind};
use botspec_schema::{Dialect, Late, SEGMENT_DATA, SEGMENT_TYPE, Violation};
use serde_json::{Map, Value};

use crate::answer::Failure;
use crate::faults::{Active, Switch};
use crate::protocol::Context;
use crate::world::Message;

/// So many segments fit into the parameters of a call, those in nodes counted too: reading more would hold up everybody else.
const MOST_SEGMENTS: usize = 5_000;

/// Refuses parameters with more segments than are read. Counting costs nothing beside checking them.
pub(crate) fn bounded(dialect: &Dialect, params: &Value) -> Result<(), Failure> {
    let open = dialect.file.cq_code.as_ref().map(|signs| signs.open.as_str());
    let count = segments(open, params);
    if count <= MOST_SEGMENTS {
        return Ok(());
    }
    Err(Failure::action(format!("a message of {count} segments is too long; at most {MOST_SEGMENTS} fit in")))
}

/// The segments anywhere within a value, as far as they can be found without a schema.
fn segments(open: Option<&str>, value: &Value) -> usize {
    match value {
        Value::String(text) => open.map_or(0, |open| text.matches(open).count()),
        Value::Array(items) => items.iter().map(|item| segments(open, item)).sum(),
        Value::Object(entries) => {
            usize::from(entries.contains_key(SEGMENT_TYPE))
                + entries.values().map(|entry| segments(open, entry)).sum::<usize>()
        }
        _ => 0,
    }
}

/// The parameters in their canonical form. What is wrong with them has them refused, or the action fails by it where its build
/// looks at it no sooner.
pub(crate) fn accept(dialect: &Dialect, action: &Action, params: Value, faults: &Active) -> Result<Value, Failure> {
    let refused = |reason: String| Failure::new(FailureKind::InvalidParams, reason);
    let properties = action.params.get("properties").and_then(Value::as_object);
    let mut params = params;
    if faults.on(Switch::AliasesIgnored) {
        drop_aliases(&mut params, properties);
    }
    let token = dialect.file.auth.query.as_deref().filter(|_| faults.on(Switch::QueryTokenIsParam));
    if let Some(token) = token.filter(|token| params.get(token).is_some()) {
        return Err(refused(format!("`{token}` is no parameter of `{}`", action.name)));
    }
    if faults.on(Switch::StringsRefused)
        && let Some(name) = turned(dialect, action, &params)
    {
        return Err(refused(format!("`{name}` is a string")));
    }
    if faults.on(Switch::NullDataRefused) && has_null_data(&params) {
        return Err(refused("a segment has no data".to_owned()));
    }
    if faults.on(Switch::NullsRefused) && params.as_object().is_some_and(|it| it.values().any(Value::is_null)) {
        return Err(refused("a parameter is null".to_owned()));
    }
    let params = dialect.normalise_params(action, params);
    if faults.on(Switch::ExtraParamsRefused)
        && let Value::Object(given) = &params
        && let Some(extra) = given.keys().find(|key| properties.is_none_or(|known| !known.contains_key(*key)))
    {
        return Err(refused(format!("`{extra}` is not known")));
    }
    // What an action refuses of a message it refuses when it does its work.
    let mut violations = dialect.check_normalised(action, &params);
    let mut params = params;
    if !violations.is_empty() {
        let coerced = dialect.coerce_params(action, params);
        violations = dialect.check_normalised(action, &coerced.value);
        violations.retain(|it| !coerced.excuses(it));
        params = coerced.completed();
    }
    violations.retain(|it| !dialect.reads_segments_late(action, it));
    if faults.on(Switch::RangeUnchecked) {
        violations.retain(|it| !params.pointer(&it.pointer).is_some_and(Value::is_i64));
        return if violations.is_empty() { Ok(params) } else { Err(refused("a parameter is wrong".to_owned())) };
    }
    let reason = |violations: &[Violation]| violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let late = |params: &Value, violations: &[Violation]| -> Vec<Option<Late>> {
        violations.iter().map(|it| dialect.late(action, params, it)).collect()
    };
    let mut found = late(&params, &violations);
    if found.contains(&None) {
        let mut found = found.iter();
        violations.retain(|_| found.next() == Some(&None));
        return Err(refused(reason(&violations)));
    }
    if let Some(counted) = dialect.with_counted(action, &params, &violations) {
        // Which form of a call it is may hang on what counts now.
        params = counted;
        violations = dialect.check_normalised(action, &params);
        violations.retain(|it| !dialect.reads_segments_late(action, it));
        found = late(&params, &violations);
    }
    if found.contains(&Some(Late::Fails)) {
        let mut found = found.iter();
        violations.retain(|_| found.next() == Some(&Some(Late::Fails)));
        return Err(Failure::action(reason(&violations)));
    }
    Ok(params)
}

/// A number behind an id; an id that is none belongs to nobody.
pub(crate) fn number<T: TryFrom<i64>>(id: Option<i64>, what: &str) -> Result<T, Failure> {
    id.and_then(|id| T::try_from(id).ok()).ok_or_else(|| Failure::action(format!("there is no such {what}")))
}

/// The message that the account knows by this number; it has to be one that the account can see.
pub(crate) fn message<'c>(context: &'c Context<'_>, number: Option<i64>) -> Result<&'c Message, Failure> {
    let id = context.world.message_id(context.served.ids_of, self::number(number, "message")?);
    Ok(context.world.message(context.served.account, id)?)
}

fn drop_aliases(params: &mut Value, properties: Option<&Map<String, Value>>) {
    let Value::Object(params) = params else { return };
    for property in properties.into_iter().flat_map(Map::values) {
        for alias in property.get("x-aliases").and_then(Value::as_array).into_iter().flatten() {
            if let Some(alias) = alias.as_str() {
                params.shift_remove(alias);
            }
        }
    }
}

/// A parameter that is a string and should be something else.
fn turned(dialect: &Dialect, action: &Action, params: &Value) -> Option<String> {
    let canonical = dialect.normalise_params(action, params.clone());
    let given = params.as_object()?;
    let changed = |(key, value): &(&String, &Value)| value.is_string() && canonical.get(key) != Some(*value);
    given.iter().find(changed).map(|(key, _)| key.clone())
}

fn has_null_data(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_null_data),
        Value::Object(entries) => {
            (entries.contains_key(SEGMENT_TYPE) && entries.get(SEGMENT_DATA).is_some_and(Value::is_null))
                || entries.values().any(has_null_data)
        }
        _ => false,
    }
}
