//! What a tester asks for, and what is answered.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use botspec_schema::closest;
use botspec_schema::model::Transport;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::ControlState;
use super::describe::{connections_of, describe, receives};
use crate::call_log::CallFilter;
use crate::planned::PlannedAnswer;
use crate::play::somebody_at_any;
use crate::served::{PlayError, Played};
use crate::shared::with_count;
use crate::steps::{STEPS, StepError};
use crate::transport::urlencoded;
use crate::world::UserId;

/// The longest body, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;
/// Nobody waits longer than this for something to happen.
const MOST_WAITING: Duration = Duration::from_secs(300);

pub(super) fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

pub(super) fn refuse(status: StatusCode, error: &str) -> Response {
    answer(status, &json!({ "error": error }))
}

/// What a body asks for; `example` shows what one looks like.
async fn read<T: DeserializeOwned>(request: Request, example: &str) -> Result<T, Response> {
    let Ok(body) = to_bytes(request.into_body(), LONGEST).await else {
        return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "the body is too long, or it did not arrive"));
    };
    let wrong = |reason: String| refuse(StatusCode::BAD_REQUEST, &format!("{reason}; send {example}"));
    let order: Value = serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))?;
    if !order.is_object() {
        return Err(wrong("the order is no object".to_owned()));
    }
    serde_json::from_value(order).map_err(|error| wrong(error.to_string()))
}

/// What a query asks for; a value that looks like a number is one.
fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, String> {
    let pairs = urlencoded::pairs(uri.query().unwrap_or_default().as_bytes()).ok_or("the query does not decode")?;
    let value = |text: String| text.parse::<i64>().map_or(Value::String(text), Value::from);
    let entries = pairs.into_iter().map(|(key, text)| (key, value(text))).collect();
    serde_json::from_value(Value::Object(entries)).map_err(|error| error.to_string())
}

/// A step that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepOrder {
    step: String,
    #[serde(default)]
    params: Value,
}

const STEP: &str = r#"{"step": "say", "params": {"from": "$friend", "text": "hello"}}"#;

pub(super) async fn step(State(state): State<ControlState>, request: Request) -> Response {
    let order: StepOrder = match read(request, STEP).await {
        Ok(order) => order,
        Err(response) => return response,
    };
    let (result, received) = state.world.step_and_count(&order.step, &order.params);
    match result {
        Ok(result) => answer(StatusCode::OK, &with_count(result, received)),
        Err(error) => {
            let status = match &error {
                StepError::Unknown { .. } => StatusCode::NOT_FOUND,
                StepError::Params { .. } => StatusCode::BAD_REQUEST,
                StepError::Refused { .. } => StatusCode::CONFLICT,
            };
            refuse(status, &error.to_string())
        }
    }
}

pub(super) async fn steps() -> Response {
    let steps = STEPS.iter().map(|step| json!({ "step": step.name, "what": step.what, "takes": step.takes }));
    answer(StatusCode::OK, &steps.collect())
}

/// An event that is asked for, of an account or of the one that was started first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventOrder {
    event: String,
    account: Option<UserId>,
}

const EVENT: &str = r#"{"event": "notice.group_ban"}"#;

pub(super) async fn event(State(state): State<ControlState>, request: Request) -> Response {
    let order: EventOrder = match read(request, EVENT).await {
        Ok(order) => order,
        Err(response) => return response,
    };
    let served = state.world.served();
    let wanted = served.iter().map(|(bot, _)| bot).find(|bot| order.account.is_none_or(|it| it == bot.account()));
    let Some(bot) = wanted else {
        let known: Vec<String> = served.iter().map(|(bot, _)| bot.account().to_string()).collect();
        return refuse(StatusCode::NOT_FOUND, &format!("that account is not served; served are: {}", known.join(", ")));
    };
    match Arc::clone(bot).play(&order.event) {
        Ok(played) => {
            let how = match played {
                Played::Happened => "happened",
                Played::ExampleSent => "example sent",
                Played::OnConnect => "sent to every connection when it begins",
            };
            answer(StatusCode::OK, &json!({ "event": order.event, "how": how }))
        }
        Err(error @ PlayError::Unknown { .. }) => {
            let names = bot.dialect().events.keys().map(String::as_str);
            let near =
                closest(&order.event, names).map(|near| format!("; the closest is `{near}`")).unwrap_or_default();
            refuse(StatusCode::NOT_FOUND, &format!("{error}{near}"))
        }
        Err(error @ PlayError::Impossible { .. }) => refuse(StatusCode::CONFLICT, &error.to_string()),
    }
}

pub(super) async fn world(State(state): State<ControlState>) -> Response {
    let served = state.world.served();
    answer(StatusCode::OK, &state.world.read(|world| describe(world, &served)))
}

/// Whose fixtures are asked for, and by whose ids.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureQuery {
    dialect: Option<String>,
    account: Option<UserId>,
}

/// The name of a group that the account may leave: who owns one can only dissolve it.
const SPARE_GROUP: &str = "spare_group";

pub(super) async fn fixtures(State(state): State<ControlState>, uri: Uri) -> Response {
    let FixtureQuery { dialect, account } = match query(&uri) {
        Ok(query) => query,
        Err(reason) => return refuse(StatusCode::BAD_REQUEST, &reason),
    };
    let world = &state.world;
    let account = account.or_else(|| world.read(|world| world.accounts().next())).unwrap_or_default();
    let found = match dialect {
        None => Some(world.fixtures(account)),
        Some(dialect) => world.fixtures_in(&dialect, account),
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

/// Which calls are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallQuery {
    #[serde(default)]
    since: u64,
    wait: Option<u64>,
    account: Option<UserId>,
    action: Option<String>,
}

pub(super) async fn calls(State(state): State<ControlState>, uri: Uri) -> Response {
    let CallQuery { since, wait, account, action } = match query(&uri) {
        Ok(query) => query,
        Err(reason) => return refuse(StatusCode::BAD_REQUEST, &reason),
    };
    let filter = CallFilter { since, account, action };
    let log = state.world.calls();
    let (calls, last) = match wait.map(patience) {
        Some(patience) => {
            let mut end = state.end.clone();
            tokio::select! {
                found = log.wait(&filter, patience) => found,
                _ = end.wait_for(|end| *end) => log.find(&filter),
            }
        }
        None => log.find(&filter),
    };
    answer(StatusCode::OK, &json!({ "calls": calls, "last": last }))
}

fn patience(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds).min(MOST_WAITING)
}

/// Whose connections are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionQuery {
    wait: Option<u64>,
    account: Option<UserId>,
}

/// Who is connected; with `wait`, as soon as somebody is who receives events.
pub(super) async fn connections(State(state): State<ControlState>, uri: Uri) -> Response {
    let ConnectionQuery { wait, account } = match query(&uri) {
        Ok(query) => query,
        Err(reason) => return refuse(StatusCode::BAD_REQUEST, &reason),
    };
    let found = || connections_of(&state.world, account);
    let Some(patience) = wait.map(patience) else { return answer(StatusCode::OK, &found()) };
    let mut changes = state.world.connections();
    let mut end = state.end.clone();
    let some = async {
        loop {
            changes.borrow_and_update();
            let now = found();
            if receives(&now) || changes.changed().await.is_err() {
                return now;
            }
        }
    };
    let now = tokio::select! {
        now = some => now,
        () = webhook_there(&state, account) => found(),
        () = tokio::time::sleep(patience) => found(),
        _ = end.wait_for(|end| *end) => found(),
    };
    answer(StatusCode::OK, &now)
}

/// Waits until somebody listens where events are posted to.
async fn webhook_there(state: &ControlState, account: Option<UserId>) {
    let served = state.world.served().into_iter().filter(|(bot, _)| account.is_none_or(|it| it == bot.account()));
    let urls = served.flat_map(|(_, open)| open).filter(|open| open.wire == Transport::Webhook).map(|open| open.url);
    let urls: Vec<String> = urls.collect();
    somebody_at_any(&urls).await;
}

pub(super) async fn plans(State(state): State<ControlState>) -> Response {
    answer(StatusCode::OK, &json!(state.world.plans().all()))
}

const PLAN: &str = r#"{"action": "send_group_msg", "fail": {"retcode": 1200, "message": "no"}, "times": 2}"#;

pub(super) async fn plan(State(state): State<ControlState>, request: Request) -> Response {
    let plan: PlannedAnswer = match read(request, PLAN).await {
        Ok(plan) => plan,
        Err(response) => return response,
    };
    if let Some(mistake) = plan.mistake() {
        return refuse(StatusCode::BAD_REQUEST, &format!("{mistake}; send {PLAN}"));
    }
    let served = state.world.served();
    let known = served.iter().find_map(|(bot, _)| Some(bot.dialect().resolve_call(&plan.action)?.action.name.clone()));
    let Some(action) = known else {
        let names = served.iter().flat_map(|(bot, _)| bot.dialect().actions.keys().map(String::as_str));
        let near = closest(&plan.action, names).map(|near| format!("; the closest is `{near}`")).unwrap_or_default();
        return refuse(StatusCode::NOT_FOUND, &format!("there is no action `{}`{near}", plan.action));
    };
    state.world.plans().put(PlannedAnswer { action, ..plan });
    answer(StatusCode::OK, &json!(state.world.plans().all()))
}

/// By how many seconds the clock is moved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceOrder {
    seconds: u64,
}

pub(super) async fn advance(State(state): State<ControlState>, request: Request) -> Response {
    let order: AdvanceOrder = match read(request, r#"{"seconds": 60}"#).await {
        Ok(order) => order,
        Err(response) => return response,
    };
    if order.seconds > MOST_SECONDS {
        return refuse(StatusCode::BAD_REQUEST, &format!("at most {MOST_SECONDS} seconds at once"));
    }
    let time = state.world.advance(Duration::from_secs(order.seconds));
    answer(StatusCode::OK, &json!({ "time": time }))
}

/// A hundred years.
const MOST_SECONDS: u64 = 100 * 366 * 24 * 60 * 60;

pub(super) async fn reset(State(state): State<ControlState>) -> Response {
    state.world.reset();
    answer(StatusCode::OK, &Value::Null)
}
