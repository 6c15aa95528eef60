//! Which actions of its dialect a target has.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// Which actions of its dialect a target has, as far as the calls of a run showed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actions {
    /// How many the dialect has.
    pub total: u64,
    /// Those that the target states it does not have, by the categories of the contracts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<String, Vec<String>>,
    /// Those that were not called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_asked: Vec<String>,
}

impl Actions {
    /// How many are absent.
    pub fn absent(&self) -> u64 {
        self.absent.values().map(|names| names.len() as u64).sum()
    }

    /// How many answered as actions do that are there.
    pub fn present(&self) -> u64 {
        self.total.saturating_sub(self.absent() + self.not_asked.len() as u64)
    }

    /// Whether an action is absent.
    pub fn lacks(&self, action: &str) -> bool {
        self.absent.values().flatten().any(|name| name == action)
    }

    /// The figure in one sentence without its full stop.
    pub fn sentence(&self) -> Text {
        let (present, total, absent, not_asked) = (self.present(), self.total, self.absent(), self.not_asked.len());
        let (mut en, mut zh) = (String::new(), String::new());
        if absent > 0 {
            en = format!("; absent: {absent}");
            zh = format!("；缺少 {absent} 个");
        }
        if not_asked > 0 {
            en = format!("{en}; not called: {not_asked}");
            zh = format!("{zh}；未调用 {not_asked} 个");
        }
        Text::both(format!("Actions: {present} of {total}{en}"), format!("动作：{total} 个中有 {present} 个{zh}"))
    }

    /// The absent ones by category, a line each.
    pub fn absent_lines(&self) -> impl Iterator<Item = String> {
        self.absent.iter().map(|(category, names)| format!("{category}: {}", names.join(", ")))
    }

    /// Takes in what another part of the same run showed.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.total = self.total.max(other.total);
        self.not_asked.retain(|name| other.not_asked.contains(name));
        for (category, names) in &other.absent {
            let all = self.absent.entry(category.clone()).or_default();
            all.extend(names.iter().filter(|name| !all.contains(name)).cloned().collect::<Vec<_>>());
            all.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(absent: &[&str], not_asked: &[&str]) -> Actions {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let absent = (!absent.is_empty()).then(|| ("group".to_owned(), texts(absent))).into_iter().collect();
        Actions { total: 4, absent, not_asked: texts(not_asked) }
    }

    #[test]
    fn parts_of_a_run_add_up() {
        let mut all = actions(&["set_group_card"], &["send_like", "clean_cache"]);
        all.merge(&actions(&["set_group_ban", "set_group_card"], &["clean_cache", "set_group_ban"]));
        assert_eq!(all, actions(&["set_group_ban", "set_group_card"], &["clean_cache"]));
        assert_eq!(all.sentence().en, "Actions: 1 of 4; absent: 2; not called: 1");
        assert!(all.lacks("set_group_ban") && !all.lacks("clean_cache"));
    }
}
