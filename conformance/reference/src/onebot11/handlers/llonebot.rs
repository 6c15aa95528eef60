//! What LLOneBot does that no other dialect does, or reports in a form of its own.

mod account;
mod album;
mod board;
mod file;
mod flash;
mod friend;
mod group;
mod history;
mod member;
mod message;
mod requests;
mod system;

use crate::onebot11::table::Table;

pub(super) fn add(table: &mut Table) {
    let files: [fn(&mut Table); 12] = [
        account::add,
        album::add,
        board::add,
        file::add,
        flash::add,
        friend::add,
        group::add,
        history::add,
        member::add,
        message::add,
        requests::add,
        system::add,
    ];
    for add in files {
        add(table);
    }
}
