//! Handlers of actions, one file per subject.

mod account;
mod album;
mod board;
mod examples;
mod favourites;
mod file;
pub(super) mod folder;
mod forward;
mod friend;
pub(super) mod gesture;
mod group;
mod hidden;
mod history;
mod llonebot;
mod lookup;
mod member;
mod message;
mod requests;
mod settings;
mod stream;
mod system;
mod transfer;

use botspec_bindings::Raw;
use botspec_bindings::napcat::types::CallResult;

use super::table::Table;
use crate::answer::Failure;

pub(crate) use system::status;

/// The handlers of the whole family.
pub(crate) fn all() -> Table {
    let mut table = Table::default();
    let files: [fn(&mut Table); 21] = [
        account::add,
        album::add,
        board::add,
        examples::add,
        file::add,
        folder::add,
        forward::add,
        friend::add,
        gesture::add,
        group::add,
        hidden::add,
        history::add,
        favourites::add,
        member::add,
        message::add,
        requests::add,
        settings::add,
        stream::add,
        system::add,
        transfer::add,
        llonebot::add,
    ];
    for add in files {
        add(&mut table);
    }
    table
}

/// How many of something are asked for.
fn count(asked: Option<i64>, usual: usize) -> usize {
    asked.map_or(usual, |count| usize::try_from(count).unwrap_or_default())
}

/// What QQ's client states where all went well.
fn done() -> CallResult {
    CallResult::new(0, "")
}

/// An answer that nobody knows the form of, and that reports nothing.
fn nothing() -> Result<Raw, Failure> {
    Raw::of(&()).map_err(|error| Failure::action(error.to_string()))
}
