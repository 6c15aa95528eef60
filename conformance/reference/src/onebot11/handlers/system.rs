//! The implementation itself.

use botspec_bindings::Empty;
use botspec_bindings::onebot11::actions::{CleanCache, GetStatus, GetVersionInfo, SetRestart};
use botspec_bindings::onebot11::types::{Status, VersionInfo};

use crate::answer::Failure;
use crate::onebot11::table;
use crate::protocol::{Context, Handlers};

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<GetStatus>(handlers, get_status);
    table::add::<GetVersionInfo>(handlers, get_version_info);
    table::add::<SetRestart>(handlers, set_restart);
    table::add::<CleanCache>(handlers, clean_cache);
}

/// How the account is; the world has no bad days.
pub(crate) fn status() -> Status {
    Status::new(Some(true), true)
}

fn get_status(_: &mut Context<'_>, _: GetStatus) -> Result<Status, Failure> {
    Ok(status())
}

fn get_version_info(context: &mut Context<'_>, _: GetVersionInfo) -> Result<VersionInfo, Failure> {
    let protocol = &context.served.dialect.file.protocol_version;
    Ok(VersionInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"), protocol))
}

/// The adapters stay as they are: a restart of something in memory is over at once.
fn set_restart(_: &mut Context<'_>, _: SetRestart) -> Result<Empty, Failure> {
    Ok(Empty)
}

/// Nothing is cached, so nothing is lost.
fn clean_cache(_: &mut Context<'_>, _: CleanCache) -> Result<Empty, Failure> {
    Ok(Empty)
}
