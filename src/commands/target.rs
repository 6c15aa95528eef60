//! A target from flags or from a file.

use std::time::Duration;

use botspec_conformance::{Adapter, Authorities, Listen, Selection, Target, Token, read_target};
use botspec_reports::record::{Text, Transport};
use botspec_schema::Dialect;
use botspec_schema::model::{Effect, Fixture};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::STANDARD;
use crate::cli::{SelectionArgs, TargetArgs};
use crate::failure::Failure;

/// The target that the flags name; None where they name none, which means the embedded implementation.
pub(crate) fn target(args: &TargetArgs) -> Result<Option<Target>, Failure> {
    let mut target = match &args.target {
        Some(path) => {
            let mut target = read_target(path).map_err(|error| Failure::usage(error.to_string()))?;
            super::dialect(&target.dialect)?.name().clone_into(&mut target.dialect);
            if let Some(actor) = &mut target.actor {
                actor.dialect.clone_from(&target.dialect);
            }
            target
        }
        None => match from_flags(args)? {
            Some(target) => target,
            None => return Ok(None),
        },
    };
    for (fixture, id) in [(Fixture::Friend, args.friend), (Fixture::Group, args.group), (Fixture::Member, args.member)]
    {
        if let Some(id) = id {
            target.fixtures.insert(fixture, id);
        }
    }
    if let Some(path) = &args.ca {
        let ca = Authorities::read(path).map_err(|error| Failure::usage(format!("--ca: {error}")))?;
        target.actor.iter_mut().for_each(|actor| actor.ca = Some(ca.clone()));
        target.ca = Some(ca);
    }
    if let Some(url) = &args.control {
        target.control = Some(Adapter::new(url, None));
    }
    if args.disposable {
        target.disposable = true;
        target.actor.iter_mut().for_each(|actor| actor.disposable = true);
    }
    for word in &args.allow {
        target.allow.insert(word_of::<Effect>("--allow", word)?);
    }
    target.private |= args.private;
    target.thorough |= args.thorough;
    if let Some(actor) = &mut target.actor {
        (actor.private, actor.thorough) = (target.private, target.thorough);
    }
    limits(args, &mut target)?;
    target.validate().map_err(|error| Failure::usage(error.to_string()))?;
    Ok(Some(target))
}

/// The dialect of a target that flags name, which is the standard where none is.
pub(crate) fn dialect(args: &TargetArgs) -> Result<&'static Dialect, Failure> {
    super::dialect(args.dialect.as_deref().unwrap_or(STANDARD))
}

fn from_flags(args: &TargetArgs) -> Result<Option<Target>, Failure> {
    let named = [&args.http, &args.ws, &args.reverse_ws, &args.webhook, &args.sse];
    if named.into_iter().all(Option::is_none) {
        return if args.actor_http.is_some() || args.actor_ws.is_some() {
            Err(Failure::usage(
                "--actor-http and --actor-ws name a second account; name the first one with --http, --ws or --reverse-ws",
            ))
        } else {
            Ok(None)
        };
    }
    let token = args.token.clone().or_else(|| environment("BOTSPEC_TOKEN")).map(Token::new);
    let mut target = Target::new("target", dialect(args)?.name());
    target.http = args.http.as_ref().map(|url| Adapter::at("http", url, token.clone()));
    target.ws = args.ws.as_ref().map(|url| Adapter::at("ws", url, token.clone()));
    target.sse = args.sse.as_ref().map(|url| Adapter::at("http", url, token.clone()));
    target.reverse_ws = listen("--reverse-ws", args.reverse_ws.as_ref(), token.as_ref())?;
    target.webhook = listen("--webhook", args.webhook.as_ref(), token.as_ref())?;
    if args.actor_http.is_some() || args.actor_ws.is_some() {
        let token = args.actor_token.clone().or_else(|| environment("BOTSPEC_ACTOR_TOKEN")).map(Token::new);
        let mut actor = Target::new("target (actor)", &target.dialect);
        actor.http = args.actor_http.as_ref().map(|url| Adapter::at("http", url, token.clone()));
        actor.ws = args.actor_ws.as_ref().map(|url| Adapter::at("ws", url, token));
        target.actor = Some(Box::new(actor));
    }
    Ok(Some(target))
}

/// An address to listen at.
fn listen(flag: &str, text: Option<&String>, token: Option<&Token>) -> Result<Option<Listen>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let addr = Listen::parse(text).ok_or_else(|| {
        Failure::usage(format!("{flag} {text}: expected an address to listen at, such as 127.0.0.1:6700"))
    })?;
    Ok(Some(Listen::at(addr, token.cloned())))
}

/// What has to be entered in the implementation, so that it connects or posts to botspec.
pub(crate) fn to_enter(target: &Target) -> Vec<Text> {
    let waited = target.endpoints().filter(|(transport, _)| target.listen(*transport).is_some());
    waited
        .map(|(transport, address)| {
            Text::both(
                format!("enter {address} as the {transport} address of the implementation"),
                format!("请在实现中填写 {address} 作为 {transport} 地址"),
            )
        })
        .collect()
}

/// Sets the limits that the flags name.
pub(crate) fn limits(args: &TargetArgs, target: &mut Target) -> Result<(), Failure> {
    for limit in &args.limit {
        let parsed = limit.split_once('=').and_then(|(effect, most)| Some((effect, most.trim().parse().ok()?)));
        let Some((effect, most)) = parsed else {
            return Err(Failure::usage(format!("--limit {limit}: expected an effect and a number, such as send=30")));
        };
        target.limits.calls.insert(word_of::<Effect>("--limit", effect)?, most);
    }
    if let Some(timeout) = args.timeout {
        target.limits.timeout = Duration::from_millis(timeout);
        target.limits.event_timeout = Duration::from_millis(timeout);
    }
    if let Some(wait) = args.heartbeat_wait {
        target.limits.heartbeat_wait = Some(Duration::from_millis(wait));
    }
    if let Some(concurrency) = args.concurrency {
        target.limits.concurrency = concurrency.max(1);
    }
    if let Some(pause) = args.pause {
        target.limits.pause = Duration::from_millis(pause);
        target.limits.send_pause = target.limits.pause;
    }
    if let Some(cases) = args.cases {
        target.limits.cases = cases;
    }
    let (limits, allow) = (target.limits.clone(), target.allow.clone());
    if let Some(actor) = &mut target.actor {
        (actor.limits, actor.allow) = (limits, allow);
    }
    Ok(())
}

/// The checks that the flags select.
pub(crate) fn selection(args: &SelectionArgs) -> Result<Selection, Failure> {
    let transports =
        args.transport.iter().map(|word| word_of::<Transport>("--transport", word)).collect::<Result<_, _>>()?;
    Ok(Selection {
        select: args.select.clone(),
        deselect: args.deselect.clone(),
        transports,
        partition: args.partition,
        ..Selection::all()
    })
}

/// A word of the command line as the type that spells it so in JSON.
fn word_of<T: DeserializeOwned>(flag: &str, word: &str) -> Result<T, Failure> {
    serde_json::from_value(Value::from(word)).map_err(|error| Failure::usage(format!("{flag} {word}: {error}")))
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|token| !token.is_empty())
}
