//! Checks a document against what a dialect states about it.

use std::fmt;

use serde_json::{Value, json};

use crate::closest::closest;
use crate::defs::{self, SEGMENT_DATA, SEGMENT_TYPE};
use crate::dialect::Dialect;
use crate::kind::Kind;
use crate::late::Late;
use crate::model::{Action, Schema, Segment};
use crate::validate::{too_deep, validate};
use crate::violation::Violation;

/// A name that a dialect does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The dialect that was asked.
    pub dialect: String,
    /// What the name should belong to.
    pub kind: Kind,
    /// The name; None where one is needed and none was given.
    pub name: Option<String>,
    /// The nearest name that the dialect has.
    pub closest: Option<String>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dialect, kind, name, closest } = self;
        let thing = match kind {
            Kind::ActionParams | Kind::ActionResult | Kind::Response => "action",
            Kind::SegmentSend => "segment to send",
            Kind::SegmentReceive => "segment to receive",
            Kind::Event => "event",
        };
        match name {
            None => write!(f, "{kind} needs the name of the {thing}"),
            Some(name) => write!(f, "{dialect} has no {thing} `{name}`"),
        }?;
        closest.iter().try_for_each(|closest| write!(f, "; did you mean `{closest}`?"))
    }
}

impl std::error::Error for UnknownName {}

/// What is wrong with a document, and what in it is taken though it is not documented.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// What the implementation does not take.
    pub violations: Vec<Violation>,
    /// What it takes beyond what it documents.
    pub undocumented: Vec<Violation>,
}

impl Dialect {
    /// Checks a document, and reports what is wrong apart from what is taken though it is not documented.
    ///
    /// Only what a client sends can be taken beyond what is documented: parameters, and segments to send.
    pub fn check_as_taken(&self, kind: Kind, name: Option<&str>, value: &Value) -> Result<Checked, UnknownName> {
        let violations = self.check(kind, name, value)?;
        if violations.is_empty() || too_deep(value).is_some() {
            return Ok(Checked { violations, undocumented: Vec::new() });
        }
        let coerced = match (kind, name) {
            (Kind::ActionParams, Some(name)) => {
                self.resolve_call(name).map(|call| self.coerce_params(call.action, value.clone()))
            }
            (Kind::SegmentSend, Some(name)) if !is_whole_segment(name, value) => {
                self.segment_data(kind, name).map(|data| self.coerce_segment(data, value.clone()))
            }
            (Kind::SegmentSend, _) => {
                self.defs.get("segment_send").map(|union| self.coerce_segment(union, value.clone()))
            }
            _ => None,
        };
        let Some(coerced) = coerced else { return Ok(Checked { violations, undocumented: Vec::new() }) };
        let mut left = self.check(kind, name, &coerced.value)?;
        left.retain(|violation| !coerced.excuses(violation));
        let mut undocumented = coerced.undocumented.clone();
        if let (Kind::ActionParams, Some(call)) = (kind, name.and_then(|name| self.resolve_call(name))) {
            // What the action makes something of is taken; what it fails by is refused like anything else.
            let is_taken = |params: &Value, violation: &Violation| {
                matches!(self.late(call.action, params, violation), Some(Late::Kept | Late::CountsAs(_)))
            };
            undocumented.extend(left.iter().filter(|it| is_taken(&coerced.value, it)).cloned());
            if let Some(counted) = self.with_counted(call.action, &coerced.value, &left) {
                // Which form of a call it is may hang on what counts now.
                left = self.check(kind, name, &counted)?;
                left.retain(|it| !coerced.excuses(it) && !is_taken(&counted, it));
            } else {
                left.retain(|it| !is_taken(&coerced.value, it));
            }
        }
        Ok(Checked { violations: left, undocumented })
    }

    /// Checks a document.
    ///
    /// Actions need a name, which may be an alias or carry a suffix; segments and events report theirs by themselves
    /// where none is given. Parameters are [normalised](Self::normalise_params) first. A segment may also be given as
    /// its `data` alone when it is named.
    pub fn check(&self, kind: Kind, name: Option<&str>, value: &Value) -> Result<Vec<Violation>, UnknownName> {
        let Some(name) = name else { return self.check_unnamed(kind, value) };
        let unknown = || self.unknown(kind, name);
        match kind {
            Kind::ActionParams => {
                let action = self.resolve_call(name).ok_or_else(unknown)?.action;
                if let Some(violation) = too_deep(value) {
                    return Ok(vec![violation]);
                }
                let params = self.normalise_params(action, value.clone());
                let mut violations = validate(&action.params, &self.defs, &params);
                violations.extend(self.refused(action, &params));
                Ok(violations)
            }
            Kind::ActionResult => {
                let action = self.resolve_call(name).ok_or_else(unknown)?.action;
                Ok(validate(&action.result, &self.defs, value))
            }
            Kind::Response => {
                let call = self.resolve_call(name).ok_or_else(unknown)?;
                Ok(validate(&self.response_schema(call), &self.defs, value))
            }
            Kind::SegmentSend | Kind::SegmentReceive => {
                let data = self.segment_data(kind, name).ok_or_else(unknown)?;
                // The usual case: nothing has to be put around what the data has to be.
                let inner =
                    value.get(SEGMENT_DATA).filter(|_| value.get(SEGMENT_TYPE).is_some_and(|kind| kind == name));
                Ok(if let Some(inner) = inner {
                    let mut violations = validate(data, &self.defs, inner);
                    for violation in &mut violations {
                        violation.pointer = format!("/{SEGMENT_DATA}{}", violation.pointer);
                    }
                    violations
                } else if is_whole_segment(name, value) {
                    validate(&defs::segment(name, data), &self.defs, value)
                } else {
                    validate(data, &self.defs, value)
                })
            }
            Kind::Event => Ok(validate(&self.events.get(name).ok_or_else(unknown)?.data, &self.defs, value)),
        }
    }

    /// Checks parameters that are [normalised](Self::normalise_params) already, what the action refuses of a message aside.
    pub fn check_normalised(&self, action: &Action, params: &Value) -> Vec<Violation> {
        validate(&action.params, &self.defs, params)
    }

    /// Checks a document against a schema that may refer to definitions of this dialect.
    pub fn check_against(&self, schema: &Schema, value: &Value) -> Vec<Violation> {
        validate(schema, &self.defs, value)
    }

    /// The schema of a kind of document by itself, with all the definitions that it refers to.
    pub fn schema_of(&self, kind: Kind, name: &str) -> Option<Schema> {
        let schema = match kind {
            Kind::ActionParams => self.params(self.resolve_call(name)?.action).into_owned(),
            Kind::ActionResult => self.resolve_call(name)?.action.result.clone(),
            Kind::Response => self.response_schema(self.resolve_call(name)?).into_owned(),
            Kind::SegmentSend | Kind::SegmentReceive => defs::segment(name, self.segment_data(kind, name)?),
            Kind::Event => self.events.get(name)?.data.clone(),
        };
        Some(self.bundle(schema))
    }

    /// A schema with all the definitions of this dialect that it refers to, as a document of its own.
    pub fn bundle(&self, schema: Schema) -> Schema {
        let mut bundled = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" });
        let needed = defs::reachable(&schema, &self.defs);
        if let (Some(bundled), Value::Object(schema)) = (bundled.as_object_mut(), schema) {
            bundled.extend(schema);
            if !needed.is_empty() {
                bundled.insert("$defs".into(), needed.into());
            }
        }
        bundled
    }

    fn check_unnamed(&self, kind: Kind, value: &Value) -> Result<Vec<Violation>, UnknownName> {
        let definition = match kind {
            Kind::Event => {
                return Ok(match self.recognise_event(value) {
                    Some(event) => validate(&event.data, &self.defs, value),
                    None => vec![self.why_no_event(value)],
                });
            }
            Kind::SegmentSend => self.defs.get("segment_send"),
            Kind::SegmentReceive => self.defs.get("segment_receive"),
            Kind::ActionParams | Kind::ActionResult | Kind::Response => None,
        };
        let unnamed = || UnknownName { dialect: self.name().to_owned(), kind, name: None, closest: None };
        Ok(validate(definition.ok_or_else(unnamed)?, &self.defs, value))
    }

    fn segment_data(&self, kind: Kind, name: &str) -> Option<&Schema> {
        let segment = self.segments.get(name)?;
        if kind == Kind::SegmentSend { segment.send.as_ref() } else { segment.receive.as_ref() }
    }

    fn unknown(&self, kind: Kind, name: &str) -> UnknownName {
        let sent = |segment: &Segment| segment.send.is_some();
        let received = |segment: &Segment| segment.receive.is_some();
        let segments = |has: fn(&Segment) -> bool| {
            self.segments.values().filter(move |s| has(s)).map(|s| s.name.as_str()).collect::<Vec<_>>()
        };
        let known: Vec<&str> = match kind {
            Kind::ActionParams | Kind::ActionResult | Kind::Response => self
                .actions
                .values()
                .flat_map(|a| std::iter::once(&a.name).chain(&a.aliases))
                .map(String::as_str)
                .collect(),
            Kind::SegmentSend => segments(sent),
            Kind::SegmentReceive => segments(received),
            Kind::Event => self.events.keys().map(String::as_str).collect(),
        };
        UnknownName {
            dialect: self.name().to_owned(),
            kind,
            name: Some(name.to_owned()),
            closest: closest(name, known).map(str::to_owned),
        }
    }
}

/// Whether a document is a whole segment; otherwise it is taken as the `data` of one.
fn is_whole_segment(name: &str, value: &Value) -> bool {
    value.get(SEGMENT_DATA).is_some() || value.get(SEGMENT_TYPE).and_then(Value::as_str) == Some(name)
}
