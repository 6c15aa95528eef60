//! A comparison as one page that works from disk: no script, and nothing that is fetched from anywhere.
//!
//! It is written as text, because this crate has no other page: what comes from contracts goes through [`escape`]. Both
//! languages stand in it; which of them and which levels are shown is decided by the style.

use std::fmt::Write as _;

use super::Language;
use super::entry::{Change, Comparison, Entry, Level};
use super::outline::{Block, Group, List, outline};
use super::phrases::Phrases;
use super::subject::Subject;

/// The comparison as one page, with this language shown first.
pub fn html(comparison: &Comparison, language: Language) -> String {
    let title = Phrases { comparison, language }.title();
    let mut out = String::from("<!DOCTYPE html>\n");
    let tag = match language {
        Language::En => "en",
        Language::Zh => "zh-CN",
    };
    let _ = write!(
        out,
        "<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"botspec\">\n<title>{} · botspec</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        escape(&title),
        include_str!("page.css"),
    );
    let _ = writeln!(out, "<header>\n<p class=\"brand\">botspec</p>");
    bar(&mut out, comparison, language);
    let _ = writeln!(out, "</header>");
    for (language, class, tag) in [(Language::En, "in-en", "en"), (Language::Zh, "in-zh", "zh-CN")] {
        let _ = writeln!(out, "<main class=\"{class}\" lang=\"{tag}\">");
        body(&mut out, &Phrases { comparison, language });
        let _ = writeln!(out, "</main>");
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// What chooses the levels and the language.
fn bar(out: &mut String, comparison: &Comparison, language: Language) {
    let of = |language| Phrases { comparison, language };
    let (en, zh) = (of(Language::En), of(Language::Zh));
    let _ = writeln!(out, "<form class=\"bar\">\n<fieldset>");
    for level in Level::ALL.into_iter().filter(|level| comparison.counts.get(*level) > 0) {
        let (id, count) = (class(level), comparison.counts.get(level));
        let _ = writeln!(
            out,
            "<label><input type=\"checkbox\" id=\"{id}\" autocomplete=\"off\" checked> {} {count}</label>",
            both(en.level(level), zh.level(level))
        );
    }
    let _ = writeln!(out, "</fieldset>\n<fieldset class=\"languages\">");
    for (this, id, word) in [(Language::En, "en", "English"), (Language::Zh, "zh", "中文")] {
        let checked = if this == language { " checked" } else { "" };
        let _ = writeln!(
            out,
            "<label><input type=\"radio\" name=\"language\" id=\"{id}\" autocomplete=\"off\"{checked}> {word}</label>"
        );
    }
    let _ = writeln!(out, "</fieldset>\n</form>");
}

fn both(en: &str, zh: &str) -> String {
    format!(
        "<span class=\"in-en\" lang=\"en\">{}</span><span class=\"in-zh\" lang=\"zh-CN\">{}</span>",
        escape(en),
        escape(zh)
    )
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Breaks => "breaks",
        Level::Misses => "misses",
        Level::New => "new",
        Level::Note => "note",
    }
}

fn body(out: &mut String, phrases: &Phrases<'_>) {
    let _ = writeln!(out, "<h1>{}</h1>", escape(&phrases.title()));
    let _ = writeln!(out, "<p>{}</p>", escape(&phrases.summary()));
    for section in outline(phrases.comparison) {
        let (class, heading) = (class(section.level), phrases.level(section.level));
        let _ = writeln!(out, "<section class=\"{class}\">\n<h2>{heading} <small>{}</small></h2>", section.count);
        let _ = writeln!(out, "<p class=\"soft\">{}</p>", escape(phrases.meaning(section.level)));
        for kind in &section.kinds {
            of_kind(out, phrases, kind);
        }
        let _ = writeln!(out, "</section>");
    }
}

fn of_kind(out: &mut String, phrases: &Phrases<'_>, kind: &Group<'_>) {
    let _ = writeln!(out, "<h3>{}</h3>", phrases.kind(kind.kind));
    for list in &kind.lists {
        let heading = escape(&phrases.list(kind.kind, list.change));
        let _ = writeln!(out, "<h4>{heading} <small>{}</small></h4>", list.count());
        of_list(out, phrases, list);
    }
    for block in &kind.blocks {
        of_block(out, phrases, block);
    }
}

fn of_list(out: &mut String, phrases: &Phrases<'_>, list: &List<'_>) {
    let _ = writeln!(out, "<ul class=\"names\">");
    for (category, entries) in &list.groups {
        let category = if category.is_empty() {
            String::new()
        } else {
            format!("<span class=\"category\">{}</span>", escape(category))
        };
        // Renames are read one by one, other names at a glance.
        let separator = if list.change == Change::Renamed { "<br>" } else { ", " };
        let items: Vec<String> = entries.iter().map(|entry| item(phrases, entry)).collect();
        let _ = writeln!(out, "<li>{category}<span>{}</span></li>", items.join(separator));
    }
    let _ = writeln!(out, "</ul>");
}

/// A whole contract, and what may take its place.
fn item(phrases: &Phrases<'_>, entry: &Entry) -> String {
    let others: Vec<String> = entry.replacements.iter().map(|name| code(name)).collect();
    let arrow = if others.is_empty() { "" } else { " → " };
    format!("{}{}{arrow}{}", code(&entry.name), phrases.behind(entry), others.join(", "))
}

fn of_block(out: &mut String, phrases: &Phrases<'_>, block: &Block<'_>) {
    let plain = block.entries.first().is_some_and(|entry| entry.kind == Subject::Dialect);
    let name = |name: &&str| if plain { escape(name) } else { code(name) };
    let names: Vec<String> = phrases.names(block).iter().map(name).collect();
    let other = block.to_name().map_or_else(String::new, |name| format!(" → {}", code(name)));
    let _ = writeln!(out, "<div class=\"block\">\n<p>{}{other}</p>\n<ul>", names.join(", "));
    for line in phrases.lines(block) {
        let part =
            if line.part.is_empty() { String::new() } else { format!("<span class=\"part\">{}</span>", line.part) };
        let _ = writeln!(out, "<li>{part}<span>{}</span></li>", sentence(&line.sentence));
    }
    let _ = writeln!(out, "</ul>");
    if let Some(used) = block.entries.first().and_then(|entry| phrases.used_by(entry)) {
        let _ = writeln!(out, "<p class=\"soft\">{}</p>", escape(&used));
    }
    let _ = writeln!(out, "</div>");
}

fn code(name: &str) -> String {
    format!("<code>{}</code>", escape(name))
}

/// A sentence, with what stands between backticks set as code.
fn sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks closes nothing.
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { escape(part) }).collect()
}

/// Text in the place of an element or in an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn code_and_markup_in_a_sentence_are_told_apart() {
        assert_eq!(sentence("`a` takes <b> & `c<`."), "<code>a</code> takes &lt;b&gt; &amp; <code>c&lt;</code>.");
        assert_eq!(sentence("one ` alone"), "one ` alone");
    }
}
