//! `botspec serve`: the reference implementation by itself.

mod file;
mod flags;
mod plan;
mod traits;

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use botspec_reference::variations;
use botspec_reference::world::{Clock, WorldKind};
use botspec_reference::{
    Chatter, Control, ControlConfig, Endpoint, FileServer, Open, Refused, Script, Server, ServerConfig, SharedWorld,
    StartError, World,
};
use botspec_schema::model::Transport;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::cli::ServeArgs;
use crate::failure::{Failure, OK};
use crate::print;

pub(crate) use file::File as WorldFile;
use plan::Plan;
pub(crate) use traits::TraitArgs;

/// How often something happens in a chatty world.
const CHATTER: Duration = Duration::from_millis(200);

/// Serves until it is interrupted.
pub(crate) fn serve(args: &ServeArgs) -> Result<u8, Failure> {
    let dialect = super::dialect(&args.dialect)?;
    let plan = Plan::of(args, dialect)?;
    let runtime = Runtime::new().map_err(|error| Failure::usage(format!("no async runtime: {error}")))?;
    runtime.block_on(run(plan))
}

async fn run(mut plan: Plan) -> Result<u8, Failure> {
    let mut world = World::of_kind(plan.seed, plan.world);
    if let Some((file, layout)) = &plan.layout {
        world.lay_out(layout).map_err(|error| Failure::usage(format!("{file}: {error}")))?;
    }
    let world = variations::vary_world(&plan.variations, world);
    let clock = Clock::System(variations::seconds_ahead(&plan.variations));
    let world = SharedWorld::new(if plan.system_clock { world.with_clock(clock) } else { world });
    let started = |error: StartError| Failure::usage(error.to_string());
    let mut lines = String::new();
    let (refused, refusals) = unbounded_channel();
    for account in &mut plan.accounts {
        account.refused = Some(refused.clone());
    }
    tokio::spawn(complain(refusals));
    let _chatter = (plan.world == WorldKind::Chatty).then(|| Chatter::start(&world, CHATTER));
    let ip = plan.accounts.iter().flat_map(|account| &account.adapters).find_map(|adapter| match adapter.endpoint {
        Endpoint::Http { addr, .. } | Endpoint::Ws { addr } => Some(addr.ip()),
        _ => None,
    });
    let ip = ip.unwrap_or(Ipv4Addr::LOCALHOST.into());
    let files = FileServer::start(SocketAddr::new(ip, 0), &world).await.map_err(started)?;
    let servers = start(std::mem::take(&mut plan.accounts), &world, &mut lines).await?;
    let control = match plan.control {
        Some(addr) => {
            if !addr.ip().is_loopback() {
                eprintln!(
                    "botspec: control at {addr}: other machines can reach it, and control the world with its token"
                );
            }
            let config = ControlConfig { addr, token: plan.control_token.clone() };
            Some(Control::start_with(config, &world).await.map_err(started)?)
        }
        None => None,
    };
    if let Some(control) = &control {
        let _ = writeln!(lines, "control: http://{}", control.addr());
    }
    // Whoever started this process waits for these lines.
    print::text(&lines)?;
    let interrupted = tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        never = happen(&plan, &world, &servers) => match never {},
    };
    interrupted.map_err(|error| Failure::usage(format!("cannot wait for an interrupt: {error}")))?;
    for server in servers {
        server.shutdown().await;
    }
    if let Some(control) = control {
        control.shutdown().await;
    }
    files.shutdown().await;
    Ok(OK)
}

/// Starts the accounts; those that have no number take the accounts of the world in their order.
async fn start(accounts: Vec<ServerConfig>, world: &SharedWorld, lines: &mut String) -> Result<Vec<Server>, Failure> {
    let known: Vec<i64> = world.read(|world| world.accounts().collect());
    let mut servers: Vec<Server> = Vec::new();
    for mut config in accounts {
        let free = known.iter().find(|user| servers.iter().all(|server| server.account() != **user));
        config.account = config.account.or(free.copied());
        let server = Server::start(config, world).await.map_err(|error| Failure::usage(error.to_string()))?;
        let account = server.account();
        let role = match known.iter().position(|user| *user == account) {
            Some(0) => "bot",
            Some(1) => "actor",
            _ => "account",
        };
        for open in server.transports() {
            let _ = writeln!(lines, "{role} {account} {}: {}", word(open.wire), base(open));
        }
        servers.push(server);
    }
    Ok(servers)
}

/// The address as clients of botspec take it: where events are streamed, without the path that the dialect has for that.
fn base(open: &Open) -> String {
    match open.addr {
        Some(addr) if open.wire == Transport::Sse => format!("http://{addr}"),
        _ => open.url.clone(),
    }
}

/// States of whom the account cannot reach, or who cannot reach it: whoever wonders why nothing comes should find it here.
async fn complain(mut refusals: UnboundedReceiver<Refused>) {
    while let Some(Refused { wire, url, reason }) = refusals.recv().await {
        let then = match wire {
            Transport::Webhook => "what is posted until it answers is lost",
            Transport::Http | Transport::Ws | Transport::Sse => {
                "who comes now waits until another has gone, and not for long"
            }
            Transport::ReverseWs => "it is tried again until it answers",
        };
        eprintln!("botspec: {} {url}: {reason}; {then}", word(wire));
    }
}

fn word(wire: Transport) -> String {
    serde_json::to_value(wire).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Nothing comes of what happens.
enum Never {}

/// What the script and the events are for: the first account, as soon as somebody receives of it.
async fn happen(plan: &Plan, world: &SharedWorld, servers: &[Server]) -> Never {
    if let Some(bot) = servers.first().filter(|_| plan.script.is_some() || plan.events.is_some()) {
        if !plan.at_once {
            bot.wait_connected().await;
        }
        if let Some((file, script)) = &plan.script {
            script.run(world, bot, |place, reason| eprintln!("botspec: {file}:{place}: {reason}")).await;
        }
        if let Some(names) = &plan.events {
            let names = if names.is_empty() { bot.events() } else { names.iter().map(String::as_str).collect() };
            let script = Script::of_events(names, plan.pace);
            script.run(world, bot, |_, reason| eprintln!("botspec: {reason}")).await;
        }
    }
    std::future::pending().await
}
