//! Makes the events of a dialect happen, each by whatever brings it about.

use std::sync::Arc;
use std::time::Duration;

use botspec_schema::model::{Event, Lifecycle, Presence, Transport, Trigger, TriggerBy, WsRole};
use botspec_schema::{Call, Dialect, ID, VOLATILE};
use serde_json::{Map, Value};
use tokio::net::TcpStream;

use crate::bot::{Bot, Registered};
use crate::config::{Adapter, Endpoint, Heartbeat};
use crate::connection_settings::ConnectionSettings;
use crate::served::{PlayError, Played};
use crate::server::Server;
use crate::session::{Frames, Session};
use crate::world::UserId;

/// How long to wait before looking again whether somebody takes posts.
const AGAIN: Duration = Duration::from_millis(200);

impl Server {
    /// The names of the events that the dialect has in a running build.
    pub fn events(&self) -> Vec<&'static str> {
        let events = self.bot.dialect.events.values();
        events.filter(|event| event.presence == Presence::Current).map(|event| event.name.as_str()).collect()
    }

    /// Makes an event happen once. Where several things bring it about, the first that works is done.
    pub fn play(&self, event: &str) -> Result<Played, PlayError> {
        self.bot.play_event(event)
    }

    /// Waits until somebody is there who is notified of events: on a connection, or where posts go to. Where no adapter has
    /// events there is nothing to wait for.
    pub async fn wait_connected(&self) {
        let mut connected = self.bot.connected.subscribe();
        let open = &self.opened.transports;
        if open.iter().all(|open| open.wire == Transport::Http) {
            return;
        }
        let posts = open.iter().filter(|open| open.wire == Transport::Webhook);
        let urls: Vec<String> = posts.map(|open| open.url.clone()).collect();
        tokio::select! {
            _ = connected.wait_for(|connected| *connected) => {}
            () = somebody_at_any(&urls) => {}
        }
    }
}

/// The same parameters with messages of a group in the place of private ones; `None` where they name no message.
fn in_group(params: &Value) -> Option<Value> {
    let names = [("$own_message", "$own_group_message"), ("$actor_message", "$actor_group_message")];
    let mut changed = params.clone();
    for value in changed.as_object_mut()?.values_mut() {
        if let Some((_, other)) = names.iter().find(|(name, _)| value == name) {
            *value = (*other).into();
        }
    }
    (changed != *params).then_some(changed)
}

/// Waits until somebody listens at one of the addresses; forever where there are none.
pub(crate) async fn somebody_at_any(urls: &[String]) {
    if urls.is_empty() {
        std::future::pending::<()>().await;
    }
    futures_util::future::select_all(urls.iter().map(|url| Box::pin(somebody_at(url)))).await;
}

async fn somebody_at(url: &str) {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?']).next().unwrap_or_default();
    let addr = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    while TcpStream::connect(&addr).await.is_err() {
        tokio::time::sleep(AGAIN).await;
    }
}

impl Bot {
    /// Makes an event happen once. Where several things bring it about, the first that works is done.
    pub(crate) fn play_event(self: &Arc<Self>, event: &str) -> Result<Played, PlayError> {
        let bot = self;
        let contract =
            bot.dialect.events.get(event).filter(|event| event.presence != Presence::Later).ok_or_else(|| {
                PlayError::Unknown { dialect: bot.dialect.name().to_owned(), event: event.to_owned() }
            })?;
        let mut watcher = Watcher::new(bot);
        let mut tried = Vec::new();
        for trigger in &contract.triggers {
            if trigger.by == TriggerBy::Connect {
                return Ok(Played::OnConnect);
            }
            let given = trigger.params.clone().unwrap_or_else(|| Value::Object(Map::new()));
            // Where any message will do, a trigger names none of a group; another event may need one.
            for params in [Some(given.clone()), in_group(&given)].into_iter().flatten() {
                match bot.pull(trigger, &params) {
                    Ok(()) if watcher.saw(event) => return Ok(Played::Happened),
                    Ok(()) => {}
                    Err(reason) => tried.push(reason),
                }
            }
        }
        if bot.emit_example(contract) {
            return Ok(Played::ExampleSent);
        }
        Err(PlayError::Impossible { event: event.to_owned(), tried })
    }

    /// Does what brings an event about.
    fn pull(self: &Arc<Self>, trigger: &Trigger, params: &Value) -> Result<(), String> {
        let call = trigger.call.as_deref().unwrap_or_default();
        match trigger.by {
            TriggerBy::World => self.world.step_logged_in(call, params).map_err(|error| error.to_string()),
            TriggerBy::Itself => self.call_as(self.account, call, params),
            TriggerBy::Actor => {
                let accounts: Vec<UserId> = self.world.read(|world| world.accounts().collect());
                let other = accounts.into_iter().find(|account| *account != self.account);
                self.call_as(other.ok_or("there is no other account")?, call, params)
            }
            TriggerBy::Connect | TriggerBy::Clock => Ok(()),
        }
    }

    fn call_as(self: &Arc<Self>, account: UserId, name: &str, params: &Value) -> Result<(), String> {
        let fixtures = self.world.read(|world| self.protocol.fixtures(world, self.account, account));
        let params = fixtures.resolve(params).map_err(|name| format!("there is no {name}"))?;
        let Call { action, .. } =
            self.dialect.resolve_call(name).ok_or_else(|| format!("there is no action `{name}`"))?;
        let done = self.perform_as(account, &action.name, self.dialect.normalise_params(action, params));
        done.map_err(|failure| format!("{name}: {}", failure.text))
    }

    /// Reports the example of an event to everybody, as if it happened to this account now.
    fn emit_example(&self, event: &Event) -> bool {
        let Some(mut example) = event.examples.first().cloned() else { return false };
        let now = self.world.read(crate::World::now);
        let is_account = |field: &Value| field.get(ID).is_some_and(|kind| kind == "user");
        let is_time = |field: &Value| field.get(VOLATILE) == Some(&Value::Bool(true));
        if let Some(fields) = example.as_object_mut() {
            for (name, value) in
                [(common(self.dialect, is_account), self.account), (common(self.dialect, is_time), now)]
            {
                if let Some(place) = name.and_then(|name| fields.get_mut(name)) {
                    *place = value.into();
                }
            }
        }
        self.emit_to_all(&example);
        true
    }
}

/// The field of this kind that every event has: the account that receives it, the time at which it happened.
fn common(dialect: &'static Dialect, kind: impl Fn(&Value) -> bool) -> Option<&'static str> {
    let fields = |event: &'static Event| event.data.get("properties").and_then(Value::as_object);
    let has = |event, name: &str| fields(event).and_then(|fields| fields.get(name)).is_some_and(&kind);
    let first = fields(dialect.events.values().next()?)?;
    let mut names = first.keys().map(String::as_str);
    names.find(|name| dialect.events.values().all(|event| has(event, name)))
}

/// Sees every event of a bot from now on.
struct Watcher {
    registered: Registered,
    frames: Frames,
}

impl Watcher {
    fn new(bot: &Arc<Bot>) -> Self {
        let mut adapter = Adapter::new(Endpoint::Ws { addr: ([127, 0, 0, 1], 0).into() });
        (adapter.report_self, adapter.heartbeat) = (true, Heartbeat::Never);
        let settings = Arc::new(ConnectionSettings::new(bot.contract(), Transport::Ws, &adapter));
        let (registered, frames) = bot.welcome(Session::new(&settings, WsRole::Event, &bot.limits), Lifecycle::Disable);
        Self { registered, frames }
    }

    /// Whether it saw an event since it was asked last.
    fn saw(&mut self, event: &str) -> bool {
        let dialect = self.registered.bot.dialect;
        let mut seen = false;
        while let Some(frame) = self.frames.waiting() {
            let rendered = serde_json::from_str(&frame).ok();
            let name = rendered
                .as_ref()
                .and_then(|rendered| dialect.recognise_event(rendered))
                .map(|event| event.name.as_str());
            seen |= name == Some(event);
        }
        seen
    }
}
