//! A target as a TOML file.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use botspec_schema::model::Effect;
use serde::Deserialize;

use super::{Adapter, Declared, Limits, MessageFormat, Target, TargetError, Token};

/// Reads a target file. Tokens come from the environment: `token_env = "NAME"`.
pub fn read_target(path: &Path) -> Result<Target, TargetError> {
    let text = std::fs::read_to_string(path).map_err(|source| TargetError::Io { path: path.to_owned(), source })?;
    parse(path, &text, &|name| std::env::var(name).ok())
}

fn parse(path: &Path, text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Target, TargetError> {
    let file: File = toml::from_str(text).map_err(|error| crate::place::toml_error(path, text, &error))?;
    let resolve = Resolve { path, env };
    let mut target = Target::new(file.name, file.dialect);
    target.http = resolve.adapter("http", file.http)?;
    target.ws = resolve.adapter("ws", file.ws)?;
    target.fixtures = file.fixtures;
    target.message_format = file.message_format;
    target.version = file.version;
    file.limits.apply(&mut target.limits);
    if let Some(allow) = file.allow {
        target.allow = allow;
    }
    if let Some(actor) = file.actor {
        let mut second = Target::new(format!("{} (actor)", target.name), target.dialect.clone());
        second.http = resolve.adapter("actor.http", actor.http)?;
        second.ws = resolve.adapter("actor.ws", actor.ws)?;
        second.limits = target.limits.clone();
        second.allow.clone_from(&target.allow);
        target.actor = Some(Box::new(second));
    }
    Ok(target)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    dialect: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    message_format: Option<MessageFormat>,
    #[serde(default)]
    allow: Option<BTreeSet<Effect>>,
    #[serde(default)]
    http: Option<AdapterFile>,
    #[serde(default)]
    ws: Option<AdapterFile>,
    #[serde(default)]
    fixtures: Declared,
    #[serde(default)]
    actor: Option<ActorFile>,
    #[serde(default)]
    limits: LimitsFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActorFile {
    #[serde(default)]
    http: Option<AdapterFile>,
    #[serde(default)]
    ws: Option<AdapterFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdapterFile {
    url: String,
    #[serde(default)]
    token_env: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    timeout_ms: Option<u64>,
    event_timeout_ms: Option<u64>,
    concurrency: Option<usize>,
    pause_ms: Option<u64>,
    max_body: Option<usize>,
    max_frame: Option<usize>,
    max_depth: Option<usize>,
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
        set(&mut limits.concurrency, self.concurrency.map(|number| number.max(1)));
        set(&mut limits.pause, self.pause_ms.map(Duration::from_millis));
        set(&mut limits.max_body, self.max_body);
        set(&mut limits.max_frame, self.max_frame);
        set(&mut limits.max_depth, self.max_depth.map(|depth| depth.min(Limits::DEEPEST)));
        set(&mut limits.cases, self.cases);
    }
}

struct Resolve<'a> {
    path: &'a Path,
    env: &'a dyn Fn(&str) -> Option<String>,
}

impl Resolve<'_> {
    fn adapter(&self, key: &str, file: Option<AdapterFile>) -> Result<Option<Adapter>, TargetError> {
        let Some(file) = file else { return Ok(None) };
        let token = match file.token_env {
            None => None,
            Some(name) => {
                if let Some(token) = (self.env)(&name) {
                    Some(Token::new(token))
                } else {
                    let key = format!("{key}.token_env");
                    return Err(TargetError::TokenEnv { path: self.path.to_owned(), key, name });
                }
            }
        };
        Ok(Some(Adapter::new(file.url, token)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        allow = ["read", "send"]

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

        [actor.ws]
        url = "ws://127.0.0.1:3002"

        [limits]
        timeout_ms = 500
        concurrency = 0
        max_depth = 10000
    "#;

    #[test]
    fn a_file_names_everything() {
        let target = read(WHOLE).expect("a target");
        assert_eq!(target.http.as_ref().expect("http").url, "http://127.0.0.1:3000");
        assert_eq!(target.tokens(), ["hunter2"]);
        assert_eq!(target.allow, BTreeSet::from([Effect::Read, Effect::Send]));
        assert_eq!(target.limits.timeout, Duration::from_millis(500));
        assert_eq!(target.limits.concurrency, 1, "at least one call has to be possible");
        assert_eq!(target.limits.max_depth, Limits::DEEPEST, "deeper cannot be read");
        assert_eq!(target.actor.as_ref().expect("actor").allow, target.allow);
        assert!(!target.is_simulated());
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
        assert!(target.limits.pause > Duration::ZERO);
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\n[http]\nur = \"x\""), @"bot.toml:4:1: unknown field `ur`, expected `url` or `token_env`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\nallow = [\"everything\"]"), @"bot.toml:3:10: unknown variant `everything`, expected one of `read`, `send`, `write`, `destructive`, `lifecycle`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\n[fixtures]\nfreind = 10001"), @"bot.toml:4:1: unknown variant `freind`, expected one of `friend`, `group`, `member`, `own-message`, `group-message`, `admin`, `owner`, `friend-request`, `group-request`, `group-invitation`, `anonymous-message`, `forward-message`, `image`, `record`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"onebot11\"\n[fixtures]\nfriend = 1.5"), @"bot.toml:4:10: invalid type: floating point `1.5`, expected an id (a number or a string), or `true` for a rank");
        assert_snapshot!(error("name = \"a\"\n= 1"), @"bot.toml:2:1: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`");
        assert_snapshot!(error("name = \"a\""), @"bot.toml:1:1: missing field `dialect`");
        assert_snapshot!(error("name = \"a\"\ndialect = \"b\"\n[http]\nurl = \"http://h\"\ntoken_env = \"NOPE\""), @"bot.toml: http.token_env names the environment variable NOPE, which is not set; export NOPE=… before the run");
    }

    #[test]
    fn addresses_are_checked() {
        let wrong = |url: &str| {
            let mut target = Target::new("a", "onebot11");
            target.http = Some(Adapter::new(url, None));
            target.validate().expect_err("the address is wrong").to_string()
        };
        assert_snapshot!(wrong("https://example.com"), @"http: https://example.com: TLS is not spoken; name the address behind the proxy, such as http://127.0.0.1:3000");
        assert_snapshot!(wrong("ws://example.com"), @"http: ws://example.com: expected an address that begins with http://");
        assert_snapshot!(wrong("http://token@example.com"), @"http: http://token@example.com: put the token into `token` or `token_env`, not into the address");
        assert_snapshot!(wrong("http://example.com?access_token=x"), @"http: http://example.com?access_token=x: leave out everything from `?` on; the token belongs into `token_env`");
        assert_snapshot!(wrong("http://"), @"http: http:: expected an address that begins with http://");
        assert_snapshot!(Target::new("a", "onebot11").validate().expect_err("no address").to_string(), @"a: no address; name one with --http URL or --ws URL, or as [http] or [ws] with a url in the target file");
    }
}
