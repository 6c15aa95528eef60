//! An account loses its login, or gets it back.

use serde::Deserialize;
use serde_json::Value;

use super::{Step, Trouble, bot, read};
use crate::world::{UserId, World};

pub(super) const LOG_OFF: Step =
    Step { name: "log_off", what: "an account is logged off", takes: &["user?", "text?"], run: log_off };

pub(super) const LOG_ON: Step =
    Step { name: "log_on", what: "an account is logged in again", takes: &["user?"], run: log_on };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Off {
    user: Option<UserId>,
    text: Option<String>,
}

fn log_off(world: &mut World, params: Value) -> Result<Value, Trouble> {
    let off: Off = read(params)?;
    let account = off.user.unwrap_or_else(|| bot(world));
    world.log_off(account, off.text.as_deref().unwrap_or("logged in somewhere else"))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct On {
    user: Option<UserId>,
}

fn log_on(world: &mut World, params: Value) -> Result<Value, Trouble> {
    let on: On = read(params)?;
    let account = on.user.unwrap_or_else(|| bot(world));
    world.log_on(account)?;
    Ok(Value::Null)
}
