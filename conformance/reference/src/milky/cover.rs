//! What stands on a merged forward before it is opened.

use super::entities::whole;
use crate::plain_text::in_words;
use crate::world::{MessageElement, Node, World};

/// How many lines show what is in it.
const LINES: usize = 4;
/// How long such a line is at most.
const LINE: usize = 60;

/// A whole cover.
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) preview: Vec<String>,
    pub(super) summary: String,
}

/// What its sender wrote on it, and the usual in place of what was not written.
pub(super) fn of(world: &World, id: &str) -> Shown {
    let usual = usual(world.forward(id).unwrap_or_default());
    let given = world.cover(id).cloned().unwrap_or_default();
    Shown {
        title: given.title.unwrap_or(usual.title),
        preview: given.preview.unwrap_or(usual.preview),
        summary: given.summary.unwrap_or(usual.summary),
    }
}

/// The cover of messages that were given none.
fn usual(nodes: &[Node]) -> Shown {
    let line = |node: &Node| {
        let words: String = node.elements.iter().map(words).collect();
        format!("{}: {words}", node.name).chars().take(LINE).collect()
    };
    Shown {
        title: "Chat history".to_owned(),
        preview: nodes.iter().take(LINES).map(line).collect(),
        summary: format!("{} messages", whole(nodes.len())),
    }
}

fn words(element: &MessageElement) -> String {
    match element {
        MessageElement::Text(text) => text.clone(),
        MessageElement::Image { summary, .. } if !summary.is_empty() => summary.clone(),
        element => in_words(element),
    }
}
