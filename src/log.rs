//! What a command does and what it waits for, on standard error, for whoever sets `BOTSPEC_LOG`.

use std::io::stderr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::failure::Failure;

/// The environment variable that names the level.
const VARIABLE: &str = "BOTSPEC_LOG";

/// What the names of modules of this project begin with; what other crates log may hold what nobody should read.
const OWN: &str = "botspec";

/// Begins to log at the level that the environment names.
pub(crate) fn init() -> Result<(), Failure> {
    let Ok(wanted) = std::env::var(VARIABLE) else { return Ok(()) };
    let Ok(level) = wanted.parse::<LevelFilter>() else {
        return Err(Failure::usage(format!(
            "{VARIABLE}: unknown level `{wanted}`; levels are `error`, `warn`, `info`, `debug`, `trace` and `off`"
        )));
    };
    let wanted = filter_fn(move |metadata| metadata.target().starts_with(OWN) && *metadata.level() <= level);
    let lines = fmt::layer().with_writer(stderr).with_ansi(false).with_filter(wanted);
    // Who set a subscriber before has it their way.
    let _ = tracing_subscriber::registry().with(lines).try_init();
    Ok(())
}
