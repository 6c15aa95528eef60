//! What the pages of the site have in common. Style and scripts are files of their own, so that a thousand pages do not
//! carry them a thousand times; the pages work from disk and from any folder of a server.

use maud::{DOCTYPE, Markup, html};

use super::SiteFile;
use super::cell::Status;
use crate::html::mark;
use crate::html::page::{self, Icon};
use crate::html::words::both;
use crate::visible::visible_line;

/// Files that every page refers to.
pub(super) fn assets() -> Vec<SiteFile> {
    let style = format!("{}\n{}", page::style(), include_str!("site.css"));
    let script = format!("{}\n{}", page::SCRIPT, include_str!("site.js"));
    vec![file("site.css", style), file("site.js", script)]
}

pub(super) fn file(path: impl Into<String>, content: impl Into<String>) -> SiteFile {
    SiteFile { path: path.into(), content: content.into() }
}

/// A page of the site.
pub(super) struct SitePage<'a> {
    /// Its path, which reports how far below the folder of the site it is.
    pub(super) path: &'a str,
    pub(super) title: String,
    pub(super) body: Markup,
}

impl SitePage<'_> {
    pub(super) fn render(&self) -> SiteFile {
        let up = "../".repeat(self.path.matches('/').count());
        let json = self.path.strip_suffix(".html").map(|stem| format!("{up}{stem}.json"));
        let policy = "default-src 'none'; style-src 'self' file:; script-src 'self' file:; \
                      img-src 'self' file: data:; base-uri 'none'; form-action 'none'";
        let page = html! {
            (DOCTYPE)
            html lang="en" data-lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content="botspec";
                    title { (visible_line(&self.title)) " · botspec" }
                    link rel="icon" href=(page::icon(Icon::Unknown));
                    link rel="stylesheet" href={ (up) "site.css" };
                    @if let Some(json) = &json { link rel="alternate" type="application/json" href=(json); }
                    script src={ (up) "site.js" } {}
                }
                body.site {
                    (mark::symbols())
                    (page::bar(&html! {
                        p.brand { a href={ (up) "index.html" } { "botspec " (both("matrix", "兼容性矩阵")) } }
                    }))
                    (self.body)
                    @if let Some(json) = &json {
                        footer.site-footer { a href=(json) { (both("This page as JSON", "本页的 JSON")) } }
                    }
                }
            }
        };
        file(self.path, page.into_string())
    }
}

/// The sign and the word of a status.
pub(super) fn word(status: Status) -> Markup {
    let (sign, en, zh) = status.words();
    html! { span class={ "st " (status.letter()) } { (sign) " " (both(en, zh)) } }
}
