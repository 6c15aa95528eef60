//! Serves an account.

#[cfg(test)]
mod dialect_tests;
mod open;

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use botspec_schema::model::Presence;
use botspec_schema::model::Transport;
use botspec_schema::{Catalog, Dialect, version_numbers};
use tokio::sync::watch;

use crate::bot::{Bot, Defect, EventEmitter};
use crate::config::ServerConfig;
use crate::deferred::Queue;
use crate::faults::Active;
use crate::polls::Polls;
use crate::protocol::{Handlers, Protocol};
use crate::served::{Open, ServedAccount};
use crate::shared::{SharedWorld, Subscription};
use crate::varied::Varied;
use crate::world::UserId;

use open::Opened;

/// How long connections may take to end when the server does.
const FAREWELL: Duration = Duration::from_secs(2);

/// An account that is served until this is shut down or dropped.
pub struct Server {
    pub(crate) bot: Arc<Bot>,
    pub(crate) opened: Opened,
    end: watch::Sender<bool>,
    subscription: Subscription,
}

fn listed(accounts: &[UserId]) -> String {
    accounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// Why an account cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No such dialect, or none that the reference speaks.
    #[error("the reference does not speak `{name}`; it speaks {}", spoken.join(", "))]
    UnknownDialect {
        /// What was asked for.
        name: String,
        /// What there is.
        spoken: Vec<String>,
    },
    /// A version of the dialect that has no number.
    #[error("`{version}` is no version of `{dialect}`; write it as in {newest}")]
    Version {
        /// The dialect.
        dialect: String,
        /// What was asked for.
        version: String,
        /// The newest version.
        newest: String,
    },
    /// The world has no such account.
    #[error("the world has no account {account}; it has {}", listed(accounts))]
    UnknownAccount {
        /// What was asked for.
        account: UserId,
        /// What there is.
        accounts: Vec<UserId>,
    },
    /// Actions of the contracts that nobody handles.
    #[error("these actions of `{dialect}` have no handler: {}", actions.join(", "))]
    Unhandled {
        /// The dialect.
        dialect: String,
        /// The actions.
        actions: Vec<String>,
    },
    /// The dialect has no such transport.
    #[error("`{dialect}` has no {transport}")]
    NoTransport {
        /// The dialect.
        dialect: String,
        /// What it lacks.
        transport: &'static str,
    },
    /// An address cannot be connected to, whatever is there.
    #[error("{url}: {reason}")]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A control address that others can reach, without a token.
    #[error("control at {addr}: an address that other machines can reach needs a token")]
    ControlToken {
        /// The address.
        addr: SocketAddr,
    },
    /// An address cannot be listened at.
    #[error("cannot listen at {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Server {
    /// Serves an account of the world.
    pub async fn start(config: ServerConfig, world: &SharedWorld) -> Result<Self, StartError> {
        let dialect = Catalog::builtin().dialect(&config.dialect);
        let protocol = dialect.and_then(crate::dialects::protocol);
        let (Some(dialect), Some(protocol)) = (dialect, protocol) else {
            return Err(StartError::UnknownDialect { name: config.dialect, spoken: crate::dialects::spoken() });
        };
        let dialect = match &config.version {
            Some(version) if version_numbers(version).is_empty() => {
                let (version, newest) = (version.clone(), dialect.file.protocol_version.clone());
                return Err(StartError::Version { dialect: config.dialect, version, newest });
            }
            Some(version) => crate::older::dialect(dialect, version),
            None => dialect,
        };
        Self::serve(dialect, protocol, config, world).await
    }

    async fn serve(
        dialect: &'static Dialect,
        protocol: &'static dyn Protocol,
        config: ServerConfig,
        world: &SharedWorld,
    ) -> Result<Self, StartError> {
        let accounts: Vec<UserId> = world.read(|world| world.accounts().collect());
        let account = config.account.or(accounts.first().copied()).unwrap_or_default();
        if !accounts.contains(&account) {
            return Err(StartError::UnknownAccount { account, accounts });
        }
        let handlers = protocol.handlers(dialect);
        complete(dialect, &handlers)?;
        if dialect.file.shared_message_ids {
            world.share_numbers(account);
        }
        let (end, ended) = watch::channel(false);
        let sessions = Arc::default();
        let bot = Arc::new(Bot {
            dialect,
            protocol,
            handlers,
            world: world.clone(),
            account,
            limits: config.limits,
            faults: Active::new(&config.faults),
            variations: Varied::new(&config.variations),
            polls: Polls::new(&sessions, config.limits),
            sessions,
            queue: Queue::start(config.limits.later, config.limits.pause, ended.clone()),
            end: ended.clone(),
            connected: watch::Sender::new(false),
            echoes: AtomicU64::new(0),
            defects: config.verify.then(Mutex::default),
        });
        // Before anybody can connect, so that nothing is missed.
        let subscription = world.observe(Box::new(EventEmitter(Arc::clone(&bot))));
        let mut opened = Opened::default();
        for adapter in &config.adapters {
            opened.open(&bot, adapter, &ended, config.refused.as_ref()).await?;
        }
        let served: Arc<dyn ServedAccount> = bot.clone();
        world.add_served(&served, &opened.transports);
        Ok(Self { bot, opened, end, subscription })
    }

    /// The transports that are open, in the order of the adapters.
    pub fn transports(&self) -> &[Open] {
        &self.opened.transports
    }

    /// Where HTTP is served; of several addresses the first.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        open::first(self.transports(), Transport::Http)
    }

    /// Where WebSocket connections are served; of several addresses the first.
    pub fn ws_addr(&self) -> Option<SocketAddr> {
        open::first(self.transports(), Transport::Ws)
    }

    /// How many events webhooks missed so far because too many others waited for them.
    pub fn lost(&self) -> u64 {
        let mut lost = 0;
        self.bot.sessions.each(|session| {
            if session.settings.wire == Transport::Webhook {
                lost += session.lost();
            }
        });
        lost
    }

    /// The account that is served.
    pub fn account(&self) -> UserId {
        self.bot.account
    }

    /// What the reference itself did not do as its contracts state, faults aside; empty unless the configuration asks to
    /// verify.
    pub fn defects(&self) -> Vec<Defect> {
        let defects = self.bot.defects.as_ref();
        defects.map(|defects| defects.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }

    /// Whether a fault that changes a field of an answer or an event has changed one. What is never reported cannot be reported
    /// wrong, so that no check can find such a fault.
    pub fn has_edited(&self) -> bool {
        self.bot.faults.edited()
    }

    /// Ends every connection and waits until all are gone.
    pub async fn shutdown(self) {
        let Self { bot, opened, end, subscription } = self;
        drop(subscription);
        end.send_replace(true);
        bot.polls.close();
        opened.ended().await;
        bot.sessions.all_gone(FAREWELL).await;
    }
}

/// Refuses to serve what nobody handles.
fn complete(dialect: &Dialect, handlers: &Handlers) -> Result<(), StartError> {
    let actions = dialect.actions.values().filter(|action| action.presence == Presence::Current);
    let unhandled = actions.filter(|action| !handlers.contains_key(action.name.as_str()));
    let actions: Vec<String> = unhandled.map(|action| action.name.clone()).collect();
    if actions.is_empty() {
        return Ok(());
    }
    Err(StartError::Unhandled { dialect: dialect.name().to_owned(), actions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_contract_is_without_a_handler() {
        for dialect in Catalog::builtin().dialects() {
            if let Some(protocol) = crate::dialects::protocol(dialect) {
                complete(dialect, &protocol.handlers(dialect)).expect("a handler for every action");
            }
        }
    }

    #[test]
    fn a_gap_names_the_actions() {
        let dialect = Catalog::builtin().dialects().find(|it| crate::dialects::protocol(it).is_some());
        let dialect = dialect.expect("a dialect that is spoken");
        let mut handlers = crate::dialects::protocol(dialect).expect("its protocol").handlers(dialect);
        let missing = *handlers.keys().next().expect("a handler");
        handlers.remove(missing);
        let error = complete(dialect, &handlers).expect_err("a gap").to_string();
        assert_eq!(error, format!("these actions of `{}` have no handler: {missing}", dialect.name()));
    }
}
