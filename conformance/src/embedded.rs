//! The reference implementation in this process, as a target.

use std::time::Duration;

use botspec_reference::faults::Fault;
use botspec_reference::variations::{self, Variation};
use botspec_reference::world::{Clock, WorldKind};
use botspec_reference::{Control, Endpoint, Heartbeat, Server, ServerConfig, SharedWorld, StartError, World};
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Fixture, MessageFormat, Transport, WsRole};

use crate::checks::SEVERAL_ADDRESSES;
use crate::target::{Adapter, Declared, Limits, Listen, Target, Token};

/// What the reference implementation is started with.
#[derive(Debug, Clone)]
pub struct EmbeddedConfig {
    /// The dialect it speaks.
    pub dialect: String,
    /// The version of it; without one, the newest.
    pub version: Option<String>,
    /// What its world follows from.
    pub seed: u64,
    /// In what it deviates from its contracts.
    pub faults: Vec<Fault>,
    /// What it does otherwise, and no less right.
    pub variations: Vec<Variation>,
    /// How its world begins.
    pub world: WorldKind,
    /// How it writes messages.
    pub message_format: MessageFormat,
    /// How often its event connections receive that it lives.
    pub heartbeat: Duration,
    /// Whether clients have to prove themselves, and whether it proves itself to them.
    pub token: bool,
}

impl EmbeddedConfig {
    /// A faultless implementation of a dialect.
    pub fn new(dialect: impl Into<String>) -> Self {
        Self {
            dialect: dialect.into(),
            version: None,
            seed: 0,
            faults: Vec::new(),
            variations: Vec::new(),
            world: WorldKind::Default,
            message_format: MessageFormat::Array,
            heartbeat: Duration::from_millis(250),
            token: true,
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
    control: Control,
}

/// The reference implementation cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// It states so itself.
    #[error("the embedded reference implementation cannot be started: {0}")]
    Start(#[from] StartError),
    /// There is no free port to listen at.
    #[error("no port to wait at for the embedded reference implementation: {0}")]
    Listen(#[from] std::io::Error),
}

/// The token of servers that only this process can reach.
const TOKEN: &str = "embedded-token";

impl Embedded {
    /// Starts it on free ports of this machine.
    pub async fn start(config: EmbeddedConfig) -> Result<Self, EmbeddedError> {
        // Events are reported with the time at which they happen, as by any implementation.
        let clock = Clock::System(variations::seconds_ahead(&config.variations));
        let world = World::of_kind(config.seed, config.world).with_clock(clock);
        let world = SharedWorld::new(variations::vary_world(&config.variations, world));
        let accounts: Vec<_> = world.read(|world| world.accounts().collect());
        let token = config.token.then_some(TOKEN);
        let set = |adapter: &mut botspec_reference::Adapter| {
            adapter.token = token.map(str::to_owned);
            adapter.heartbeat = Heartbeat::Every(config.heartbeat);
            adapter.message_format = config.message_format;
            adapter.report_self = true;
        };
        let mut second = ServerConfig::new(&config.dialect).on_loopback().each(set);
        second.account = accounts.get(1).copied();
        second.version.clone_from(&config.version);
        second.variations.clone_from(&config.variations);
        let mut served = ServerConfig::new(&config.dialect).on_loopback();
        served.version = config.version;
        let waiting = Waiting::open(&config.dialect, token)?;
        served.adapters.extend(waiting.adapters());
        served = served.each(set);
        served.faults = config.faults;
        served.variations = config.variations;
        let bot = Server::start(served, &world).await?;
        let actor = Server::start(second, &world).await?;
        let control = Control::start(([127, 0, 0, 1], 0).into(), &world).await?;
        let mut target = as_target(&bot, &config.dialect, "embedded reference", token);
        target.fixtures = declared(&world, bot.account());
        target.control = Some(Adapter::new(format!("http://{}", control.addr()), None));
        target.message_format = Some(config.message_format);
        target.heartbeat = Some(config.heartbeat);
        target.reverse_ws = waiting.reverse_ws;
        target.webhook = waiting.webhook;
        target.webhook_again = waiting.webhook_again;
        target.actor = Some(Box::new(as_target(&actor, &config.dialect, "embedded reference (actor)", token)));
        Ok(Self { target, world, bot, actor, control })
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
        self.control.shutdown().await;
    }
}

/// Where botspec waits for what the implementation opens itself.
struct Waiting {
    roles: Vec<WsRole>,
    reverse_ws: Option<Listen>,
    webhook: Option<Listen>,
    webhook_again: Option<Listen>,
}

/// How long the implementation waits before it connects again. Nobody else is on the way.
const RECONNECT: Duration = Duration::from_millis(20);

impl Waiting {
    /// Takes a port for each such transport of the dialect.
    fn open(dialect: &str, token: Option<&str>) -> std::io::Result<Self> {
        let spoken = Catalog::builtin().dialect(dialect).map(|dialect| &dialect.file.transports);
        let reverse = spoken.and_then(|spoken| spoken.reverse_ws.as_ref());
        let webhook = spoken.and_then(|spoken| spoken.webhook.as_ref());
        let several = Catalog::builtin().dialect(dialect).and_then(|dialect| dialect.requirements.as_ref());
        let several = several.is_some_and(|set| set.requirements.iter().any(|it| it.id.ends_with(SEVERAL_ADDRESSES)));
        let listen = || Listen::on_loopback(token.map(Token::new));
        Ok(Self {
            roles: reverse.iter().flat_map(|reverse| reverse.roles.keys().copied()).collect(),
            reverse_ws: reverse.map(|_| listen()).transpose()?,
            webhook: webhook.map(|_| listen()).transpose()?,
            webhook_again: webhook.filter(|_| several).map(|_| listen()).transpose()?,
        })
    }

    /// The adapters that go there: a connection of each role, and the posts.
    fn adapters(&self) -> Vec<botspec_reference::Adapter> {
        let connection = |listen: &Listen, role: WsRole| {
            let url = format!("ws://{}/", listen.addr);
            botspec_reference::Adapter::new(Endpoint::ReverseWs { url, role, reconnect: Some(RECONNECT) })
        };
        let reverse = self.reverse_ws.iter().flat_map(|listen| self.roles.iter().map(|role| connection(listen, *role)));
        let posts = |listen: &Listen| botspec_reference::Adapter::webhook(format!("http://{}/", listen.addr));
        reverse.chain(self.webhook.iter().chain(&self.webhook_again).map(posts)).collect()
    }
}

/// A friend, a group and a member of it, as a user declares them.
fn declared(world: &SharedWorld, account: i64) -> Declared {
    let found = world.fixtures(account);
    let mut declared = Declared::default();
    for (fixture, name) in [(Fixture::Friend, "friend"), (Fixture::Group, "group"), (Fixture::Member, "member")] {
        found.get(name).into_iter().for_each(|id| declared.insert(fixture, id.clone()));
    }
    declared
}

fn as_target(server: &Server, dialect: &str, name: &str, token: Option<&str>) -> Target {
    let token = || token.map(Token::new);
    let mut target = Target::new(name, dialect);
    let open = |wire: Transport| server.transports().iter().find(|open| open.wire == wire).and_then(|open| open.addr);
    target.http = open(Transport::Http).map(|addr| Adapter::new(format!("http://{addr}"), token()));
    target.ws = open(Transport::Ws).map(|addr| Adapter::new(format!("ws://{addr}"), token()));
    target.sse = open(Transport::Sse).map(|addr| Adapter::new(format!("http://{addr}"), token()));
    target.disposable = true;
    target.limits = Limits::fast();
    target.allow = [Effect::Read, Effect::Send, Effect::Write, Effect::Destructive, Effect::Lifecycle].into();
    target
}
