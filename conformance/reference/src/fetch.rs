//! Fetches what a call names on this machine: files that a client serves for an upload. Nothing beyond is ever asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::Value;

use crate::transport::origin::is_loopback;

/// How long a client may take to give a file, how large it is at most, and how many of one call are fetched.
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: usize = 32 * 1024 * 1024;
const MOST: usize = 16;

/// What comes of each address of this machine that stands anywhere in the parameters; nothing where it cannot be fetched.
pub(crate) async fn named_in(params: &Value) -> BTreeMap<String, Option<Arc<[u8]>>> {
    let mut urls = Vec::new();
    collect(params, &mut urls);
    let mut fetched = BTreeMap::new();
    if urls.is_empty() {
        return fetched;
    }
    let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build().ok();
    for url in urls.into_iter().take(MOST) {
        let content = match &client {
            Some(client) => get(client, &url).await,
            None => None,
        };
        fetched.insert(url, content);
    }
    fetched
}

/// Adds the addresses in a value: as a whole text, or in a code within one.
fn collect(value: &Value, urls: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some(at) = rest.find("http://") {
                let url = rest[at..].split([',', ']', ' ', '\n', '"']).next().unwrap_or_default();
                rest = &rest[at + url.len().max(1)..];
                let local = Url::parse(url).ok().is_some_and(|url| url.host_str().is_some_and(is_local));
                if local && !urls.iter().any(|known| known == url) {
                    urls.push(url.to_owned());
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, urls)),
        Value::Object(entries) => entries.values().for_each(|item| collect(item, urls)),
        _ => {}
    }
}

fn is_local(host: &str) -> bool {
    is_loopback(host.trim_start_matches('[').trim_end_matches(']'))
}

async fn get(client: &Client, url: &str) -> Option<Arc<[u8]>> {
    let mut response = client.get(url).send().await.ok().filter(|response| response.status().is_success())?;
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if content.len() + chunk.len() > LARGEST {
            return None;
        }
        content.extend_from_slice(&chunk);
    }
    Some(content.into())
}
