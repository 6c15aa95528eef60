//! Secrets, and keeping them out of everything that is written.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use botspec_reports::record::{Capture, Finding};

/// What stands in the place of a secret.
const MASK: &str = "<secret>";

/// A shorter secret is no secret: it would be found everywhere.
const SHORTEST: usize = 4;

/// Everything that must not be written: the tokens, and what answers held where the contract defines that it is secret.
#[derive(Debug, Default)]
pub struct Secrets(Mutex<BTreeSet<String>>);

impl Secrets {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds tokens, which are secret however short they are.
    pub fn add_all<'a>(&self, tokens: impl IntoIterator<Item = &'a str>) {
        let tokens = tokens.into_iter().filter(|token| !token.is_empty());
        self.lock().extend(tokens.map(str::to_owned));
    }

    /// Adds values that were seen in answers.
    pub(crate) fn learn(&self, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().filter(|value| value.chars().count() >= SHORTEST).collect();
        if !values.is_empty() {
            self.lock().extend(values);
        }
    }

    /// A text without secrets, in whichever form they stand in it: as they are, as in JSON, percent-encoded.
    pub fn clean(&self, text: &str) -> String {
        let secrets = self.lock();
        // The longest first, so that no rest of one is left where another is a part of it.
        let mut forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        let mut cleaned = text.to_owned();
        for form in forms {
            if cleaned.contains(&form) {
                cleaned = cleaned.replace(&form, MASK);
            }
        }
        cleaned
    }

    /// Takes the secrets out of a finding.
    pub fn clean_finding(&self, finding: &mut Finding) {
        let clean = |text: &mut String| *text = self.clean(text);
        clean(&mut finding.summary.en);
        clean(&mut finding.summary.zh);
        for capture in [&mut finding.request, &mut finding.response].into_iter().flatten() {
            let Capture { head, body, .. } = capture;
            head.iter_mut().for_each(clean);
            clean(body);
        }
        for difference in &mut finding.differences {
            clean(&mut difference.expected);
            clean(&mut difference.found);
        }
        finding.trace.iter_mut().for_each(|line| clean(&mut line.text));
        finding.repeat.iter_mut().for_each(clean);
    }
}

/// The forms in which a secret may stand in a text.
fn forms(secret: &str) -> BTreeSet<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let twice = serde_json::Value::from(json.as_str()).to_string();
    let twice = twice[1..twice.len() - 1].to_owned();
    BTreeSet::from([secret.to_owned(), json, twice, crate::gate::encode(secret)])
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
            ("{\"token\":123456,\"n\":1234}", "{\"token\":<secret>,\"n\":1234}"),
            ("abc", "abc"),
        ] {
            assert_eq!(secrets.clean(text), cleaned);
        }
    }
}
