//! A page per row: its contract in each dialect, its names in generated code, and how each implementation answers.

use botspec_schema::Catalog;
use maud::{Markup, html};
use serde_json::json;

use super::cell::{Cell, Table};
use super::column::Column;
use super::layout::{self, SitePage, file};
use super::row::{Names, Row};
use super::{SiteFile, contract, implementation};
use crate::html::words::{both, side, text};
use crate::quantity::grouped;
use crate::record::{Capture, Check, Finding};
use crate::summary::Group;
use crate::visible::{visible, visible_line};

/// How many findings of a cell are shown.
const FINDINGS: usize = 5;
/// How many bytes of a body are shown.
const BODY: usize = 2_000;

/// The page and its data.
pub(super) fn files(
    catalog: &Catalog,
    row: &Row,
    number: usize,
    columns: &[Column<'_>],
    table: &Table<'_>,
    names: &Names<'_>,
) -> Vec<SiteFile> {
    let path = row.path();
    let page = SitePage {
        path: &format!("{path}.html"),
        title: row.name.clone(),
        body: html! {
            header.masthead {
                p.target { a href={ "../index.html#" (row.anchor()) } { (both("in the matrix", "在矩阵中")) } }
                h1 { code { (visible_line(&row.name)) } }
                @if let Some(summary) = &row.summary { p { (text(summary)) } }
            }
            main {
                section.group {
                    div.heading { h2 { (both("What implementations do", "各实现的表现")) } }
                    @for (column, cell) in table.row(number).iter().enumerate() { (answers(column, &columns[column], cell)) }
                }
                section.group {
                    div.heading { h2 { (both("Contract in each dialect", "各方言中的契约")) } }
                    (contracts(catalog, row, columns))
                }
                (generated(catalog, row, names))
            }
        },
    };
    let cells: Vec<_> = columns
        .iter()
        .zip(table.row(number))
        .map(|(column, cell)| {
            json!({
                "column": column.slug,
                "status": cell.status.words().1,
                "tested": cell.tested,
                "seen": cell.seen(),
                "checks": cell.checks.iter().map(|check| json!({ "check": check.label(), "verdict": check.verdict })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let data = json!({ "kind": row.kind.word(), "name": row.name, "summary": row.summary, "level": row.level, "cells": cells });
    vec![page.render(), file(format!("{path}.json"), format!("{data}\n"))]
}

/// The contracts; dialects that take one over from another share it.
fn contracts(catalog: &Catalog, row: &Row, columns: &[Column<'_>]) -> Markup {
    let mut shown: Vec<(String, Vec<&str>)> = Vec::new();
    for dialect in catalog.dialects() {
        if let Some(contract) = contract::contract(dialect, row) {
            let contract = contract.into_string();
            match shown.iter_mut().find(|(known, _)| *known == contract) {
                Some((_, dialects)) => dialects.push(dialect.name()),
                None => shown.push((contract, vec![dialect.name()])),
            }
        }
    }
    let read_as = |names: &[&str]| columns.iter().any(|column| names.contains(&column.dialect.as_str()));
    html! {
        @for (contract, dialects) in &shown {
            details.fold.contract open[shown.len() == 1 || read_as(dialects)] {
                summary { span.title { b { (dialects.join(", ")) } } }
                div.contract-body { (maud::PreEscaped(contract)) }
            }
        }
        @if shown.is_empty() { p.note { (both("No dialect has it.", "没有方言包含它。")) } }
    }
}

fn generated(catalog: &Catalog, row: &Row, names: &Names<'_>) -> Markup {
    let Some(kind) = row.kind.listed() else { return html! {} };
    let all: Vec<_> = catalog
        .dialects()
        .map(|dialect| (dialect.name(), names(dialect, kind, &row.name)))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    html! {
        @if !all.is_empty() {
            section.group {
                div.heading { h2 { (both("In generated code", "生成的代码")) } }
                div.wide tabindex="0" {
                    table.fields {
                        tbody {
                            @for (dialect, names) in &all {
                                @for (language, name) in names {
                                    tr { th scope="row" { (dialect) } td { (language) } td { code { (name) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn answers(number: usize, column: &Column<'_>, cell: &Cell<'_>) -> Markup {
    let bad: Vec<&&Check> = cell.checks.iter().filter(|check| Group::of(check).is_finding()).collect();
    let untested = cell.checks.iter().find_map(|check| {
        check.finding.as_ref().filter(|_| matches!(Group::of(check), Group::Untestable | Group::Skipped))
    });
    html! {
        details.fold id={ "c" (number) } open[!bad.is_empty()] {
            summary {
                span.title { b { (column.build()) } " " span.count { (both("as", "按")) " " (column.dialect) } }
                span.count { (layout::word(cell.status)) " " (cell.tested) "/" (cell.checks.len()) }
            }
            div.contract-body {
                @if let Some(seen) = cell.seen() {
                    p.note { (both(&format!("seen in use {} times", grouped(seen)), &format!("在实际使用中见到 {} 次", grouped(seen)))) }
                }
                p { a href={ "../" (implementation::path(column)) } { (both("All of this build", "此版本的全部结果")) } }
                @if let Some(finding) = untested.filter(|_| cell.tested < cell.checks.len()) {
                    p.note {
                        (cell.checks.len() - cell.tested) " " (both("not tested, such as:", "项未测，例如：")) " " (text(&finding.summary))
                    }
                }
                @for check in bad.iter().take(FINDINGS) {
                    @if let Some(finding) = &check.finding { (evidence(check, finding)) }
                }
                @if bad.len() > FINDINGS { p.note { "… +" (bad.len() - FINDINGS) } }
            }
        }
    }
}

fn evidence(check: &Check, finding: &Finding) -> Markup {
    html! {
        div.evidence {
            h3 { code { (visible_line(&check.label())) } " " span.level-word { (check.verdict) } }
            p { (text(&finding.summary)) }
            @for difference in finding.differences.iter().take(4) {
                p.note {
                    code { (visible_line(&difference.pointer)) } " " (both("expected", "应为")) " "
                    (side(&difference.expected, 400)) ", " (both("found", "实际")) " "
                    (side(&difference.found, 400))
                }
            }
            @for capture in [&finding.request, &finding.response].into_iter().flatten() { (capture_block(capture)) }
        }
    }
}

fn capture_block(capture: &Capture) -> Markup {
    let kept = crate::record::cut(&capture.body, BODY);
    let length = capture.body.len() as u64 + capture.omitted_bytes;
    html! {
        pre tabindex="0" {
            @if let Some(head) = capture.head.first() { span.head { (visible_line(head)) "\n" } }
            code { (visible(kept)) @if (kept.len() as u64) < length { "… (" (crate::quantity::bytes(length)) ")" } }
        }
    }
}
