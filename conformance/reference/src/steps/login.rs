//! An account loses its login, or gets it back.

use serde::Deserialize;
use serde_json::Value;

use super::{Stage, Step, StepFailure, bot, read};
use crate::world::UserId;

pub(super) const LOG_OFF: Step =
    Step { name: "log_off", what: "an account is logged off", takes: &["user?", "text?"], run: log_off };

pub(super) const LOG_ON: Step =
    Step { name: "log_on", what: "an account is logged in again", takes: &["user?"], run: log_on };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogOff {
    user: Option<UserId>,
    text: Option<String>,
}

fn log_off(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let off: LogOff = read(params)?;
    let account = off.user.unwrap_or_else(|| bot(world));
    world.log_off(account, off.text.as_deref().unwrap_or("logged in somewhere else"))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogOn {
    user: Option<UserId>,
}

fn log_on(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let on: LogOn = read(params)?;
    let account = on.user.unwrap_or_else(|| bot(world));
    world.log_on(account)?;
    Ok(Value::Null)
}
