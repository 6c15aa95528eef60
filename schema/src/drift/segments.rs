//! Finds the segments and events among the shared types of a document.

use std::collections::BTreeMap;

use super::upstream::{UpEvent, UpSource, Upstream};
use crate::shape::{Direction, Kind, Shape, Types, tag_of, tag_value};
use crate::{SEGMENT_DATA, SEGMENT_TYPE};

/// A segment that a shape describes: its type and its data.
pub(super) fn segment_of<'a>(shape: &'a Shape, types: &'a Types) -> Option<(String, &'a Shape)> {
    let fields = shape.fields(types);
    let data = fields.iter().find(|field| field.name == SEGMENT_DATA)?;
    let tag = tag_value(shape, SEGMENT_TYPE, types)?;
    let only_objects = data.shape.alternatives(types).iter().all(|data| matches!(data.kind, Kind::Object(_)));
    (fields.len() == 2 && only_objects).then_some(())?;
    Some((tag.as_str()?.to_owned(), &data.shape))
}

/// Moves the segments and the events that stand among the shared types to their own places, and replaces the names of
/// those types everywhere by the words `segment` and `event`.
pub(super) fn extract(upstream: &mut Upstream, source: &dyn Fn(&str, &str) -> UpSource) {
    let types = upstream.types.clone();
    let mut virtuals = BTreeMap::new();
    for (name, shape) in &types {
        if let Some((tag, data)) = segment_of(shape, &types) {
            upstream.add_segment(&tag, data, None, source(name, &shape.at));
            virtuals.insert(name.clone(), Kind::Segment(None));
        }
    }
    for (name, shape) in &types {
        let alternatives = shape.alternatives(&types);
        if alternatives.len() < 2 {
            continue;
        }
        let segments: Option<Vec<_>> = alternatives.iter().map(|shape| segment_of(shape, &types)).collect();
        if let Some(segments) = segments {
            let direction = direction_of(name);
            for (tag, data) in segments {
                if direction.is_some() || !upstream.segments.contains_key(&tag) {
                    upstream.add_segment(&tag, data, direction, source(name, &data.at));
                }
            }
            virtuals.insert(name.clone(), Kind::Segment(direction));
        } else if is_event_name(name)
            && let Some(tag) = tag_of(&alternatives, &types)
        {
            for alternative in alternatives {
                let Some(value) = tag_value(alternative, &tag, &types) else { continue };
                let Some(value) = value.as_str() else { continue };
                let sources = vec![source(name, &alternative.at)];
                let event = UpEvent { at: alternative.at.clone(), shape: alternative.clone(), sources };
                upstream.events.entry(value.to_owned()).or_insert(event);
            }
            virtuals.insert(name.clone(), Kind::Event);
        }
    }
    upstream.replace_named(&virtuals);
    inline(upstream);
    if !upstream.segments.is_empty() {
        upstream.rewrite(&mut |shape| {
            if is_any_segment(shape) {
                shape.kind = Kind::Segment(None);
            }
        });
    }
}

/// Whether a shape is written out where a segment is meant: an object of a type and data, and nothing else.
fn is_any_segment(shape: &Shape) -> bool {
    let Kind::Object(object) = &shape.kind else { return false };
    object.fields.len() == 2
        && object.rest.is_none()
        && object.field(SEGMENT_TYPE).is_some_and(|field| field.shape.kind == Kind::String)
        && object.field(SEGMENT_DATA).is_some_and(|field| matches!(field.shape.kind, Kind::Object(_)))
}

/// Puts in their place the shared types that are only a name for null or for a message.
fn inline(upstream: &mut Upstream) {
    let is_message = |shape: &Shape| match &shape.kind {
        Kind::String | Kind::Segment(_) => true,
        Kind::Array(items) => matches!(items.kind, Kind::Segment(_)),
        _ => false,
    };
    let trivial = |shape: &Shape| match &shape.kind {
        Kind::Null => true,
        Kind::Union(parts) => parts.iter().all(is_message),
        _ => false,
    };
    let virtuals = upstream
        .types
        .iter()
        .filter(|(_, shape)| trivial(shape))
        .map(|(name, shape)| (name.clone(), shape.kind.clone()))
        .collect();
    upstream.replace_named(&virtuals);
}

/// Which way the segments of a union travel, where its name reports.
pub(super) fn direction_of(name: &str) -> Option<Direction> {
    let name = name.to_ascii_lowercase();
    if name.contains("incoming") || name.contains("receive") {
        Some(Direction::Receive)
    } else if name.contains("outgoing") || name.contains("send") {
        Some(Direction::Send)
    } else {
        None
    }
}

/// Whether a shared type of this name is the union of all events.
fn is_event_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("event")
}
