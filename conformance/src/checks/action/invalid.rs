//! Parameters with one defect each. That such a call fails is asserted only where a requirement defines it.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::generate::{self, Mutant, Mutation};
use botspec_schema::model::Action;
use botspec_schema::{Dialect, Kind};
use serde_json::Value;

use super::{again, bindings, call, options, repeatable};
use crate::answer::CallOutcome;
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::contract::Contract;
use crate::not_passed::{CheckResult, Violation};
use crate::unit::Body;
use crate::unit::only;

pub(super) const INVALID: CheckTemplate = CheckTemplate {
    name: "invalid",
    should: true,
    sentence: None,
    sends: (
        "the required parameters with one omitted, null, or of a wrong type",
        "必需参数中缺一个、为 null 或类型错误",
    ),
    expects: ("the call fails", "调用失败"),
};

/// Nothing is asserted where no requirement of the dialect defines the error.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    contract.requirement(&format!("{}/action/{}/{}", contract.name(), action.name, INVALID.name))?;
    let properties = action.params.get("properties").and_then(serde_json::Value::as_object);
    if properties.is_none_or(serde_json::Map::is_empty) {
        return None;
    }
    let action = Arc::new(action.clone());
    Some(Arc::new(move |cx| {
        let action = Arc::clone(&action);
        Box::pin(async move { only(run(cx, &action).await) })
    }))
}

async fn run(cx: &mut CheckContext, action: &Action) -> CheckResult {
    repeatable(cx, action)?;
    let known = bindings(cx, action).await?;
    let options = options(cx, action, &known);
    let defects = generate::defects(&action.params, cx.contract().dialect().defs(), &options);
    let dialect = cx.contract().dialect();
    let asserted: Vec<_> = defects
        .into_iter()
        .filter(|defect| is_refused(cx.contract(), &action.params, defect))
        .filter(|defect| !is_taken(dialect, action, &defect.value))
        .filter(|defect| cx.gate().is_gentle(&action.name, &defect.value))
        .collect();
    for defect in asserted {
        again(cx, action).await?;
        let called = call(cx, action, &defect.value).await?;
        if matches!(called.ended, Some(CallOutcome::Ok | CallOutcome::Deferred)) {
            return Violation::new(Text::both(
                format!("{}: the call succeeded", defect.label),
                format!("{}：调用却成功了", defect.label),
            ))
            .with_evidence(&called.exchange)
            .into_failure();
        }
    }
    Ok(())
}

/// Whether an implementation has to refuse it. A parameter that only another form of the call takes is not looked at; and
/// where nobody states which values of another type are taken, only what the call means nothing without has to be right.
fn is_refused(contract: &Contract, params: &Value, defect: &Mutant) -> bool {
    let Some(name) = defect.pointer.strip_prefix('/').filter(|name| !name.contains('/')) else { return false };
    let name = name.replace("~1", "/").replace("~0", "~");
    let wrong_type = match defect.mutation {
        Mutation::Missing => false,
        Mutation::WrongType | Mutation::Null => true,
        _ => return false,
    };
    (!wrong_type || is_of_form(params, &defect.value, &name))
        && (contract.tells_what_is_taken() || is_essential(contract, params, &name))
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether the form of the call that `given` has takes the parameter.
fn is_of_form(params: &Value, given: &Value, name: &str) -> bool {
    let forms = params.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let (naming, others): (Vec<_>, Vec<_>) = forms.partition(|form| required(form).any(|it| it == name));
    let is_given = |form: &&Value| required(form).all(|it| given.get(it).is_some());
    naming.is_empty() || !others.iter().any(is_given)
}

/// Whether a call means nothing without a parameter: it is required, and names something or is what is sent.
fn is_essential(contract: &Contract, params: &Value, name: &str) -> bool {
    let schema = params.pointer(&format!("/properties/{name}")).unwrap_or(&Value::Null);
    required(params).any(|it| it == name)
        && (contract.follow(schema).get("x-id").is_some() || crate::contract::is_sent_message(schema))
}

/// Whether the build takes such parameters, though it does not document them.
fn is_taken(dialect: &Dialect, action: &Action, params: &Value) -> bool {
    let checked = dialect.check_as_taken(Kind::ActionParams, Some(&action.name), params);
    checked.is_ok_and(|checked| checked.violations.is_empty())
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;
    use serde_json::json;

    use super::*;

    fn asserted(dialect: &str, pointer: &str, mutation: Mutation, value: Value) -> bool {
        let params = json!({
            "properties": { "user": { "x-id": "user" }, "type": {}, "icon": {}, "app": {}, "raw": {} },
            "required": ["user", "raw"],
            "anyOf": [{ "required": ["type"] }, { "required": ["icon", "app"] }],
        });
        let contract = Contract::new(Catalog::builtin(), dialect).expect("the dialect");
        let mutant = Mutant { pointer: pointer.to_owned(), mutation, value, label: String::new() };
        is_refused(&contract, &params, &mutant)
    }

    #[test]
    fn wrong_type_is_refused_where_the_form_of_the_call_takes_the_parameter() {
        let icon = |value| asserted("napcat", "/icon", Mutation::WrongType, value);
        assert!(icon(json!({ "user": 1, "raw": "", "icon": {}, "app": "b" })));
        assert!(!icon(json!({ "user": 1, "raw": "", "type": "a", "icon": {} })));
        assert!(!icon(json!({ "user": 1, "raw": "", "type": "a", "icon": {}, "app": "b" })));
        assert!(asserted("napcat", "/raw", Mutation::WrongType, json!({ "user": 1, "type": "a", "raw": {} })));
    }

    /// A build documents what it takes, a standard for all builds does not.
    #[test]
    fn in_a_standard_only_what_a_call_means_nothing_without_is_refused() {
        for (dialect, raw) in [("napcat", true), ("onebot11", false), ("gocqhttp", false), ("milky", true)] {
            let left_out = |pointer, value| asserted(dialect, pointer, Mutation::Missing, value);
            assert!(left_out("/user", json!({ "type": "a", "raw": "" })), "{dialect}");
            assert_eq!(left_out("/raw", json!({ "type": "a", "user": 1 })), raw, "{dialect}");
        }
    }

    #[test]
    fn values_of_the_right_type_and_inner_ones_are_not_asserted() {
        assert!(!asserted("napcat", "/raw", Mutation::OutOfEnum, json!({ "user": 1, "type": "a", "raw": "x" })));
        assert!(!asserted("napcat", "/raw/0", Mutation::Missing, json!({ "user": 1, "type": "a", "raw": [{}] })));
    }
}
