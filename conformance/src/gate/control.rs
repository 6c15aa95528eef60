//! The control url of a target: makes things happen in the world behind it, and puts that world back. Any target may
//! declare one; the stand-in serves it with `--control`.

use botspec_reports::record::Text;
use botspec_schema::model::Effect;
use serde_json::{Map, Value, json};

use super::{Gate, Refusal};
use crate::bindings::Bindings;
use crate::exchange::{Exchange, HttpRequest};

/// The name of a group that the account may leave: who owns one can only dissolve it.
pub(crate) const SPARE_GROUP: &str = "spare_group";

impl Gate {
    /// Whether steps can be taken: the target declares a control url, and what answers there is one.
    pub(crate) fn has_control(&self) -> bool {
        self.control_url().is_some()
    }

    /// Whether the world behind the target is put back whole.
    pub(crate) fn is_restored(&self) -> bool {
        self.has_control() && self.allows("reset", Effect::Write).is_ok()
    }

    /// Whether a step of the world can be made to happen: through the control url, or by the hook of the target.
    pub(crate) fn can_step(&self) -> bool {
        self.has_control() || !self.target().hook.is_empty()
    }

    /// Asks what is behind the control url for its steps. The error is what is seen in place of a list of them.
    pub(crate) async fn find_control(&self) -> Result<(), Text> {
        let Some(adapter) = &self.target().control else { return Ok(()) };
        let url = format!("{}/steps", adapter.url);
        let found = self.control_exchange("GET", &url, &Value::Null).await;
        if found.as_ref().and_then(Exchange::json).is_some_and(Value::is_array) {
            self.set_control();
            return Ok(());
        }
        let (en, zh) = found.map_or_else(Default::default, |found| {
            let seen = found.received.describe();
            (seen.en.clone(), seen.zh().to_owned())
        });
        Err(Text::both(
            format!("{url} does not list the steps of a world: {en}; steps are left out"),
            format!("{url} 没有列出模拟环境的步骤：{zh}；已忽略 control"),
        ))
    }

    /// Makes something happen in the world. A step changes it, which the target has to allow; the inner error is why it
    /// did not happen.
    pub(crate) async fn step(&self, name: &str, params: &Value) -> Result<Result<Value, Text>, Refusal> {
        self.allows(name, Effect::Write)?;
        self.observed.step(params);
        let Some(url) = self.control_url() else {
            let within = self.target().limits.event_timeout;
            return Ok(super::hook::run(&self.target().hook, name, params, within).await);
        };
        let order = json!({ "step": name, "params": params });
        Ok(self.ask_control("POST", &format!("{url}/step"), &order).await)
    }

    /// Puts the world back, where that is allowed, and asks which ids it has for an account; gives whether it was put back,
    /// too.
    pub(crate) async fn restore(&self, account: Option<&Value>) -> Option<(Bindings, bool)> {
        let url = self.control_url()?;
        let may_reset = self.allows("reset", Effect::Write).is_ok();
        if may_reset {
            self.observed.put_back();
            self.ask_control("POST", &format!("{url}/reset"), &Value::Null).await.ok()?;
            self.observed.put_back();
        }
        let account = account.map(|account| format!("&account={}", crate::contract::id_text(account)));
        let query = format!("{url}/fixtures?dialect={}{}", self.target().dialect, account.unwrap_or_default());
        match self.ask_control("GET", &query, &Value::Null).await.ok()? {
            Value::Object(fixtures) => Some((fixtures.into_iter().collect(), may_reset)),
            _ => None,
        }
    }

    /// Sends a request there; the error is the reason that the answer gives.
    async fn ask_control(&self, method: &str, url: &str, body: &Value) -> Result<Value, Text> {
        let Some(exchange) = self.control_exchange(method, url, body).await else {
            return Err(Text::both("the control url cannot be reached", "无法访问 control 地址"));
        };
        match (exchange.status, exchange.json()) {
            (Some(200), Some(answer)) => Ok(answer.clone()),
            (_, Some(answer)) if answer.get("error").is_some_and(Value::is_string) => {
                Err(Text::from(answer["error"].as_str().unwrap_or_default()))
            }
            _ => Err(exchange.received.describe()),
        }
    }
}

/// A request to a control url.
pub(super) fn request(method: &str, url: &str, body: &Value) -> HttpRequest {
    let body = if body.is_null() { Value::Object(Map::new()) } else { body.clone() };
    let is_get = method == "GET";
    HttpRequest {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: if is_get { Vec::new() } else { body.to_string().into_bytes() },
        cuts: Vec::new(),
    }
}
