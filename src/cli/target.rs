//! The words that name a target and choose checks.

use std::path::PathBuf;

use botspec_reports::record::Partition;
use botspec_schema::model::{Effect, Transport};
use clap::Args;

/// Which checks.
#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Only checks whose id matches this glob (`*` stays within a part, `**` does not); may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) select: Vec<String>,
    /// No check whose id matches this glob; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) deselect: Vec<String>,
    /// Only over these transports
    #[arg(long, value_name = "TRANSPORT", value_delimiter = ',', value_parser = Transport::ALL.map(Transport::as_str))]
    pub(crate) transport: Vec<String>,
    /// Only one of several parts of these checks, such as `2/8`; the same part on every machine
    #[arg(long, value_name = "K/N", value_parser = |text: &str| text.parse::<Partition>())]
    pub(crate) partition: Option<Partition>,
}

/// The target, by flags or by file.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// A target file (TOML) in place of the flags below
    #[arg(long, value_name = "FILE", conflicts_with_all = ["http", "ws", "reverse_ws", "webhook", "sse", "actor_http", "actor_ws"])]
    pub(crate) target: Option<PathBuf>,
    /// The dialect that the target speaks [default: onebot11; without a target every dialect, one after the other]
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<String>,
    /// Where the target answers actions over HTTP
    #[arg(long, value_name = "URL")]
    pub(crate) http: Option<String>,
    /// Where the target serves its WebSocket
    #[arg(long, value_name = "URL")]
    pub(crate) ws: Option<String>,
    /// Where botspec waits for the WebSocket that the target opens; only a port means loopback
    #[arg(long, value_name = "ADDR")]
    pub(crate) reverse_ws: Option<String>,
    /// Where botspec waits for the events that the target posts; only a port means loopback
    #[arg(long, value_name = "ADDR")]
    pub(crate) webhook: Option<String>,
    /// Where the target serves a stream of server-sent events
    #[arg(long, value_name = "URL")]
    pub(crate) sse: Option<String>,
    /// The access token, and the secret of the webhook; better put into the environment variable `BOTSPEC_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// Certificates (PEM) to trust over https and wss besides those of the machine: of a private authority, or of the server
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Friend of the account to send messages to
    #[arg(long, value_name = "ID")]
    pub(crate) friend: Option<i64>,
    /// Group of the account to run checks in
    #[arg(long, value_name = "ID")]
    pub(crate) group: Option<i64>,
    /// Member of that group to mute, rename or kick
    #[arg(long, value_name = "ID")]
    pub(crate) member: Option<i64>,
    /// Where a second account answers actions over HTTP; it provokes events
    #[arg(long, value_name = "URL")]
    pub(crate) actor_http: Option<String>,
    /// Where the second account serves its WebSocket
    #[arg(long, value_name = "URL")]
    pub(crate) actor_ws: Option<String>,
    /// The second account's access token; better put into `BOTSPEC_ACTOR_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub(crate) actor_token: Option<String>,
    /// The control url of a simulated target, which takes steps and puts the world back
    #[arg(long, value_name = "URL")]
    pub(crate) control: Option<String>,
    /// Nothing the account has is of value: try odd values, and use up what it has
    #[arg(long)]
    pub(crate) disposable: bool,
    /// Allow checks with these effects, besides reading
    #[arg(long, value_name = "EFFECT", value_delimiter = ',',
          value_parser = Effect::ALL.map(Effect::as_str))]
    pub(crate) allow: Vec<String>,
    /// Try odd values too, and ask as often as the checks want to: some implementations hang or crash on them
    #[arg(long)]
    pub(crate) thorough: bool,
    /// Do not mask names and texts of people: nobody else reads what the run leaves
    #[arg(long)]
    pub(crate) private: bool,
    /// Milliseconds to wait for one answer or event
    #[arg(long, value_name = "MS")]
    pub(crate) timeout: Option<u64>,
    /// The longest that a heartbeat is waited for, in milliseconds; without it, as long again as everything else took
    #[arg(long, value_name = "MS")]
    pub(crate) heartbeat_wait: Option<u64>,
    /// Maximum concurrent calls
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<usize>,
    /// Limit how many calls with an effect the run makes, such as `send=30`; without it, 30 messages on an account that
    /// is not for tests alone
    #[arg(long, value_name = "EFFECT=N", value_delimiter = ',')]
    pub(crate) limit: Vec<String>,
    /// Milliseconds between two calls; without it, reads follow each other at once
    #[arg(long, value_name = "MS")]
    pub(crate) pause: Option<u64>,
    /// Random valid requests per action
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u32>,
}
