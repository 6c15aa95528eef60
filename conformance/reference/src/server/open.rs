//! Opens the adapters of an account.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use botspec_schema::model::Transport;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::StartError;
use crate::bot::Bot;
use crate::config::{Adapter, Endpoint};
use crate::connection_settings::ConnectionSettings;
use crate::refused::{Refusals, Refused};
use crate::served::Open;
use crate::transport::handshake::{self, WsState};
use crate::transport::http::{self, HttpState};
use crate::transport::listener::{Heads, Listener};
use crate::transport::reverse::Reverse;
use crate::transport::webhook::Webhook;
use crate::variations::Variation;

/// Everything that is open for an account.
#[derive(Default)]
pub(crate) struct Opened {
    pub(crate) transports: Vec<Open>,
    listeners: Vec<Listener>,
    tasks: Vec<JoinHandle<()>>,
}

impl Opened {
    /// Opens one adapter more.
    pub(super) async fn open(
        &mut self,
        bot: &Arc<Bot>,
        adapter: &Adapter,
        end: &watch::Receiver<bool>,
        refused: Option<&UnboundedSender<Refused>>,
    ) -> Result<(), StartError> {
        let dialect = bot.contract();
        let transports = &dialect.transports;
        let settings = |wire: Transport| ConnectionSettings::new(dialect, wire, adapter);
        let missing = |transport| StartError::NoTransport { dialect: dialect.name.clone(), transport };
        match &adapter.endpoint {
            Endpoint::Http { addr, sse } => {
                let http = transports.http.as_ref().ok_or_else(|| missing("HTTP"))?;
                let stream = transports.sse.as_ref().filter(|stream| *sse || !stream.optional);
                let shared = transports.ws.as_ref().filter(|ws| ws.shares_http);
                let desk = HttpState {
                    bot: Arc::clone(bot),
                    http,
                    settings: Arc::new(settings(Transport::Http)),
                    sse: stream.map(|_| Arc::new(settings(Transport::Sse))),
                    ws: shared.map(|ws| WsState::new(bot, ws, settings(Transport::Ws))),
                };
                let refusals = |addr| Refusals::new(Transport::Http, &format!("http://{addr}"), refused.cloned());
                let addr = self.listen(bot, *addr, http::router(desk), end, refusals).await?;
                self.add(Transport::Http, "http", addr, "");
                if let Some(path) = shared.and_then(|ws| ws.endpoints.first()?.paths.first()) {
                    self.add(Transport::Ws, "ws", addr, path);
                }
                if let Some(path) = stream.and_then(|sse| sse.paths.first()) {
                    self.add(Transport::Sse, "http", addr, path);
                }
            }
            Endpoint::Ws { addr } => {
                let ws = transports.ws.as_ref().filter(|ws| !ws.shares_http);
                let ws = ws.ok_or_else(|| missing("WebSocket on an address of its own"))?;
                let entrance = WsState::new(bot, ws, settings(Transport::Ws));
                let refusals = |addr| Refusals::new(Transport::Ws, &format!("ws://{addr}"), refused.cloned());
                let addr = self.listen(bot, *addr, handshake::router(entrance), end, refusals).await?;
                self.add(Transport::Ws, "ws", addr, "");
            }
            Endpoint::ReverseWs { url, role, reconnect } => {
                let ws = transports.reverse_ws.as_ref().ok_or_else(|| missing("reverse WebSocket"))?;
                let refusals = Refusals::new(Transport::ReverseWs, url, refused.cloned());
                let reverse = Reverse::new(bot, ws, settings(Transport::ReverseWs), url, *role, *reconnect, refusals);
                let reverse = reverse.map_err(|reason| StartError::Url { url: url.clone(), reason })?;
                self.tasks.push(tokio::spawn(reverse.run()));
                self.transports.push(Open { wire: Transport::ReverseWs, url: url.clone(), addr: None });
            }
            Endpoint::Webhook { url, timeout } => {
                let webhook = transports.webhook.as_ref().ok_or_else(|| missing("webhook"))?;
                let refusals = Refusals::new(Transport::Webhook, url, refused.cloned());
                let webhook = Webhook::new(bot, webhook, settings(Transport::Webhook), url, *timeout, refusals);
                let webhook = webhook.map_err(|reason| StartError::Url { url: url.clone(), reason })?;
                self.tasks.push(tokio::spawn(webhook.run()));
                self.transports.push(Open { wire: Transport::Webhook, url: url.clone(), addr: None });
            }
        }
        Ok(())
    }

    async fn listen(
        &mut self,
        bot: &Bot,
        addr: SocketAddr,
        router: Router,
        end: &watch::Receiver<bool>,
        refusals: impl FnOnce(SocketAddr) -> Refusals,
    ) -> Result<SocketAddr, StartError> {
        let heads = if bot.variations.on(Variation::Headers) { Heads::Capitals } else { Heads::Small };
        let listening = Listener::start(addr, router, bot.limits, heads, end.clone(), refusals).await;
        let listening = listening.map_err(|source| StartError::Listen { addr, source })?;
        let addr = listening.addr;
        self.listeners.push(listening);
        Ok(addr)
    }

    fn add(&mut self, wire: Transport, scheme: &str, addr: SocketAddr, path: &str) {
        self.transports.push(Open { wire, url: format!("{scheme}://{addr}{path}"), addr: Some(addr) });
    }

    /// Waits until nothing is open any more.
    pub(super) async fn ended(self) {
        for listening in self.listeners {
            listening.ended().await;
        }
        for task in self.tasks {
            // A task that panicked has ended too.
            let _ = task.await;
        }
    }
}

/// The first address of a transport that is listened at.
pub(super) fn first(transports: &[Open], wire: Transport) -> Option<SocketAddr> {
    transports.iter().find(|open| open.wire == wire).and_then(|open| open.addr)
}
