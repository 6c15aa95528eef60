//! Reading calls off requests and frames.

use botspec_conformance::Contract;
use botspec_schema::Catalog;
use serde_json::{Map, Value};

use crate::evidence::ActionCall;
use crate::tee::{Head, Payload};

/// The call that a request over HTTP makes; None where it makes none.
pub(crate) fn over_http(contract: &Contract, head: &Head, body: &Payload) -> Option<ActionCall> {
    let http = contract.file().transports.http.as_ref()?;
    if !http.methods.contains(&head.method) || http.hello.iter().any(|path| path == head.path()) {
        return None;
    }
    let action = http.paths.iter().filter_map(|path| named(path, head.path())).min_by_key(String::len)?;
    let mut params =
        if body.bytes().is_empty() || http.query_with_body { form(head.query().as_bytes()) } else { Map::new() };
    let is_form = head.header("Content-Type").is_some_and(|it| it.contains("form-urlencoded"));
    if is_form {
        params.extend(form(body.bytes()));
    } else if let Ok(Value::Object(fields)) = serde_json::from_slice(body.bytes()) {
        params.extend(fields);
    }
    if let Some(token) = contract.file().auth.query.as_ref() {
        params.shift_remove(token);
    }
    Some(ActionCall { action, params: Value::Object(params) })
}

/// The action that the path of a request names in whichever dialect; None where it names none.
pub(crate) fn in_any_dialect(head: &Head) -> Option<String> {
    let transports = Catalog::builtin().dialects().filter_map(|dialect| dialect.file.transports.http.as_ref());
    let paths = transports.flat_map(|http| &http.paths);
    paths.filter_map(|path| named(path, head.path())).min_by_key(String::len)
}

/// The call in a frame with its echo; None where it is none.
pub(crate) fn in_frame(contract: &Contract, frame: &Value) -> Option<(ActionCall, Option<Value>)> {
    let keys = contract.call_keys()?;
    let action = frame.get(&keys.action)?.as_str()?.to_owned();
    let params = frame.get(&keys.params).cloned().unwrap_or_else(|| Value::Object(Map::new()));
    Some((ActionCall { action, params }, frame.get(&keys.echo).cloned()))
}

/// The name of the action in a path, beside what paths look like.
fn named(template: &str, path: &str) -> Option<String> {
    let (before, after) = template.split_once("{action}")?;
    let name = path.strip_prefix(before)?.strip_suffix(after)?;
    let name = decoded(name);
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

fn decoded(text: &str) -> String {
    // In a path a plus is a plus.
    let text = text.replace('+', "%2B");
    form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}

fn form(bytes: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(bytes).map(|(key, value)| (key.into_owned(), Value::from(value.into_owned()))).collect()
}
