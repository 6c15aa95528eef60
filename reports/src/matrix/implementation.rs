//! A page per implementation: its versions, what changed between them, what is wrong in each, and who is hurt.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Value, json};

use super::SiteFile;
use super::cell::{Status, Table};
use super::clients::{self, Hurt};
use super::column::{Column, slug};
use super::layout::{self, SitePage, file};
use super::row::Row;
use crate::diff::Diff;
use crate::formats::badge;
use crate::html::words::{both, text};
use crate::summary::Group;
use crate::visible::visible_line;

/// How many causes of a column are listed.
const CAUSES: usize = 200;

/// The page of the implementation that a column belongs to, with the place of the column.
pub(super) fn path(column: &Column<'_>) -> String {
    format!("implementation/{}.html#{}", slug(&[&column.implementation]), column.slug)
}

/// A column for programs.
pub(super) fn about(column: &Column<'_>) -> Value {
    json!({
        "implementation": column.implementation,
        "version": column.version,
        "dialect": column.dialect,
        "faults": column.faults,
        "slug": column.slug,
        "error": column.analysis.as_ref().err(),
        "notes": column.notes,
        "figures": column.analysis.as_ref().ok().map(|analysis| &analysis.figures),
    })
}

/// The columns at a glance, for a phone: how much of each was tested, and what of that holds.
pub(super) fn overview(columns: &[Column<'_>], table: &Table<'_>) -> Markup {
    html! {
        ul.columns {
            @for (number, column) in columns.iter().enumerate() {
                li {
                    a href=(path(column)) { b { (column.build()) } } " " span.count { (both("as", "按")) " " (column.dialect) }
                    @match &column.analysis {
                        Ok(_) => p { (coverage(number, table)) },
                        Err(why) => p { "! " (why) },
                    }
                }
            }
        }
    }
}

/// How much of a column was tested, stated before what came of it.
fn coverage(number: usize, table: &Table<'_>) -> Markup {
    let counts = table.counts(number);
    let of = |status| counts.get(&status).copied().unwrap_or(0);
    let tested = of(Status::Supported) + of(Status::Envelope) + of(Status::Deviates) + of(Status::Missing);
    let all = tested + of(Status::NotRun);
    html! {
        b { (tested) " / " (all) } " " (both("tested", "已测")) ": "
        @for status in [Status::Supported, Status::Envelope, Status::Deviates, Status::Missing, Status::NotRun] {
            span class={ "st " (status.letter()) } { (status.words().0) " " (of(status)) } " "
        }
    }
}

/// The pages of all implementations, and the badges of all columns.
pub(super) fn files(rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> Vec<SiteFile> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, column) in columns.iter().enumerate() {
        by_name.entry(&column.implementation).or_default().push(number);
    }
    let mut files = Vec::new();
    for (name, numbers) in by_name {
        let stem = format!("implementation/{}", slug(&[name]));
        let path = format!("{stem}.html");
        let body = body(name, &numbers, rows, columns, table);
        files.push(SitePage { path: &path, title: name.to_owned(), body }.render());
        let data: Vec<_> = numbers.iter().map(|number| data(&columns[*number], *number, table)).collect();
        files.push(file(format!("{stem}.json"), format!("{}\n", json!({ "implementation": name, "columns": data }))));
    }
    for column in columns {
        if let Ok(analysis) = &column.analysis {
            let (mut svg, mut json) = (Vec::new(), Vec::new());
            // A vector takes everything.
            let _ = badge::svg(analysis, &mut svg);
            let _ = badge::json(analysis, &mut json);
            for (ending, bytes) in [("svg", svg), ("json", json)] {
                files.push(file(format!("badge/{}.{ending}", column.slug), String::from_utf8_lossy(&bytes)));
            }
        }
    }
    files
}

fn data(column: &Column<'_>, number: usize, table: &Table<'_>) -> Value {
    let counts: BTreeMap<_, _> = table.counts(number).into_iter().map(|(status, it)| (status.words().1, it)).collect();
    let causes: Vec<_> = match &column.analysis {
        Ok(analysis) => analysis.causes.iter().take(CAUSES).map(crate::json::CauseEntry::of).collect(),
        Err(_) => Vec::new(),
    };
    let mut about = about(column);
    about["rows"] = json!(counts);
    about["causes"] = json!(causes);
    about["clients"] = json!(clients::hurt(column));
    about
}

fn body(name: &str, numbers: &[usize], rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> Markup {
    html! {
        header.masthead { h1 { span { (name) } } }
        main {
            (trend(numbers, columns, table))
            @for number in numbers { (section(*number, numbers, rows, columns, table)) }
        }
    }
}

/// How the rows stand over the versions.
fn trend(numbers: &[usize], columns: &[Column<'_>], table: &Table<'_>) -> Markup {
    let statuses = [Status::Supported, Status::Envelope, Status::Deviates, Status::Missing, Status::NotRun];
    html! {
        section.group {
            div.heading { h2 { (both("Versions", "各版本")) } }
            div.wide tabindex="0" {
                table.trend {
                    thead {
                        tr {
                            th scope="col" { (both("Version", "版本")) }
                            th scope="col" { (both("read as", "按方言")) }
                            @for status in statuses { th scope="col" { (layout::word(status)) } }
                            th scope="col" { (both("share", "比例")) }
                        }
                    }
                    tbody {
                        @for number in numbers {
                            @let column = &columns[*number];
                            @let counts = table.counts(*number);
                            tr {
                                th scope="row" { a href={ "#" (column.slug) } { (column.build()) } }
                                td { (column.dialect) }
                                @for status in statuses { td { (counts.get(&status).copied().unwrap_or(0)) } }
                                td {
                                    (crate::html::bar(
                                        &statuses.map(|status| {
                                            let class = match status {
                                                Status::Supported | Status::Envelope => "pass",
                                                Status::Deviates => "fail",
                                                Status::Missing => "warn",
                                                _ => "skip",
                                            };
                                            (class, counts.get(&status).copied().unwrap_or(0) as u64)
                                        }),
                                        "of-version",
                                    ))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn section(number: usize, numbers: &[usize], rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> Markup {
    let column = &columns[number];
    let analysis = match &column.analysis {
        Ok(analysis) => analysis,
        Err(why) => return html! { section.group id=(column.slug) { h2 { (column.build()) } p { "! " (why) } } },
    };
    let causes: Vec<_> = analysis.causes.iter().filter(|cause| cause.group <= Group::Warned).collect();
    let before = numbers
        .iter()
        .take_while(|one| **one != number)
        .filter(|one| columns[**one].dialect == column.dialect && columns[**one].faults == column.faults);
    let before = before.last().and_then(|one| columns[*one].analysis.as_ref().ok().map(|it| (&columns[*one], it)));
    html! {
        section.group id=(column.slug) {
            div.heading {
                h2 { (column.build()) " " span.count { (both("as", "按")) " " (column.dialect) } }
                p { (coverage(number, table)) }
            }
            p { (text(&analysis.figures.headline())) }
            @if let Some(actions) = &analysis.figures.actions { p { (text(&actions.sentence())) } }
            p { img src={ "../badge/" (column.slug) ".svg" } alt={ (column.dialect) " badge" }; }
            @for note in &column.notes { p.note { "! " (text(note)) } }
            @if let Some((older, then)) = before {
                @let diff = Diff::of(then, analysis);
                p {
                    b { (both("Since ", "相比 ")) (older.build()) ": " } (text(&diff.headline()))
                    ": " (diff.new_causes.len()) " " (both("new causes", "个新原因")) ", "
                    (diff.fixed_causes.len()) " " (both("fixed", "个已修复")) ", "
                    (diff.coverage_lost.len()) " " (both("no longer tested", "项不再有结论"))
                }
            }
            (hurt(&clients::hurt(column)))
            @if !causes.is_empty() {
                details.fold open[causes.len() <= 10] {
                    summary { span.title { b { (both("Causes", "原因")) } } span.count { (causes.len()) } }
                    ul.rows {
                        @for cause in causes.iter().take(CAUSES) {
                            li { (text(&cause.title())) " " span.count { (cause.checks.len()) } }
                        }
                    }
                }
            }
            (missing(number, rows, table))
        }
    }
}

/// What the implementation states that it does not have.
fn missing(number: usize, rows: &[Row], table: &Table<'_>) -> Markup {
    let missing: Vec<_> =
        rows.iter().enumerate().filter(|(row, _)| table.cell(*row, number).status == Status::Missing).collect();
    html! {
        @if !missing.is_empty() {
            details.fold {
                summary { span.title { b { (both("Missing", "没有的")) } } span.count { (missing.len()) } }
                ul.rows { @for (_, row) in missing { li { a href={ "../" (row.path()) ".html" } { code { (visible_line(&row.name)) } } } } }
            }
        }
    }
}

fn hurt(hurt: &[Hurt<'_>]) -> Markup {
    html! {
        @if !hurt.is_empty() {
            details.fold open {
                summary { span.title { b { (both("Clients that this breaks", "受影响的客户端")) } } span.count { (hurt.len()) } }
                ul.rows {
                    @for one in hurt {
                        li {
                            b { (one.client) " " (one.version) } ": " (text(one.effect)) " — " (text(&one.cause))
                            " " span.note { (text(one.note)) }
                        }
                    }
                }
            }
        }
    }
}
