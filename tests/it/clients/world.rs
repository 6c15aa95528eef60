//! The world that clients are connected to: `botspec serve` as another process.

use std::collections::BTreeMap;

use botspec_schema::Dialect;
use serde_json::{Value, json};

use crate::harness::Running;
use crate::serve::{get, post, post_with};

/// The token of everything.
pub(super) const TOKEN: &str = "sesame";

/// A served world, with its addresses by what they are for.
pub(super) struct World {
    _process: Running,
    dialect: &'static Dialect,
    at: BTreeMap<String, String>,
}

impl World {
    /// Serves a bot in a dialect with these flags, a second account, and the control API. Every event of the dialect is
    /// played as soon as somebody is there to hear of it.
    pub(super) fn serve(dialect: &'static Dialect, flags: &[&str]) -> Self {
        let mut args = vec!["serve", "--dialect", dialect.name(), "--token", TOKEN, "--events", "all", "--report-self"];
        args.extend(["--actor-http", "0", "--control", "0"]);
        args.extend(flags);
        let mut process = Running::start(args);
        let mut at = BTreeMap::new();
        while !at.contains_key("control") {
            let line = process.line();
            let (name, address) =
                line.split_once(": ").unwrap_or_else(|| panic!("a name and an address, not {line:?}"));
            at.insert(name.to_owned(), address.to_owned());
        }
        Self { _process: process, dialect, at }
    }

    /// An address, such as that of `bot 10001 ws`.
    pub(super) fn at(&self, name: &str) -> &str {
        &self.at[name]
    }

    /// The second account calls an action, and this is the data of the answer; nothing where it is refused.
    #[track_caller]
    pub(super) fn actor(&self, action: &str, params: &Value) -> Value {
        let contract = &self.dialect.file;
        let http = contract.transports.http.as_ref().expect("calls over HTTP");
        let path = http.paths[0].replace("{action}", action);
        let token = format!("{}: {} {TOKEN}\r\n", contract.auth.header, contract.auth.scheme);
        post_with(self.at("actor 20002 http"), &path, &token, &params.to_string())["data"].clone()
    }

    /// The ids that both accounts know each message by: that of the bot, and that of the second account.
    pub(super) fn message_ids(&self) -> Vec<(Value, Value)> {
        let world = get(self.at("control"), "/world");
        let messages = world["messages"].as_array().expect("messages").iter();
        messages.map(|it| (it["ids"]["10001"].clone(), it["ids"]["20002"].clone())).collect()
    }

    /// Puts everything back to how it was in the beginning.
    pub(super) fn reset(&self) {
        post(self.at("control"), "/reset", "");
    }

    /// Takes a step, and this is what it tells.
    #[track_caller]
    pub(super) fn step(&self, step: &str, params: &Value) -> Value {
        let told = post(self.at("control"), "/step", &json!({ "step": step, "params": params }).to_string());
        assert!(told.get("error").is_none(), "{step} {params}: {told}");
        told
    }
}
