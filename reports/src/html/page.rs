//! What every page has in common: style, script, the policy that lets nothing else run, language and theme.

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::mark;
use super::words::both;
use crate::visible::visible_line;
use crate::words::Language;

/// Language, theme, times and what is copied: what every page does.
pub(crate) const SCRIPT: &str = include_str!("page.js");

/// The picture of the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Good,
    Bad,
    Defect,
    Unknown,
}

/// A page that works from disk and asks for nothing.
pub(crate) struct Page {
    /// The title, in English.
    pub(crate) title: String,
    /// The picture of the tab.
    pub(crate) icon: Icon,
    /// What the page does beside what all do; empty for nothing.
    pub(crate) script: &'static str,
    /// Everything below the bar.
    pub(crate) body: Markup,
}

impl Page {
    /// The page as text.
    pub(crate) fn render(&self) -> String {
        self.render_in(Language::En)
    }

    /// The page as text, in this language where its script does not run.
    pub(crate) fn render_in(&self, language: Language) -> String {
        let scripts: Vec<_> = [SCRIPT, self.script].into_iter().filter(|script| !script.is_empty()).collect();
        let page = html! {
            (DOCTYPE)
            html lang=(language.pick("en", "zh-CN")) data-lang=(language.as_str()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(&scripts));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content="botspec";
                    title { (visible_line(&self.title)) " · botspec" }
                    link rel="icon" href=(icon(self.icon));
                    style { (PreEscaped(style())) }
                    @for script in &scripts { script { (PreEscaped(script)) } }
                }
                body {
                    (mark::symbols())
                    (bar(&html! { p.brand { "botspec" } }))
                    (self.body)
                }
            }
        };
        page.into_string()
    }
}

/// The bar on top, with the switches for language and theme.
pub(crate) fn bar(brand: &Markup) -> Markup {
    html! {
        nav.bar aria-label="botspec" {
            (brand)
            div.switches {
                button type="button" data-set-lang="en" lang="en" { "English" }
                button type="button" data-set-lang="zh" lang="zh-CN" { "中文" }
                button type="button" data-theme-toggle="" {
                    svg.mark aria-hidden="true" { use href="#i-partial" {} }
                    (both("Theme", "主题"))
                }
            }
        }
    }
}

/// The style. The dark palette stands twice: for those whose system is dark, and for those who ask for it.
pub(crate) fn style() -> &'static str {
    static STYLE: LazyLock<String> = LazyLock::new(|| {
        let (base, dark) = (include_str!("style.css"), include_str!("dark.css"));
        format!(
            "{base}\n@media (prefers-color-scheme: dark) {{\n:root:not([data-theme=light]) {{\n{dark}}}\n}}\n\
             :root[data-theme=dark] {{\n{dark}}}\n"
        )
    });
    &STYLE
}

/// What the browser may load and run: this style, these scripts, the picture of the tab. Everything that comes from a
/// target is escaped; should that ever fail, nothing of it runs.
fn policy(scripts: &[&str]) -> String {
    let hashes: Vec<_> = scripts.iter().map(|script| format!("'{}'", hash(script))).collect();
    format!(
        "default-src 'none'; style-src '{}'; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(style()),
        hashes.join(" ")
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|at| u32::from(chunk.get(at).copied().unwrap_or(0)));
        let whole = a << 16 | b << 8 | c;
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let sign = SIGNS[(whole >> shift & 63) as usize] as char;
            out.push(if at <= chunk.len() { sign } else { '=' });
        }
    }
    out
}

/// A small picture for the tab, with the shape and the colour of the outcome.
pub(crate) fn icon(icon: Icon) -> String {
    let (shape, colour) = match icon {
        Icon::Bad => ("M3 3l10 10M13 3L3 13", "rgb(200,70,20)"),
        Icon::Defect => ("M8 2v8M8 13v1", "rgb(140,60,180)"),
        Icon::Unknown => ("M3 8h10", "rgb(110,120,130)"),
        Icon::Good => ("M3 8l4 4 6-8", "rgb(0,125,105)"),
    };
    format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>\
         <path d='{shape}' fill='none' stroke='{colour}' stroke-width='3' stroke-linecap='round'/></svg>"
    )
}
