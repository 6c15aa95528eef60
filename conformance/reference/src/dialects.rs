//! Which dialects the reference speaks.

use botspec_schema::{Catalog, Dialect};

use crate::milky::Milky;
use crate::onebot11::OneBot11;
use crate::protocol::Protocol;

/// The dialects that speak OneBot 11, by the names of their contracts.
const ONEBOT11: &[&str] = &["onebot11", "gocqhttp", "napcat", "llonebot"];

/// The dialect that speaks Milky.
pub(crate) const MILKY: &str = "milky";

/// What a dialect needs beside its contracts; `None` where the reference does not speak it.
pub(crate) fn protocol(dialect: &Dialect) -> Option<&'static dyn Protocol> {
    match dialect.name() {
        MILKY => Some(&Milky),
        name if ONEBOT11.contains(&name) => Some(&OneBot11),
        _ => None,
    }
}

/// The names of the dialects that can be served.
pub fn spoken() -> Vec<String> {
    let dialects = Catalog::builtin().dialects().filter(|dialect| protocol(dialect).is_some());
    dialects.map(|dialect| dialect.name().to_owned()).collect()
}
