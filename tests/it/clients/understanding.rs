//! A client hears everything that a dialect has, and calls actions.

use std::collections::{BTreeMap, BTreeSet};

use botspec_schema::model::{Presence, Segment, TriggerBy};
use botspec_schema::{Catalog, Dialect, Loaded};
use serde_json::{Value, json};

use super::client::Client;
use super::gaps;
use super::speech::Speech;
use super::world::{TOKEN, World};
use crate::watch::{self, Watching};

/// How a client and the implementation find each other.
#[derive(Clone, Copy)]
pub(super) enum Link {
    /// The client opens a WebSocket.
    Ws,
    /// The client has events streamed over HTTP.
    Sse,
    /// The implementation opens a WebSocket to this path of the client.
    ReverseWs(&'static str),
    /// The implementation posts to this path of the client, which calls over HTTP.
    Webhook(&'static str),
}

/// A client in a dialect.
pub(super) struct Case {
    /// The client, as it is called where it is published.
    pub(super) client: &'static str,
    /// What connects it, in `tests/clients`.
    pub(super) script: &'static str,
    pub(super) dialect: &'static str,
    /// The version of the dialect that the client knows, where that is not the newest.
    pub(super) version: Option<&'static str>,
    pub(super) link: Link,
    /// Actions with their parameters, in the order in which clients take them.
    pub(super) calls: fn() -> Vec<(&'static str, Value)>,
    /// Actions that are refused: the client has to say so.
    pub(super) refused: fn() -> Vec<(&'static str, Value)>,
}

impl Case {
    /// The client understands all of it, but for what is known.
    #[track_caller]
    pub(super) fn holds(&self) {
        let mut talk = self.connected(&[]);
        talk.hears_every_event(matches!(self.link, Link::Webhook(_)));
        talk.hears_every_step();
        talk.hears_every_segment();
        talk.hears_what_is_shown();
        talk.calls(&(self.calls)(), &(self.refused)());
        gaps::hold(self.client, self.dialect, &talk.heard.gaps);
        let Talk { client, world, watching: Watched { watching, folder }, .. } = talk;
        drop((client, world));
        // What the implementation sends is what the contracts say: anything that is found in it is a false alarm.
        let done = watching.end("TERM");
        let mut bad = watch::bad(folder.path());
        bad.retain(|found| !UNKNOWN_CALLS.iter().any(|call| found.contains(&format!("/bot/{call}/known "))));
        assert_eq!(bad, Vec::<String>::new(), "{}", done.err);
        assert!(watch::judged(folder.path()) > 20, "{}", done.out);
    }

    /// The client does not understand an event of an implementation with a fault.
    #[track_caller]
    pub(super) fn notices(&self, fault: &str, event: &str) {
        let mut talk = self.connected(&["--fault", fault]);
        talk.hears_every_event(matches!(self.link, Link::Webhook(_)));
        let (client, what, gaps) = (self.client, format!("event {event}"), &talk.heard.gaps);
        assert!(gaps.contains_key(&what), "{client} takes {event} although of {fault}: {gaps:#?}");
    }

    /// The dialect as the client knows it; it lasts as long as the tests.
    fn contracts(&self) -> &'static Dialect {
        let newest = Catalog::builtin().dialect(self.dialect).expect("the dialect");
        let older = self.version.and_then(|version| newest.as_of(version));
        older.map_or(newest, |older| Box::leak(Box::new(older)))
    }

    fn connected(&self, flags: &[&str]) -> Talk {
        let dialect = self.contracts();
        let version = self.version.map(|version| ["--dialect-version", version]);
        let flags = [flags, version.as_ref().map_or(&[], |flag| flag.as_slice())].concat();
        let (world, client, watching) = self.connect(dialect, &flags);
        Talk { dialect, speech: Speech::of(dialect), client, world, watching, heard: Heard::default() }
    }

    /// Connects both, with a watch between them.
    fn connect(&self, dialect: &'static Dialect, flags: &[&str]) -> (World, Client, Watched) {
        let serve = |own: &[&str]| World::serve(dialect, &[own, flags].concat());
        let watch = |links: &[&str]| Watched::start(self.dialect, links);
        let mut env = vec![("TOKEN", TOKEN), ("SECRET", TOKEN), ("SELF_ID", "10001")];
        match self.link {
            Link::Ws => {
                // Where calls are made at the same address, that is the one to open.
                let shared = dialect.file.transports.ws.as_ref().is_some_and(|ws| ws.shares_http);
                let world = serve(&[if shared { "--http" } else { "--ws" }, "0"]);
                let (watched, at) = watch(&["--ws", &format!("0={}", world.at("bot 10001 ws"))]);
                let client = Client::start(self.script, &["ws", &at], &env);
                (world, client, watched)
            }
            Link::Sse => {
                let world = serve(&["--http", "0"]);
                let (watched, at) = watch(&["--sse", &format!("0={}", world.at("bot 10001 sse"))]);
                let client = Client::start(self.script, &["sse", &at], &env);
                (world, client, watched)
            }
            Link::ReverseWs(path) => {
                let client = Client::start(self.script, &["listen"], &env);
                let url = format!("ws://127.0.0.1:{}{path}", client.line("where it listens")["listening"]);
                let (watched, at) = watch(&["--reverse-ws", &format!("0={url}")]);
                (serve(&["--reverse-ws", &at]), client, watched)
            }
            Link::Webhook(path) => {
                // The client has to know the address for calls before it listens, and is then told where to post to.
                let (port, behind) = (free_port(), free_port().to_string());
                let root = format!("http://127.0.0.1:{port}");
                env.push(("API_ROOT", &root));
                let client = Client::start(self.script, &["listen"], &env);
                let url = format!("http://127.0.0.1:{}{path}", client.line("where it listens")["listening"]);
                let calls = format!("{port}=http://127.0.0.1:{behind}");
                let (watched, at) = watch(&["--webhook", &format!("0={url}"), "--http", &calls]);
                (serve(&["--webhook", &at, "--http", &behind]), client, watched)
            }
        }
    }
}

/// Calls that clients make of their own accord and that the dialect does not have: koishi asks for its guild profile, which
/// go-cqhttp had.
const UNKNOWN_CALLS: [&str; 1] = ["get_guild_service_profile"];

/// A watch between a client and the implementation.
struct Watched {
    watching: Watching,
    folder: tempfile::TempDir,
}

impl Watched {
    /// Starts one, and gives the address of its last link.
    fn start(dialect: &str, links: &[&str]) -> (Self, String) {
        let folder = crate::harness::folder();
        let own = [
            "--dialect",
            dialect,
            "--secret",
            TOKEN,
            "--fail-on",
            "should",
            "--out",
            crate::harness::arg(folder.path()),
        ];
        let (watching, mut at) = Watching::start(&[&own[..], links].concat(), links.len() / 2);
        let at = at.pop().expect("an address");
        (Self { watching, folder }, at)
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// What a client told by now.
#[derive(Default)]
struct Heard {
    events: BTreeSet<String>,
    segments: BTreeSet<String>,
    /// What it did not understand, and what it said of that.
    gaps: BTreeMap<String, String>,
}

struct Talk {
    dialect: &'static Dialect,
    speech: Speech,
    // The client goes before what it is connected to.
    client: Client,
    world: World,
    watching: Watched,
    heard: Heard,
}

impl Talk {
    /// Reads lines until one is what is waited for, and keeps what all of them say.
    #[track_caller]
    fn until(&mut self, wanted: &str, mut enough: impl FnMut(&Self, &Value) -> bool) -> Value {
        loop {
            let line = self.client.line(wanted);
            self.take(&line);
            if enough(self, &line) {
                return line;
            }
        }
    }

    fn take(&mut self, line: &Value) {
        if let Some(trouble) = line.get("trouble") {
            self.heard.gaps.insert(format!("trouble {trouble}"), line.to_string());
        }
        let Some(event) = line.get("event") else { return };
        let name = self.name(event).to_owned();
        let segments = self.speech.segments(event);
        let told = line["segments"].as_array().map_or(0, Vec::len);
        if line["degraded"] == true || !segments.is_empty() && told == 0 {
            let heard = self.speech.is_heard_in(&name);
            let segment = segments.iter().find(|kind| heard && *kind != "text");
            let what = segment.map_or_else(|| format!("event {name}"), |kind| format!("segment {kind}"));
            self.heard.gaps.insert(what, line.to_string());
        }
        self.heard.segments.extend(segments);
        self.heard.events.insert(name);
    }

    #[track_caller]
    fn name(&self, event: &Value) -> &'static str {
        let dialect = self.dialect;
        &dialect.recognise_event(event).unwrap_or_else(|| panic!("the dialect has no such event: {event}")).name
    }

    /// All events of the dialect, which are played since the client is there.
    #[track_caller]
    fn hears_every_event(&mut self, posted: bool) {
        let events = self.dialect.events.values().filter(|event| event.presence == Presence::Current);
        let mut missing: BTreeSet<&str> = events
            .filter(|event| !posted || event.triggers.iter().all(|trigger| trigger.by != TriggerBy::Connect))
            .map(|event| event.name.as_str())
            .collect();
        while !missing.is_empty() {
            self.until(&format!("{missing:?}"), |_, line| line.get("event").is_some());
            missing.retain(|name| !self.heard.events.contains(*name));
        }
    }

    /// All kinds of an event that steps of the world make.
    #[track_caller]
    fn hears_every_step(&mut self) {
        for event in self.dialect.events.values().filter(|event| event.presence == Presence::Current) {
            for trigger in event.triggers.iter().filter(|trigger| trigger.by == TriggerBy::World) {
                let step = trigger.call.as_deref().expect("a step");
                let mut params = trigger.params.clone().unwrap_or_else(|| json!({}));
                if ["message", "number"].iter().any(|id| params.get(id).is_some()) {
                    // Something said just now, as what was said before may be gone.
                    let there = event.name.contains("group").then(|| GROUP.into());
                    let group = params.get("group").cloned().or(there);
                    let said = self.world.step("say", &json!({ "text": "Oops", "group": group }));
                    let said = said.as_object().expect("the ids of what was said");
                    for (id, value) in params.as_object_mut().expect("parameters") {
                        *value = said.get(id).unwrap_or(value).clone();
                    }
                }
                self.world.step(step, &params);
                self.until(&format!("{} after {step} {params}", event.name), |talk, line| {
                    line.get("event").is_some_and(|told| talk.name(told) == event.name)
                });
                // Nothing else happens to an account that lost its login.
                self.world.step("log_on", &json!({}));
            }
        }
    }

    /// All segments that the second account can send.
    #[track_caller]
    fn hears_every_segment(&mut self) {
        let said = |it: &&Loaded<Segment>| it.presence == Presence::Current && !it.vanishes && self.speech.can_say(it);
        let said: Vec<_> = self.dialect.segments.values().filter(said).collect();
        for segment in said {
            for data in segment.examples.iter().filter_map(|example| example.send.as_ref()) {
                let message = json!([{ "type": segment.name, "data": data }]);
                let said = self.speech.say(&self.world, &message);
                let said = said.unwrap_or_else(|| panic!("nobody can send {message}"));
                self.until(&format!("{message}"), |talk, line| {
                    line.get("event").is_some_and(|event| talk.speech.number(event) == Some(&said))
                });
            }
        }
        let both = self.dialect.segments.values().filter(|it| it.presence == Presence::Current);
        let both = both.filter(|it| it.send.is_some() && it.receive.is_some() && it.name != "node");
        let missed: Vec<_> = both.filter(|it| !self.heard.segments.contains(&it.name)).map(|it| &it.name).collect();
        assert!(missed.is_empty(), "segments that were sent and not heard: {missed:?}");
    }

    /// All segments that nobody can send and a step of the world shows.
    #[track_caller]
    fn hears_what_is_shown(&mut self) {
        for segment in self.dialect.segments.values().filter(|it| it.presence == Presence::Current) {
            for trigger in segment.shown_by.iter().filter(|trigger| trigger.by == TriggerBy::World) {
                let step = trigger.call.as_deref().expect("a step");
                let params = trigger.params.clone().unwrap_or_else(|| json!({}));
                self.world.step(step, &params);
                self.until(&format!("{} after {step} {params}", segment.name), |talk, line| {
                    line.get("event").is_some_and(|event| talk.speech.segments(event).contains(&segment.name))
                });
            }
        }
    }

    #[track_caller]
    fn calls(&mut self, calls: &[(&str, Value)], refused: &[(&str, Value)]) {
        for (action, params) in calls {
            // What is called is there, whatever happened before.
            self.world.reset();
            let told = self.call(action, params);
            if told.get("result").is_none() {
                self.heard.gaps.insert(format!("call {action}"), told.to_string());
            }
        }
        for (action, params) in refused {
            let told = self.call(action, params);
            assert!(told.get("error").is_some(), "{action} {params} is refused, and the client takes it: {told}");
        }
    }

    #[track_caller]
    fn call(&mut self, action: &str, params: &Value) -> Value {
        self.client.call(action, params);
        self.until(&format!("the call {action}"), |_, line| line["call"] == action)
    }
}

/// The group that all accounts are in.
pub(super) const GROUP: i64 = 70_001;
