//! Tests of the contracts and what is built on them.

mod check;
mod cited;
mod coercions;
mod compare;
mod cq;
mod dialect;
mod drift;
mod export;
mod field_reports;
mod generate;
mod inventory;
mod late;
mod lint;
mod listing;
mod locate;
mod meta;
mod milky;
mod versions;
