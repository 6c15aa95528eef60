//! Where secrets can stand at all, so that most documents need not be walked beside their schema.

use std::collections::BTreeSet;

use botspec_schema::Dialect;
use serde_json::Value;

/// The annotation of what must not be written anywhere.
pub(super) const SECRET: &str = "x-secret";

/// The fields that secrets stand in.
#[derive(Debug, Default)]
pub(super) struct SecretFields {
    names: BTreeSet<String>,
    /// The actions whose result holds a secret in no field, such as in a list: any answer of theirs may hold one.
    unnamed: BTreeSet<String>,
    /// The same for shared types: any document may hold one.
    elsewhere: bool,
    /// The actions that are called for a secret: their own result has a field for it.
    own: BTreeSet<String>,
}

impl SecretFields {
    /// Those of the answers and events of a dialect.
    pub(super) fn of(dialect: &Dialect) -> Self {
        let mut fields = Self::default();
        for action in dialect.actions.values() {
            if has_secret(dialect, &action.result, 1) {
                fields.own.insert(action.name.clone());
            }
            fields.collect(dialect, &action.result, None);
            if std::mem::take(&mut fields.elsewhere) {
                fields.unnamed.insert(action.name.clone());
            }
        }
        for definition in dialect.defs().values() {
            // What refers to the definition states which field it is.
            fields.inside(dialect, definition);
        }
        fields
    }

    fn collect(&mut self, dialect: &Dialect, schema: &Value, field: Option<&str>) {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(botspec_schema::referenced);
        let target = target.and_then(|name| dialect.defs().get(name));
        if [Some(schema), target].into_iter().flatten().any(|it| it.get(SECRET) == Some(&Value::Bool(true))) {
            match field {
                Some(field) => drop(self.names.insert(field.to_owned())),
                None => self.elsewhere = true,
            }
        }
        self.inside(dialect, schema);
    }

    fn inside(&mut self, dialect: &Dialect, schema: &Value) {
        match schema {
            Value::Object(keywords) => {
                for (keyword, value) in keywords {
                    match (keyword.as_str(), value) {
                        ("properties", Value::Object(properties)) => {
                            properties.iter().for_each(|(name, inner)| self.collect(dialect, inner, Some(name)));
                        }
                        (_, inner) => self.collect(dialect, inner, None),
                    }
                }
            }
            Value::Array(schemas) => schemas.iter().for_each(|inner| self.collect(dialect, inner, None)),
            _ => {}
        }
    }

    /// Whether the result of an action may hold a secret.
    pub(super) fn may_be_in_result(&self, action: &str, result: &Value) -> bool {
        self.unnamed.contains(action) || self.may_be_in(result)
    }

    /// Whether an action is called for a secret, so that whatever its contract does not know in its answers may be one.
    pub(super) fn is_called_for_one(&self, action: &str) -> bool {
        self.own.contains(action)
    }

    /// Whether a document may hold a secret.
    pub(super) fn may_be_in(&self, document: &Value) -> bool {
        self.elsewhere
            || match document {
                Value::Object(members) => {
                    members.iter().any(|(name, inner)| self.names.contains(name) || self.may_be_in(inner))
                }
                Value::Array(items) => items.iter().any(|inner| self.may_be_in(inner)),
                _ => false,
            }
    }
}

/// Whether a schema has a secret in it, following so many references. What lies deeper belongs to what is shared, such as
/// the messages in a list.
fn has_secret(dialect: &Dialect, schema: &Value, references: u32) -> bool {
    match schema {
        Value::Object(keywords) => {
            keywords.get(SECRET) == Some(&Value::Bool(true))
                || keywords.iter().any(|(keyword, inner)| match inner.as_str() {
                    Some(target) if keyword == "$ref" && references > 0 => botspec_schema::referenced(target)
                        .and_then(|name| dialect.defs().get(name))
                        .is_some_and(|target| has_secret(dialect, target, references - 1)),
                    _ => has_secret(dialect, inner, references),
                })
        }
        Value::Array(schemas) => schemas.iter().any(|inner| has_secret(dialect, inner, references)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_schema::Catalog;
    use serde_json::json;

    #[test]
    fn documents_with_a_secret_field_are_looked_at() {
        let fields = SecretFields::of(Catalog::builtin().dialect("onebot11").expect("the dialect"));
        assert!(fields.may_be_in(&json!({ "cookies": "a=b" })));
        assert!(fields.may_be_in(&json!({ "message": [{ "data": { "url": "x" }, "type": "image" }] })));
        assert!(!fields.may_be_in(&json!({ "group_id": 70001, "list": [{ "nickname": "Lin" }] })));
    }

    #[test]
    fn a_result_that_is_a_secret_itself_is_looked_at() {
        let fields = SecretFields::of(Catalog::builtin().dialect("napcat").expect("the dialect"));
        let whole = fields.unnamed.first().expect("an action that answers nothing but a secret");
        assert!(fields.may_be_in_result(whole, &json!("abc")));
        assert!(!fields.may_be_in_result("get_group_info", &json!("abc")));
    }

    #[test]
    fn no_shared_type_has_a_secret_that_no_field_names() {
        for dialect in Catalog::builtin().dialects() {
            assert!(!SecretFields::of(dialect).elsewhere, "{}", dialect.name());
        }
    }
}
