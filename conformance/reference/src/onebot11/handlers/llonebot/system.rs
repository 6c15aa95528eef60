//! The implementation itself: how it is, what it is set to, and the events that wait for whoever asks.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    GetConfig, GetEvent, GetStatus, GetStatusResponse, GetStatusResponseStat, SetConfig,
};
use serde_json::Value;

use crate::answer::Failure;
use crate::onebot11::json_merge::value;
use crate::onebot11::table::{LLONEBOT, Table, example};
use crate::protocol::Context;
use crate::world::Message;

pub(super) fn add(table: &mut Table) {
    table.add::<GetStatus>(LLONEBOT, get_status);
    table.add_untyped::<GetConfig>(LLONEBOT, get_config);
    table.add::<SetConfig>(LLONEBOT, set_config);
    table.add_untyped::<GetEvent>(LLONEBOT, get_event);
}

fn get_status(context: &mut Context<'_>, _: GetStatus) -> Result<GetStatusResponse, Failure> {
    let (account, mut sent, mut received, mut last) = (context.served.account, 0, 0, 0);
    for message in context.world.messages_of(account) {
        let Message { sender, time, .. } = message;
        *if sender.user == account { &mut sent } else { &mut received } += 1;
        last = last.max(*time);
    }
    let stat = GetStatusResponseStat::new(received, sent, last, context.world.began());
    Ok(GetStatusResponse::new(Some(true), true, stat))
}

fn get_config(context: &mut Context<'_>, _: GetConfig) -> Result<Value, Failure> {
    match context.world.settings(context.served.account) {
        Some(settings) => Ok(settings.clone()),
        None => Ok(value(&example::<GetConfig>(LLONEBOT)?)),
    }
}

/// The adapters stay as they are: whoever serves the account decides over them.
fn set_config(context: &mut Context<'_>, action: SetConfig) -> Result<Empty, Failure> {
    context.world.set_up(context.served.account, value(&action));
    Ok(Empty)
}

/// Whoever names no queue has one too.
fn get_event(context: &mut Context<'_>, action: GetEvent) -> Result<Value, Failure> {
    Ok(Value::Array(context.polls.take(&action.key.unwrap_or_default(), context.served.encoding())))
}
