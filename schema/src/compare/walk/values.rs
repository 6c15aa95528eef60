//! What a value may be on both sides: its types, its values, its bounds.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::entry::{Change, Level};
use super::super::side::{Alternative, Side};
use super::{Pair, Walk};
use crate::model::MessageForm;
use crate::shape::{Direction, Kind, Shape, texts};

type Both<'x, 's> = (&'x [Alternative<'s>], &'x [Alternative<'s>]);

/// Compares what is possible in one place. False where there is no sense in looking below.
pub(super) fn compare(walk: &mut Walk<'_>, pair: Pair<'_>, pointer: &str, (one, other): Both<'_, '_>) -> bool {
    let unknown = |shapes: &[Alternative<'_>]| {
        shapes.iter().any(|alternative| matches!(alternative.shape.kind, Kind::Unknown | Kind::Named(_)))
    };
    if unknown(one) {
        return false;
    }
    if unknown(other) {
        if walk.direction() == Direction::Receive {
            let sentence = walk.words().untyped();
            walk.push(Level::Note, Change::Untyped, pointer, Some(pair), sentence);
        }
        return false;
    }
    // Which forms a message may have is reported once, with what holds for the whole dialect.
    let message = whole_message(walk.from, one);
    if message.is_some() && message == whole_message(walk.to, other) {
        return false;
    }
    if !types(walk, pair, pointer, (one, other)) {
        return false;
    }
    enums(walk, pair, pointer, (one, other));
    limits(walk, pair, pointer, (one, other));
    true
}

/// The words for the types that are possible; a segment or an event is an object on the wire.
fn words<'s>(shapes: &[Alternative<'s>]) -> BTreeSet<&'s str> {
    let word = |shape: &'s Shape| match shape.kind {
        Kind::Segment(_) | Kind::Event => "object",
        ref kind => kind.word(),
    };
    shapes.iter().map(|alternative| word(alternative.shape)).collect()
}

impl Walk<'_> {
    /// Whether two fields can be of one type.
    pub(super) fn have_a_type_in_common(&self, one: &Shape, other: &Shape) -> bool {
        let (one, other) = (self.from.alternatives(one), self.to.alternatives(other));
        let (one, other) = (words(&one), words(&other));
        one.iter().any(|word| other.contains(word))
    }
}

/// Those types of the first that the second does not cover; a whole number is a number.
fn beyond<'s>(one: &BTreeSet<&'s str>, other: &BTreeSet<&'s str>) -> BTreeSet<&'s str> {
    let covered = |word: &str| other.contains(word) || (word == "integer" && other.contains("number"));
    one.iter().copied().filter(|word| !covered(word)).collect()
}

/// Compares types. False where nothing is left in common.
fn types(walk: &mut Walk<'_>, pair: Pair<'_>, pointer: &str, (one, other): Both<'_, '_>) -> bool {
    let (from_words, to_words) = (words(one), words(other));
    let (from, to) = (pair.from.title(&walk.from.types), pair.to.title(&walk.to.types));
    let null = BTreeSet::from(["null"]);
    let common = from_words.iter().any(|word| *word != "null" && to_words.contains(word));
    match walk.direction() {
        Direction::Receive => {
            let more = beyond(&to_words, &from_words);
            if from_words == null && other.iter().any(|alternative| !is_empty(alternative.shape)) {
                let sentence = walk.words().tells_something(&to);
                walk.push(Level::New, Change::Added, pointer, Some(pair), sentence);
                return false;
            }
            // Where there was nothing to find, nothing is missed.
            if one.iter().all(|alternative| is_empty(alternative.shape)) {
                return common;
            }
            if to_words == null {
                let sentence = walk.words().tells_nothing();
                walk.push(Level::Breaks, Change::Missing, pointer, Some(pair), sentence);
                return false;
            }
            if more == null {
                let sentence = walk.words().may_be_null(&from, &to);
                walk.push(Level::Breaks, Change::Type, pointer, Some(pair), sentence);
            } else if !more.is_empty() {
                let sentence = walk.words().other_type(&from, &to, Direction::Receive);
                walk.push(Level::Breaks, Change::Type, pointer, Some(pair), sentence);
            }
        }
        Direction::Send => {
            let lost = beyond(&from_words, &to_words);
            let as_strings = walk.at_parameter(pointer) && walk.to.dialect.file.string_params;
            if lost == null {
                let sentence = walk.words().null_refused(&from, &to);
                walk.push(Level::Misses, Change::Type, pointer, Some(pair), sentence);
            } else if lost == BTreeSet::from(["string"]) && as_strings && !from_words.contains("integer") {
                let digits = one.iter().all(|a| a.shape.kind != Kind::String || only_digits(a.shape));
                let level = if digits { Level::Note } else { Level::Breaks };
                let sentence = walk.words().strings_are_read(&from, &to);
                walk.push(level, Change::Type, pointer, Some(pair), sentence);
            } else if beyond_strings(&lost, as_strings) {
                let sentence = walk.words().other_type(&from, &to, Direction::Send);
                walk.push(Level::Breaks, Change::Type, pointer, Some(pair), sentence);
            }
        }
    }
    common
}

/// Whether types are lost, other than strings where strings are read as anything.
fn beyond_strings(lost: &BTreeSet<&str>, as_strings: bool) -> bool {
    lost.iter().any(|word| !as_strings || *word != "string")
}

/// Whether there is nothing to find in it.
fn is_empty(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Null => true,
        Kind::Object(object) => object.fields.is_empty() && object.rest.is_none(),
        _ => false,
    }
}

/// Whether a string can only be a whole number.
fn only_digits(shape: &Shape) -> bool {
    let pattern = shape.bounds.get("pattern").and_then(Value::as_str);
    pattern.is_some_and(|pattern| pattern.starts_with('^') && pattern.contains("[0-9]") && pattern.ends_with('$'))
}

/// The direction of a message in every form that the dialect has; None where this is none.
fn whole_message(side: &Side<'_>, shapes: &[Alternative<'_>]) -> Option<Direction> {
    let direction = |shape: &Shape| match &shape.kind {
        Kind::Segment(direction) => *direction,
        Kind::Array(items) => match items.kind {
            Kind::Segment(direction) => direction,
            _ => None,
        },
        _ => None,
    };
    let direction = shapes.iter().find_map(|alternative| direction(alternative.shape))?;
    let forms = &side.dialect.file.message_forms;
    let forms = if direction == Direction::Send { &forms.send } else { &forms.receive };
    let form = |shape: &Shape| match &shape.kind {
        Kind::String => Some(MessageForm::String),
        Kind::Segment(_) => Some(MessageForm::Segment),
        Kind::Array(_) => Some(MessageForm::Array),
        _ => None,
    };
    let sentence: BTreeSet<_> = shapes.iter().map(|alternative| form(alternative.shape)).collect();
    (sentence == forms.iter().copied().map(Some).collect()).then_some(direction)
}

/// Compares the values that are allowed, where values and not only types are.
fn enums(walk: &mut Walk<'_>, pair: Pair<'_>, pointer: &str, (one, other): Both<'_, '_>) {
    let plain = |shapes: &[Alternative<'_>]| {
        shapes.iter().all(|alternative| !matches!(alternative.shape.kind, Kind::Object(_) | Kind::Array(_)))
    };
    if !plain(one) || !plain(other) {
        return;
    }
    let from = texts(&pair.from.allowed(&walk.from.types));
    let to = texts(&pair.to.allowed(&walk.to.types));
    let without = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.iter().filter(|value| !other.contains(*value)).cloned().collect()
    };
    let (gone, added) = (without(&from, &to), without(&to, &from));
    let words = walk.words();
    match (walk.direction(), from.is_empty(), to.is_empty()) {
        (_, true, true) | (Direction::Receive, true, false) | (Direction::Send, false, true) => {}
        (Direction::Receive, false, true) => {
            let sentence = words.any_value(&list(&from));
            walk.push(Level::Note, Change::Enum, pointer, Some(pair), sentence);
        }
        (Direction::Send, true, false) => {
            let sentence = words.only_values(&list(&to));
            walk.push(Level::Breaks, Change::Enum, pointer, Some(pair), sentence);
        }
        (way, false, false) => {
            if !gone.is_empty() {
                let level = if way == Direction::Send { Level::Breaks } else { Level::Misses };
                let sentence = words.values_gone(&gone, way).between(list(&from).join(", "), list(&to).join(", "));
                walk.push(level, Change::Enum, pointer, Some(pair), sentence);
            }
            if !added.is_empty() {
                let level = if way == Direction::Send { Level::New } else { Level::Breaks };
                let sentence = words.values_added(&added, way).between(list(&from).join(", "), list(&to).join(", "));
                walk.push(level, Change::Enum, pointer, Some(pair), sentence);
            }
        }
    }
}

fn list(values: &BTreeSet<String>) -> Vec<String> {
    values.iter().cloned().collect()
}

/// Bounds that the wide types of programming languages have; they state how wide a number is, and nothing of its meaning.
const WIDE: [i64; 7] =
    [i32::MIN as i64, i32::MAX as i64, u32::MAX as i64, (1 << 53) - 1, -(1 << 53) + 1, i64::MIN, i64::MAX];

/// Compares the range of whole numbers: what is taken less, and what no longer fits into 32 bits.
fn limits(walk: &mut Walk<'_>, pair: Pair<'_>, pointer: &str, (one, other): Both<'_, '_>) {
    let (Some(from), Some(to)) = (range(one), range(other)) else { return };
    let words = walk.words();
    let shown = |(low, high): (i64, i64)| format!("{low} … {high}");
    let narrow = |bound: i64| !WIDE.contains(&bound);
    match walk.direction() {
        Direction::Send => {
            let less = (to.0 > from.0 && narrow(to.0) && to.0 > 1) || (to.1 < from.1 && narrow(to.1));
            if less {
                let sentence = words.range(&shown(from), &shown(to));
                walk.push(Level::Breaks, Change::Limits, pointer, Some(pair), sentence);
            }
        }
        Direction::Receive => {
            let fits = |(low, high): (i64, i64)| i32::try_from(low).is_ok() && i32::try_from(high).is_ok();
            let fits_unsigned = |(low, high): (i64, i64)| low >= 0 && u32::try_from(high).is_ok();
            if (fits(from) || fits_unsigned(from)) && !fits(to) && !fits_unsigned(to) {
                let sentence = words.wider(&shown(from), &shown(to));
                walk.push(Level::Note, Change::Limits, pointer, Some(pair), sentence);
            }
        }
    }
}

/// The range of the whole numbers that are possible, where both ends of it are stated.
fn range(shapes: &[Alternative<'_>]) -> Option<(i64, i64)> {
    let shape = shapes.iter().find(|alternative| alternative.shape.kind == Kind::Integer)?.shape;
    // How large an identifier is states who gives it out, and not which ones somebody may ask for.
    if !shape.values.is_empty() || shape.id.is_some() {
        return None;
    }
    let bound = |word: &str| shape.bounds.get(word).and_then(Value::as_i64);
    Some((bound("minimum")?, bound("maximum")?))
}
