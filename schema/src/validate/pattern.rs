//! Patterns, each compiled once.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use regex_lite::Regex;

static COMPILED: RwLock<BTreeMap<String, Option<Arc<Regex>>>> = RwLock::new(BTreeMap::new());

/// Compiles a pattern, or reports why it is none.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| error.to_string())
}

/// Whether a pattern matches somewhere in a text. A pattern that does not compile matches nothing; the lint reports.
pub(super) fn is_match(pattern: &str, text: &str) -> bool {
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern).cloned();
    let regex = known.unwrap_or_else(|| {
        let regex = compile(pattern).ok().map(Arc::new);
        COMPILED.write().unwrap_or_else(PoisonError::into_inner).insert(pattern.to_owned(), regex.clone());
        regex
    });
    regex.is_some_and(|regex| regex.is_match(text))
}
