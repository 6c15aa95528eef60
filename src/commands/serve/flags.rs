//! The plan that the flags give, with the file that they name.

use std::path::Path;
use std::time::Duration;

use botspec_reference::world::WorldKind;
use botspec_reference::{Adapter, Endpoint, MessageFormat, Script, ServerConfig};
use botspec_schema::Dialect;
use botspec_schema::model::WsRole;

use super::file;
use super::plan::{Plan, addr, heartbeat};
use crate::cli::ServeArgs;
use crate::failure::Failure;

impl Plan {
    pub(super) fn of(args: &ServeArgs, dialect: &Dialect) -> Result<Self, Failure> {
        let mut plan = Self {
            dialect: dialect.name().to_owned(),
            seed: args.seed,
            accounts: Vec::new(),
            control: addr("--control", args.control.as_deref())?,
            control_token: args.control_token.clone().or_else(|| std::env::var("BOTSPEC_CONTROL_TOKEN").ok()),
            world: WorldKind::named(&args.world).unwrap_or_default(),
            layout: None,
            variations: super::super::variations(&args.vary)?,
            system_clock: args.clock == "system",
            pace: Duration::from_millis(args.pace),
            script: None,
            events: None,
            at_once: args.at_once,
        };
        let mut bot = account(args, dialect, bot_endpoints(args)?);
        bot.account = args.account;
        bot.faults = super::super::faults(dialect, &args.fault)?;
        bot.faults.extend(args.traits.faults(dialect)?);
        if !bot.adapters.is_empty() {
            plan.accounts.push(bot);
        }
        let actor =
            account(args, dialect, listen("--actor-http", &args.actor_http, "--actor-ws", &args.actor_ws, false)?);
        if !actor.adapters.is_empty() {
            if plan.accounts.is_empty() {
                return Err(Failure::usage("the second account needs a first one; name where with --http or --ws"));
            }
            plan.accounts.push(actor);
        }
        if let Some(path) = &args.config {
            file::read(path, &mut plan)?;
        }
        if plan.accounts.is_empty() {
            return Err(Failure::usage(
                "name where to serve, such as --http 127.0.0.1:3000, --ws 3001 or --reverse-ws ws://127.0.0.1:8080/ws",
            ));
        }
        for account in &mut plan.accounts {
            account.variations.clone_from(&plan.variations);
        }
        plan.script = args.script.as_deref().map(|path| script(&plan, path)).transpose()?;
        plan.events = args.events.as_deref().map(|given| events(&plan, given)).transpose()?;
        Ok(plan)
    }
}

fn account(args: &ServeArgs, dialect: &Dialect, endpoints: Vec<Endpoint>) -> ServerConfig {
    let mut config = ServerConfig::new(dialect.name());
    config.version.clone_from(&args.dialect_version);
    config.adapters = endpoints.into_iter().map(Adapter::new).collect();
    config.each(|adapter| {
        let secret = args.secret.as_ref().filter(|_| matches!(adapter.endpoint, Endpoint::Webhook { .. }));
        adapter.token = secret.or(args.token.as_ref()).cloned();
        adapter.heartbeat = heartbeat(args.heartbeat);
        adapter.report_self = args.report_self;
        adapter.allowed_origins.clone_from(&args.allow_origin);
        adapter.message_format =
            if args.message_format == "string" { MessageFormat::String } else { MessageFormat::Array };
    })
}

fn bot_endpoints(args: &ServeArgs) -> Result<Vec<Endpoint>, Failure> {
    let mut endpoints = listen("--http", &args.http, "--ws", &args.ws, args.sse)?;
    let reconnect = args.reconnect.map(Duration::from_millis);
    for (urls, role) in [
        (&args.reverse_ws, WsRole::Universal),
        (&args.reverse_ws_api, WsRole::Api),
        (&args.reverse_ws_event, WsRole::Event),
    ] {
        endpoints.extend(urls.iter().map(|url| Endpoint::ReverseWs { url: url.clone(), role, reconnect }));
    }
    let timeout = Adapter::TIMEOUT;
    endpoints.extend(args.webhook.iter().map(|url| Endpoint::Webhook { url: url.clone(), timeout }));
    Ok(endpoints)
}

fn listen(http: &str, http_at: &[String], ws: &str, ws_at: &[String], sse: bool) -> Result<Vec<Endpoint>, Failure> {
    let mut endpoints = Vec::new();
    for given in http_at {
        endpoints.extend(addr(http, Some(given))?.map(|addr| Endpoint::Http { addr, sse }));
    }
    for given in ws_at {
        endpoints.extend(addr(ws, Some(given))?.map(|addr| Endpoint::Ws { addr }));
    }
    Ok(endpoints)
}

/// The word that means every event.
const ALL: &str = "all";

/// The names of events, which have to be there in the dialect of the first account.
fn events(plan: &Plan, given: &[String]) -> Result<Vec<String>, Failure> {
    if given.iter().any(|name| name == ALL) {
        return Ok(Vec::new());
    }
    let dialect = spoken(plan)?;
    match given.iter().find(|name| !dialect.events.contains_key(name.as_str())) {
        None => Ok(given.to_vec()),
        Some(unknown) => {
            let names: Vec<&str> = dialect.events.keys().map(String::as_str).collect();
            Err(Failure::usage(format!("--events {unknown}: there is {ALL}, {}", names.join(", "))))
        }
    }
}

/// What the first account speaks, for which the script and the events are.
fn spoken(plan: &Plan) -> Result<&'static Dialect, Failure> {
    let name = plan.accounts.first().map_or(plan.dialect.as_str(), |account| account.dialect.as_str());
    super::super::dialect(name)
}

fn script(plan: &Plan, path: &Path) -> Result<(String, Script), Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{shown}: {error}")))?;
    let dialect = spoken(plan)?;
    match Script::parse(&text).and_then(|script| script.known_to(dialect)) {
        Ok(script) => Ok((shown, script)),
        Err(error) => Err(Failure::usage(format!("{shown}:{error}"))),
    }
}
