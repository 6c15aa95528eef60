//! Names of files, folders and shared types.

use std::collections::BTreeMap;

use super::super::contracts::Contracts;
use super::super::upstream::Upstream;

/// Words in the name of an action, with the folder that such actions stand in where nothing else reports.
const FOLDERS: [(&str, &str); 10] = [
    ("file", "file"),
    ("folder", "file"),
    ("image", "file"),
    ("record", "file"),
    ("group", "group"),
    ("friend", "friend"),
    ("msg", "message"),
    ("message", "message"),
    ("profile", "account"),
    ("poke", "message"),
];
/// The folder of actions whose names begin with a dot.
const HIDDEN: &str = "hidden";
/// The folder of everything else.
const OTHER: &str = "system";

/// The folder of an action: where a contract of that name stands, or what the document calls it where contracts have
/// such a folder or its names are folders at all, or what its name suggests.
pub(super) fn category(name: &str, stated: Option<&str>, here: &Contracts) -> String {
    if let Some(known) = here.action(name) {
        return known.category.clone();
    }
    if name.starts_with('.') {
        return HIDDEN.to_owned();
    }
    let is_folder = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !word.is_empty();
    if let Some(stated) = stated.filter(|word| is_folder(word))
        && (here.actions.is_empty() || here.actions.iter().any(|action| action.category == stated))
    {
        return stated.to_owned();
    }
    let words: Vec<&str> = name.split('_').collect();
    let found = FOLDERS.iter().find(|(word, _)| words.contains(word));
    found.map_or(OTHER, |(_, folder)| folder).to_owned()
}

/// The file name of a contract.
pub(super) fn file(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    name.trim_start_matches('.').chars().map(plain).collect()
}

/// Our names of the shared types of a document: without the prefix that most of them have, in snake case.
pub(super) fn types(there: &Upstream) -> BTreeMap<String, String> {
    let mut prefixes: BTreeMap<&str, usize> = BTreeMap::new();
    for name in there.types.keys() {
        *prefixes.entry(prefix(name)).or_default() += 1;
    }
    let most = prefixes.into_iter().filter(|(prefix, _)| !prefix.is_empty()).max_by_key(|(_, count)| *count);
    let strip = most.filter(|(_, count)| count * 2 >= there.types.len()).map_or("", |(prefix, _)| prefix).to_owned();
    let own = |name: &String| snake(name.strip_prefix(strip.as_str()).filter(|rest| !rest.is_empty()).unwrap_or(name));
    there.types.keys().map(|name| (name.clone(), own(name))).collect()
}

/// The run of capitals and digits before the first word of a name: `OB11` in `OB11GroupMember`.
fn prefix(name: &str) -> &str {
    let end = name.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit()).unwrap_or(0);
    &name[..end.saturating_sub(1)]
}

/// `GroupMember` as `group_member`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| chars[index]);
        let after_small = before.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let ends_capitals = before.is_some_and(|c| c.is_ascii_uppercase())
            && chars.get(index + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_small || ends_capitals) && !out.ends_with('_') {
            out.push('_');
        }
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    out
}
