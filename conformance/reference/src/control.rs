//! The control adapter: a tester without access to the process makes things happen and looks around, over HTTP.

mod describe;
mod guard;
mod requests;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use botspec_schema::model::Transport;
use tokio::sync::watch;

use crate::config::Limits;
use crate::refused::Refusals;
use crate::server::StartError;
use crate::shared::SharedWorld;
use crate::transport::listener::{Heads, Listener};

/// Where a control adapter listens, and for whom.
#[derive(Debug, Clone)]
pub struct ControlConfig {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What a tester proves to be one with; without it, it listens on this machine alone.
    pub token: Option<String>,
}

/// Takes steps of a world over HTTP, until it is shut down or dropped.
///
/// It is for its owner alone: whatever names another host or comes from a web page is refused, and beyond this machine it
/// asks for a token.
pub struct Control {
    listening: Listener,
    end: watch::Sender<bool>,
}

/// What every request needs.
#[derive(Clone)]
struct ControlState {
    world: SharedWorld,
    token: Option<Arc<str>>,
    end: watch::Receiver<bool>,
}

/// What there is to ask for.
const ROUTES: &str = "POST /step, GET /steps, POST /event, GET /world, GET /fixtures, GET /calls, GET /connections, GET and POST /actions, \
                      POST /advance and POST /reset";

impl Control {
    /// Takes steps at the address: `POST /step` with `{"step": "say", "params": {…}}`, `GET /steps` lists them,
    /// `GET /fixtures?dialect=…&account=…` has what an account can try things on by the ids that a dialect knows,
    /// `POST /event` with `{"event": "notice.group_ban"}` plays one, `GET /world` describes who and what there is,
    /// `GET /calls?since=&wait=` has the calls of clients with their answers, `GET /connections?wait=` who is connected,
    /// `POST /actions` plans the answers to the next calls, `POST /advance` moves the clock, `POST /reset` puts everything
    /// back to the beginning.
    pub async fn start(addr: SocketAddr, world: &SharedWorld) -> Result<Self, StartError> {
        Self::start_with(ControlConfig { addr, token: None }, world).await
    }

    /// The same with a token, which lets it be reached from other machines.
    pub async fn start_with(config: ControlConfig, world: &SharedWorld) -> Result<Self, StartError> {
        let ControlConfig { addr, token } = config;
        let token = token.filter(|token| !token.is_empty());
        if token.is_none() && !addr.ip().is_loopback() {
            return Err(StartError::ControlToken { addr });
        }
        world.calls().keep();
        let (end, ended) = watch::channel(false);
        let state = ControlState { world: world.clone(), token: token.map(Into::into), end: ended.clone() };
        let router = Router::new()
            .route("/step", post(requests::step))
            .route("/steps", get(requests::steps))
            .route("/event", post(requests::event))
            .route("/world", get(requests::world))
            .route("/fixtures", get(requests::fixtures))
            .route("/calls", get(requests::calls))
            .route("/connections", get(requests::connections))
            .route("/actions", get(requests::plans).post(requests::plan))
            .route("/advance", post(requests::advance))
            .route("/reset", post(requests::reset))
            .fallback(async || requests::refuse(StatusCode::NOT_FOUND, &format!("there is {ROUTES}")))
            .layer(middleware::from_fn_with_state(state.clone(), guarded))
            .with_state(state);
        // Nobody is notified of those who cannot reach it.
        let refusals = |addr| Refusals::new(Transport::Http, &format!("http://{addr}"), None);
        let listening = Listener::start(addr, router, Limits::default(), Heads::Small, ended, refusals).await;
        let listening = listening.map_err(|source| StartError::Listen { addr, source })?;
        Ok(Self { listening, end })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.listening.addr
    }

    /// Ends every connection and waits until all are gone.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        self.listening.ended().await;
    }
}

async fn guarded(State(state): State<ControlState>, request: Request, next: Next) -> Response {
    match guard::check(&request, state.token.as_deref()) {
        Ok(()) => next.run(request).await,
        Err((status, reason)) => requests::refuse(status, reason),
    }
}
