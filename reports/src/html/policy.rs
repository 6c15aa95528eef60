//! The style and the script of the page, and the policy that lets the browser run nothing else.

use std::sync::LazyLock;

/// The script.
pub(super) const SCRIPT: &str = include_str!("script.js");

/// The SHA-256 of the script. A browser test fails, and says the right one, when it is stale.
const SCRIPT_HASH: &str = "sha256-FqfV5751A+yt43E0Ef6nonz3OVQKGdxnEZCrhZptwE0=";

/// The SHA-256 of the style. A browser test fails, and says the right one, when it is stale.
const STYLE_HASH: &str = "sha256-5WV39XcZtquxMTP6HK07v7SE3hhYeM2mqEzUtCUhzZo=";

/// The style. The dark palette stands twice: for those whose system is dark, and for those who ask for it.
pub(super) fn style() -> &'static str {
    static STYLE: LazyLock<String> = LazyLock::new(|| {
        let (base, dark) = (include_str!("style.css"), include_str!("dark.css"));
        format!(
            "{base}\n@media (prefers-color-scheme: dark) {{\n:root:not([data-theme=light]) {{\n{dark}}}\n}}\n\
             :root[data-theme=dark] {{\n{dark}}}\n"
        )
    });
    &STYLE
}

/// What the browser may load and run: this style, this script, the picture of the tab. Everything that comes from a
/// target is escaped; should that ever fail, nothing of it runs.
pub(super) fn content_security_policy() -> String {
    format!(
        "default-src 'none'; style-src '{STYLE_HASH}'; script-src '{SCRIPT_HASH}'; img-src data:; \
         base-uri 'none'; form-action 'none'"
    )
}
