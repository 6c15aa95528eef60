//! Names and literals of TypeScript.

use crate::model::{IdForm, Type};

/// A property name, quoted where it is no identifier.
pub(super) fn key(name: &str) -> String {
    let first = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == '$');
    let plain = first && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$');
    if plain { name.to_owned() } else { literal(name) }
}

/// A string literal. JSON's form is one of TypeScript's.
pub(super) fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A type; `named` states how a type of the dialect is written at this place.
pub(super) fn ty(ty: &Type, ids: Option<IdForm>, named: &mut dyn FnMut(&crate::model::Path) -> String) -> String {
    match ty {
        Type::Integer | Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Text => "string".to_owned(),
        Type::Raw => "unknown".to_owned(),
        Type::Empty => "null".to_owned(),
        Type::Named(path) if path.module == crate::model::Module::Ids => match ids {
            None => named(path),
            Some(IdForm::Text) => "string".to_owned(),
            Some(IdForm::Any) => format!("{} | string", named(path)),
        },
        Type::Named(path) => named(path),
        Type::List(item) => {
            let item = self::ty(item, ids, named);
            if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") }
        }
        Type::Map(item) => format!("Record<string, {}>", self::ty(item, ids, named)),
        Type::Option(item) => format!("{} | null", self::ty(item, ids, named)),
        Type::TextIds(item) => self::ty(item, Some(IdForm::Text), named),
    }
}
