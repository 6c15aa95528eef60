//! The reference implementation in this process, as a target.

use std::time::Duration;

use botspec_reference::faults::Fault;
use botspec_reference::{Heartbeat, Server, ServerConfig, SharedWorld, StartError};
use botspec_schema::model::Effect;

use crate::control::Control;
use crate::target::{Adapter, Limits, MessageFormat, Target, Token};

/// What the reference implementation is started with.
#[derive(Debug, Clone)]
pub struct EmbeddedConfig {
    /// The dialect it speaks.
    pub dialect: String,
    /// What its world follows from.
    pub seed: u64,
    /// In what it deviates from its contracts.
    pub faults: Vec<Fault>,
    /// How it writes messages.
    pub message_format: MessageFormat,
    /// How often its event connections hear that it lives.
    pub heartbeat: Duration,
}

impl EmbeddedConfig {
    /// A faultless implementation of a dialect.
    pub fn new(dialect: impl Into<String>) -> Self {
        Self {
            dialect: dialect.into(),
            seed: 0,
            faults: Vec::new(),
            message_format: MessageFormat::Array,
            heartbeat: Duration::from_millis(250),
        }
    }
}

/// A reference implementation that runs in this process until it is dropped: the account that is checked, and a second
/// one that provokes events. Both ask for a token, so that this can be checked too.
pub struct Embedded {
    target: Target,
    world: SharedWorld,
    bot: Server,
    actor: Server,
}

/// The reference implementation cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("the embedded reference implementation cannot be started: {0}")]
pub struct EmbeddedError(#[from] StartError);

/// The token of servers that only this process can reach.
const TOKEN: &str = "embedded-token";

impl Embedded {
    /// Starts it on free ports of this machine.
    pub async fn start(config: EmbeddedConfig) -> Result<Self, EmbeddedError> {
        let world = SharedWorld::seeded(config.seed);
        let accounts: Vec<_> = world.read(|world| world.accounts().collect());
        let format = match config.message_format {
            MessageFormat::Array => botspec_reference::MessageFormat::Array,
            MessageFormat::String => botspec_reference::MessageFormat::String,
        };
        let mut served = ServerConfig::new(&config.dialect).on_loopback().each(|adapter| {
            adapter.token = Some(TOKEN.to_owned());
            adapter.heartbeat = Heartbeat::Every(config.heartbeat);
            adapter.message_format = format;
        });
        let mut second = served.clone();
        second.account = accounts.get(1).copied();
        served.faults = config.faults;
        let bot = Server::start(served, &world).await?;
        let actor = Server::start(second, &world).await?;
        let mut target = as_target(&bot, &config.dialect, &world, "embedded reference");
        target.message_format = Some(config.message_format);
        target.actor = Some(Box::new(as_target(&actor, &config.dialect, &world, "embedded reference (actor)")));
        Ok(Self { target, world, bot, actor })
    }

    /// Where it is and what it may be asked: everything.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The world behind it.
    pub fn world(&self) -> &SharedWorld {
        &self.world
    }

    /// The account that is checked.
    pub fn bot(&self) -> &Server {
        &self.bot
    }

    /// Ends every connection and waits until all are gone.
    pub async fn shutdown(self) {
        self.bot.shutdown().await;
        self.actor.shutdown().await;
    }
}

fn as_target(server: &Server, dialect: &str, world: &SharedWorld, name: &str) -> Target {
    let token = || Some(Token::new(TOKEN));
    let mut target = Target::new(name, dialect);
    target.http = server.http_addr().map(|addr| Adapter::new(format!("http://{addr}"), token()));
    target.ws = server.ws_addr().map(|addr| Adapter::new(format!("ws://{addr}"), token()));
    target.control = Some(Control::new(world.clone(), server.account()));
    target.limits = Limits::fast();
    target.allow = [Effect::Read, Effect::Send, Effect::Write, Effect::Destructive, Effect::Lifecycle].into();
    target
}
