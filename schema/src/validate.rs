//! Checks a document against a schema of the subset that contracts use.
//!
//! The subset is decided step by step and never by trial: a union by its tag or by the JSON type of what is there, so
//! that every difference is reported at its own place. A test holds this against a complete JSON Schema implementation.

mod describe;
mod keywords;
mod number;
mod pattern;
mod union;

use serde_json::{Map, Value};

use self::keywords::Keywords;
use crate::defs;
use crate::violation::{Violation, brief, one_of, type_name};

pub(crate) use describe::{accepts_type, types_of};
pub(crate) use number::{compare, same};
pub(crate) use pattern::compile as compile_pattern;

/// How deep a document may be nested; the parser of `serde_json` has the same limit.
const MAX_DEPTH: usize = 128;
/// How many schemas may be open at once; more than a document of the depth above needs, unless definitions go in circles.
const MAX_FRAMES: usize = 1_000;
/// What is found in place of a definition that a reference does not reach; the fault of the contract.
pub(crate) const UNDEFINED: &str = "no such definition in the contracts";
/// How many differences are reported.
const MAX_VIOLATIONS: usize = 100;

/// Every way in which a value differs from a schema, at most a hundred.
pub(crate) fn validate(schema: &Value, defs: &Map<String, Value>, value: &Value) -> Vec<Violation> {
    if let Some(violation) = too_deep(value) {
        return vec![violation];
    }
    let mut validator = Validator { defs, path: Vec::new(), frames: 0, violations: Vec::new(), asked: Asked::What };
    validator.check(schema, value);
    validator.violations
}

/// Reports where a value is nested deeper than any document that was parsed; nothing that recurses may touch it then.
pub(crate) fn too_deep(value: &Value) -> Option<Violation> {
    let mut open = vec![(value, 1)];
    while let Some((value, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            return Some(Violation::new("", format!("at most {MAX_DEPTH} levels of nesting"), "more"));
        }
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(members) => open.extend(members.values().map(|member| (member, depth + 1))),
            _ => {}
        }
    }
    None
}

/// A step from a value into it.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// Walks a schema and a value side by side.
struct Validator<'a> {
    defs: &'a Map<String, Value>,
    path: Vec<Step<'a>>,
    frames: usize,
    violations: Vec<Violation>,
    asked: Asked,
}

/// What is to be found out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// In what the value differs.
    What,
    /// Whether it differs at all.
    Whether,
    /// Whether it differs at all, and it does: nothing more has to be looked at.
    Broken,
}

impl<'a> Validator<'a> {
    fn check(&mut self, schema: &'a Value, value: &'a Value) {
        if self.violations.len() >= MAX_VIOLATIONS || self.asked == Asked::Broken {
            return;
        }
        if self.frames >= MAX_FRAMES {
            return self.differs(|| "a definition that ends".into(), || "one that only refers to itself".into());
        }
        self.frames += 1;
        match schema {
            Value::Object(keywords) => self.check_keywords(&Keywords::of(keywords), value),
            Value::Bool(false) => self.differs(|| "nothing".into(), || type_name(value).into()),
            _ => {}
        }
        self.frames -= 1;
    }

    fn check_keywords(&mut self, keywords: &Keywords<'a>, value: &'a Value) {
        if let Some(pointer) = keywords.reference {
            match defs::referenced(pointer).and_then(|name| self.defs.get(name)) {
                Some(target) => self.check(target, value),
                None => self.differs(|| format!("what {pointer} defines"), || UNDEFINED.into()),
            }
        }
        if let Some(types) = keywords.types
            && !accepts_type(types, value)
        {
            // Whatever else the schema states is about a value of that type.
            return self.differs(|| describe::type_words(types), || type_name(value).into());
        }
        let shown = || if keywords.secret { "another".into() } else { brief(value) };
        if let Some(wanted) = keywords.constant
            && !same(wanted, value)
        {
            self.differs(|| brief(wanted), shown);
        }
        if let Some(wanted) = keywords.wanted
            && !wanted.iter().any(|wanted| same(wanted, value))
        {
            self.differs(|| one_of(wanted), shown);
        }
        match value {
            Value::Number(number) => self.check_number(keywords, number),
            Value::String(text) => self.check_string(keywords, text, shown),
            Value::Array(items) => self.check_array(keywords, items),
            Value::Object(members) => self.check_object(keywords, members),
            Value::Null | Value::Bool(_) => {}
        }
        self.check_unions(keywords, value);
    }

    fn check_number(&mut self, keywords: &Keywords<'a>, number: &serde_json::Number) {
        if let Some(least) = keywords.minimum
            && compare(number, least).is_lt()
        {
            self.differs(|| format!("at least {least}"), || number.to_string());
        }
        if let Some(most) = keywords.maximum
            && compare(number, most).is_gt()
        {
            self.differs(|| format!("at most {most}"), || number.to_string());
        }
    }

    fn check_string(&mut self, keywords: &Keywords<'a>, text: &str, shown: impl Fn() -> String) {
        if keywords.min_length.is_some() || keywords.max_length.is_some() {
            let length = text.chars().count() as u64;
            self.check_count(keywords.min_length, keywords.max_length, length, "character");
        }
        if let Some(pattern) = keywords.pattern
            && !pattern::is_match(pattern, text)
        {
            self.differs(|| format!("text that matches {pattern}"), shown);
        }
    }

    fn check_array(&mut self, keywords: &Keywords<'a>, items: &'a [Value]) {
        self.check_count(keywords.min_items, keywords.max_items, items.len() as u64, "item");
        if let Some(schema) = keywords.items {
            for (index, item) in items.iter().enumerate() {
                self.inside(Step::Index(index), |this| this.check(schema, item));
            }
        }
        if let Some(wanted) = keywords.contains
            && !items.iter().any(|item| self.holds(wanted, item))
        {
            let defs = self.defs;
            self.differs(|| format!("an item that is {}", describe::words(wanted, defs)), || "none".into());
        }
    }

    fn check_count(&mut self, least: Option<u64>, most: Option<u64>, count: u64, noun: &str) {
        if let Some(least) = least.filter(|least| count < *least) {
            self.differs(|| format!("at least {}", counted(least, noun)), || counted(count, noun));
        }
        if let Some(most) = most.filter(|most| count > *most) {
            self.differs(|| format!("at most {}", counted(most, noun)), || counted(count, noun));
        }
    }

    fn check_object(&mut self, keywords: &Keywords<'a>, members: &'a Map<String, Value>) {
        let properties = keywords.properties;
        for name in keywords.required {
            if let Some(name) = name.as_str()
                && !members.contains_key(name)
            {
                let wanted = properties.and_then(|properties| properties.get(name));
                let defs = self.defs;
                let words = || wanted.map_or_else(|| "a value".into(), |schema| describe::words(schema, defs));
                self.inside(Step::Key(name), |this| this.differs(words, || "nothing".into()));
            }
        }
        for (name, schema) in properties.into_iter().flatten() {
            if let Some(member) = members.get(name) {
                self.inside(Step::Key(name), |this| this.check(schema, member));
            }
        }
        if let Some(others) = keywords.others {
            for (name, member) in members {
                if !properties.is_some_and(|properties| properties.contains_key(name)) {
                    self.inside(Step::Key(name), |this| match others {
                        Value::Bool(false) => this.differs(|| "no such property".into(), || type_name(member).into()),
                        others => this.check(others, member),
                    });
                }
            }
        }
    }

    fn inside(&mut self, step: Step<'a>, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    /// What a check would report, without reporting it.
    fn attempt(&mut self, check: impl FnOnce(&mut Self)) -> Vec<Violation> {
        let told = std::mem::take(&mut self.violations);
        check(self);
        std::mem::replace(&mut self.violations, told)
    }

    /// Whether a value is what a schema states, without reporting in what it differs.
    fn holds(&mut self, schema: &'a Value, value: &'a Value) -> bool {
        let before = std::mem::replace(&mut self.asked, Asked::Whether);
        self.check(schema, value);
        std::mem::replace(&mut self.asked, before) == Asked::Whether
    }

    fn differs(&mut self, expected: impl FnOnce() -> String, found: impl FnOnce() -> String) {
        if self.asked == Asked::What {
            let violation = Violation::new(self.pointer(), expected(), found());
            self.violations.push(violation);
        } else {
            self.asked = Asked::Broken;
        }
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&escape_pointer(key)),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// A key as it stands in a JSON pointer.
pub(crate) fn escape_pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}
