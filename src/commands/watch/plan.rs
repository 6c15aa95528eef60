//! What is to be watched: by flags, or by target files with a `[watch]` table.

use std::path::{Path, PathBuf};

use botspec_reports::record::Transport;
use botspec_watch::{Link, Settings};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cli::WatchArgs;
use crate::commands;
use crate::failure::Failure;

/// One bot with its implementation.
pub(super) struct Plan {
    pub(super) settings: Settings,
    pub(super) links: Vec<Link>,
}

/// The part of a target file that is read here.
#[derive(Deserialize)]
struct File {
    name: String,
    dialect: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    watch: Option<WatchTable>,
}

/// What `botspec watch` passes on and judges. A link is where it listens, `=`, and where that goes:
/// `3101=ws://127.0.0.1:3001`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Watch")]
pub(crate) struct WatchTable {
    /// Links over which a bot calls over HTTP.
    #[serde(default)]
    http: Vec<String>,
    /// Links over which a bot connects to a WebSocket.
    #[serde(default)]
    ws: Vec<String>,
    /// Links over which the implementation connects to the bot.
    #[serde(default)]
    reverse_ws: Vec<String>,
    /// Links over which the implementation posts events to the bot.
    #[serde(default)]
    webhook: Vec<String>,
    /// Links over which a bot reads a stream of server-sent events.
    #[serde(default)]
    sse: Vec<String>,
    /// The environment variable that holds the token, or the secret that posts are signed with.
    #[serde(default, alias = "secret_env")]
    secret_env: Option<String>,
    /// Nobody else reads the reports: names and texts of people are not masked.
    #[serde(default)]
    private: bool,
    /// How many calls of a bot may be under way before that counts as too fast.
    #[serde(default, alias = "max_calls")]
    max_calls: Option<usize>,
}

impl Plan {
    /// What the command line names.
    pub(super) fn all(args: &WatchArgs) -> Result<Vec<Self>, Failure> {
        if args.target.is_empty() {
            return Ok(vec![Self::of_flags(args)?]);
        }
        let several = args.target.len() > 1;
        let plans: Vec<Self> =
            args.target.iter().map(|path| Self::of_file(args, path, several)).collect::<Result<_, _>>()?;
        for (at, plan) in plans.iter().enumerate() {
            if plans[..at].iter().any(|other| other.settings.out == plan.settings.out) {
                return Err(Failure::usage(format!(
                    "two targets are called `{}`; their records would be one",
                    plan.settings.name
                )));
            }
        }
        Ok(plans)
    }

    fn of_flags(args: &WatchArgs) -> Result<Self, Failure> {
        let links = [
            (Transport::Http, &args.http),
            (Transport::Ws, &args.ws),
            (Transport::ReverseWs, &args.reverse_ws),
            (Transport::Webhook, &args.webhook),
            (Transport::Sse, &args.sse),
        ];
        let secret = args.secret.clone().or_else(|| environment("BOTSPEC_TOKEN"));
        let mut settings = settings(args, &args.dialect, args.out.clone())?;
        settings.name.clone_from(&args.name);
        settings.version.clone_from(&args.version_of_target);
        settings.secrets = secret.iter().cloned().collect();
        settings.webhook_secret = secret;
        Ok(Self { settings, links: links_of("--", links)? })
    }

    fn of_file(args: &WatchArgs, path: &Path, several: bool) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read target file `{shown}`: {error}")))?;
        let file: File = toml::from_str(&text).map_err(|error| Failure::usage(format!("{shown}: {error}")))?;
        let Some(watch) = file.watch else {
            return Err(Failure::usage(format!(
                "{shown} has no `[watch]` table; `botspec watch --help` names the links"
            )));
        };
        let folder = if several { args.out.join(folder_name(&file.name)) } else { args.out.clone() };
        let mut settings = settings(args, &file.dialect, folder)?;
        settings.name = file.name;
        settings.version = file.version;
        settings.private |= watch.private;
        settings.max_calls = watch.max_calls.unwrap_or(settings.max_calls);
        if let Some(name) = &watch.secret_env {
            let missing = || Failure::usage(format!("{shown}: the environment variable {name} is not set"));
            let secret = environment(name).ok_or_else(missing)?;
            settings.secrets = vec![secret.clone()];
            settings.webhook_secret = Some(secret);
        }
        let links = [
            (Transport::Http, &watch.http),
            (Transport::Ws, &watch.ws),
            (Transport::ReverseWs, &watch.reverse_ws),
            (Transport::Webhook, &watch.webhook),
            (Transport::Sse, &watch.sse),
        ];
        Ok(Self { settings, links: links_of(&format!("{shown}: "), links)? })
    }
}

fn settings(args: &WatchArgs, dialect: &str, out: PathBuf) -> Result<Settings, Failure> {
    Ok(Settings {
        private: args.private,
        max_calls: args.max_calls,
        command: command_line(),
        daily: args.daily,
        learn: args.learn.clone(),
        ..Settings::new(commands::dialect(dialect)?.name(), out)
    })
}

fn links_of(place: &str, named: [(Transport, &Vec<String>); 5]) -> Result<Vec<Link>, Failure> {
    let mut links = Vec::new();
    for (transport, texts) in named {
        for text in texts {
            let link = Link::parse(transport, text);
            links.push(link.map_err(|error| Failure::usage(format!("{place}{transport} {error}")))?);
        }
    }
    if links.is_empty() {
        let example = "botspec watch --dialect napcat --ws 3101=ws://127.0.0.1:3001";
        return Err(Failure::usage(format!("name at least one link, such as `{example}`")));
    }
    Ok(links)
}

/// The words of this command line without the secret.
fn command_line() -> Vec<String> {
    let mut words = vec!["botspec".to_owned()];
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        if word == "--secret" {
            given.next();
        } else if !word.starts_with("--secret=") {
            words.push(word);
        }
    }
    words
}

/// A name that a user chose, as that of a folder.
fn folder_name(name: &str) -> String {
    let plain = |sign: char| if sign.is_alphanumeric() || "._-".contains(sign) { sign } else { '-' };
    let name: String = name.chars().map(plain).collect();
    name.trim_start_matches('.').to_owned()
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}
