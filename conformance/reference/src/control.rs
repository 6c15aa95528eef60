//! The control adapter: a tester without access to the process makes things happen and looks around, over HTTP.

use std::net::SocketAddr;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use botspec_schema::model::Transport;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::config::Limits;
use crate::describe::describe;
use crate::server::StartError;
use crate::shared::SharedWorld;
use crate::steps::{STEPS, StepError};
use crate::transport::listener::Listening;
use crate::transport::refused::Refusals;

/// Takes steps of a world over HTTP, until it is shut down or dropped. It asks for no token: keep it on this machine.
pub struct Control {
    listening: Listening,
    end: watch::Sender<bool>,
}

impl Control {
    /// Takes steps at the address: `POST /step` with `{"step": "say", "params": {…}}`, `GET /steps` lists them,
    /// `GET /world` tells who and what there is, `GET /fixtures?dialect=…&account=…` what an account can try things on by
    /// the ids that a dialect knows, `POST /reset` puts everything back to the beginning.
    pub async fn start(addr: SocketAddr, world: &SharedWorld) -> Result<Self, StartError> {
        let router = Router::new()
            .route("/step", post(step))
            .route("/steps", get(async || answer(StatusCode::OK, &steps())))
            .route("/world", get(look))
            .route("/fixtures", get(fixtures))
            .route("/reset", post(reset))
            .fallback(async || {
                refuse(
                    StatusCode::NOT_FOUND,
                    "there is POST /step, GET /steps, GET /world, GET /fixtures and POST /reset",
                )
            })
            .with_state(world.clone());
        let (end, ended) = watch::channel(false);
        // Nobody hears of those who cannot reach it.
        let refusals = |addr| Refusals::new(Transport::Http, &format!("http://{addr}"), None);
        let listening = Listening::start(addr, router, Limits::default(), ended, refusals).await;
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

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    step: String,
    #[serde(default)]
    params: Value,
}

/// The longest order, in bytes.
const LONGEST: usize = 1024 * 1024;

async fn step(State(world): State<SharedWorld>, request: Request) -> Response {
    let Ok(body) = to_bytes(request.into_body(), LONGEST).await else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "the body is too long, or it did not arrive");
    };
    let order = match read(&body) {
        Ok(order) => order,
        Err(reason) => return refuse(StatusCode::BAD_REQUEST, &format!("{reason}; send {EXAMPLE}")),
    };
    match world.step(&order.step, &order.params) {
        Ok(result) => answer(StatusCode::OK, &result),
        Err(error @ StepError::Unknown { .. }) => refuse(StatusCode::NOT_FOUND, &error.to_string()),
        Err(error @ StepError::Params { .. }) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
        Err(error @ StepError::Refused { .. }) => refuse(StatusCode::CONFLICT, &error.to_string()),
    }
}

/// What an order looks like.
const EXAMPLE: &str = r#"{"step": "say", "params": {"from": "$friend", "text": "hello"}}"#;

fn read(body: &[u8]) -> Result<Order, String> {
    let order: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if !order.is_object() {
        return Err("the order is no object".to_owned());
    }
    serde_json::from_value(order).map_err(|error| error.to_string())
}

fn steps() -> Value {
    STEPS.iter().map(|step| json!({ "step": step.name, "what": step.what, "takes": step.takes })).collect()
}

async fn look(State(world): State<SharedWorld>) -> Response {
    answer(StatusCode::OK, &world.read(describe))
}

/// The name of a group that the account may leave: who owns one can only dissolve it.
const SPARE_GROUP: &str = "spare_group";

async fn fixtures(State(world): State<SharedWorld>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let account = match value("account").map(str::parse) {
        Some(Ok(account)) => account,
        Some(Err(_)) => return refuse(StatusCode::BAD_REQUEST, "`account` is the number of an account"),
        None => world.read(|world| world.accounts().next()).unwrap_or_default(),
    };
    let found = match value("dialect") {
        None => Some(world.fixtures(account)),
        Some(dialect) => world.fixtures_in(dialect, account),
    };
    let Some(found) = found else { return refuse(StatusCode::BAD_REQUEST, "no such dialect is spoken here") };
    let spare = world.read(|world| {
        let mut groups = world.groups_of(account);
        groups.find(|group| group.owner() != Some(account)).map(|group| group.id)
    });
    let mut found: serde_json::Map<String, Value> =
        found.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    found.extend(spare.map(|group| (SPARE_GROUP.to_owned(), group.into())));
    answer(StatusCode::OK, &Value::Object(found))
}

async fn reset(State(world): State<SharedWorld>) -> Response {
    world.reset();
    answer(StatusCode::OK, &Value::Null)
}

fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn refuse(status: StatusCode, error: &str) -> Response {
    answer(status, &json!({ "error": error }))
}
