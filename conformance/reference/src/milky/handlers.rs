//! Handlers of actions, one file per subject.

mod board;
mod file;
mod folder;
mod friend;
mod group;
mod member;
mod message;
mod notification;
mod people;
mod sending;
mod system;

use botspec_schema::Dialect;

use super::table::Table;
use crate::protocol::Handlers;

/// The handlers of every action.
pub(super) fn all(dialect: &'static Dialect) -> Handlers {
    let mut table = Table::new(dialect);
    let files: [fn(&mut Table); 11] = [
        board::add,
        file::add,
        folder::add,
        friend::add,
        group::add,
        member::add,
        message::add,
        notification::add,
        people::add,
        sending::add,
        system::add,
    ];
    for add in files {
        add(&mut table);
    }
    table.finish()
}
