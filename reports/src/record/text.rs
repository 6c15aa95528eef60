//! Sentences in two languages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A sentence in English and, where there is one, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese; a reader falls back to English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
}

impl Text {
    /// A sentence in both languages.
    pub fn both(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: Some(zh.into()) }
    }

    /// The Chinese sentence, or the English one where there is no Chinese.
    pub fn zh(&self) -> &str {
        self.zh.as_deref().unwrap_or(&self.en)
    }
}

impl From<&str> for Text {
    fn from(en: &str) -> Self {
        Self { en: en.to_owned(), zh: None }
    }
}

impl From<String> for Text {
    fn from(en: String) -> Self {
        Self { en, zh: None }
    }
}
