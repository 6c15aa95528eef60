//! Which dialect traffic really is, by the names in it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use botspec_reports::record::Text;
use botspec_schema::{Catalog, Dialect};
use serde_json::{Map, Value};

/// How long is looked before anything is said.
pub(crate) const AFTER: Duration = Duration::from_secs(60);

/// How many different names of actions and kinds of events are kept.
const NAMES: usize = 200;

/// Below so many different ones nothing is said.
const FEWEST: usize = 3;

/// The names that were seen.
#[derive(Debug)]
pub(crate) struct Names {
    began: Instant,
    told: bool,
    actions: BTreeSet<String>,
    /// What identifies events: their fields of text that some dialect tells events apart by.
    events: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl Default for Names {
    fn default() -> Self {
        let events = Catalog::builtin().dialects().flat_map(|dialect| dialect.events.values());
        let keys = events.flat_map(|event| event.identify.keys().cloned()).collect();
        Self { began: Instant::now(), told: false, actions: BTreeSet::new(), events: BTreeSet::new(), keys }
    }
}

impl Names {
    /// A call that was made.
    pub(crate) fn action(&mut self, name: &str) {
        if self.actions.len() < NAMES && name.len() < 100 && !self.actions.contains(name) {
            self.actions.insert(name.to_owned());
        }
    }

    /// Something that came by itself.
    pub(crate) fn event(&mut self, event: &Value) {
        if self.events.len() < NAMES && !self.told {
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

    /// What to say of the dialect, once, after a minute: that it is another one.
    pub(crate) fn verdict(&mut self, own: &str, now: Instant) -> Option<Text> {
        if self.told || now.duration_since(self.began) < AFTER {
            return None;
        }
        let all = self.actions.len() + self.events.len();
        if all < FEWEST {
            return None;
        }
        self.told = true;
        let catalog = Catalog::builtin();
        let fits = |dialect: &Dialect| self.fits(dialect);
        let own_fit = catalog.dialect(own).map(fits).unwrap_or_default();
        let best = catalog.dialects().map(|dialect| (fits(dialect), dialect.name())).max_by_key(|(fit, _)| *fit)?;
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
        let said = verdict("milky", &common).expect("nothing of it is Milky");
        assert!(said.contains("try --dialect onebot11") || said.contains("try --dialect"), "{said}");
        let own = ["get_friends_with_category", "set_self_longnick", "get_group_info_ex", "ArkShareGroup"];
        let said = verdict("onebot11", &own).expect("no action of it is in the standard");
        assert!(said.contains("try --dialect napcat"), "{said}");
    }
}
