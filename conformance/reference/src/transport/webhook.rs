//! Events that the account posts to a client, and what the answers ask for.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use botspec_schema::model::{Lifecycle, SignatureAlgorithm, Transport, WebhookTransport, WsRole};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;
use sha1::Sha1;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::heartbeat_timer::HeartbeatTimer;
use crate::bot::{Bot, Registered};
use crate::connection_settings::ConnectionSettings;
use crate::faults::{INVENTED, Switch};
use crate::refused::{Refusals, cause};
use crate::session::{Frames, Session};
use crate::variations::Variation;

/// How long what waits may take when the server ends.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long an idle connection is kept; shorter than servers keep theirs, so that none is used that is just being closed.
const IDLE: Duration = Duration::from_secs(2);

/// Whom to post to.
pub(crate) struct Webhook {
    poster: Arc<Poster>,
    registered: Registered,
    frames: Frames,
}

/// What every post needs.
struct Poster {
    bot: Arc<Bot>,
    webhook: &'static WebhookTransport,
    settings: Arc<ConnectionSettings>,
    client: Client,
    url: Url,
    refusals: Refusals,
}

impl Webhook {
    /// Registers it: from now on it misses nothing. What is wrong with the address is the error, as a sentence.
    pub(crate) fn new(
        bot: &Arc<Bot>,
        webhook: &'static WebhookTransport,
        settings: ConnectionSettings,
        url: &str,
        timeout: Duration,
        refusals: Refusals,
    ) -> Result<Self, String> {
        let url: Url = url.parse().map_err(|error| format!("{error}"))?;
        if url.scheme() != "http" {
            return Err("it has to begin with http://".to_owned());
        }
        let capitals = bot.variations.on(Variation::Headers);
        let builder = Client::builder();
        let builder = if capitals { builder.http1_title_case_headers() } else { builder };
        let client = builder
            .redirect(Policy::none())
            .no_proxy()
            .timeout(timeout)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(|error| error.to_string())?;
        let settings = Arc::new(settings);
        let session = Session::new(&settings, WsRole::Event, &bot.limits);
        let (registered, frames) = bot.welcome(session, Lifecycle::Enable);
        let poster = Arc::new(Poster { bot: Arc::clone(bot), webhook, settings, client, url, refusals });
        Ok(Self { poster, registered, frames })
    }

    /// Posts until the server ends.
    pub(crate) async fn run(self) {
        let Self { poster, registered, mut frames } = self;
        let bot = Arc::clone(&poster.bot);
        let places = Arc::new(Semaphore::new(bot.limits.posts.max(1)));
        let mut posts = JoinSet::new();
        let mut place = None;
        let mut pulse = HeartbeatTimer::of(&registered.session);
        let mut end = bot.end.clone();
        loop {
            let frame = tokio::select! {
                _ = end.wait_for(|end| *end) => break,
                () = pulse.tick() => {
                    bot.beat(&registered.session);
                    continue;
                }
                Some(_) = posts.join_next(), if !posts.is_empty() => continue,
                free = Arc::clone(&places).acquire_owned(), if place.is_none() => {
                    place = free.ok();
                    continue;
                }
                Some(frame) = frames.next(), if place.is_some() => frame,
            };
            let answer = begin(&poster, &mut posts, frame, place.take());
            tokio::select! {
                () = answer => {}
                _ = end.wait_for(|end| *end) => break,
            }
        }
        bot.farewell(&registered.session);
        let rest = async {
            while let Some(frame) = frames.waiting() {
                begin(&poster, &mut posts, frame, None).await;
            }
            while posts.join_next().await.is_some() {}
        };
        // Who does not take it in time goes without.
        let _ = tokio::time::timeout(FAREWELL, rest).await;
    }
}

/// Begins a post. What is returned waits for its answer, so that events arrive in their order; but no longer than the pace
/// allows, so that a client may wait for one event while it deals with another.
fn begin(
    poster: &Arc<Poster>,
    posts: &mut JoinSet<()>,
    event: Utf8Bytes,
    place: Option<OwnedSemaphorePermit>,
) -> impl Future<Output = ()> + use<> {
    let (answered, answer) = tokio::sync::oneshot::channel::<()>();
    let patience = poster.bot.limits.pace;
    let poster = Arc::clone(poster);
    posts.spawn(async move {
        poster.post(event).await;
        drop((answered, place));
    });
    async move {
        // Either way it goes on.
        let _ = tokio::time::timeout(patience, answer).await;
    }
}

impl Poster {
    async fn post(&self, event: Utf8Bytes) {
        if self.bot.faults.on(Switch::WebhookFirstAlone) && !self.is_first() {
            return;
        }
        let _posting = self.bot.faults.posting().await;
        let request = self.request(&event);
        // A client that is not there, or refuses, misses the event: that is how implementations do it.
        if let Some(operation) = self.operation(request).await
            && let Ok(event) = serde_json::from_str(&event)
        {
            self.bot.do_about(event, operation, &self.settings);
        }
    }

    /// Whether no other address came before this one.
    fn is_first(&self) -> bool {
        let mut first = None;
        self.bot.sessions.each(|session| {
            if session.settings.wire == Transport::Webhook && first.is_none() {
                first = Some(Arc::ptr_eq(&session.settings, &self.settings));
            }
        });
        first.unwrap_or(true)
    }

    fn request(&self, event: &Utf8Bytes) -> RequestBuilder {
        let Self { bot, webhook, settings, .. } = self;
        let off = |switch: Switch| bot.faults.on(switch);
        let mut request = self.client.post(self.url.clone()).body(Bytes::from(event.clone()));
        if !off(Switch::WebhookContentTypeMissing) {
            request = request.header(CONTENT_TYPE, &webhook.content_type);
        }
        if let Some(header) = webhook.self_id_header.as_ref().filter(|_| !off(Switch::WebhookSelfIdMissing)) {
            request = request.header(header, bot.account.to_string());
        }
        let invented = off(Switch::WebhookSignatureInvented) || off(Switch::WebhookTokenInvented);
        let Some(secret) = settings.token.as_deref().or(invented.then_some(INVENTED)) else { return request };
        match &webhook.signature {
            Some(_) if off(Switch::WebhookSignatureMissing) => request,
            Some(signature) => {
                let prefix = if off(Switch::WebhookSignaturePrefix) { "" } else { signature.prefix.as_str() };
                let key = if off(Switch::WebhookSignatureKey) { "another key" } else { secret };
                let spaced = format!("{event}\n");
                let bytes = if off(Switch::WebhookSignatureBytes) { spaced.as_bytes() } else { event.as_bytes() };
                let digits = sign(signature.algorithm, key.as_bytes(), bytes);
                request.header(&signature.header, format!("{prefix}{digits}"))
            }
            None if off(Switch::WebhookTokenMissing) => request,
            None => {
                let auth = &bot.contract().auth;
                request.header(&auth.header, format!("{} {secret}", auth.scheme))
            }
        }
    }

    /// What the answer asks for, if it came in time and is short enough.
    async fn operation(&self, request: RequestBuilder) -> Option<Value> {
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                self.refusals.refused(cause(&error));
                return None;
            }
        };
        match response.status() {
            status if status.is_success() => self.refusals.reached(),
            status => self.refusals.refused(format!("it answers HTTP {status}")),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            if body.len() + chunk.len() > self.bot.limits.answer {
                return None;
            }
            body.extend_from_slice(&chunk);
        }
        let wanted = self.webhook.quick_operations && !self.bot.faults.on(Switch::WebhookQuickIgnored);
        if !wanted || !response.status().is_success() {
            return None;
        }
        let operation: Value = serde_json::from_slice(&body).ok()?;
        operation.as_object().is_some_and(|fields| !fields.is_empty()).then_some(operation)
    }
}

fn sign(algorithm: SignatureAlgorithm, key: &[u8], bytes: &[u8]) -> String {
    match algorithm {
        SignatureAlgorithm::HmacSha1 => {
            let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
            mac.update(bytes);
            let mut digits = String::new();
            for byte in mac.finalize().into_bytes() {
                let _ = write!(digits, "{byte:02x}");
            }
            digits
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_standard() {
        // The second test case of RFC 2202.
        let signature = sign(SignatureAlgorithm::HmacSha1, b"Jefe", b"what do ya want for nothing?");
        assert_eq!(signature, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
