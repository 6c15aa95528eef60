//! Rules about the actions that a dialect names for what every client needs.

use super::File;
use crate::closest::closest;
use crate::model::{DialectFile, Presence};

pub(super) fn check(file: &mut File<'_>, dialect: &DialectFile) {
    let Some(whole) = file.dialect else { return };
    for (key, name) in dialect.roles.named() {
        let at = format!("/roles/{key}");
        let known = whole.actions.get(name);
        match known.map(|action| action.value.presence) {
            Some(Presence::Current) => {}
            Some(_) => {
                file.tell_with(&at, "role-action", format!("no build has `{name}`"), "name an action that builds have");
            }
            None if file.all.is_unparsed(&format!("/{name}.json")) => {}
            None => {
                let message = format!("there is no action `{name}`");
                match closest(name, whole.actions.keys().map(String::as_str)) {
                    Some(meant) => file.tell_with(&at, "role-action", message, format!("did you mean `{meant}`?")),
                    None => file.tell(&at, "role-action", message),
                }
            }
        }
    }
}
