//! A target as a TOML file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use botspec_schema::model::{Effect, MessageFormat};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::{Adapter, Authorities, Declared, Limits, Listen, Target, TargetError, Token};

/// Reads a target file. Tokens come from the environment: `token_env = "NAME"`.
pub fn read_target(path: &Path) -> Result<Target, TargetError> {
    let text = std::fs::read_to_string(path).map_err(|source| TargetError::Io { path: path.to_owned(), source })?;
    parse(path, &text, &|name| std::env::var(name).ok())
}

fn parse(path: &Path, text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Target, TargetError> {
    let file: File = toml::from_str(text).map_err(|error| crate::source_location::toml_error(path, text, &error))?;
    let resolve = Resolve { path, text, env };
    let mut target = Target::new(file.name, file.dialect);
    let adapters = AdaptersFile {
        http: file.http,
        ws: file.ws,
        reverse_ws: file.reverse_ws,
        webhook: file.webhook,
        sse: file.sse,
    };
    resolve.adapters("", adapters, &mut target)?;
    target.webhook_again = resolve.listen("webhook-again", "", file.webhook_again)?;
    target.fixtures = file.fixtures;
    target.control = resolve.adapter("control", "", file.control, "http")?;
    target.hook = file.hook;
    target.disposable = file.disposable;
    target.message_format = file.message_format;
    target.version = file.version;
    target.ca = file.ca.map(|ca| resolve.authorities(&ca)).transpose()?;
    target.private = file.private;
    target.heartbeat = file.heartbeat_ms.map(Duration::from_millis);
    file.limits.apply(&mut target.limits);
    if let Some(allow) = file.allow {
        target.allow = allow;
    }
    if let Some(actor) = file.actor {
        let mut second = Target::new(format!("{} (actor)", target.name), target.dialect.clone());
        let ActorFile { http, ws, reverse_ws, webhook, sse, fixtures } = actor;
        let adapters = AdaptersFile { http, ws, reverse_ws, webhook, sse };
        resolve.adapters("actor.", adapters, &mut second)?;
        second.fixtures = fixtures;
        second.limits = target.limits.clone();
        (second.disposable, second.private) = (target.disposable, target.private);
        second.allow.clone_from(&target.allow);
        second.ca.clone_from(&target.ca);
        target.actor = Some(Box::new(second));
    }
    Ok(target)
}

/// A target: where it is, what it may be asked, and what exists there.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Target")]
pub(crate) struct File {
    /// Its name in reports.
    name: String,
    /// The dialect that it speaks.
    dialect: String,
    /// The version of the implementation, where it does not report it by itself.
    #[serde(default)]
    version: Option<String>,
    /// A file of certificates (PEM) to trust over `https` and `wss` besides those of the machine: of a private authority, or of the server itself. The path begins where this file stands.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    ca: Option<Spanned<String>>,
    /// Nothing that the account has is of value to anybody: any id may be used and used up, with any value.
    #[serde(default)]
    disposable: bool,
    /// Nobody else reads the reports: names and texts of people are not masked.
    #[serde(default)]
    private: bool,
    /// How it writes messages in events and answers.
    #[serde(default)]
    message_format: Option<MessageFormat>,
    /// How often it reports that it lives, in milliseconds.
    #[serde(default)]
    heartbeat_ms: Option<u64>,
    /// What checks may do; `read` alone where it is left out.
    #[serde(default)]
    allow: Option<BTreeSet<Effect>>,
    /// Where it takes calls over HTTP.
    #[serde(default)]
    http: Option<AdapterFile>,
    /// Where it serves a WebSocket.
    #[serde(default)]
    ws: Option<AdapterFile>,
    /// Where botspec waits for the WebSocket that the target opens.
    #[serde(default, rename = "reverse-ws")]
    reverse_ws: Option<ListenFile>,
    /// Where botspec waits for the events that the target posts.
    #[serde(default)]
    webhook: Option<ListenFile>,
    /// A second address to which the target posts the same.
    #[serde(default, rename = "webhook-again")]
    webhook_again: Option<ListenFile>,
    /// Where it serves a stream of server-sent events.
    #[serde(default)]
    sse: Option<AdapterFile>,
    /// Where a simulated target takes steps and puts its world back.
    #[serde(default)]
    control: Option<AdapterFile>,
    /// A command that makes something happen in the world behind the target: its program and first words.
    #[serde(default)]
    hook: Vec<String>,
    /// What exists there and may be touched.
    #[serde(default)]
    fixtures: Declared,
    /// A second account that provokes events.
    #[serde(default)]
    actor: Option<ActorFile>,
    /// How long, how much and how fast.
    #[serde(default)]
    limits: LimitsFile,
    /// What `botspec watch` reads.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    #[expect(dead_code, reason = "a run has no use for it, and takes a file that has it")]
    watch: Option<serde::de::IgnoredAny>,
}

/// The transports of an account.
struct AdaptersFile {
    http: Option<AdapterFile>,
    ws: Option<AdapterFile>,
    reverse_ws: Option<ListenFile>,
    webhook: Option<ListenFile>,
    sse: Option<AdapterFile>,
}

/// The second account. Without fixtures of its own, it may name the first account and the group of that one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Actor")]
struct ActorFile {
    /// Where it takes calls over HTTP.
    #[serde(default)]
    http: Option<AdapterFile>,
    /// Where it serves a WebSocket.
    #[serde(default)]
    ws: Option<AdapterFile>,
    /// Where botspec waits for the WebSocket that it opens.
    #[serde(default, rename = "reverse-ws")]
    reverse_ws: Option<ListenFile>,
    /// Where botspec waits for the events that it posts.
    #[serde(default)]
    webhook: Option<ListenFile>,
    /// Where it serves a stream of server-sent events.
    #[serde(default)]
    sse: Option<AdapterFile>,
    /// Whom and what it may touch.
    #[serde(default)]
    fixtures: Declared,
}

/// An address of the target.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Address")]
struct AdapterFile {
    /// The address, such as `http://127.0.0.1:3000`; a port alone is one of this machine.
    #[schemars(with = "String")]
    url: Spanned<String>,
    /// The environment variable that holds the access token.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    token_env: Option<Spanned<String>>,
}

/// An address of this machine.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Listener")]
struct ListenFile {
    /// The address to listen at, such as `127.0.0.1:6700`; a port alone is one of this machine.
    #[schemars(with = "String")]
    listen: Spanned<String>,
    /// The paths that the target may use; any, where there are none.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    paths: Vec<Spanned<String>>,
    /// The environment variable that holds the access token, or the secret that posts are signed with.
    #[serde(default, alias = "secret_env")]
    #[schemars(with = "Option<String>")]
    token_env: Option<Spanned<String>>,
}

/// Bounds on what a target may do to botspec, and botspec to a target; what is left out has the careful default.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Limits")]
struct LimitsFile {
    /// How long one answer may take.
    timeout_ms: Option<u64>,
    /// How long an event may take after what provoked it.
    event_timeout_ms: Option<u64>,
    /// How long after an event a second one that equals it counts as sent twice.
    duplicate_window_ms: Option<u64>,
    /// The longest that a heartbeat is waited for.
    heartbeat_wait_ms: Option<u64>,
    /// How long the target may take to connect to botspec.
    connect_timeout_ms: Option<u64>,
    /// How many calls are under way at once.
    concurrency: Option<usize>,
    /// The pause between two calls of any kind.
    pause_ms: Option<u64>,
    /// The pause before a call that others see or that changes something.
    send_pause_ms: Option<u64>,
    /// How many calls of an effect a run makes at most, such as `send = 30`.
    #[serde(default)]
    calls: BTreeMap<Effect, u32>,
    /// The largest body that is read, in bytes.
    max_body: Option<usize>,
    /// The largest frame or message that is read, in bytes.
    max_frame: Option<usize>,
    /// The most frames in which a WebSocket message is read.
    max_fragments: Option<usize>,
    /// The deepest nesting of JSON that is read.
    max_depth: Option<usize>,
    /// How many random calls an action gets.
    cases: Option<u32>,
}

impl LimitsFile {
    fn apply(self, limits: &mut Limits) {
        fn set<T>(to: &mut T, from: Option<T>) {
            if let Some(from) = from {
                *to = from;
            }
        }
        set(&mut limits.timeout, self.timeout_ms.map(Duration::from_millis));
        set(&mut limits.event_timeout, self.event_timeout_ms.map(Duration::from_millis));
        set(&mut limits.duplicate_window, self.duplicate_window_ms.map(Duration::from_millis));
        limits.heartbeat_wait = self.heartbeat_wait_ms.map(Duration::from_millis).or(limits.heartbeat_wait);
        set(&mut limits.connect_timeout, self.connect_timeout_ms.map(Duration::from_millis));
        set(&mut limits.concurrency, self.concurrency.map(|number| number.max(1)));
        set(&mut limits.pause, self.pause_ms.map(Duration::from_millis));
        set(&mut limits.send_pause, self.send_pause_ms.or(self.pause_ms).map(Duration::from_millis));
        limits.calls.extend(self.calls);
        set(&mut limits.max_body, self.max_body);
        set(&mut limits.max_frame, self.max_frame);
        set(&mut limits.max_fragments, self.max_fragments);
        set(&mut limits.max_depth, self.max_depth.map(|depth| depth.min(Limits::DEEPEST)));
        set(&mut limits.cases, self.cases);
    }
}

struct Resolve<'a> {
    path: &'a Path,
    text: &'a str,
    env: &'a dyn Fn(&str) -> Option<String>,
}

impl Resolve<'_> {
    /// The adapters of an account; `prefix` is where they stand in the file.
    fn adapters(&self, prefix: &str, file: AdaptersFile, target: &mut Target) -> Result<(), TargetError> {
        target.http = self.adapter("http", prefix, file.http, "http")?;
        target.ws = self.adapter("ws", prefix, file.ws, "ws")?;
        target.sse = self.adapter("sse", prefix, file.sse, "http")?;
        target.reverse_ws = self.listen("reverse-ws", prefix, file.reverse_ws)?;
        target.webhook = self.listen("webhook", prefix, file.webhook)?;
        Ok(())
    }

    /// The certificates of a file, which is named from where the target file stands.
    fn authorities(&self, ca: &Spanned<String>) -> Result<Authorities, TargetError> {
        let path = self.path.parent().unwrap_or(Path::new("")).join(ca.get_ref());
        Authorities::read(&path).map_err(|error| self.at(ca, &error.to_string()))
    }

    fn adapter(
        &self,
        key: &'static str,
        prefix: &str,
        file: Option<AdapterFile>,
        scheme: &str,
    ) -> Result<Option<Adapter>, TargetError> {
        let Some(file) = file else { return Ok(None) };
        let token = self.token(&format!("{prefix}{key}"), file.token_env)?;
        let adapter = Adapter::at(scheme, file.url.get_ref(), token);
        adapter.validate(key, scheme).map_err(|error| self.at(&file.url, &error.to_string()))?;
        Ok(Some(adapter))
    }

    fn listen(&self, key: &str, prefix: &str, file: Option<ListenFile>) -> Result<Option<Listen>, TargetError> {
        let Some(file) = file else { return Ok(None) };
        let token = self.token(&format!("{prefix}{key}"), file.token_env)?;
        let Some(addr) = Listen::parse(file.listen.get_ref()) else {
            let what = format!("{key}: expected an address to listen at, such as 127.0.0.1:6700");
            return Err(self.at(&file.listen, &what));
        };
        if let Some(path) = file.paths.iter().find(|path| !path.get_ref().starts_with('/')) {
            return Err(self.at(path, &format!("{key}: a path begins with a slash")));
        }
        let paths = file.paths.into_iter().map(Spanned::into_inner).collect();
        Ok(Some(Listen::at(addr, token).with_paths(paths)))
    }

    fn token(&self, key: &str, name: Option<Spanned<String>>) -> Result<Option<Token>, TargetError> {
        let Some(spanned) = name else { return Ok(None) };
        let name = spanned.get_ref();
        let missing = || {
            let why = "takes its token from the environment variable";
            self.at(&spanned, &format!("{key} {why} {name}, which is not set; export {name}=… before the run"))
        };
        (self.env)(name).map(|token| Some(Token::new(token).from_variable(name))).ok_or_else(missing)
    }

    /// What is wrong with a value, with the place where it stands.
    fn at(&self, value: &Spanned<String>, what: &str) -> TargetError {
        let (line, column) = crate::source_location::line_column(self.text, value.span().start);
        TargetError::File { path: self.path.to_owned(), line, column, what: what.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_schema::model::Fixture;
    use insta::assert_snapshot;

    fn read(text: &str) -> Result<Target, TargetError> {
        parse(Path::new("bot.toml"), text, &|name| (name == "BOT_TOKEN").then(|| "hunter2".to_owned()))
    }

    fn error(text: &str) -> String {
        read(text).expect_err("the file is wrong").to_string()
    }

    const WHOLE: &str = r#"
        name = "bot at home"
        dialect = "onebot11"
        version = "1.2.3"
        message_format = "array"
        heartbeat_ms = 12000
        allow = ["read", "send"]
        hook = ["./steps.sh", "--group"]

        [http]
        url = "http://127.0.0.1:3000/"
        token_env = "BOT_TOKEN"

        [ws]
        url = "ws://127.0.0.1:3001"

        [fixtures]
        friend = 10001
        group = "70001"
        own-message = -5
        admin = true

        [reverse-ws]
        listen = "127.0.0.1:6700"
        token_env = "BOT_TOKEN"
        paths = ["/onebot/v11/ws"]

        [webhook]
        listen = "6701"
        secret_env = "BOT_TOKEN"

        [sse]
        url = "http://127.0.0.1:3003"

        [actor.ws]
        url = "ws://127.0.0.1:3002"

        [actor.fixtures]
        friend = 20002

        [control]
        url = "http://127.0.0.1:3009"

        [limits]
        timeout_ms = 500
        heartbeat_wait_ms = 90000
        concurrency = 0
        max_depth = 10000
    "#;

    #[test]
    fn a_file_names_everything() {
        let target = read(WHOLE).expect("a target");
        assert_eq!(target.http.as_ref().expect("http").url, "http://127.0.0.1:3000");
        assert_eq!(target.tokens(), ["hunter2"; 3]);
        let endpoints: Vec<String> = target.endpoints().map(|(transport, url)| format!("{transport} {url}")).collect();
        assert_eq!(
            endpoints,
            [
                "http http://127.0.0.1:3000",
                "ws ws://127.0.0.1:3001",
                "reverse-ws ws://127.0.0.1:6700/onebot/v11/ws",
                "webhook http://127.0.0.1:6701",
                "sse http://127.0.0.1:3003",
            ]
        );
        assert_eq!(target.allow, BTreeSet::from([Effect::Read, Effect::Send]));
        assert_eq!(target.limits.timeout, Duration::from_millis(500));
        assert_eq!(target.heartbeat, Some(Duration::from_secs(12)));
        assert_eq!(target.limits.heartbeat_wait, Some(Duration::from_secs(90)));
        assert_eq!(target.limits.concurrency, 1, "at least one call has to be possible");
        assert_eq!(target.limits.max_depth, Limits::DEEPEST, "deeper cannot be read");
        assert_eq!(target.actor.as_ref().expect("actor").allow, target.allow);
        assert!(!target.disposable);
        assert_eq!(target.hook, ["./steps.sh", "--group"]);
        assert_eq!(target.control.as_ref().expect("control").url, "http://127.0.0.1:3009");
        assert_eq!(target.actor.as_ref().expect("actor").fixtures.get(Fixture::Friend), Some(&20002.into()));
        assert!(!format!("{target:?}").contains("hunter2"), "a token is shown nowhere");
        target.validate().expect("usable");
    }

    #[test]
    fn defaults_are_safe_for_a_real_account() {
        let target =
            read("name = \"a\"\ndialect = \"onebot11\"\n[http]\nurl = \"http://127.0.0.1:1\"").expect("a target");
        assert_eq!(target.allow, BTreeSet::from([Effect::Read]));
        assert_eq!(target.limits, Limits::careful());
        assert_eq!(target.limits.concurrency, 1);
        assert!(target.limits.send_pause > Duration::ZERO);
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\n[http]\nur = \"x\""), @"bot.toml:4:1: unknown field `ur`, expected `url` or `token_env`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\nallow = [\"everything\"]"), @"bot.toml:3:10: unknown variant `everything`, expected one of `read`, `send`, `write`, `destructive`, `lifecycle`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\n[fixtures]\nfreind = 10001"), @"bot.toml:4:1: unknown variant `freind`, expected one of `friend`, `group`, `member`, `own-message`, `own-group-message`, `group-message`, `admin`, `owner`, `friend-request`, `group-request`, `group-invitation`, `anonymous`, `anonymous-message`, `forward`, `forward-message`, `image`, `record`, `group-file`, `private-file`, `private-file-hash`, `group-folder`, `announcement`, `essence-message`, `todo-message`, `album`, `album-picture`, `album-upload`, `doubtful-request`, `flash-set`, `flash-transfer`, `flash-link`, `offer`, `offered-file`, `offer-element`, `own-offer`, `voice-message`, `sticker`, `sticker-number`, `sticker-md5`, `post`, `disk-file`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\n[fixtures]\nfriend = 1.5"), @"bot.toml:4:10: invalid type: floating point `1.5`, expected an id (a number or a string), or `true` for a rank");
        assert_snapshot!(error("name = \"a\"\n= 1"), @"bot.toml:2:1: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`");
        assert_snapshot!(error("name = \"a\""), @"bot.toml:1:1: missing field `dialect`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"b\"\n[http]\nurl = \"http://h\"\ntoken_env = \"NOPE\""), @"bot.toml:5:13: http takes its token from the environment variable NOPE, which is not set; export NOPE=… before the run");
        assert_snapshot!(error("name = \"a\"\ndialect = \"b\"\n[ws]\nurl = \"http://h\""), @"bot.toml:4:7: ws: http://h: expected an address that begins with ws:// or wss://");
        assert_snapshot!(error("name = \"a\"\ndialect = \"b\"\n[reverse-ws]\nlisten = \"ws://127.0.0.1:1\""), @"bot.toml:4:10: reverse-ws: expected an address to listen at, such as 127.0.0.1:6700");
        assert_snapshot!(error("name = \"a\"\ndialect = \"b\"\n[webhook]\nlisten = \"1\"\npaths = [\"/a\",\n \"b\"]"), @"bot.toml:6:2: webhook: a path begins with a slash");
        assert_snapshot!(error("name = \"a\"\ndialect = \"b\"\n[webhook]\nurl = \"http://127.0.0.1:1\""), @"bot.toml:4:1: unknown field `url`, expected one of `listen`, `paths`, `secret_env`, `token_env`");
    }

    #[test]
    fn addresses_are_checked() {
        let wrong = |url: &str| {
            let mut target = Target::new("a", "onebot11");
            target.http = Some(Adapter::new(url, None));
            target.validate().expect_err("the address is wrong").to_string()
        };
        assert_snapshot!(wrong("httpss://example.com"), @"http: httpss://example.com: expected an address that begins with http:// or https://");
        assert_snapshot!(wrong("ws://example.com"), @"http: ws://example.com: expected an address that begins with http:// or https://");
        assert_snapshot!(wrong("http://token@example.com"), @"http: http://token@example.com: put the token into `token` or `token_env`, not into the address");
        assert_snapshot!(wrong("http://example.com?access_token=x"), @"http: http://example.com?access_token=x: leave out everything from `?` on; the token belongs into `token_env`");
        assert_snapshot!(wrong("http://"), @"http: http:: expected an address that begins with http:// or https://");
        assert_snapshot!(Target::new("a", "onebot11").validate().expect_err("no address").to_string(), @"a: no address; name one with --http, --ws or --sse URL or --reverse-ws or --webhook ADDR, or in the target file as [http], [ws] or [sse] with a url or [reverse-ws] or [webhook] with an address to listen at");
    }
}
