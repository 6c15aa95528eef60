//! Flags that make the stand-in play an implementation that serves less than its dialect has, or serves it otherwise.

use botspec_reference::faults::{Fault, find};
use botspec_schema::{Dialect, closest};
use clap::Args;

use crate::failure::Failure;

/// What the implementation lacks.
#[derive(Debug, Args)]
pub(crate) struct TraitArgs {
    /// Serve WebSocket at this path and nowhere else
    #[arg(long, value_name = "PATH")]
    pub(crate) serves_only: Option<String>,
    /// Lack an action, and answer its calls like this: `unknown`, `not-implemented`, `ok`, `404`, `silent` or a retcode; may be
    /// repeated
    #[arg(long, value_name = "ACTION=ANSWER")]
    pub(crate) absent: Vec<String>,
    /// Take so many calls a second, and refuse more of them with HTTP 429
    #[arg(long, value_name = "N")]
    pub(crate) rate_limit: Option<u32>,
    /// Never answer the calls of this action, or of any (`*`); may be repeated
    #[arg(long, value_name = "ACTION")]
    pub(crate) silent: Vec<String>,
    /// Leave the echo out of answers
    #[arg(long)]
    pub(crate) no_echo: bool,
    /// Serve one client of each WebSocket role at a time
    #[arg(long)]
    pub(crate) one_client_per_role: bool,
}

impl TraitArgs {
    /// The faults that the flags mean.
    pub(crate) fn faults(&self, dialect: &Dialect) -> Result<Vec<Fault>, Failure> {
        let mut ids = Vec::new();
        ids.extend(self.serves_only.iter().map(|path| format!("serves-only/{}", path.trim_start_matches('/'))));
        for given in &self.absent {
            let (action, answer) = given.split_once('=').unwrap_or((given, "unknown"));
            known("--absent", dialect, action)?;
            ids.push(format!("absent/{action}/{answer}"));
        }
        ids.extend(self.rate_limit.iter().map(|calls| format!("rate-limit/{calls}")));
        for action in self.silent.iter().filter(|action| *action != "*") {
            known("--silent", dialect, action)?;
        }
        ids.extend(self.silent.iter().map(|action| format!("silent/{action}")));
        ids.extend(self.no_echo.then(|| "echo-changed/dropped".to_owned()));
        ids.extend(self.one_client_per_role.then(|| "one-client-per-role".to_owned()));
        let wrong = |error: botspec_reference::faults::UnknownFault| Failure::usage(error.to_string());
        ids.iter().map(|id| find(dialect, id).map_err(wrong)).collect()
    }
}

/// Refuses an action that the dialect does not have.
fn known(flag: &str, dialect: &Dialect, action: &str) -> Result<(), Failure> {
    if dialect.resolve_call(action).is_some() {
        return Ok(());
    }
    let near = closest(action, dialect.actions.keys().map(String::as_str));
    let near = near.map(|near| format!("; the closest is `{near}`")).unwrap_or_default();
    Err(Failure::usage(format!("{flag}: `{}` has no action `{action}`{near}", dialect.name())))
}
