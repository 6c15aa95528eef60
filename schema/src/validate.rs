//! Checks a document against a schema of the subset that contracts use.
//!
//! The subset is decided step by step and never by trial: a union by its tag or by the JSON type of what is there, so
//! that every difference is told at its own place. A test holds this against a complete JSON Schema implementation.

mod describe;
mod number;
mod pattern;
mod union;

use serde_json::{Map, Value};

use crate::annotations::SECRET;
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
/// How many differences are told.
const MAX_VIOLATIONS: usize = 100;

/// Every way in which a value differs from a schema, at most a hundred.
pub(crate) fn validate(schema: &Value, defs: &Map<String, Value>, value: &Value) -> Vec<Violation> {
    if let Some(violation) = too_deep(value) {
        return vec![violation];
    }
    let mut validator = Validator { defs, path: Vec::new(), frames: 0, violations: Vec::new() };
    validator.check(schema, value);
    validator.violations
}

/// Tells where a value is nested deeper than any document that was parsed; nothing that recurses may touch it then.
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
}

impl<'a> Validator<'a> {
    fn check(&mut self, schema: &'a Value, value: &'a Value) {
        if self.violations.len() >= MAX_VIOLATIONS {
            return;
        }
        if self.frames >= MAX_FRAMES {
            return self.differs("a definition that ends", "one that only refers to itself");
        }
        self.frames += 1;
        match schema {
            Value::Object(keywords) => self.check_keywords(keywords, value),
            Value::Bool(false) => self.differs("nothing", type_name(value)),
            _ => {}
        }
        self.frames -= 1;
    }

    fn check_keywords(&mut self, keywords: &'a Map<String, Value>, value: &'a Value) {
        if let Some(pointer) = keywords.get("$ref").and_then(Value::as_str) {
            match defs::referenced(pointer).and_then(|name| self.defs.get(name)) {
                Some(target) => self.check(target, value),
                None => self.differs(format!("what {pointer} defines"), UNDEFINED),
            }
        }
        if let Some(types) = keywords.get("type")
            && !accepts_type(types, value)
        {
            // Whatever else the schema says is about a value of that type.
            return self.differs(describe::type_words(types), type_name(value));
        }
        let shown = || if keywords.get(SECRET) == Some(&Value::Bool(true)) { "another".into() } else { brief(value) };
        if let Some(wanted) = keywords.get("const")
            && !same(wanted, value)
        {
            self.differs(brief(wanted), shown());
        }
        if let Some(Value::Array(wanted)) = keywords.get("enum")
            && !wanted.iter().any(|wanted| same(wanted, value))
        {
            self.differs(one_of(wanted), shown());
        }
        match value {
            Value::Number(number) => self.check_number(keywords, number),
            Value::String(text) => self.check_string(keywords, text, &shown),
            Value::Array(items) => self.check_array(keywords, items),
            Value::Object(members) => self.check_object(keywords, members),
            Value::Null | Value::Bool(_) => {}
        }
        self.check_unions(keywords, value);
    }

    fn check_number(&mut self, keywords: &Map<String, Value>, number: &serde_json::Number) {
        if let Some(Value::Number(least)) = keywords.get("minimum")
            && compare(number, least).is_lt()
        {
            self.differs(format!("at least {least}"), number.to_string());
        }
        if let Some(Value::Number(most)) = keywords.get("maximum")
            && compare(number, most).is_gt()
        {
            self.differs(format!("at most {most}"), number.to_string());
        }
    }

    fn check_string(&mut self, keywords: &Map<String, Value>, text: &str, shown: &dyn Fn() -> String) {
        let least = bound(keywords, "minLength");
        let most = bound(keywords, "maxLength");
        if least.is_some() || most.is_some() {
            let length = text.chars().count() as u64;
            if let Some(least) = least.filter(|least| length < *least) {
                self.differs(format!("at least {}", counted(least, "character")), counted(length, "character"));
            }
            if let Some(most) = most.filter(|most| length > *most) {
                self.differs(format!("at most {}", counted(most, "character")), counted(length, "character"));
            }
        }
        if let Some(Value::String(pattern)) = keywords.get("pattern")
            && !pattern::is_match(pattern, text)
        {
            self.differs(format!("text that matches {pattern}"), shown());
        }
    }

    fn check_array(&mut self, keywords: &'a Map<String, Value>, items: &'a [Value]) {
        let length = items.len() as u64;
        if let Some(least) = bound(keywords, "minItems").filter(|least| length < *least) {
            self.differs(format!("at least {}", counted(least, "item")), counted(length, "item"));
        }
        if let Some(most) = bound(keywords, "maxItems").filter(|most| length > *most) {
            self.differs(format!("at most {}", counted(most, "item")), counted(length, "item"));
        }
        if let Some(schema) = keywords.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.inside(Step::Index(index), |this| this.check(schema, item));
            }
        }
    }

    fn check_object(&mut self, keywords: &'a Map<String, Value>, members: &'a Map<String, Value>) {
        let properties = keywords.get("properties").and_then(Value::as_object);
        for name in keywords.get("required").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = name.as_str()
                && !members.contains_key(name)
            {
                let wanted = properties.and_then(|properties| properties.get(name));
                let words = wanted.map_or_else(|| "a value".into(), |schema| describe::words(schema, self.defs));
                self.inside(Step::Key(name), |this| this.differs(words, "nothing"));
            }
        }
        for (name, schema) in properties.into_iter().flatten() {
            if let Some(member) = members.get(name) {
                self.inside(Step::Key(name), |this| this.check(schema, member));
            }
        }
        if let Some(others) = keywords.get("additionalProperties") {
            for (name, member) in members {
                if !properties.is_some_and(|properties| properties.contains_key(name)) {
                    self.inside(Step::Key(name), |this| match others {
                        Value::Bool(false) => this.differs("no such property", type_name(member)),
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

    /// What a check would tell, without telling it.
    fn attempt(&mut self, check: impl FnOnce(&mut Self)) -> Vec<Violation> {
        let told = std::mem::take(&mut self.violations);
        check(self);
        std::mem::replace(&mut self.violations, told)
    }

    fn holds(&mut self, schema: &'a Value, value: &'a Value) -> bool {
        self.attempt(|this| this.check(schema, value)).is_empty()
    }

    fn differs(&mut self, expected: impl Into<String>, found: impl Into<String>) {
        let violation = Violation::new(self.pointer(), expected, found);
        self.violations.push(violation);
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

fn bound(keywords: &Map<String, Value>, keyword: &str) -> Option<u64> {
    keywords.get(keyword).and_then(Value::as_u64)
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}
