//! Where the target comes to botspec: the listeners for reverse WebSocket and webhook, which stand as long as the gate.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{Transports, WsRole};
use serde_json::Value;

use super::Gate;
use crate::client::reverse::{Attempt, Reverse};
use crate::client::webhook::{Planned, Reply, Webhook};
use crate::target::{Listen, Target, listen_url};

/// The listeners of a gate; why there is none where one could not be opened.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    pub(super) reverse: Option<Result<Reverse, String>>,
    pub(super) webhook: Option<Result<Webhook, String>>,
    again: Option<Result<Webhook, String>>,
    /// Roles that the target does not connect with: they were waited for in vain.
    never_connecting: Mutex<BTreeSet<WsRole>>,
}

impl Listeners {
    /// Listens where a target is to connect to, as far as its dialect knows such a transport.
    pub(super) fn open(target: &Target, spoken: &Transports) -> Self {
        let because = |error: std::io::Error| error.to_string();
        let reverse = target.reverse_ws.as_ref().zip(spoken.reverse_ws.as_ref());
        let posted = |listen: &Option<Listen>| {
            let listen = listen.as_ref().filter(|_| spoken.webhook.is_some());
            listen.map(|listen| Webhook::start(listen, &target.limits).map_err(because))
        };
        Self {
            reverse: reverse.map(|(listen, spoken)| Reverse::start(listen, spoken, &target.limits).map_err(because)),
            webhook: posted(&target.webhook),
            again: posted(&target.webhook_again),
            never_connecting: Mutex::default(),
        }
    }

    pub(super) fn reverse(&self) -> Option<&Reverse> {
        self.reverse.as_ref()?.as_ref().ok()
    }

    pub(super) fn webhook(&self) -> Option<&Webhook> {
        self.webhook.as_ref()?.as_ref().ok()
    }

    /// The second place where posts arrive.
    pub(super) fn again(&self) -> Option<&Webhook> {
        self.again.as_ref()?.as_ref().ok()
    }

    /// Whether a role was waited for in vain.
    pub(super) fn never_connects(&self, role: WsRole) -> bool {
        self.never_connecting.lock().unwrap_or_else(PoisonError::into_inner).contains(&role)
    }

    pub(super) fn mark_never_connects(&self, role: WsRole) {
        self.never_connecting.lock().unwrap_or_else(PoisonError::into_inner).insert(role);
    }

    /// The address of a listener as the target has to name it.
    pub(super) fn url(&self, target: &Target, transport: Transport) -> String {
        let bound = match transport {
            Transport::ReverseWs => self.reverse().map(|reverse| reverse.addr),
            _ => self.webhook().map(|webhook| webhook.addr),
        };
        let Some(listen) = target.listen(transport) else { return String::new() };
        let mut listen = listen.clone();
        listen.addr = bound.unwrap_or(listen.addr);
        listen_url(transport, &listen)
    }
}

impl Gate {
    /// Whether the target has come: for a reverse WebSocket, within the time that it may take to connect.
    pub(super) async fn wait_connected(&self, transport: Transport) -> Result<(), Text> {
        let cannot = |why: &String| Err(Text::both(format!("cannot listen there: {why}"), format!("无法监听：{why}")));
        match (transport, &self.listeners.reverse, &self.listeners.webhook) {
            (Transport::ReverseWs, Some(Err(why)), _) | (Transport::Webhook, _, Some(Err(why))) => cannot(why),
            (Transport::ReverseWs, Some(Ok(reverse)), _) => {
                let budget = self.target.limits.connect_timeout;
                // A connection of any role shows that the target knows the way.
                let connected = [WsRole::Api, WsRole::Event].map(|role| reverse.wait(role, Instant::now() + budget));
                let [api, event] = connected;
                let connected = futures_util::future::select(Box::pin(api), Box::pin(event)).await.factor_first().0;
                if connected.is_some() {
                    return Ok(());
                }
                let ms = budget.as_millis();
                let failed = reverse.failed();
                let en = failed.as_ref().map(|why| format!(", or did not stay: {}", why.en));
                let zh = failed.as_ref().map(|why| format!("，或没有保持连接：{}", why.zh()));
                Err(Text::both(
                    format!("the target did not connect within {ms} ms{}", en.unwrap_or_default()),
                    format!("目标没有在 {ms} 毫秒内连接过来{}", zh.unwrap_or_default()),
                ))
            }
            _ => Ok(()),
        }
    }

    /// The attempts of the target to connect over a reverse WebSocket, the first ones, as far as they are remembered.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        self.listeners.reverse().map(Reverse::heads).unwrap_or_default()
    }

    /// How many attempts to connect there were.
    pub(crate) fn attempt_count(&self) -> usize {
        self.listeners.reverse().map_or(0, Reverse::attempts)
    }

    /// What the open connections of a reverse WebSocket state of their role, each once.
    pub(crate) fn open_roles(&self) -> Vec<Option<WsRole>> {
        let open = self.listeners.reverse().map(Reverse::open).unwrap_or_default();
        let mut roles: Vec<_> = open.iter().map(|incoming| incoming.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Turns the next attempts to connect over a reverse WebSocket away.
    pub(crate) fn refuse(&self, attempts: usize) {
        if let Some(reverse) = self.listeners.reverse() {
            reverse.refuse(attempts);
        }
    }

    /// Answers the next posts of what is wanted in a way that does nothing to anybody. Quick operations are
    /// [planned elsewhere](Self::plan_operation).
    pub(crate) fn plan_reply(
        &self,
        wanted: impl Fn(&Value) -> bool + Send + Sync + 'static,
        reply: InertReply,
        times: usize,
    ) -> Option<Planned> {
        let url = self.listeners.url(&self.target, Transport::Webhook);
        let reply = match reply {
            InertReply::NoContent => Reply::NoContent,
            InertReply::Empty => Reply::Empty,
            InertReply::NoJson => Reply::Text("botspec has nothing to do".to_owned()),
            InertReply::NoObject => Reply::Json(Value::Array(Vec::new())),
            InertReply::Nothing => Reply::Json(Value::Object(serde_json::Map::new())),
            InertReply::Error => Reply::Status(500),
            InertReply::Redirect => Reply::Redirect(url),
            InertReply::Never => Reply::Never,
        };
        Some(self.listeners.webhook()?.plan(wanted, reply, times))
    }
}

/// Answers to a post that ask for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InertReply {
    /// Status 204.
    NoContent,
    /// An empty body.
    Empty,
    /// A body that is no JSON.
    NoJson,
    /// JSON that is no object.
    NoObject,
    /// An object without anything in it.
    Nothing,
    /// An error of the server.
    Error,
    /// To be sent to the same place again.
    Redirect,
    /// None, until the plan is dropped.
    Never,
}
