//! Tests of a QQ bot against botspec's stand-in: a whole small QQ in this process, on free ports, for `#[tokio::test]`.
//!
//! ```no_run
//! # async fn example() -> Result<(), botspec_testing::Error> {
//! use botspec_testing::StandIn;
//! use serde_json::json;
//!
//! let stand_in = StandIn::start("napcat").await?;
//! // … start the bot with `stand_in.ws_url()` …
//! stand_in.wait_connected().await?;
//! stand_in.step("say", json!({ "from": 20002, "group": 70001, "text": "/ban" })).await?;
//! let call = stand_in.wait_for_call("set_group_ban").await?;
//! assert_eq!(call.answer["status"], "ok");
//! # Ok(())
//! # }
//! ```

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use botspec_reference::world::Clock;
use botspec_reference::{Adapter, Control, Server, ServerConfig, SharedWorld, StartError, World};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// How long something is waited for where a test does not say.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What goes wrong in a test.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stand-in cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The control API cannot be reached.
    #[error("the control API: {0}")]
    Control(#[from] reqwest::Error),
    /// It refused what it was asked.
    #[error("{path}: {reason}")]
    Refused {
        /// What was asked for.
        path: String,
        /// Why not.
        reason: String,
    },
    /// Something was waited for and did not happen.
    #[error("{what} did not come within {patience:?}; so far there was: {seen}")]
    NothingCame {
        /// What was waited for.
        what: String,
        /// How long.
        patience: Duration,
        /// What there was in its place.
        seen: String,
    },
}

/// A call of the bot, with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The place among all calls.
    pub number: u64,
    /// The action.
    pub action: String,
    /// Its parameters.
    pub params: Value,
    /// The envelope that it was answered; null where it was never answered.
    pub answer: Value,
}

/// A stand-in that is served until it is dropped.
pub struct StandIn {
    server: Server,
    control: Control,
    world: SharedWorld,
    client: Client,
    since: AtomicU64,
}

impl StandIn {
    /// Serves the first account of a world in a dialect.
    pub async fn start(dialect: &str) -> Result<Self, Error> {
        Self::with(ServerConfig::new(dialect).on_loopback()).await
    }

    /// The same with a connection that it opens to a bot: `ws://127.0.0.1:8080/onebot/v11/ws`.
    pub async fn connecting_to(dialect: &str, url: &str) -> Result<Self, Error> {
        let mut config = ServerConfig::new(dialect).on_loopback();
        config.adapters.push(Adapter::reverse_ws(url));
        Self::with(config).await
    }

    /// Serves an account as it is configured.
    pub async fn with(config: ServerConfig) -> Result<Self, Error> {
        let world = SharedWorld::new(World::new(1).with_clock(Clock::System(0)));
        let addr = SocketAddr::from(([127, 0, 0, 1], 0));
        let control = Control::start(addr, &world).await?;
        let server = Server::start(config, &world).await?;
        let client = Client::builder().no_proxy().build()?;
        Ok(Self { server, control, world, client, since: AtomicU64::new(0) })
    }

    /// Where calls over HTTP are answered.
    pub fn http_url(&self) -> Option<String> {
        self.server.http_addr().map(|addr| format!("http://{addr}"))
    }

    /// Where `WebSocket` connections are served.
    pub fn ws_url(&self) -> Option<String> {
        self.server.ws_addr().map(|addr| format!("ws://{addr}"))
    }

    /// The world behind it.
    pub fn world(&self) -> &SharedWorld {
        &self.world
    }

    async fn ask(&self, path: &str, request: RequestBuilder) -> Result<Value, Error> {
        let response = request.send().await?;
        let done = response.status().is_success();
        let text = response.text().await?;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        if done {
            return Ok(answer);
        }
        let reason = answer["error"].as_str().unwrap_or(&text).to_owned();
        Err(Error::Refused { path: path.to_owned(), reason })
    }

    /// What the control API answers to a question, such as `/world`.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        self.ask(path, self.client.get(format!("http://{}{path}", self.control.addr()))).await
    }

    /// What the control API answers to an order, such as `/advance`.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Error> {
        let request = self.client.post(format!("http://{}{path}", self.control.addr()));
        self.ask(path, request.header("Content-Type", "application/json").body(body.to_string())).await
    }

    /// Makes something happen in the world; the answer has how many connections received it.
    pub async fn step(&self, step: &str, params: Value) -> Result<Value, Error> {
        self.post("/step", &json!({ "step": step, "params": params })).await
    }

    /// Plans the answer to the next calls of an action: `{"fail": {…}}`, `{"data": …}`, `{"wait_ms": …}` or
    /// `{"silent": true}`, and `times`.
    pub async fn plan(&self, action: &str, mut plan: Value) -> Result<(), Error> {
        plan["action"] = action.into();
        self.post("/actions", &plan).await.map(drop)
    }

    /// Waits until a bot is there that receives events.
    pub async fn wait_connected(&self) -> Result<(), Error> {
        let found = self.get(&format!("/connections?wait={}", PATIENCE.as_millis())).await?;
        let connections = found["connections"].as_array().map_or(&[][..], Vec::as_slice);
        if connections.iter().any(|connection| connection["receives_events"] == true) {
            return Ok(());
        }
        let seen = found["connections"].to_string();
        Err(Error::NothingCame { what: "a bot that receives events".to_owned(), patience: PATIENCE, seen })
    }

    /// The next call of an action; what was waited for once is not found again.
    pub async fn wait_for_call(&self, action: &str) -> Result<Call, Error> {
        let since = self.since.load(Ordering::Relaxed);
        let wait = PATIENCE.as_millis();
        let found = self.get(&format!("/calls?since={since}&action={action}&wait={wait}")).await?;
        if let Some(call) = found["calls"].as_array().and_then(|calls| calls.first()) {
            let call = call_of(call);
            self.since.store(call.number, Ordering::Relaxed);
            return Ok(call);
        }
        let seen: Vec<String> =
            self.calls().await?.iter().map(|call| format!("{} {}", call.action, call.params)).collect();
        Err(Error::NothingCame { what: format!("a call of {action}"), patience: PATIENCE, seen: seen.join(", ") })
    }

    /// Every call so far.
    pub async fn calls(&self) -> Result<Vec<Call>, Error> {
        let found = self.get("/calls").await?;
        Ok(found["calls"].as_array().into_iter().flatten().map(call_of).collect())
    }

    /// Ends every connection and waits until all are gone.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
        self.control.shutdown().await;
    }
}

fn call_of(entry: &Value) -> Call {
    Call {
        number: entry["number"].as_u64().unwrap_or_default(),
        action: entry["action"].as_str().unwrap_or_default().to_owned(),
        params: entry["params"].clone(),
        answer: entry["answer"].clone(),
    }
}
