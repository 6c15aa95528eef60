//! Who may call: the token in the header or in the query.

use axum::http::{HeaderMap, Uri};
use botspec_schema::model::{FailureKind, Transport};

use super::urlencoded;
use crate::answer::Failure;
use crate::bot::Bot;
use crate::connection_settings::ConnectionSettings;
use crate::faults::Switch;

/// Refuses a request without the right token.
pub(crate) fn check(bot: &Bot, settings: &ConnectionSettings, headers: &HeaderMap, uri: &Uri) -> Result<(), Failure> {
    let Some(token) = &settings.token else { return Ok(()) };
    let unchecked = match settings.wire {
        Transport::Http => bot.faults.on(Switch::HttpTokenUnchecked),
        Transport::Sse => bot.faults.on(Switch::SseTokenUnchecked),
        _ => bot.faults.on(Switch::WsTokenUnchecked),
    };
    if unchecked {
        return Ok(());
    }
    let header = in_header(bot, headers).filter(|_| !bot.faults.on(Switch::HeaderTokenIgnored));
    let query = in_query(bot, settings.wire, uri).filter(|_| !bot.faults.on(Switch::QueryTokenIgnored));
    let query_first = bot.contract().auth.query_first && query.as_ref().is_some_and(|given| !given.is_empty());
    let right = match (header.filter(|_| !query_first), query) {
        (Some(given), _) => given == *token,
        (None, Some(given)) => given == *token || bot.faults.on(Switch::QueryTokenUnchecked),
        (None, None) => return Err(missing(bot)),
    };
    if right { Ok(()) } else { Err(wrong(bot)) }
}

fn missing(bot: &Bot) -> Failure {
    let kind =
        if bot.faults.on(Switch::MissingTokenForbidden) { FailureKind::TokenWrong } else { FailureKind::TokenMissing };
    Failure::new(kind, "this needs an access token")
}

fn wrong(bot: &Bot) -> Failure {
    let kind =
        if bot.faults.on(Switch::WrongTokenUnauthorized) { FailureKind::TokenMissing } else { FailureKind::TokenWrong };
    Failure::new(kind, "the access token is not the right one")
}

fn in_header(bot: &Bot, headers: &HeaderMap) -> Option<String> {
    let auth = &bot.contract().auth;
    let value = headers.get(&auth.header)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(&auth.scheme).then(|| token.trim().to_owned())
}

fn in_query(bot: &Bot, wire: Transport, uri: &Uri) -> Option<String> {
    let name = bot.contract().auth.query_over(wire)?;
    let pairs = urlencoded::pairs(uri.query()?.as_bytes())?;
    pairs.into_iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
}
