//! What the crate promises to those who write a record and to those who read a report.

mod accessible;
mod actions;
mod broken;
mod browser;
mod capture;
mod cause;
mod changed;
mod diff;
mod fixtures;
mod format;
mod formats;
mod indent;
mod json;
mod matrix;
mod page;
mod published;
mod record;
mod summary;
mod terminal;
