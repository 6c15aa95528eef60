//! What to serve, as a TOML file: accounts, each with adapters of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use botspec_reference::world::{GroupLayout, Layout, PersonLayout, WorldKind};
use botspec_reference::{Adapter, Endpoint, MessageFormat, ServerConfig};
use botspec_schema::model::WsRole;
use schemars::JsonSchema;
use serde::Deserialize;

use super::plan::{Plan, addr, heartbeat};
use crate::failure::Failure;

/// What to serve: accounts, each with adapters of its own, and who else is in their world.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "World")]
pub(crate) struct File {
    /// The dialect of accounts that name none.
    dialect: Option<String>,
    /// The number from which everything random follows.
    seed: Option<u64>,
    /// Where steps are taken and the world is put back, such as `3003`.
    control: Option<String>,
    /// How the world begins.
    world: Option<Kind>,
    /// The accounts that are served, the one that is tested first.
    #[serde(default)]
    account: Vec<AccountFile>,
    /// People besides those who are there.
    #[serde(default)]
    person: Vec<PersonLayout>,
    /// Groups besides those that are there.
    #[serde(default)]
    group: Vec<GroupLayout>,
}

/// How a world begins.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A few friends and groups.
    Default,
    /// The accounts alone.
    Empty,
    /// 2,000 members in the first group, and 300 groups.
    Big,
    /// Others talk, come, go and react all the time.
    Chatty,
}

impl From<Kind> for WorldKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Default => Self::Default,
            Kind::Empty => Self::Empty,
            Kind::Big => Self::Big,
            Kind::Chatty => Self::Chatty,
        }
    }
}

/// An account that is served.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Account")]
struct AccountFile {
    /// Its number; the next of the world, where it is left out.
    user: Option<i64>,
    /// Its dialect.
    dialect: Option<String>,
    /// The version of it, such as `1.2`; without it, the newest.
    dialect_version: Option<String>,
    /// Deviations, as `botspec list --faults` names them.
    #[serde(default)]
    fault: Vec<String>,
    /// Where it takes calls over HTTP.
    #[serde(default)]
    http: Vec<AdapterFile>,
    /// Addresses at which it serves a WebSocket.
    #[serde(default)]
    ws: Vec<AdapterFile>,
    /// Bots to which it opens a WebSocket.
    #[serde(default, rename = "reverse-ws")]
    reverse_ws: Vec<AdapterFile>,
    /// Where it posts events.
    #[serde(default)]
    webhook: Vec<AdapterFile>,
}

/// An adapter of any kind; which keys it may have follows from the kind.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Adapter")]
struct AdapterFile {
    /// Where to listen (`http`, `ws`).
    listen: Option<String>,
    /// Whom to connect or to post to (`reverse-ws`, `webhook`).
    url: Option<String>,
    /// Whether events are streamed too (`http`).
    sse: Option<bool>,
    /// What the connection is for (`reverse-ws`).
    role: Option<Role>,
    /// How long after its end a connection is opened again (`reverse-ws`).
    reconnect_ms: Option<u64>,
    /// How long the answer to a post may take (`webhook`).
    timeout_ms: Option<u64>,
    /// The access token, or the secret that posts are signed with.
    #[serde(alias = "secret")]
    token: Option<String>,
    /// The environment variable that holds it.
    #[serde(alias = "secret_env")]
    token_env: Option<String>,
    /// How messages are written in events and answers.
    message_format: Option<MessageFormat>,
    /// Whether own messages are reported.
    #[serde(default)]
    report_self: bool,
    /// How often it reports that it lives; 0 turns that off.
    heartbeat_ms: Option<u64>,
}

/// What a connection is for.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Role {
    /// Calls and events.
    Universal,
    /// Calls alone.
    Api,
    /// Events alone.
    Event,
}

/// Reads the file into the plan: its accounts come behind those that the flags name.
pub(super) fn read(path: &Path, plan: &mut Plan) -> Result<(), Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{shown}: {error}")))?;
    let file: File = toml::from_str(&text).map_err(|error| {
        let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
        Failure::usage(format!("{shown}:{line}:{column}: {}", error.message()))
    })?;
    if let Some(seed) = file.seed {
        plan.seed = seed;
    }
    if plan.control.is_none() {
        plan.control = addr("control", file.control.as_deref())?;
    }
    if let Some(kind) = file.world {
        plan.world = kind.into();
    }
    plan.layout = Some((shown.to_string(), Layout { person: file.person, group: file.group }));
    if file.account.is_empty() {
        return Err(Failure::usage(format!("{shown}: no `[[account]]` is there to serve")));
    }
    for account in file.account {
        let wrong = |failure: Failure| Failure::usage(format!("{shown}: {failure}"));
        let dialect = account.dialect.as_ref().or(file.dialect.as_ref()).unwrap_or(&plan.dialect);
        let dialect = crate::commands::dialect(dialect).map_err(wrong)?;
        let mut config = ServerConfig::new(dialect.name());
        config.account = account.user;
        config.version = account.dialect_version;
        config.faults = crate::commands::faults(dialect, &account.fault).map_err(wrong)?;
        let kinds = [
            ("http", account.http),
            ("ws", account.ws),
            ("reverse-ws", account.reverse_ws),
            ("webhook", account.webhook),
        ];
        for (kind, adapters) in kinds {
            for adapter in adapters {
                config.adapters.push(adapter.read(kind).map_err(wrong)?);
            }
        }
        plan.accounts.push(config);
    }
    Ok(())
}

impl AdapterFile {
    fn read(self, kind: &str) -> Result<Adapter, Failure> {
        let own = [
            ("listen", self.listen.is_some(), &["http", "ws"][..]),
            ("url", self.url.is_some(), &["reverse-ws", "webhook"]),
            ("sse", self.sse.is_some(), &["http"]),
            ("role", self.role.is_some(), &["reverse-ws"]),
            ("reconnect_ms", self.reconnect_ms.is_some(), &["reverse-ws"]),
            ("timeout_ms", self.timeout_ms.is_some(), &["webhook"]),
        ];
        if let Some((key, _, kinds)) = own.iter().find(|(_, given, kinds)| *given && !kinds.contains(&kind)) {
            return Err(Failure::usage(format!("`{key}` is nothing of `{kind}`, but of {}", kinds.join(" and "))));
        }
        let listen = |given: Option<String>| -> Result<SocketAddr, Failure> {
            addr("listen", given.as_deref())?
                .ok_or_else(|| Failure::usage(format!("`{kind}` lacks `listen`, such as \"127.0.0.1:3000\"")))
        };
        let url = |given: Option<String>| given.ok_or_else(|| Failure::usage(format!("`{kind}` lacks `url`")));
        let endpoint = match kind {
            "http" => Endpoint::Http { addr: listen(self.listen)?, sse: self.sse.unwrap_or(false) },
            "ws" => Endpoint::Ws { addr: listen(self.listen)? },
            "reverse-ws" => Endpoint::ReverseWs {
                url: url(self.url)?,
                role: match self.role {
                    None | Some(Role::Universal) => WsRole::Universal,
                    Some(Role::Api) => WsRole::Api,
                    Some(Role::Event) => WsRole::Event,
                },
                reconnect: self.reconnect_ms.map(Duration::from_millis),
            },
            _ => Endpoint::Webhook {
                url: url(self.url)?,
                timeout: self.timeout_ms.map_or(Adapter::TIMEOUT, Duration::from_millis),
            },
        };
        let mut adapter = Adapter::new(endpoint);
        adapter.token = match (self.token, self.token_env) {
            (Some(_), Some(_)) => return Err(Failure::usage("give `token` or `token_env`, not both")),
            (None, Some(name)) => match std::env::var(&name) {
                Ok(token) => Some(token),
                Err(_) => return Err(Failure::usage(format!("the environment has no {name}"))),
            },
            (token, None) => token,
        };
        adapter.message_format = self.message_format.unwrap_or_default();
        adapter.report_self = self.report_self;
        adapter.heartbeat = heartbeat(self.heartbeat_ms);
        Ok(adapter)
    }
}
