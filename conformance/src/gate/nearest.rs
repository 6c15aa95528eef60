//! Which dialect of the family a target speaks, by the actions that it has. Only reads are asked for, and without
//! parameters: whether such a call is refused or answered, it shows whether the action is there.

use std::collections::BTreeMap;

use botspec_reports::record::Text;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Form, Gate};

/// How many of the harmless actions of a dialect a target has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Likeness {
    /// The dialect.
    pub dialect: String,
    /// How many of them the target has.
    pub present: usize,
    /// How many were asked for.
    pub asked: usize,
}

/// The dialect that a target speaks most of: of those that it has two thirds of, the one with the most actions.
pub fn nearest(likenesses: &[Likeness]) -> Option<&Likeness> {
    let speaks = |it: &&Likeness| it.present * 3 >= it.asked * 2 && it.present > 0;
    likenesses.iter().filter(speaks).max_by_key(|it| it.present)
}

impl Gate {
    /// How much a target has of each dialect of the family; empty where its answer to an unknown name states nothing.
    pub(crate) async fn likenesses(&self) -> Vec<Likeness> {
        let Some(transport) = self.calls_over().filter(|it| self.knows_absence(*it)) else { return Vec::new() };
        let nothing = Value::Object(Map::new());
        let mut found: BTreeMap<String, bool> = BTreeMap::new();
        let mut likenesses = Vec::new();
        for relative in self.contract.relatives() {
            for name in &relative.reads {
                if found.contains_key(name) {
                    continue;
                }
                let present = match self.was_present(name) {
                    Some(present) => present,
                    None => match self.call(transport, name, &nothing, Form::Json).await {
                        Ok(exchange) if exchange.json().is_some() || exchange.status.is_some() => {
                            !self.shows_absence(name, &exchange)
                        }
                        _ => continue,
                    },
                };
                found.insert(name.clone(), present);
            }
            let asked: Vec<bool> = relative.reads.iter().filter_map(|name| found.get(name).copied()).collect();
            let present = asked.iter().filter(|present| **present).count();
            likenesses.push(Likeness { dialect: relative.dialect.clone(), present, asked: asked.len() });
        }
        likenesses
    }

    /// Names another dialect, where a target lacks a tenth of the actions that were asked for and speaks that one better.
    pub(crate) async fn nearest_note(&self) -> Option<Text> {
        let actions = self.actions();
        let absent = actions.absent();
        let answered = actions.total.saturating_sub(actions.not_asked.len() as u64);
        if absent < 3 || absent * 10 < answered {
            return None;
        }
        let likenesses = self.likenesses().await;
        let best = nearest(&likenesses).filter(|it| it.dialect != self.contract.name())?;
        let own = likenesses.iter().find(|it| it.dialect == self.contract.name())?;
        let Likeness { dialect, present, asked } = best;
        Some(Text::both(
            format!(
                "the target has {} of {} reads of {} and {present} of {asked} of {dialect}; try --dialect {dialect}",
                own.present, own.asked, own.dialect
            ),
            format!(
                "目标具有 {own_dialect} 的 {own_asked} 个只读动作中的 {own_present} 个、{dialect} 的 {asked} 个中的 {present} 个；可尝试 --dialect {dialect}",
                own_dialect = own.dialect,
                own_asked = own.asked,
                own_present = own.present
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_the_fullest_of_those_that_are_mostly_there() {
        let likeness = |dialect: &str, present, asked| Likeness { dialect: dialect.to_owned(), present, asked };
        let name = |all: &[Likeness]| nearest(all).map(|it| it.dialect.clone());
        let standard = likeness("standard", 12, 12);
        assert_eq!(name(&[standard.clone(), likeness("rich", 70, 75)]).as_deref(), Some("rich"));
        assert_eq!(name(&[standard, likeness("rich", 20, 75)]).as_deref(), Some("standard"));
        assert_eq!(name(&[likeness("standard", 3, 12), likeness("rich", 0, 75)]), None);
        assert_eq!(name(&[likeness("empty", 0, 0)]), None);
    }
}
