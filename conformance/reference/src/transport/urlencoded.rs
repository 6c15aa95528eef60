//! Percent-encoded paths, queries and forms, read strictly.

/// The text that was percent-encoded; `None` where it is no UTF-8 or an escape is broken.
pub(crate) fn decode(text: &[u8], plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The pairs of a query or form, in their order; `None` where one of them does not decode.
pub(crate) fn pairs(text: &[u8]) -> Option<Vec<(String, String)>> {
    split(text).map(|(key, value)| Some((decode(key, true)?, decode(value, true)?))).collect()
}

/// The same with every escape left as it is.
pub(crate) fn raw_pairs(text: &[u8]) -> Option<Vec<(String, String)>> {
    let plain = |part: &[u8]| String::from_utf8(part.to_vec()).ok();
    split(text).map(|(key, value)| Some((plain(key)?, plain(value)?))).collect()
}

fn split(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        (&pair[..end], pair.get(end + 1..).unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_or_refused() {
        let read = |text: &str| pairs(text.as_bytes());
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(read("a=1&b=%E4%BD%A0+%2B"), Some(vec![pair("a", "1"), pair("b", "你 +")]));
        assert_eq!(read("a&&=x&c=d=e"), Some(vec![pair("a", ""), pair("", "x"), pair("c", "d=e")]));
        assert_eq!(read(""), Some(vec![]));
        for broken in ["a=%", "a=%G0", "a=%4", "a=%FF"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
