//! Which dialect traffic really is, by the names in it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use botspec_reports::record::Text;
use botspec_schema::{Catalog, Dialect};
use serde_json::{Map, Value};

/// How long names are collected before they are compared.
pub(crate) const AFTER: Duration = Duration::from_secs(60);

/// How many different names of actions and kinds of events are kept.
const NAMES: usize = 200;

/// Fewer different names prove nothing.
const FEWEST: usize = 3;

/// The names that were seen.
#[derive(Debug)]
pub(crate) struct Names {
    began: Instant,
    reported: bool,
    actions: BTreeSet<String>,
    /// Actions that were called in a way that the watched dialect does not have.
    elsewhere: BTreeSet<String>,
    /// What identifies events: their fields of text by which some dialect distinguishes events.
    events: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl Default for Names {
    fn default() -> Self {
        let events = Catalog::builtin().dialects().flat_map(|dialect| dialect.events.values());
        let keys = events.flat_map(|event| event.identify.keys().cloned()).collect();
        let (actions, elsewhere, events) = Default::default();
        Self { began: Instant::now(), reported: false, actions, elsewhere, events, keys }
    }
}

impl Names {
    /// A call that was made.
    pub(crate) fn action(&mut self, name: &str) {
        add(&mut self.actions, name);
    }

    /// A call that was made at a path that the watched dialect does not have.
    pub(crate) fn elsewhere(&mut self, name: &str) {
        add(&mut self.elsewhere, name);
    }

    /// Something that came by itself.
    pub(crate) fn event(&mut self, event: &Value) {
        if self.events.len() < NAMES && !self.reported {
            let kind: Map<String, Value> = self
                .keys
                .iter()
                .filter_map(|key| {
                    let word = event.get(key)?.as_str().filter(|word| word.len() < 100)?;
                    Some((key.clone(), word.into()))
                })
                .collect();
            self.events.insert(Value::Object(kind).to_string());
        }
    }

    /// That the dialect is another one: once, after a minute.
    pub(crate) fn verdict(&mut self, own: &str, now: Instant) -> Option<Text> {
        if self.reported || now.duration_since(self.began) < AFTER {
            return None;
        }
        let all = self.actions.len() + self.elsewhere.len() + self.events.len();
        if all < FEWEST {
            return None;
        }
        self.reported = true;
        let catalog = Catalog::builtin();
        let fits = |dialect: &Dialect| self.fits(dialect);
        let own_fit = catalog.dialect(own).map(fits).unwrap_or_default();
        let reached = |dialect: &Dialect| {
            let elsewhere = self.elsewhere.iter().filter(|name| dialect.resolve_call(name).is_some()).count();
            fits(dialect) + if dialect.name() == own { 0 } else { elsewhere }
        };
        let best = catalog.dialects().map(|dialect| (reached(dialect), dialect.name())).max_by_key(|(fit, _)| *fit)?;
        // Of dialects that fit alike, the one that is watched is the right one.
        if best.0 <= own_fit || own_fit * 10 > all * 8 {
            return None;
        }
        let (fit, name) = best;
        Some(Text::both(
            format!("of {all} names of actions and events, {own} has {own_fit} and {name} {fit}; try --dialect {name}"),
            format!(
                "在出现的 {all} 个动作与事件名称中，{own} 有 {own_fit} 个，{name} 有 {fit} 个；请尝试 --dialect {name}"
            ),
        ))
    }

    fn fits(&self, dialect: &Dialect) -> usize {
        let actions = self.actions.iter().filter(|name| dialect.resolve_call(name).is_some()).count();
        let known = |event: &&String| {
            serde_json::from_str::<Value>(event).is_ok_and(|event| dialect.recognise_event(&event).is_some())
        };
        actions + self.events.iter().filter(known).count()
    }
}

fn add(names: &mut BTreeSet<String>, name: &str) {
    if names.len() < NAMES && name.len() < 100 && !names.contains(name) {
        names.insert(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdict(dialect: &str, actions: &[&str]) -> Option<String> {
        let mut names = Names::default();
        for action in actions {
            names.action(action);
        }
        names.event(&json!({ "post_type": "meta_event", "meta_event_type": "heartbeat" }));
        assert_eq!(names.verdict(dialect, Instant::now()), None, "too early");
        let text = names.verdict(dialect, Instant::now() + AFTER);
        assert_eq!(names.verdict(dialect, Instant::now() + AFTER), None, "once");
        text.map(|text| text.en)
    }

    #[test]
    fn another_dialect_is_named_after_a_minute() {
        let common = ["get_login_info", "send_group_msg", "get_msg", "get_group_list"];
        assert_eq!(verdict("onebot11", &common), None);
        assert_eq!(verdict("napcat", &common), None);
        let text = verdict("milky", &common).expect("nothing of it is Milky");
        assert!(text.contains("try --dialect onebot11") || text.contains("try --dialect"), "{text}");
        let own = ["get_friends_with_category", "set_self_longnick", "get_group_info_ex", "ArkShareGroup"];
        let text = verdict("onebot11", &own).expect("no action of it is in the standard");
        assert!(text.contains("try --dialect napcat"), "{text}");
    }

    #[test]
    fn calls_at_other_paths_are_those_of_another_dialect() {
        let mut names = Names::default();
        for action in ["get_login_info", "get_friend_list", "send_private_message"] {
            names.elsewhere(action);
        }
        let text = names.verdict("onebot11", Instant::now() + AFTER).expect("nothing of it was called there").en;
        assert!(text.contains("onebot11 has 0") && text.contains("try --dialect milky"), "{text}");
    }
}
