//! "Move from A to B": what is lost and what breaks for a bot, from contracts and from what was measured.

use std::collections::BTreeMap;

use botspec_schema::Catalog;
use botspec_schema::compare::{Level, compare};
use maud::{Markup, html};
use serde_json::json;

use super::SiteFile;
use super::cell::{Status, Table};
use super::column::{Column, slug};
use super::layout::{self, SitePage, file};
use super::row::Row;
use crate::html::words::{both, text};
use crate::visible::visible_line;

/// How many implementations are compared with each other.
const IMPLEMENTATIONS: usize = 8;
/// How many entries of a list are shown.
const ENTRIES: usize = 1_000;

/// A page for each way between the newest builds of two implementations, read as the dialects that state most of them.
pub(super) fn files(catalog: &Catalog, rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> Vec<SiteFile> {
    let mut newest: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (number, column) in columns.iter().enumerate() {
        if column.analysis.is_ok() && column.faults.is_empty() {
            newest.insert((&column.implementation, &column.dialect), number);
        }
    }
    let ends: Vec<usize> = newest.into_values().take(IMPLEMENTATIONS).collect();
    let mut files = Vec::new();
    let mut links = Vec::new();
    for &from in &ends {
        for &to in ends.iter().filter(|to| **to != from) {
            let (a, b) = (&columns[from], &columns[to]);
            let stem = format!("move/{}", slug(&[&a.slug, "to", &b.slug]));
            let moving = Moving::of(rows, table, from, to);
            let page = SitePage {
                path: &format!("{stem}.html"),
                title: format!("{} → {}", title(a), title(b)),
                body: body(catalog, rows, a, b, &moving),
            };
            files.push(page.render());
            let names = |numbers: &[usize]| numbers.iter().map(|it| rows[*it].anchor()).collect::<Vec<_>>();
            let data = json!({
                "from": a.slug, "to": b.slug, "lost": names(&moving.lost), "breaks": names(&moving.breaks),
                "unknown": names(&moving.unknown),
            });
            files.push(file(format!("{stem}.json"), format!("{data}\n")));
            links.push((stem, title(a), title(b)));
        }
    }
    if !links.is_empty() {
        let data = json!(links.iter().map(|(stem, _, _)| stem).collect::<Vec<_>>());
        let page = SitePage {
            path: "move/index.html",
            title: "Move a bot".to_owned(),
            body: html! {
                header.masthead { h1 { span { (both("Move a bot from one to another", "把机器人迁移到另一个实现")) } } }
                main { ul.rows { @for (stem, from, to) in &links {
                    li { a href={ "../" (stem) ".html" } { (from) " → " (to) } }
                } } }
            },
        };
        files.push(page.render());
        files.push(file("move/index.json", format!("{data}\n")));
    }
    files
}

fn title(column: &Column<'_>) -> String {
    format!("{} ({})", column.build(), column.dialect)
}

/// What changes for a bot, by row.
struct Moving {
    /// Works there, is not here.
    lost: Vec<usize>,
    /// Works there, deviates here.
    breaks: Vec<usize>,
    /// Works there, was not tested here.
    unknown: Vec<usize>,
}

impl Moving {
    fn of(rows: &[Row], table: &Table<'_>, from: usize, to: usize) -> Self {
        let mut moving = Self { lost: Vec::new(), breaks: Vec::new(), unknown: Vec::new() };
        for (number, row) in rows.iter().enumerate() {
            if row.kind.listed().is_none() {
                continue;
            }
            match (table.cell(number, from).status, table.cell(number, to).status) {
                (
                    Status::Supported | Status::Envelope | Status::Deviates,
                    Status::Missing | Status::Absent | Status::DocumentedOnly,
                ) => {
                    moving.lost.push(number);
                }
                (Status::Supported | Status::Envelope, Status::Deviates) => moving.breaks.push(number),
                (Status::Supported | Status::Envelope, Status::NotRun) => moving.unknown.push(number),
                _ => {}
            }
        }
        moving
    }
}

fn body(catalog: &Catalog, rows: &[Row], a: &Column<'_>, b: &Column<'_>, moving: &Moving) -> Markup {
    let dialects = (catalog.dialect(&a.dialect), catalog.dialect(&b.dialect));
    html! {
        header.masthead {
            p.target { a href="index.html" { (both("Move a bot", "迁移机器人")) } }
            h1 { span { (title(a)) " → " (title(b)) } }
        }
        main {
            section.group {
                div.heading { h2 { (both("What was measured", "实测结果")) } }
                (list(&both("Lost", "会失去的"), Status::Missing, rows, &moving.lost))
                (list(&both("Breaks", "会出问题的"), Status::Deviates, rows, &moving.breaks))
                (list(&both("Not tested there", "目标上未测的"), Status::NotRun, rows, &moving.unknown))
            }
            @if let (Some(from), Some(to)) = dialects {
                @if from.name() != to.name() {
                    @let comparison = compare(from, to);
                    section.group {
                        div.heading {
                            h2 { (both("What the contracts say", "契约的差异")) }
                            p { (both("What to change in the bot, worst first.", "机器人需要修改的地方，最严重的在前。")) }
                        }
                        @for level in Level::ALL {
                            @let entries: Vec<_> = comparison.entries.iter().filter(|entry| entry.level == level).collect();
                            @if !entries.is_empty() {
                                details.fold {
                                    summary {
                                        span.title { b { (crate::compare::word(level)) } }
                                        span.count { (entries.len()) }
                                    }
                                    ul.rows {
                                        @for entry in entries.iter().take(ENTRIES) {
                                            li {
                                                code { (entry.name) } " " (text(&entry.text))
                                                @if !entry.replacements.is_empty() {
                                                    " → " code { (entry.replacements.join(", ")) }
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list(title: &Markup, status: Status, rows: &[Row], numbers: &[usize]) -> Markup {
    html! {
        @if !numbers.is_empty() {
            details.fold open[numbers.len() <= 20] {
                summary { span.title { b { (title) } " " (layout::word(status)) } span.count { (numbers.len()) } }
                ul.rows {
                    @for number in numbers.iter().take(ENTRIES) {
                        @let row = &rows[*number];
                        li {
                            a href={ "../" (row.path()) ".html" } { code { (visible_line(&row.name)) } }
                            @if let Some(summary) = &row.summary { " " span.about { (text(summary)) } }
                        }
                    }
                }
            }
        }
    }
}
