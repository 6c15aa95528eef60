//! Keywords that choose between schemas.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::keywords::Keywords;
use super::{Asked, Step, Validator, describe, same};
use crate::defs;
use crate::violation::{brief, one_of, type_name};

impl<'a> Validator<'a> {
    pub(super) fn check_unions(&mut self, keywords: &Keywords<'a>, value: &'a Value) {
        if let Some(branches) = keywords.one_of {
            self.check_one_of(branches, value);
        }
        if let Some(branches) = keywords.any_of
            && !branches.iter().any(|branch| self.holds(branch, value))
        {
            self.differs(|| any_words(branches), || "none of that".into());
        }
        for schema in keywords.all_of {
            self.check(schema, value);
        }
        if let Some(unwanted) = keywords.not
            && self.holds(unwanted, value)
        {
            let defs = self.defs;
            self.differs(|| format!("anything but {}", describe::words(unwanted, defs)), || brief(value));
        }
        if let (Some(condition), Some(then)) = (keywords.condition, keywords.then)
            && self.holds(condition, value)
        {
            self.check(then, value);
        }
    }

    fn check_one_of(&mut self, branches: &'a [Value], value: &'a Value) {
        let fitting: Vec<&'a Value> = branches
            .iter()
            .filter(|branch| {
                describe::types_of(branch, self.defs)
                    .is_none_or(|types| types.iter().any(|name| describe::accepts_type(&(*name).into(), value)))
            })
            .collect();
        match fitting.as_slice() {
            [] => {
                let mut types: Vec<&str> = Vec::new();
                for name in branches.iter().filter_map(|branch| describe::types_of(branch, self.defs)).flatten() {
                    if !types.contains(&name) {
                        types.push(name);
                    }
                }
                self.differs(|| types.join(" or "), || type_name(value).into());
            }
            [branch] => self.check(branch, value),
            _ => match value.as_object().zip(self.tag(&fitting)) {
                Some((members, (key, tags))) => self.check_tagged(members, key, &tags, &fitting, value),
                None => self.try_each(&fitting, value),
            },
        }
    }

    /// The property that every branch fixes to a value of its own, with these values.
    fn tag(&self, branches: &[&'a Value]) -> Option<(&'a str, Vec<&'a Value>)> {
        let properties = |branch: &&'a Value| self.resolved(branch).get("properties").and_then(Value::as_object);
        let first = properties(branches.first()?)?;
        first.keys().find_map(|key| {
            let tags: Vec<&Value> =
                branches.iter().map(|branch| properties(branch)?.get(key)?.get("const")).collect::<Option<_>>()?;
            let distinct =
                tags.iter().enumerate().all(|(index, tag)| !tags[..index].iter().any(|other| same(other, tag)));
            distinct.then_some((key.as_str(), tags))
        })
    }

    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(defs::referenced);
        target.and_then(|name| self.defs.get(name)).unwrap_or(schema)
    }

    fn check_tagged(
        &mut self,
        members: &'a Map<String, Value>,
        key: &'a str,
        tags: &[&'a Value],
        branches: &[&'a Value],
        value: &'a Value,
    ) {
        let chosen = members.get(key).and_then(|tag| tags.iter().position(|known| same(known, tag)));
        if let Some(index) = chosen {
            return self.check(branches[index], value);
        }
        let found = || members.get(key).map_or_else(|| "nothing".into(), brief);
        let wanted = || one_of(tags.iter().copied());
        self.inside(Step::Key(key), |this| this.differs(wanted, found));
    }

    /// Where nothing distinguishes the branches: exactly one must hold; of those that fail, the nearest is reported.
    fn try_each(&mut self, branches: &[&'a Value], value: &'a Value) {
        match branches.iter().filter(|branch| self.holds(branch, value)).count() {
            0 if self.asked == Asked::What => {
                let attempts = branches.iter().map(|branch| self.attempt(|this| this.check(branch, value)));
                let nearest = attempts.min_by_key(Vec::len);
                self.violations.extend(nearest.into_iter().flatten());
            }
            0 => self.asked = Asked::Broken,
            1 => {}
            holding => self.differs(|| "exactly one alternative to hold".into(), || format!("{holding} that do")),
        }
    }
}

/// Which alternatives there are, where they are lists of required properties and of values that go with them.
fn any_words(branches: &[Value]) -> String {
    let lists: Option<Vec<String>> = branches.iter().map(alternative).collect();
    lists.map_or_else(
        || "one of the alternatives to hold".into(),
        |lists| format!("an object with {}", lists.join(", or with ")),
    )
}

fn alternative(branch: &Value) -> Option<String> {
    let names: Vec<&str> = branch.get("required")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let mut words = match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    };
    for (name, schema) in branch.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let _ = write!(words, " (where {name} is {} or left out)", brief(schema.get("const")?));
    }
    Some(words)
}
