//! Lists of checks: one row per id, with the transports it ran over.
//!
//! The page holds the first rows of each list, for those who read it without its script, and the rest as data that the
//! script shows when somebody asks: a hundred thousand rows are more than a browser lays out at once.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::mark::of_group;
use super::words::{both, id};
use crate::quantity::grouped;
use crate::record::{Check, Level, Transport};
use crate::summary::Group;
use crate::visible::visible_line;

/// How many rows of a list stand in the page itself.
const SHOWN: usize = 50;
/// How many rows of all lists together stand in the page itself.
const SHOWN_IN_ALL: usize = 4_000;

/// Checks of the same id, level and standing, over different transports.
pub(super) struct Row<'a> {
    checks: Vec<&'a Check>,
}

impl<'a> Row<'a> {
    /// The rows of a list, sorted by id.
    pub(super) fn gather(checks: &[&'a Check]) -> Vec<Self> {
        let mut sorted = checks.to_vec();
        sorted.sort_by_key(|check| key(check));
        sorted.chunk_by(|a, b| key(a) == key(b)).map(|same| Self { checks: same.to_vec() }).collect()
    }

    /// The same rows in the order in which the checks stand.
    pub(super) fn in_order(checks: &[&'a Check]) -> Vec<Self> {
        let mut places: BTreeMap<_, usize> = BTreeMap::new();
        let mut rows: Vec<Self> = Vec::new();
        for check in checks {
            let at = *places.entry(key(check)).or_insert_with(|| {
                rows.push(Self { checks: Vec::new() });
                rows.len() - 1
            });
            rows[at].checks.push(check);
        }
        rows
    }

    fn render(&self) -> Markup {
        let first = self.checks[0];
        html! {
            li.check data-verdict=(of_group(Group::of(first))) {
                (id(&first.id))
                @for transport in self.checks.iter().filter_map(|check| check.transport) {
                    " " span.via { (transport) }
                }
            }
        }
    }

    fn data(&self) -> RowData {
        let bit = |check: &&Check| 1_u8 << check.transport.map_or(0, |transport| transport as u8 + 1);
        let first = self.checks[0];
        RowData(
            visible_line(&first.id),
            self.checks.iter().map(bit).fold(0, |all, one| all | one),
            self.checks.len(),
            first.level as u8,
            of_group(Group::of(first)),
        )
    }
}

fn key(check: &Check) -> (&str, Level, Group) {
    (&check.id, check.level, Group::of(check))
}

/// A row as the script has it: the id, a bit for each transport, how many checks, the level, the standing.
#[derive(Serialize)]
struct RowData(String, u8, usize, u8, &'static str);

/// Every list of the page.
#[derive(Default)]
pub(super) struct Lists {
    lists: Vec<Vec<RowData>>,
    shown: usize,
}

impl Lists {
    /// A list, with its first rows.
    pub(super) fn add(&mut self, rows: &[Row<'_>]) -> Markup {
        let shown = rows.len().min(SHOWN).min(SHOWN_IN_ALL - self.shown);
        self.shown += shown;
        let number = self.lists.len();
        self.lists.push(rows.iter().map(Row::data).collect());
        let more = (rows.len() - shown) as u64;
        html! {
            ul.rows data-list=(number) { @for row in &rows[..shown] { (row.render()) } }
            @if more > 0 {
                p.note.more {
                    (both(
                        &format!("{} more are in report.json.", grouped(more)),
                        &format!("其余 {} 项见 report.json。", grouped(more)),
                    ))
                }
            }
        }
    }

    /// What the script needs to show and to filter every row.
    pub(super) fn data(&self) -> Markup {
        #[derive(Serialize)]
        struct Data<'a> {
            transports: Vec<&'static str>,
            levels: [&'static str; 3],
            lists: &'a [Vec<RowData>],
        }
        let transports = std::iter::once("-").chain(Transport::ALL.map(Transport::as_str)).collect();
        let data = Data { transports, levels: Level::ALL.map(Level::as_str), lists: &self.lists };
        // Nothing in it can end the element that it stands in.
        let text = serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c");
        html! { script type="application/json" id="data" { (PreEscaped(text)) } }
    }
}
