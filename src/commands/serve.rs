//! `botspec serve`: the reference implementation by itself.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use botspec_reference::{Adapter, Control, Heartbeat, MessageFormat, Server, ServerConfig, SharedWorld};
use botspec_schema::Dialect;
use tokio::runtime::Runtime;

use crate::cli::ServeArgs;
use crate::failure::{Failure, OK};
use crate::print;

/// Serves until it is interrupted.
pub(crate) fn serve(args: &ServeArgs) -> Result<u8, Failure> {
    let dialect = super::dialect(&args.dialect)?;
    let plan = Plan::of(args, dialect)?;
    let runtime = Runtime::new().map_err(|error| Failure::usage(format!("no async runtime: {error}")))?;
    runtime.block_on(plan.serve(args))
}

/// The accounts to serve and the control address.
struct Plan {
    bot: ServerConfig,
    actor: Option<ServerConfig>,
    control: Option<SocketAddr>,
}

impl Plan {
    fn of(args: &ServeArgs, dialect: &Dialect) -> Result<Self, Failure> {
        let account = |http: Option<SocketAddr>, ws: Option<SocketAddr>| {
            let mut config = ServerConfig::new(dialect.name());
            config.adapters.extend(http.map(Adapter::http));
            config.adapters.extend(ws.map(Adapter::ws));
            config.each(|adapter| {
                adapter.token.clone_from(&args.token);
                adapter.heartbeat = Heartbeat::Every(Duration::from_millis(args.heartbeat));
                adapter.message_format =
                    if args.message_format == "string" { MessageFormat::String } else { MessageFormat::Array };
            })
        };
        let mut bot = account(addr("--http", args.http.as_deref())?, addr("--ws", args.ws.as_deref())?);
        if bot.adapters.is_empty() {
            return Err(Failure::usage("name where to serve, such as --http 127.0.0.1:3000 or --ws 3001"));
        }
        bot.faults = super::faults(dialect, &args.fault)?;
        let actor =
            account(addr("--actor-http", args.actor_http.as_deref())?, addr("--actor-ws", args.actor_ws.as_deref())?);
        let actor = (!actor.adapters.is_empty()).then_some(actor);
        Ok(Self { bot, actor, control: addr("--control", args.control.as_deref())? })
    }

    async fn serve(mut self, args: &ServeArgs) -> Result<u8, Failure> {
        let world = SharedWorld::seeded(args.seed);
        let started = |error: botspec_reference::StartError| Failure::usage(error.to_string());
        let mut lines = String::new();
        let accounts: Vec<_> = world.read(|world| world.accounts().collect());
        let bot = Server::start(self.bot, &world).await.map_err(started)?;
        describe(&mut lines, "bot", &bot);
        let mut actor = None;
        if let Some(mut config) = self.actor.take() {
            config.account = accounts.get(1).copied();
            let server = Server::start(config, &world).await.map_err(started)?;
            describe(&mut lines, "actor", &server);
            actor = Some(server);
        }
        let mut control = None;
        if let Some(addr) = self.control {
            let started = Control::start(addr, &world).await.map_err(started)?;
            let _ = writeln!(lines, "control: http://{}", started.addr());
            control = Some(started);
        }
        // Whoever started this process waits for these lines.
        print::text(&lines)?;
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::usage(format!("cannot wait for an interrupt: {error}")))?;
        bot.shutdown().await;
        if let Some(actor) = actor {
            actor.shutdown().await;
        }
        if let Some(control) = control {
            control.shutdown().await;
        }
        Ok(OK)
    }
}

fn describe(lines: &mut String, role: &str, server: &Server) {
    let account = server.account();
    if let Some(addr) = server.http_addr() {
        let _ = writeln!(lines, "{role} {account} http: http://{addr}");
    }
    if let Some(addr) = server.ws_addr() {
        let _ = writeln!(lines, "{role} {account} ws: ws://{addr}");
    }
}

/// `ADDR` as people write it: `127.0.0.1:3000`, `localhost:3000`, `:3000` or `3000`; without a host it is loopback.
fn addr(flag: &str, given: Option<&str>) -> Result<Option<SocketAddr>, Failure> {
    let Some(given) = given else { return Ok(None) };
    let (host, port) = given.rsplit_once(':').unwrap_or(("", given));
    let host = if host.is_empty() || host == "localhost" { "127.0.0.1" } else { host };
    format!("{host}:{port}")
        .parse()
        .map(Some)
        .map_err(|_| Failure::usage(format!("{flag} {given}: expected an address such as 127.0.0.1:3000, or a port")))
}
