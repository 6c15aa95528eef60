//! Names on the wire as names in code, before a language has its own state about them.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A key in lower case, with underscores between its words.
pub(crate) fn snake(key: &str) -> String {
    key.to_snake_case()
}

/// A name on the wire as the name of a type or of a branch: `notice.group_ban` becomes `NoticeGroupBan`, `163` `N163`.
pub(crate) fn pascal(name: &str) -> String {
    let minus = if name.starts_with('-') { "Minus" } else { "" };
    let name = format!("{minus}{}", name.to_upper_camel_case());
    match name.as_str() {
        "" => "Empty".to_owned(),
        "Self" => "Self_".to_owned(),
        word if word.starts_with(|first: char| first.is_ascii_digit()) => format!("N{word}"),
        _ => name,
    }
}
