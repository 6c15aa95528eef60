//! Requests that are no proper calls: broken bodies, other methods, wrong tokens. They pass the gate like any other.

use std::sync::atomic::Ordering;

use botspec_reports::record::Transport;
use botspec_schema::model::Effect;
use serde_json::Value;

use super::{Gate, Permit, Refusal, UNKNOWN_PREFIX, wire};
use crate::exchange::{Exchange, HttpRequest};

/// How a client proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// As the target wants it: its token in the header, or nothing where it has none.
    Valid,
    /// Not at all.
    None,
    /// The target's token in the query.
    ValidInQuery,
    /// This token in the header.
    Header(String),
    /// This token in the query.
    Query(String),
}

/// A request over HTTP, byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawHttp {
    /// The method.
    pub method: String,
    /// The path, which begins with a slash.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The token.
    pub credentials: Credentials,
}

impl Gate {
    /// Sends a request as it is. It may name read actions and actions that do not exist, nothing else, unless the
    /// account is disposable.
    pub async fn raw_http(&self, raw: RawHttp) -> Result<Exchange, Refusal> {
        self.path_is_harmless(&raw.path)?;
        let body = String::from_utf8_lossy(&raw.body);
        for text in [&raw.path, &raw.query, &*body] {
            self.text_is_harmless(text)?;
            self.text_is_harmless(&wire::decode(text))?;
        }
        let named = wire::decode(raw.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
        let params = read_params(&raw);
        self.raw_within_policy(Transport::Http, &named, &params)?;
        if self.has_answered() {
            self.answering(Transport::Http).await?;
        }
        let (client, _, adapter) = self.http_parts()?;
        let mut query: Vec<String> = Some(raw.query).into_iter().filter(|query| !query.is_empty()).collect();
        let mut headers = raw.headers;
        let credentials = self.credentials(Transport::Http, &raw.credentials);
        headers.extend(credentials.header);
        query.extend(credentials.query);
        let mut url = format!("{}{}", adapter.url, raw.path);
        if !query.is_empty() {
            url = format!("{url}?{}", query.join("&"));
        }
        let request = HttpRequest { method: raw.method, url, headers, body: raw.body, cuts: Vec::new() };
        let effect = self.effect_of(&named);
        let exchange = self
            .patiently(Transport::Http, || async {
                let _turn = self.pace.turn(effect).await;
                self.requests.fetch_add(1, Ordering::Relaxed);
                Ok(client.send(&Permit(()), request.clone()).await)
            })
            .await?;
        self.observe(Transport::Http, &exchange);
        self.learn(&named, &Value::Null, &exchange);
        Ok(exchange)
    }

    /// What goes out as it is counts as a call of the action that it names: within its limits, about the same people and
    /// with values that its fields mean, as far as it can be read.
    fn raw_within_policy(&self, transport: Transport, named: &str, params: &Value) -> Result<(), Refusal> {
        if self.closing.load(Ordering::Acquire) {
            return Err(Refusal::Silent(transport));
        }
        self.reads_known(named, params)?;
        self.within_policy(named, params)
    }

    /// The same for a frame.
    pub(super) fn raw_frame_within_policy(&self, transport: Transport, text: &str) -> Result<(), Refusal> {
        let frame = serde_json::from_str::<Value>(text).unwrap_or_default();
        let keys = self.contract.call_keys();
        let named = keys.and_then(|keys| frame.get(&keys.action)).and_then(Value::as_str).unwrap_or_default();
        let params = keys.and_then(|keys| frame.get(&keys.params)).unwrap_or(&Value::Null);
        self.raw_within_policy(transport, named, params)
    }

    /// A path names the action where the paths of the dialect have its name; any other path, in its first segment.
    fn path_is_harmless(&self, path: &str) -> Result<(), Refusal> {
        let paths = self.contract.file().transports.http.iter().flat_map(|http| &http.paths);
        let behind = |known: &String| path.strip_prefix(known.split(ACTION).next().unwrap_or_default());
        // Of several, the longest beginning states most.
        let rest = paths.filter_map(behind).min_by_key(|rest| rest.len()).unwrap_or(path);
        let name = wire::decode(rest.trim_start_matches('/').split('/').next().unwrap_or_default());
        self.name_is_harmless(&name)
    }

    pub(super) fn name_is_harmless(&self, name: &str) -> Result<(), Refusal> {
        match self.names.effect(name) {
            Some(effect) => self.raw_allows(name, effect),
            None if name.is_empty() || name.starts_with(UNKNOWN_PREFIX) => Ok(()),
            None => Err(Refusal::UnknownName(name.to_owned())),
        }
    }

    /// A frame is harmless when the action it names is, and when no word in it names one that is not.
    pub(super) fn frame_is_harmless(&self, text: &str) -> Result<(), Refusal> {
        self.text_is_harmless(text)?;
        if let Ok(document) = serde_json::from_str::<Value>(text) {
            let mut strings = Vec::new();
            collect_strings(&document, &mut strings);
            for text in strings {
                self.text_is_harmless(text)?;
            }
            let keys = self.contract.call_keys();
            if let Some(name) = keys.and_then(|keys| document.get(&keys.action)).and_then(Value::as_str) {
                self.name_is_harmless(name)?;
            }
        }
        Ok(())
    }

    fn text_is_harmless(&self, text: &str) -> Result<(), Refusal> {
        match self.names.strongest_in(text) {
            Some((name, effect)) => self.raw_allows(name, effect),
            None => Ok(()),
        }
    }

    /// Raw bytes of anything but a read go to a disposable account alone.
    fn raw_allows(&self, name: &str, effect: Effect) -> Result<(), Refusal> {
        if effect != Effect::Read && !self.target.disposable {
            return Err(Refusal::NotAllowed { action: name.to_owned(), effect });
        }
        self.allows(name, effect)
    }

    /// What a proof adds to a request.
    pub(super) fn credentials(&self, transport: Transport, credentials: &Credentials) -> Added {
        let auth = &self.contract.file().auth;
        let token = self.target.token(transport);
        let name = auth.query_over(transport);
        let in_query = |token: &str| name.map(|name| format!("{name}={}", wire::encode(token)));
        let in_header = |token: &str| Some((auth.header.clone(), format!("{} {token}", auth.scheme)));
        match credentials {
            Credentials::None => Added::default(),
            Credentials::Valid => Added { header: token.and_then(|token| in_header(token.expose())), query: None },
            Credentials::ValidInQuery => {
                Added { header: None, query: token.and_then(|token| in_query(token.expose())) }
            }
            Credentials::Header(token) => Added { header: in_header(token), query: None },
            Credentials::Query(token) => Added { header: None, query: in_query(token) },
        }
    }
}

/// The parameters of a request, as far as they can be read: a JSON body, or pairs in the body or the query.
fn read_params(raw: &RawHttp) -> Value {
    if let Ok(body) = serde_json::from_slice(&raw.body) {
        return body;
    }
    let body = String::from_utf8_lossy(&raw.body);
    let pairs = [&*raw.query, &*body].into_iter().flat_map(|text| text.split('&')).filter_map(|it| it.split_once('='));
    pairs.map(|(key, value)| (wire::decode(key), Value::String(wire::decode(value)))).collect()
}

/// What stands for the name of the action in a path.
const ACTION: &str = "{action}";

/// What a proof adds to a request.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub(super) header: Option<(String, String)>,
    pub(super) query: Option<String>,
}

fn collect_strings<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_strings(item, into)),
        Value::Object(fields) => {
            for (key, value) in fields {
                into.push(key);
                collect_strings(value, into);
            }
        }
        _ => {}
    }
}
