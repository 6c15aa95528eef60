//! What a clean stand-in answers and sends in a run: everything that a flipped fact can be held against without another run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use botspec_conformance::{Embedded, EmbeddedConfig, Exchange, FrameOrigin, HttpRequest, Judge, Received, Sent};
use botspec_reports::record::Transport;
use botspec_schema::Dialect;
use botspec_schema::model::WsRole;
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::harness::ran_on;

/// How many answers of one action are kept.
const KEPT: usize = 40;

/// What a stand-in answered and sent.
pub(super) struct Corpus {
    /// Calls by their actions, with their parameters.
    answers: BTreeMap<String, Vec<(Value, Exchange)>>,
    events: Vec<Value>,
}

impl Corpus {
    /// Runs checks of a dialect once, and keeps what came.
    pub(super) async fn of(dialect: &Dialect, patterns: &[String]) -> Self {
        let name = dialect.name();
        let config = EmbeddedConfig { token: false, ..EmbeddedConfig::new(name) };
        let embedded = Embedded::start(config).await.expect("the reference starts");
        let mut target = embedded.target().clone();
        target.limits.cases = 2;
        let events = listen(&embedded, dialect).await;
        let ran = ran_on(&target, &patterns.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(ran.bad(), [""; 0], "the stand-in is clean");
        let control = target.control.as_ref().map(|it| it.url.clone()).unwrap_or_default();
        let answer = reqwest::get(format!("{control}/calls")).await.expect("the control address answers");
        let text = answer.text().await.expect("a body");
        let calls: Value = serde_json::from_str(&text).expect("JSON");
        embedded.shutdown().await;
        let mut answers: BTreeMap<String, Vec<(Value, Exchange)>> = BTreeMap::new();
        for call in calls["calls"].as_array().into_iter().flatten() {
            let (action, answer) = (call["action"].as_str().unwrap_or_default().to_owned(), call["answer"].clone());
            let of_action = answers.entry(action).or_default();
            if !answer.is_null() && of_action.len() < KEPT {
                of_action.push((call["params"].clone(), exchange(answer)));
            }
        }
        let events = events.await.expect("events are read");
        println!("{name}: {} answers, {} events", answers.values().map(Vec::len).sum::<usize>(), events.len());
        Self { answers, events }
    }

    /// What a judge finds wrong with it: the check, and the last field of the place. Only the answers of some actions are
    /// looked at, where they are named.
    pub(super) fn judged(&self, judge: &Judge, of: Option<&BTreeSet<&str>>) -> BTreeSet<(String, String)> {
        let mut found = Vec::new();
        for (action, calls) in
            self.answers.iter().filter(|(action, _)| of.is_none_or(|of| of.contains(action.as_str())))
        {
            for (params, exchange) in calls {
                found.extend(judge.answer(None, action, params, exchange));
            }
        }
        for event in &self.events {
            let event = Received::Json(event.clone());
            found.extend(judge.event(Transport::Ws, None, event, FrameOrigin::Text, std::time::Instant::now()).0);
        }
        found.into_iter().map(|it| (it.check, last_field(&it.difference.pointer))).collect()
    }
}

/// The last step of a pointer that is no index of a list.
fn last_field(pointer: &str) -> String {
    let named = pointer.rsplit('/').find(|step| !step.is_empty() && !step.bytes().all(|byte| byte.is_ascii_digit()));
    named.unwrap_or_default().to_owned()
}

/// An answer as it came over HTTP.
fn exchange(answer: Value) -> Exchange {
    let (transport, at) = (Transport::Http, Instant::now());
    let received = match answer {
        Value::Array(parts) => Received::Parts(parts),
        answer => Received::Json(answer),
    };
    let sent = Sent::Http(HttpRequest::default());
    let status = Some(200);
    Exchange { transport, sent, sent_at: at, received_at: at, status, headers: Vec::new(), received, echo: None }
}

/// Reads the events of the account until the connection ends.
async fn listen(embedded: &Embedded, dialect: &Dialect) -> JoinHandle<Vec<Value>> {
    let ws = dialect.file.transports.ws.as_ref().expect("events come over WebSocket");
    let endpoint = ws.endpoints.iter().find(|it| it.role != WsRole::Api).expect("an endpoint for events");
    let bot = embedded.bot();
    let address = if ws.shares_http { bot.http_addr() } else { bot.ws_addr() };
    let url = format!("ws://{}{}", address.expect("it listens"), endpoint.paths[0]);
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.expect("a connection for events");
    tokio::spawn(async move {
        let mut events = Vec::new();
        while let Some(Ok(message)) = socket.next().await {
            events.extend(message.to_text().ok().and_then(|text| serde_json::from_str(text).ok()));
        }
        events
    })
}
