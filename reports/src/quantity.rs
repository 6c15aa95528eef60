//! Numbers as people read them.

/// A number of things: `1 check`, `2 checks`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands set apart by a thin space, from five digits on.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A duration given in milliseconds: `0.4 ms`, `250 ms`, `12.3 s`, `3 min 20 s`.
pub(crate) fn duration(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else if ms < 60_000.0 {
        format!("{:.1} s", ms / 1000.0)
    } else {
        let seconds = (ms / 1000.0).round();
        format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}

/// A number of bytes: `512 B`, `89.7 KiB`, `1.5 MiB`.
pub(crate) fn bytes(number: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let size = number as f64;
    match number {
        0..1024 => format!("{number} B"),
        1024..1_048_576 => format!("{:.1} KiB", size / 1024.0),
        _ => format!("{:.1} MiB", size / 1_048_576.0),
    }
}
