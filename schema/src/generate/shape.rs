//! A schema taken apart into alternatives that have one type each and no union any more.

use serde_json::{Map, Value, json};

use super::Options;
use crate::annotations::ID;
use crate::defs;
use crate::model::Schema;
use crate::validate::validate;

/// What surrounds the schema at hand.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) defs: &'a Map<String, Value>,
    pub(super) options: &'a Options,
    pub(super) trail: Trail<'a>,
}

/// The definitions that were entered on the way to the schema at hand.
#[derive(Clone, Copy, Default)]
pub(super) struct Trail<'a>(Option<&'a Link<'a>>);

/// One definition that was entered.
pub(super) struct Link<'a> {
    name: &'a str,
    before: Trail<'a>,
}

impl Trail<'_> {
    fn count(self, name: &str) -> usize {
        let mut count = 0;
        let mut at = self.0;
        while let Some(link) = at {
            count += usize::from(link.name == name);
            at = link.before.0;
        }
        count
    }
}

/// One alternative: a schema of one type, with the definitions that were entered to reach it.
pub(super) struct Leaf {
    pub(super) schema: Map<String, Value>,
    /// True for another choice of required properties of what came before; only that choice is new about it.
    pub(super) variant: bool,
    entered: Vec<String>,
}

impl<'a> Context<'a> {
    pub(super) fn new(defs: &'a Map<String, Value>, options: &'a Options) -> Self {
        Self { defs, options, trail: Trail::default() }
    }

    /// The alternatives of a schema; none where all of them nest deeper than the options allow.
    pub(super) fn leaves(&self, schema: &Schema) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.split(schema, &mut Vec::new(), &mut leaves);
        leaves
    }

    /// Goes on inside a leaf.
    pub(super) fn within<T>(&self, leaf: &Leaf, inside: impl FnOnce(&Context<'_>) -> T) -> T {
        enter(*self, &leaf.entered, inside)
    }

    /// Whether a value fits a schema.
    pub(super) fn fits(&self, schema: &Schema, value: &Value) -> bool {
        validate(schema, self.defs, value).is_empty()
    }

    /// Known identifiers that fit a schema.
    pub(super) fn ids(&self, schema: &Map<String, Value>) -> Vec<Value> {
        let Some(kind) = schema.get(ID).and_then(Value::as_str) else { return Vec::new() };
        let schema = Value::Object(schema.clone());
        let mut ids = (self.options.ids)(kind, &schema).unwrap_or_default();
        ids.retain(|id| self.fits(&schema, id));
        ids
    }

    fn split(&self, schema: &Schema, entered: &mut Vec<String>, leaves: &mut Vec<Leaf>) {
        let Some(keywords) = schema.as_object() else {
            return leaves.push(Leaf { schema: Map::new(), variant: false, entered: entered.clone() });
        };
        if let Some(name) = keywords.get("$ref").and_then(Value::as_str).and_then(defs::referenced) {
            let Some(Value::Object(target)) = self.defs.get(name) else { return };
            let times = self.trail.count(name) + entered.iter().filter(|other| *other == name).count();
            if times > self.options.recursion {
                return;
            }
            let mut merged = target.clone();
            merged.extend(keywords.iter().filter(|(key, _)| *key != "$ref").map(|(k, v)| (k.clone(), v.clone())));
            entered.push(name.to_owned());
            self.split(&Value::Object(merged), entered, leaves);
            entered.pop();
        } else if let Some(Value::Array(branches)) = keywords.get("oneOf") {
            for branch in branches {
                match (keywords.get("not"), branch) {
                    (Some(unwanted), Value::Object(branch)) => {
                        let mut branch = branch.clone();
                        branch.insert("not".into(), unwanted.clone());
                        self.split(&Value::Object(branch), entered, leaves);
                    }
                    _ => self.split(branch, entered, leaves),
                }
            }
        } else if let Some(Value::Array(parts)) = keywords.get("allOf") {
            for case in cases(keywords, parts).into_iter().filter(|case| !self.excludes_itself(case)) {
                self.split(&Value::Object(case), entered, leaves);
            }
        } else if let (Some(Value::Array(branches)), true) =
            (keywords.get("anyOf"), keywords.contains_key("properties"))
        {
            for (index, branch) in branches.iter().enumerate() {
                let mut case = keywords.clone();
                case.shift_remove("anyOf");
                merge(&mut case, branch);
                let before = leaves.len();
                self.split(&Value::Object(case), entered, leaves);
                leaves[before..].iter_mut().for_each(|leaf| leaf.variant = index > 0);
            }
        } else if let Some(Value::Array(types)) = keywords.get("type") {
            // Null first: what comes first is what shrinking ends with.
            let (nulls, others): (Vec<&Value>, Vec<&Value>) = types.iter().partition(|name| *name == "null");
            for name in nulls.into_iter().chain(others) {
                let mut case = keywords.clone();
                case.insert("type".into(), name.clone());
                leaves.push(Leaf { schema: case, variant: false, entered: entered.clone() });
            }
        } else {
            leaves.push(Leaf { schema: keywords.clone(), variant: false, entered: entered.clone() });
        }
    }
}

impl Context<'_> {
    /// Whether the constants of a case alone are what it excludes, so that no value fits.
    fn excludes_itself(&self, case: &Map<String, Value>) -> bool {
        let Some(unwanted) = case.get("not") else { return false };
        let properties = case.get("properties").and_then(Value::as_object).into_iter().flatten();
        let constants = properties.filter_map(|(name, schema)| Some((name.clone(), schema.get("const")?.clone())));
        self.fits(unwanted, &Value::Object(constants.collect()))
    }
}

fn enter<T>(context: Context<'_>, entered: &[String], inside: impl FnOnce(&Context<'_>) -> T) -> T {
    match entered.split_first() {
        None => inside(&context),
        Some((name, rest)) => {
            let link = Link { name, before: context.trail };
            enter(Context { trail: Trail(Some(&link)), ..context }, rest, inside)
        }
    }
}

/// What `allOf` makes of a schema: one alternative for each `if` with its `then`, over everything unconditional.
fn cases(keywords: &Map<String, Value>, parts: &[Value]) -> Vec<Map<String, Value>> {
    let mut base = keywords.clone();
    base.shift_remove("allOf");
    let (conditional, always): (Vec<&Value>, Vec<&Value>) = parts.iter().partition(|part| part.get("if").is_some());
    for part in always {
        merge(&mut base, part);
    }
    if conditional.is_empty() {
        return vec![base];
    }
    // Each condition is one of the alternatives that `anyOf` asks for.
    base.shift_remove("anyOf");
    conditional
        .into_iter()
        .map(|part| {
            let mut case = base.clone();
            for key in ["then", "if"] {
                part.get(key).into_iter().for_each(|part| merge(&mut case, part));
            }
            case
        })
        .collect()
}

/// Lays one schema over another: properties one by one, requirements together, everything else replaced.
fn merge(base: &mut Map<String, Value>, over: &Schema) {
    for (keyword, value) in over.as_object().into_iter().flatten() {
        match (keyword.as_str(), value) {
            ("required", _) => require(base, over),
            ("properties", Value::Object(properties)) => {
                let known = base.entry("properties").or_insert_with(|| json!({}));
                for (name, schema) in properties {
                    match known.get_mut(name) {
                        Some(Value::Object(known)) => merge(known, schema),
                        _ => known[name] = schema.clone(),
                    }
                }
            }
            _ => {
                base.insert(keyword.clone(), value.clone());
            }
        }
    }
}

fn require(base: &mut Map<String, Value>, branch: &Schema) {
    let mut names: Vec<Value> = base.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for name in branch.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    base.insert("required".into(), names.into());
}

impl Leaf {
    /// The schema as a value.
    pub(super) fn value(&self) -> Schema {
        Value::Object(self.schema.clone())
    }

    /// The one type; None where the schema leaves it open.
    pub(super) fn type_name(&self) -> Option<&str> {
        self.schema.get("type").and_then(Value::as_str).or_else(|| {
            let object = ["properties", "required", "additionalProperties"];
            object.iter().any(|keyword| self.schema.contains_key(*keyword)).then_some("object")
        })
    }

    /// The properties with whether each is required; required names without a schema included.
    pub(super) fn properties(&self) -> Vec<(String, Schema, bool)> {
        let required: Vec<&str> = self
            .schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let known = self.schema.get("properties").and_then(Value::as_object);
        let mut properties: Vec<(String, Schema, bool)> = known
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.clone(), schema.clone(), required.contains(&name.as_str())))
            .collect();
        for name in required {
            if !known.is_some_and(|known| known.contains_key(name)) {
                properties.push((name.to_owned(), json!({}), true));
            }
        }
        properties
    }

    /// A keyword that holds a count.
    pub(super) fn count(&self, keyword: &str) -> Option<usize> {
        self.schema.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    }

    /// The least and the greatest integer that the schema admits, as far as it states.
    pub(super) fn integer_bounds(&self) -> (Option<i64>, Option<i64>) {
        let bound = |keyword| {
            let number = self.schema.get(keyword).and_then(Value::as_number)?;
            // A limit with a fraction, or beyond 64 bits, is cut to the next integer that fits.
            #[allow(clippy::cast_possible_truncation, reason = "cut to what fits on purpose")]
            number.as_i64().or_else(|| number.as_f64().map(|limit| limit as i64))
        };
        (bound("minimum"), bound("maximum"))
    }

    /// The least and the greatest number that the schema admits, as far as it states.
    pub(super) fn number_bounds(&self) -> (Option<f64>, Option<f64>) {
        let bound = |keyword| self.schema.get(keyword).and_then(Value::as_f64);
        (bound("minimum"), bound("maximum"))
    }
}
