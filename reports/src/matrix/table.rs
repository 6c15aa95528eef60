//! The table: every row, every column, one cell each.

use maud::{Markup, html};
use serde_json::json;

use super::cell::{Cell, Status, Table};
use super::column::Column;
use super::layout::{self, SitePage, file};
use super::row::{Kind, Row};
use super::{SiteFile, implementation};
use crate::html::words::{both, text};
use crate::visible::visible_line;

/// The table's page and data.
pub(super) fn files(rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> Vec<SiteFile> {
    let page = SitePage {
        path: "index.html",
        title: "QQ bot implementations compared".to_owned(),
        body: html! {
            header.masthead {
                h1 { span { (both("What QQ bot implementations really do", "QQ 机器人实现的真实行为对照")) } }
                p.facts {
                    span { (rows.len()) " " (both("rows", "行")) } span { (columns.len()) " " (both("columns", "列")) }
                    @for status in Status::ALL { span.legend { (layout::word(status)) } }
                }
                (notes(columns))
            }
            main {
                (implementation::overview(columns, table))
                (filter(columns))
                p.nothing hidden { (both("No row matches the filter.", "没有符合筛选条件的行。")) }
                div.matrix tabindex="0" role="region" aria-label="matrix" { (grid(rows, columns, table)) }
            }
        },
    };
    vec![page.render(), file("index.json", data(rows, columns, table))]
}

fn notes(columns: &[Column<'_>]) -> Markup {
    html! {
        @for column in columns {
            @if let Err(why) = &column.analysis {
                p.note { "! " b { (column.implementation) } ": " (why) }
            }
            @for note in &column.notes { p.note { "! " b { (column.build()) } ": " (text(note)) } }
        }
    }
}

fn filter(columns: &[Column<'_>]) -> Markup {
    html! {
        form.filter role="search" {
            label.search {
                span.hidden-label { (both("Search", "搜索")) }
                input type="search" name="q" autocomplete="off" spellcheck="false"
                    placeholder="Search  ( / )" data-placeholder-en="Search  ( / )" data-placeholder-zh="搜索  ( / )";
            }
            label.check-label { input type="checkbox" name="diff" value="1"; " " (both("only differences", "只看差异")) }
            label {
                span.hidden-label { (both("What one lacks", "某一实现缺少的")) }
                select name="lack" {
                    option value="" data-en="lacked by …" data-zh="缺少于……" { "lacked by …" }
                    @for (number, column) in columns.iter().enumerate() {
                        option value=(number) { (column.build()) " · " (column.dialect) }
                    }
                }
            }
            label {
                span.hidden-label { (both("Kind", "种类")) }
                select name="kind" {
                    option value="" data-en="all kinds" data-zh="全部种类" { "all kinds" }
                    @for kind in Kind::ALL {
                        @let (en, zh) = kind.title();
                        option value=(format!("{kind:?}")) data-en=(en) data-zh=(zh) { (en) }
                    }
                }
            }
            output.shown aria-live="polite" {}
            button.reset type="reset" hidden { (both("Clear", "清除")) }
        }
    }
}

fn grid(rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> Markup {
    let mut numbered: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
    numbered.sort_by_key(|(_, row)| (row.kind, row.group.clone()));
    let groups = numbered.chunk_by(|(_, a), (_, b)| a.kind == b.kind && a.group == b.group);
    html! {
        table {
            thead {
                tr {
                    th.corner scope="col" { (both("Row", "项目")) }
                    @for column in columns {
                        th scope="col" {
                            a href=(implementation::path(column)) { (column.implementation) }
                            span.version { (column.version) }
                            @for fault in &column.faults { span.version { "fault: " (fault) } }
                            span.version { (both("as", "按")) " " (column.dialect) }
                        }
                    }
                }
            }
            @for group in groups {
                @let (_, first) = group[0];
                @let (en, zh) = first.kind.title();
                tbody data-kind=(format!("{:?}", first.kind)) {
                    tr.head {
                        th scope="rowgroup" colspan=(columns.len() + 1) {
                            span { (both(en, zh)) @if !first.group.is_empty() { " · " (visible_line(&first.group)) } }
                        }
                    }
                    @for (number, row) in group { (line(*number, row, table)) }
                }
            }
        }
    }
}

fn line(number: usize, row: &Row, table: &Table<'_>) -> Markup {
    let letters: String = table.row(number).iter().map(|cell| cell.status.letter()).collect();
    let path = row.path();
    html! {
        tr id=(row.anchor()) data-s=(letters) {
            th scope="row" {
                a href={ (path) ".html" } { (visible_line(&row.name)) }
                @if let Some(level) = row.level { " " span.level-word { (level) } }
                @if let Some(summary) = &row.summary { span.about { (text(summary)) } }
            }
            @for (column, cell) in table.row(number).iter().enumerate() { (self::cell(cell, &path, column)) }
        }
    }
}

/// A cell states in a sign and a word what is known, and how much of it was tested; the word is in the style.
fn cell(cell: &Cell<'_>, path: &str, column: usize) -> Markup {
    let (sign, _, _) = cell.status.words();
    html! {
        td class={ "st " (cell.status.letter()) } {
            @if cell.checks.is_empty() {
                (sign)
            } @else {
                a href={ (path) ".html#c" (column) } {
                    (sign) i { (cell.tested) "/" (cell.checks.len()) @if let Some(seen) = cell.seen() { " ×" (seen) } }
                }
            }
        }
    }
}

fn data(rows: &[Row], columns: &[Column<'_>], table: &Table<'_>) -> String {
    let columns_data: Vec<_> = columns.iter().map(implementation::about).collect();
    let rows_data: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, row)| {
            let cells: Vec<_> = table
                .row(number)
                .iter()
                .map(|cell| json!({ "status": cell.status.words().1, "tested": cell.tested, "checks": cell.checks.len(), "seen": cell.seen() }))
                .collect();
            json!({ "kind": row.kind.word(), "group": row.group, "name": row.name, "level": row.level, "cells": cells })
        })
        .collect();
    format!("{}\n", json!({ "columns": columns_data, "rows": rows_data }))
}
