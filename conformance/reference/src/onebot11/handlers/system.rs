//! The implementation itself.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{BotExit, GetStatus, GetStatusResponse, GetStatusResponseStat};
use botspec_bindings::onebot11::actions::{CleanCache, GetVersionInfo, SetRestart};
use botspec_bindings::onebot11::types::{Status, VersionInfo};

use crate::answer::Failure;
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table};
use crate::protocol::Context;

pub(super) fn add(table: &mut Table) {
    table.add::<GetStatus>(NAPCAT, |_, _| Ok(GetStatusResponse::new(true, true, GetStatusResponseStat::new())));
    table.add::<GetVersionInfo>(ONEBOT11, get_version_info);
    // The adapters stay as they are: a restart of something in memory is over at once, and an end is none.
    table.add::<SetRestart>(ONEBOT11, |_, _| Ok(Empty));
    table.add::<BotExit>(NAPCAT, |_, _| Ok(Empty));
    // Nothing is cached, so nothing is lost.
    table.add::<CleanCache>(ONEBOT11, |_, _| Ok(Empty));
}

/// How the account is; the world has no bad days.
pub(crate) fn status() -> Status {
    Status::new(Some(true), true)
}

fn get_version_info(context: &mut Context<'_>, _: GetVersionInfo) -> Result<VersionInfo, Failure> {
    let contract = &context.served.dialect.file;
    Ok(match &contract.implementation {
        Some(build) => VersionInfo::new(&build.app_name, &build.app_version, &build.protocol_version),
        None => VersionInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"), &contract.protocol_version),
    })
}
