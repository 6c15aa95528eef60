//! Values that a field means. A read can harm too: a number that nobody ever meant has hung implementations for good.

use serde_json::Value;

use crate::contract::Contract;

/// The greatest number that counts seconds, sequence numbers or accounts.
const GREATEST: i64 = u32::MAX as i64;
/// The least one.
const LEAST: i64 = i32::MIN as i64;
/// How many of something are asked for at most, where the contract gives no bound of its own.
const MOST: i64 = 1000;
/// A contract that allows more than this gives no bound.
const NO_BOUND: i64 = i32::MAX as i64;
/// How long texts and lists are.
const LONGEST: usize = 1000;
const MOST_ITEMS: usize = 100;

/// Whether parameters are within what their fields mean.
pub(crate) fn is_gentle(contract: &Contract, schema: &Value, params: &Value) -> bool {
    match params {
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            let inner = contract.follow(schema).get("properties").and_then(|known| known.get(name));
            is_gentle(contract, inner.map_or(&Value::Null, |inner| contract.follow(inner)), value)
        }),
        Value::Array(items) => {
            let inner = schema.get("items").map_or(&Value::Null, |inner| contract.follow(inner));
            items.len() <= MOST_ITEMS && items.iter().all(|item| is_gentle(contract, inner, item))
        }
        Value::String(text) => {
            text.chars().count() <= LONGEST
                && text.parse::<i128>().map_or(true, |number| {
                    // Ids travel as text too.
                    i64::try_from(number).is_ok_and(|number| (LEAST..=GREATEST).contains(&number))
                        || schema.get("x-id").is_none()
                })
        }
        Value::Number(number) => {
            let Some(number) = number.as_i64() else { return number.is_f64() };
            let counts = schema.get("x-id").is_none() && schema.get("x-volatile").is_none();
            let bound = schema.get("maximum").and_then(Value::as_i64).unwrap_or(i64::MAX);
            let most = if counts && bound >= NO_BOUND { MOST } else { GREATEST };
            (LEAST..=most).contains(&number)
        }
        Value::Null | Value::Bool(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_schema::Catalog;
    use serde_json::json;

    #[test]
    fn a_number_that_nobody_means_is_not_asked_for() {
        let contract = Contract::new(Catalog::builtin(), "onebot11").expect("the dialect");
        let schema = json!({"type": "object", "properties": {
            "message_seq": {"type": "integer", "maximum": 9_223_372_036_854_775_807_i64, "x-id": "message"},
            "count": {"type": "integer", "maximum": 2_147_483_647},
            "page": {"type": "integer", "maximum": 100_000},
            "word": {"type": "string"},
            "user_id": {"type": "string", "x-id": "user"},
            "list": {"type": "array", "items": {"type": "integer"}},
        }});
        for (params, gentle) in [
            (json!({"message_seq": 4_000_000_000_u32, "count": 20}), true),
            (json!({"message_seq": i64::MAX}), false),
            (json!({"message_seq": 288_230_376_151_711_744_i64}), false),
            (json!({"count": 1000}), true),
            (json!({"count": i32::MAX}), false),
            (json!({"page": 100_000}), true),
            (json!({"user_id": "9223372036854775807"}), false),
            (json!({"user_id": "10001", "word": "9223372036854775807"}), true),
            (json!({"word": "x".repeat(1001)}), false),
            (json!({"list": vec![1; 101]}), false),
            (json!({"unknown": 1, "word": null}), true),
        ] {
            assert_eq!(is_gentle(&contract, &schema, &params), gentle, "{params}");
        }
    }
}
