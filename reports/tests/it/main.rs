//! What the crate promises to those who write a record and to those who read a report.

mod broken;
mod capture;
mod fixtures;
mod json;
mod published;
mod record;
mod summary;
mod terminal;
