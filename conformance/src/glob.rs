//! Patterns over the ids of checks.

/// Whether a pattern means an id: `*` stands for any run of characters, also across `/`, and `?` for one character.
pub fn matches(pattern: &str, id: &str) -> bool {
    if pattern.is_ascii() && id.is_ascii() {
        return matches_units(pattern.as_bytes(), id.as_bytes(), &b'*', &b'?');
    }
    let (pattern, id): (Vec<char>, Vec<char>) = (pattern.chars().collect(), id.chars().collect());
    matches_units(&pattern, &id, &'*', &'?')
}

fn matches_units<T: PartialEq>(pattern: &[T], id: &[T], any: &T, one: &T) -> bool {
    let (mut p, mut i) = (0, 0);
    // Where the last star stands, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while i < id.len() {
        match pattern.get(p) {
            Some(unit) if unit == any => {
                star = Some((p, i));
                p += 1;
            }
            Some(unit) if unit == one || *unit == id[i] => {
                p += 1;
                i += 1;
            }
            _ => match star {
                Some((at, reach)) => {
                    star = Some((at, reach + 1));
                    p = at + 1;
                    i = reach + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|rest| rest == any)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, id, expected) in [
            ("onebot11/action/get_msg/result", "onebot11/action/get_msg/result", true),
            ("onebot11/action/get_msg/result", "onebot11/action/get_msg/results", false),
            ("onebot11/*/result", "onebot11/action/get_msg/result", true),
            ("*", "anything/at/all", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*get_ms?/*", "onebot11/action/get_msg/result", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("a**b", "ab", true),
            ("?", "", false),
            ("群*", "群消息", true),
            ("?消?", "群消息", true),
        ] {
            assert_eq!(matches(pattern, id), expected, "{pattern} over {id}");
        }
        assert!(!matches(&"*a".repeat(50), &"b".repeat(5_000)), "many stars end soon");
    }
}
