//! Names of Python.

use crate::model::{IdForm, Module, Path, Type};

/// Words that cannot be a name, names that the models use themselves, and what pydantic's models have.
const TAKEN: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "self",
    "raw",
    "defects",
    "essential",
    "required",
    "copy",
    "dict",
    "json",
    "schema",
    "validate",
    "construct",
    "list",
    "str",
    "int",
    "float",
    "bool",
    "fields",
];

/// A key as the name of a field or a parameter.
pub(super) fn field(key: &str) -> String {
    let name = crate::names::snake(key);
    let odd = name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit());
    let name = if odd { format!("n{name}") } else { name };
    let reserved = TAKEN.contains(&name.as_str()) || name.starts_with("model_");
    if reserved { format!("{name}_") } else { name }
}

/// The name of a type of the dialect among all of them.
pub(super) fn of(module: Module, name: &str) -> String {
    match module {
        Module::SegmentsSend => format!("Send{name}Data"),
        Module::SegmentsReceive => format!("{name}Data"),
        Module::Segments => match name {
            "ReceiveSegment" => "ReceivedSegment".to_owned(),
            "ReceiveMessage" => "ReceivedMessage".to_owned(),
            other => other.to_owned(),
        },
        Module::Actions => format!("{name}Call").replace("ResponseCall", "Result").replace("CallCall", "Call"),
        _ => name.to_owned(),
    }
}

/// A string literal: JSON's form is one of Python's.
pub(super) fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A type; `sent` states whether a bot writes it.
pub(super) fn ty(ty: &Type, ids: Option<IdForm>, sent: bool) -> String {
    match ty {
        Type::Integer => "int".to_owned(),
        Type::Number => "int | float".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Text => "str".to_owned(),
        Type::Raw => "Any".to_owned(),
        Type::Empty => "None".to_owned(),
        Type::Named(Path { module: Module::Ids, .. }) if sent && ids == Some(IdForm::Text) => "TextId".to_owned(),
        Type::Named(Path { module, name }) => of(*module, name),
        Type::List(item) => format!("list[{}]", self::ty(item, ids, sent)),
        Type::Map(item) => format!("dict[str, {}]", self::ty(item, ids, sent)),
        Type::Option(item) => format!("{} | None", self::ty(item, ids, sent)),
        Type::TextIds(item) => self::ty(item, Some(IdForm::Text), sent),
    }
}
