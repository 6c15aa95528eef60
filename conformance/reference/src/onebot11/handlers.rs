//! Handlers of actions, one file per category.

mod account;
mod file;
mod friend;
mod group;
mod hidden;
mod member;
mod message;
mod system;

use crate::protocol::Handlers;

pub(crate) use system::status;

/// The handlers of every action.
pub(crate) fn all() -> Handlers {
    let mut handlers = Handlers::new();
    account::add(&mut handlers);
    file::add(&mut handlers);
    friend::add(&mut handlers);
    group::add(&mut handlers);
    hidden::add(&mut handlers);
    member::add(&mut handlers);
    message::add(&mut handlers);
    system::add(&mut handlers);
    handlers
}
