//! Texts of a record are bounded, whatever a target sends.

use std::fmt::Write as _;

/// A text, cut within characters; what was cut gives how long the whole was.
pub(super) fn text(text: &mut String, most: usize) {
    if text.len() <= most {
        return;
    }
    let characters = text.chars().count();
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.truncate(end);
    // Writing to a string cannot fail.
    let _ = write!(text, "… ({characters} characters)");
}

/// A list, cut; what was cut becomes one more entry.
pub(super) fn list<T>(list: &mut Vec<T>, most: usize, rest: impl FnOnce(usize) -> T) {
    if list.len() > most {
        let left_out = list.len() - most;
        list.truncate(most);
        list.push(rest(left_out));
    }
}
