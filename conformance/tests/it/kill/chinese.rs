//! Whether a sentence that should be Chinese is: values and names stay as they are, words do not.

/// How many English words make a phrase.
const PHRASE: usize = 3;

/// Whether English words follow each other outside of what is quoted.
pub(super) fn is_partly_english(sentence: &str) -> bool {
    let mut quote = None;
    let unquoted: String = sentence
        .chars()
        .filter(|character| match quote {
            Some(end) if *character == end => {
                quote = None;
                false
            }
            Some(_) => false,
            None => {
                quote = match character {
                    '"' | '`' => Some(*character),
                    '“' => Some('”'),
                    '{' => Some('}'),
                    _ => None,
                };
                quote.is_none()
            }
        })
        .collect();
    let mut words = 0;
    unquoted.split(|character: char| character == ' ' || !character.is_ascii()).any(|word| {
        let word = word.trim_end_matches([',', '.', ';', ':']);
        let is_english = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        words = if is_english { words + 1 } else { 0 };
        words >= PHRASE
    })
}

#[test]
fn words_are_english_and_values_are_not() {
    for (sentence, english) in [
        ("`data` 与契约不符：/data/level 应为 an object that nobody knows，实际为 空", true),
        ("应为 10001, which was asked for，实际为 20002", true),
        ("`data` 与契约不符：应为 \"lots of little words\"，实际为 {\"a\": not in json at all}", false),
        ("未在 12 ms 内收到 echo 或 null", false),
        ("get_group_info 的 retcode 应为 0", false),
        ("“a member with a title”：`data` 与契约不符", false),
    ] {
        assert_eq!(is_partly_english(sentence), english, "{sentence}");
    }
}
