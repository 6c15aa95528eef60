//! The words of `botspec serve`.

use std::path::PathBuf;

use botspec_reference::world::WorldKind;
use clap::Args;

/// `botspec serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The dialect to speak
    #[arg(long, value_name = "DIALECT", default_value = "onebot11")]
    pub(crate) dialect: String,
    /// Speak an older version of the dialect, such as 1.2 of Milky; without it, the newest
    #[arg(long, value_name = "VERSION")]
    pub(crate) dialect_version: Option<String>,
    /// Answer actions over HTTP here; only a port means loopback. As all that follow, it may be repeated
    #[arg(long, value_name = "ADDR")]
    pub(crate) http: Vec<String>,
    /// Stream events over HTTP too, where the dialect leaves that open
    #[arg(long)]
    pub(crate) sse: bool,
    /// Serve the WebSocket here; only a port means loopback
    #[arg(long, value_name = "ADDR")]
    pub(crate) ws: Vec<String>,
    /// Open a WebSocket to a bot, for calls and events, and again whenever it ends
    #[arg(long, value_name = "URL")]
    pub(crate) reverse_ws: Vec<String>,
    /// Open a WebSocket to a bot for its calls alone
    #[arg(long, value_name = "URL")]
    pub(crate) reverse_ws_api: Vec<String>,
    /// Open a WebSocket to a bot for events alone
    #[arg(long, value_name = "URL")]
    pub(crate) reverse_ws_event: Vec<String>,
    /// Milliseconds until a WebSocket is opened again; without it, as long as the dialect takes
    #[arg(long, value_name = "MS")]
    pub(crate) reconnect: Option<u64>,
    /// Post events to a bot
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Vec<String>,
    /// The access token of every adapter
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// What posts are signed with, where that is not the token
    #[arg(long, value_name = "SECRET")]
    pub(crate) secret: Option<String>,
    /// Report what the account itself states too, where the dialect has an event for it
    #[arg(long)]
    pub(crate) report_self: bool,
    /// The account of the world that all this serves; without it, the first
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<i64>,
    /// Serve a second account of the same world over HTTP here
    #[arg(long, value_name = "ADDR")]
    pub(crate) actor_http: Vec<String>,
    /// Serve the second account's WebSocket here
    #[arg(long, value_name = "ADDR")]
    pub(crate) actor_ws: Vec<String>,
    /// Serve the accounts of this file (TOML), each with adapters of its own
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Serve the control API here, with which friends state things and members come and go
    #[arg(long, value_name = "ADDR")]
    pub(crate) control: Option<String>,
    /// Let these steps happen as soon as a bot is there: JSON, an object on each line or all in an array
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// Play these events once as soon as a bot is there: `all`, or names with commas between
    #[arg(long, value_name = "EVENTS", value_delimiter = ',')]
    pub(crate) events: Option<Vec<String>>,
    /// Do not wait for a bot with the script and the events
    #[arg(long)]
    pub(crate) at_once: bool,
    /// Milliseconds between heartbeats; 0 turns them off. Without it, as often as the dialect has them
    #[arg(long, value_name = "MS")]
    pub(crate) heartbeat: Option<u64>,
    /// The form of messages in events
    #[arg(long, value_name = "FORM", value_parser = ["array", "string"], default_value = "array")]
    pub(crate) message_format: String,
    /// The seed of the world
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Deviate in this way; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) fault: Vec<String>,
    /// Do this otherwise than usual, and no less right; may be repeated. `botspec list --variations` names them
    #[arg(long, value_name = "ID")]
    pub(crate) vary: Vec<String>,
    /// The clock: `system`, or `virtual` for one that starts at the same second each time and moves with what happens
    #[arg(long, value_name = "CLOCK", value_parser = ["system", "virtual"], default_value = "system")]
    pub(crate) clock: String,
    /// What a tester proves to be one with at the control API, needed where other machines can reach it; better put into `BOTSPEC_CONTROL_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub(crate) control_token: Option<String>,
    /// How the world begins: `empty` has no friend and no group, `big` 2,000 members and 300 groups, in a `chatty` one others talk, come,
    /// go and react all the time
    #[arg(long, value_name = "KIND", value_parser = WorldKind::ALL.map(|(word, _)| word), default_value = "default")]
    pub(crate) world: String,
    /// Milliseconds between two events of `--events`
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) pace: u64,
    /// Let web pages of this origin open a WebSocket, `*` for all; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<String>,
    /// What the implementation lacks.
    #[command(flatten)]
    pub(crate) traits: crate::commands::TraitArgs,
}
