//! Secrets and personal values, and keeping them out of everything that is written.

mod bound;
mod finding;
mod forms;
mod index;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use index::{Index, Mask, Stands};

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "<secret>";

/// A shorter value is no secret: it would be found everywhere.
const SHORTEST: usize = 4;

/// A part of a secret, such as one cookie of several, is masked by itself from this length on.
const SHORTEST_PART: usize = 8;

/// A shorter text states nothing of a person, and a shorter number is no account.
const SHORTEST_PERSONAL: usize = 2;
const SHORTEST_NUMBER: usize = 5;

/// How many values are masked; what a target reports beyond that is not learned.
const MOST: usize = 50_000;

/// Everything that must not be written: tokens, what answers and events hold where the contract states that it is secret, and,
/// unless the user keeps the reports private, what it states of people.
#[derive(Debug, Default)]
pub struct Secrets(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    index: Index,
    /// The number of each personal value, so that the same one is the same everywhere.
    people: BTreeMap<String, u32>,
}

impl Secrets {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds tokens, which are secret however short they are. A weak one is masked only where tokens stand.
    pub fn add_all<'a>(&self, tokens: impl IntoIterator<Item = &'a str>) {
        let mut known = self.lock();
        for token in tokens.into_iter().filter(|token| !token.is_empty()) {
            if is_weak(token) {
                known.index.add(token.as_bytes(), Mask::Secret, Stands::AsToken);
            } else {
                known.add_secret(token);
            }
        }
    }

    /// Adds values that were seen in answers, with their parts.
    pub(crate) fn learn(&self, values: impl IntoIterator<Item = String>) {
        let mut known = self.lock();
        for value in values {
            if value.chars().count() >= SHORTEST && known.index.len() < MOST && known.add_secret(&value) {
                for part in parts(&value) {
                    known.add_secret(part);
                }
            }
        }
    }

    /// Adds values that state something of people.
    pub(crate) fn learn_personal(&self, values: impl IntoIterator<Item = String>) {
        let mut known = self.lock();
        for value in values {
            let shortest =
                if value.bytes().all(|byte| byte.is_ascii_digit()) { SHORTEST_NUMBER } else { SHORTEST_PERSONAL };
            if value.chars().count() >= shortest && known.index.len() < MOST && !is_a_word(&value) {
                let next = u32::try_from(known.people.len()).unwrap_or(u32::MAX) + 1;
                let number = *known.people.entry(value.clone()).or_insert(next);
                known.index.add(value.as_bytes(), Mask::Personal(number), Stands::Whole);
            }
        }
    }

    /// A text without secrets, in whichever form they stand in it.
    pub fn clean(&self, text: &str) -> String {
        self.lock().index.masked(text)
    }
}

impl Known {
    /// Adds a secret in all forms that cannot be distinguished from the text around it; whether it is a new one.
    fn add_secret(&mut self, secret: &str) -> bool {
        // A number is not masked within a longer one.
        let digits = secret.bytes().all(|byte| byte.is_ascii_digit());
        let stands = if digits { Stands::Whole } else { Stands::Anywhere };
        let new = self.index.add(secret.as_bytes(), Mask::Secret, stands);
        if new {
            for form in forms::encoded(secret) {
                self.index.add(form.as_bytes(), Mask::Secret, Stands::Anywhere);
            }
        }
        new
    }
}

/// The values in a secret that are secret by themselves: of cookies, of the query of an address.
fn parts(secret: &str) -> impl Iterator<Item = &str> {
    let pieces = secret.split(['?', '&', ';', ' ']).filter_map(|piece| piece.split_once('='));
    pieces.map(|(_, value)| value).filter(|value| value.len() >= SHORTEST_PART)
}

/// A token of fewer characters may be any word of a document.
const WEAK: usize = 6;
/// So may one of letters alone up to this length.
const WEAK_WORD: usize = 10;

/// Whether a token is so short or so plain that it may stand in a document without being one, such as `http`.
pub(crate) fn is_weak(token: &str) -> bool {
    let length = token.chars().count();
    length < WEAK || length <= WEAK_WORD && token.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// What stands in every document and is nobody's.
fn is_a_word(value: &str) -> bool {
    ["true", "false", "null", "ok", "failed", "all"].contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let secrets = Secrets::default();
        secrets.add_all(["tk", ""]);
        secrets.learn(["uin=o1; \"key\"".to_owned(), "abc".to_owned(), "12345".to_owned(), "123456".to_owned()]);
        for (text, cleaned) in [
            ("Bearer tk", "Bearer <secret>"),
            (r#"{"cookies":"uin=o1; \"key\""}"#, r#"{"cookies":"<secret>"}"#),
            (r#""{\"c\":\"uin=o1; \\\"key\\\"\"}""#, r#""{\"c\":\"<secret>\"}""#),
            ("?c=uin%3Do1%3B%20%22key%22", "?c=<secret>"),
            ("?c=uin%3do1%3b+%22key%22", "?c=<secret>"),
            ("{\"token\":123456,\"n\":1234}", "{\"token\":<secret>,\"n\":1234}"),
            ("1234567", "1234567"),
            ("abc", "abc"),
        ] {
            assert_eq!(secrets.clean(text), cleaned);
        }
    }

    #[test]
    fn a_weak_token_is_masked_where_tokens_stand() {
        let secrets = Secrets::default();
        secrets.add_all(["http", "root", "123"]);
        for (text, cleaned) in [
            ("http://127.0.0.1:3000 HTTP/1.1 and http", "http://127.0.0.1:3000 HTTP/1.1 and http"),
            ("Authorization: Bearer http", "Authorization: Bearer <secret>"),
            ("/get_status?access_token=root&n=123", "/get_status?access_token=<secret>&n=123"),
            (r#"{"token":"root","type":"root"}"#, r#"{"token":"<secret>","type":"root"}"#),
            (r#""{\"access_token\": \"http\"}""#, r#""{\"access_token\": \"<secret>\"}""#),
            ("access_token%3D123", "access_token%3D<secret>"),
            ("the token is rooted", "the token is rooted"),
        ] {
            assert_eq!(secrets.clean(text), cleaned);
        }
        for (token, weak) in
            [("hunter2", false), ("abcdefghijk", false), ("letmein", true), ("Xy9!", true), ("4711abc", false)]
        {
            assert_eq!(is_weak(token), weak, "{token}");
        }
    }

    #[test]
    fn encodings_of_all_kinds_are_found() {
        let secrets = Secrets::default();
        secrets.learn(["https://example.com/i?file=1&rkey=CAQSKAB6made/up+群".to_owned()]);
        for text in [
            // Escaped as codes in messages are, as HTML is, as JSON within JSON is, and with every sign as a number.
            "https://example.com/i?file=1&amp;rkey=CAQSKAB6made/up+群",
            "https://example.com/i?file=1&#38;rkey=CAQSKAB6made&#x2f;up+群",
            r"https:\/\/example.com\/i?file=1\u0026rkey=CAQSKAB6made\/up+\u7fa4",
            r"https:\\/\\/example.com\\/i?file=1\\u0026rkey=CAQSKAB6made\\/up+\\u7FA4",
            "https%3A%2F%2Fexample.com%2Fi%3Ffile%3D1%26rkey%3DCAQSKAB6made%2Fup%2B%E7%BE%A4",
            "https%253A%252F%252Fexample.com%252Fi%253Ffile%253D1%2526rkey%253DCAQSKAB6made%252Fup%252B%25E7%25BE%25A4",
        ] {
            assert_eq!(secrets.clean(&format!("[{text}]")), "[<secret>]", "{text}");
        }
        assert_eq!(secrets.clean("rkey=CAQSKAB6made/up+群&x=1"), "rkey=<secret>&x=1", "a part of it by itself");
    }

    #[test]
    fn base64_and_hex_are_found_wherever_they_begin() {
        let secrets = Secrets::default();
        secrets.learn(["skey=@made-up!".to_owned()]);
        for text in [
            "c2tleT1AbWFkZS11cCE=",         // by itself
            "eHNrZXk9QG1hZGUtdXAhCg==",     // one byte later
            "eHhza2V5PUBtYWRlLXVwIQo=",     // two bytes later
            "736b65793d406d6164652d757021", // hex
            "736B65793D406D6164652D757021", // in capitals
            "c2tleT1AbWFkZS11cCE%3D",       // percent-encoded besides
        ] {
            let cleaned = secrets.clean(text);
            assert!(cleaned.contains(MASK) && cleaned.len() < MASK.len() + 8, "{text}: {cleaned}");
        }
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_a_cut_text_is_masked() {
        let secrets = Secrets::default();
        secrets.learn(["skey=@abcdefghijklmnop".to_owned()]);
        assert_eq!(secrets.clean("cookie: skey=@abcdefgh"), "cookie: <secret>");
        assert_eq!(secrets.clean("cookie: skey=@abcdefgh…"), "cookie: <secret>…");
        assert_eq!(secrets.clean("the skey"), "the skey");
    }

    #[test]
    fn the_same_person_is_the_same_everywhere() {
        let secrets = Secrets::default();
        secrets.learn_personal(["20002".to_owned(), "Lin".to_owned(), "true".to_owned(), "12".to_owned()]);
        secrets.learn_personal(["20002".to_owned()]);
        assert_eq!(
            secrets.clean(r#"{"user_id":20002,"nickname":"Lin","on":true,"n":12,"id":"120002","city":"Linz"}"#),
            r#"{"user_id":<personal 1>,"nickname":"<personal 2>","on":true,"n":12,"id":"120002","city":"Linz"}"#
        );
    }
}
