//! Lines that fit a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a line takes.
pub const WIDTH: usize = 80;

/// A text in lines of at most so many columns, broken at spaces where it has some.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let columns = word.width();
        let space = usize::from(used > 0);
        if used + space + columns > width && used > 0 {
            lines.push(String::new());
            used = 0;
        } else if space == 1 {
            push(&mut lines, " ");
            used += 1;
        }
        if columns <= width {
            push(&mut lines, word);
            used += columns;
            continue;
        }
        for character in word.chars() {
            let columns = character.width().unwrap_or(0);
            if used + columns > width {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, character.encode_utf8(&mut [0; 4]));
            used += columns;
        }
    }
    lines
}

/// A command line in lines that a shell joins again: broken only between words, each break with a backslash before it.
pub(super) fn wrap_command(command: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in shell_words(command) {
        let used = lines.last().map_or(0, |line| line.width());
        if used > 0 && used + 1 + word.width() + 2 > width {
            push(&mut lines, " \\");
            lines.push(String::new());
        } else if used > 0 {
            push(&mut lines, " ");
        }
        push(&mut lines, word);
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// The words of a command line as they stand there, quotation marks and all.
fn shell_words(command: &str) -> Vec<&str> {
    let (mut words, mut start, mut quote, mut escaped) = (Vec::new(), 0, None, false);
    for (at, byte) in command.bytes().enumerate() {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', Some(b'"') | None) => escaped = true,
            (b'\'' | b'"', None) => quote = Some(byte),
            (b' ', None) => {
                words.push(&command[start..at]);
                start = at + 1;
            }
            (_, Some(open)) if open == byte => quote = None,
            _ => {}
        }
    }
    words.push(&command[start..]);
    words.retain(|word| !word.is_empty());
    words
}

/// A value on one line, cut where it is long, with its whole length behind it.
pub(super) fn cut(text: &str, columns: usize, length: u64) -> String {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > columns {
            return format!("{}… ({})", &text[..at], crate::quantity::bytes(length));
        }
    }
    text.to_owned()
}
