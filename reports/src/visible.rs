//! Text of a target made visible: what would steer a terminal or hide in a page is shown as a sign of its own.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with control characters and invisible marks of writing direction in a visible form; line ends and tabs
/// stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\u{7f}' => shown.push('␡'),
            '\0'..='\u{1f}' if is_hidden(character) => {
                // The block of control pictures has them in their own order.
                shown.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('␦'));
            }
            _ if is_hidden(character) => {
                let _ = write!(shown, "‹U+{:04X}›", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// The text on one line, with line ends and tabs shown as well.
pub fn visible_line(text: &str) -> String {
    visible(text.trim_end()).replace('\r', "␍").replace('\n', "␊").replace('\t', "␉")
}

fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Joiners that emoji and several scripts need stay as they are.
        '\u{061c}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => true,
        _ => character.is_control(),
    }
}
